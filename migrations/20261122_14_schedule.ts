import type { Knex } from 'knex'

// Weekly hours belong to a plan that is in force from a date until the next one begins. Each dietitian has one plan from
// the beginning of time, so that there are hours for every day, and rows that name no date are its.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table weekly_plans (
      dietitian_id uuid not null references dietitians on delete cascade,
      starts_on date not null default '0001-01-01',
      revision integer not null default 0,
      primary key (dietitian_id, starts_on)
    );
    insert into weekly_plans (dietitian_id) select id from dietitians;

    create function begin_weekly_plan() returns trigger language plpgsql as $$
    begin
      insert into weekly_plans (dietitian_id) values (new.id);
      return null;
    end $$;
    create trigger dietitians_weekly_plan after insert on dietitians
      for each row execute function begin_weekly_plan();

    alter table weekly_hours
      add column starts_on date not null default '0001-01-01',
      add column places text[] check (
        cardinality(places) between 1 and 3 and places <@ array['in_person', 'video', 'phone']
      ),
      add foreign key (dietitian_id, starts_on) references weekly_plans on delete cascade,
      drop constraint weekly_hours_dietitian_id_weekday_int4range_excl,
      add constraint weekly_hours_no_overlap exclude using gist
        (dietitian_id with =, starts_on with =, weekday with =, int4range(from_minute, to_minute) with &&);

    alter table date_exceptions
      add column places text[] check (
        cardinality(places) between 1 and 3 and places <@ array['in_person', 'video', 'phone']
      ),
      add check (kind = 'open' or places is null);

    create or replace view busy_ranges as
      select dietitian_id, blocks, starts_at as counted_at, held_until, id as appointment_id, appointment_type_id
      from appointments where state in ('held', 'booked', 'kept')
      union all
      select dietitian_id, tstzrange(starts_at, ends_at), null, null, null, null from time_off;
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
