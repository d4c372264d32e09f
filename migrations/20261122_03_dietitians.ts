import type { Knex } from 'knex'

export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create extension if not exists btree_gist;

    create table dietitians (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null unique references accounts,
      slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
      name text not null check (length(name) between 1 and 120),
      credentials text not null default '' check (length(credentials) <= 120),
      zone text not null check (length(zone) between 1 and 64),
      biography text not null default '' check (length(biography) <= 2000),
      daily_limit integer check (daily_limit between 1 and 100),
      position integer not null default 0,
      video_url text check (video_url ~ '^https://' and length(video_url) <= 500),
      active boolean not null default true,
      created_at timestamptz not null
    );

    create table appointment_types (
      id uuid primary key default gen_random_uuid(),
      slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
      name text not null check (length(name) between 1 and 120),
      summary text not null default '' check (length(summary) <= 300),
      description text not null default '' check (length(description) <= 2000),
      minutes integer not null check (minutes between 5 and 480),
      price_cents integer not null check (price_cents between 0 and 10000000),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      places text[] not null check (
        cardinality(places) between 1 and 3 and places <@ array['in_person', 'video', 'phone']
      ),
      buffer_before_minutes integer not null default 0 check (buffer_before_minutes between 0 and 240),
      buffer_after_minutes integer not null default 0 check (buffer_after_minutes between 0 and 240),
      step_minutes integer not null default 15 check (step_minutes between 5 and 480),
      minimum_notice_minutes integer not null default 0 check (minimum_notice_minutes between 0 and 43200),
      booking_window_days integer not null default 60 check (booking_window_days between 1 and 365),
      change_deadline_minutes integer not null default 1440 check (change_deadline_minutes between 0 and 43200),
      listed boolean not null default true,
      active boolean not null default true,
      position integer not null default 0,
      created_at timestamptz not null
    );

    create table appointment_type_dietitians (
      appointment_type_id uuid not null references appointment_types on delete cascade,
      dietitian_id uuid not null references dietitians on delete cascade,
      primary key (appointment_type_id, dietitian_id)
    );
    create index appointment_type_dietitians_dietitian on appointment_type_dietitians (dietitian_id);
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
