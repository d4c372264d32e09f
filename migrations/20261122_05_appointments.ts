import type { Knex } from 'knex'

// A hold and the appointment it becomes are one row, so the slot never changes hands in between. A hold that ran
// out and gave way is 'lapsed': it blocks nothing, but whoever was typing can still be shown fresh times.
// "blocks" is the time its dietitian can't be booked: buffers included, copied from the type when held.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table clients (
      id uuid primary key default gen_random_uuid(),
      email text not null check (length(email) between 3 and 254),
      name text not null check (length(name) between 1 and 120),
      phone text not null default '' check (length(phone) <= 40),
      zone text not null check (length(zone) between 1 and 64),
      account_id uuid unique references accounts,
      created_at timestamptz not null
    );
    create unique index clients_email on clients (lower(email));

    create table appointments (
      id uuid primary key default gen_random_uuid(),
      dietitian_id uuid not null references dietitians,
      appointment_type_id uuid not null references appointment_types,
      client_id uuid references clients,
      state text not null check (state in ('held', 'lapsed', 'booked', 'kept', 'no_show', 'cancelled')),
      starts_at timestamptz not null,
      ends_at timestamptz not null,
      blocks tstzrange not null,
      place text check (place in ('in_person', 'video', 'phone')),
      zone text not null check (length(zone) between 1 and 64),
      sequence integer not null default 0 check (sequence >= 0),
      uid text not null unique check (length(uid) <= 200),
      price_cents integer not null check (price_cents >= 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      change_deadline_minutes integer not null check (change_deadline_minutes >= 0),
      booked_name text check (length(booked_name) between 1 and 120),
      booked_phone text not null default '' check (length(booked_phone) <= 40),
      reminders boolean not null default true,
      brings_sealed bytea check (length(brings_sealed) <= 20000),
      hold_hash bytea not null unique,
      held_until timestamptz,
      hold_extended boolean not null default false,
      link_hash bytea unique,
      link_sealed bytea,
      created_at timestamptz not null,
      booked_at timestamptz,
      cancelled_at timestamptz,
      check (ends_at > starts_at),
      check (lower(blocks) <= starts_at and upper(blocks) >= ends_at),
      check ((state in ('held', 'lapsed')) = (held_until is not null)),
      check (state in ('held', 'lapsed') or (client_id is not null and place is not null and booked_name is not null
        and link_hash is not null and link_sealed is not null and booked_at is not null)),
      check ((state = 'cancelled') = (cancelled_at is not null)),
      constraint appointments_no_overlap exclude using gist (dietitian_id with =, blocks with &&)
        where (state in ('held', 'booked', 'kept'))
    );
    create index appointments_day on appointments (dietitian_id, starts_at);
    create index appointments_client on appointments (client_id, starts_at);
    create index appointments_held on appointments (held_until) where held_until is not null;

    create table appointment_changes (
      id bigint generated always as identity primary key,
      appointment_id uuid not null references appointments on delete cascade,
      at timestamptz not null,
      what text not null check (what in ('booked', 'moved', 'cancelled', 'kept', 'no_show', 'reopened')),
      by_role text not null check (by_role in ('client', 'dietitian', 'system')),
      by_account_id uuid references accounts,
      from_starts_at timestamptz,
      to_starts_at timestamptz not null,
      sequence integer not null
    );
    create index appointment_changes_appointment on appointment_changes (appointment_id, id);

    create view busy_ranges as
      select dietitian_id, blocks, starts_at as counted_at, held_until, id as appointment_id
      from appointments where state in ('held', 'booked', 'kept')
      union all
      select dietitian_id, tstzrange(starts_at, ends_at), null, null, null from time_off;
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
