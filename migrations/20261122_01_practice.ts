import type { Knex } from 'knex'

export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table practice (
      id smallint primary key default 1 check (id = 1),
      name text not null check (length(name) between 1 and 120),
      tagline text not null default '' check (length(tagline) <= 200),
      zone text not null check (length(zone) between 1 and 64),
      email text not null check (length(email) <= 254),
      phone text not null default '' check (length(phone) <= 40),
      address text not null default '' check (length(address) <= 400),
      headline text not null default '' check (length(headline) <= 200),
      introduction text not null default '' check (length(introduction) <= 1000),
      about text not null default '' check (length(about) <= 2000),
      call_to_action text not null default '' check (length(call_to_action) <= 400),
      habits jsonb not null default '[]' check (jsonb_typeof(habits) = 'array'),
      created_at timestamptz not null
    );
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
