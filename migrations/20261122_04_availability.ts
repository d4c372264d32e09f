import type { Knex } from 'knex'

// Minutes are read off the wall clock after local midnight; past 1440 a window runs into the next day.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table weekly_hours (
      id bigint generated always as identity primary key,
      dietitian_id uuid not null references dietitians on delete cascade,
      weekday smallint not null check (weekday between 1 and 7),
      from_minute integer not null check (from_minute between 0 and 1439),
      to_minute integer not null check (to_minute <= 2880),
      check (to_minute > from_minute and to_minute - from_minute <= 1440),
      exclude using gist (dietitian_id with =, weekday with =, int4range(from_minute, to_minute) with &&)
    );

    create table date_exceptions (
      id bigint generated always as identity primary key,
      dietitian_id uuid not null references dietitians on delete cascade,
      on_date date not null,
      kind text not null check (kind in ('closed', 'open')),
      from_minute integer check (from_minute between 0 and 1439),
      to_minute integer check (to_minute <= 2880),
      check ((kind = 'closed') = (from_minute is null)),
      check ((kind = 'closed') = (to_minute is null)),
      check (to_minute > from_minute and to_minute - from_minute <= 1440)
    );
    create index date_exceptions_day on date_exceptions (dietitian_id, on_date);

    create table time_off (
      id bigint generated always as identity primary key,
      dietitian_id uuid not null references dietitians on delete cascade,
      starts_at timestamptz not null,
      ends_at timestamptz not null,
      reason text not null default '' check (length(reason) <= 200),
      check (ends_at > starts_at)
    );
    create index time_off_range on time_off using gist (dietitian_id, tstzrange(starts_at, ends_at));
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
