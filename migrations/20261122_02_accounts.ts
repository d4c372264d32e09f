import type { Knex } from 'knex'

export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table accounts (
      id uuid primary key default gen_random_uuid(),
      role text not null check (role in ('client', 'dietitian')),
      email text not null check (length(email) between 3 and 254),
      password_hash text check (length(password_hash) <= 400),
      disabled_at timestamptz,
      created_at timestamptz not null
    );
    create unique index accounts_email on accounts (lower(email));

    create table sessions (
      sid text primary key,
      sess json not null,
      expire timestamptz not null
    );
    create index sessions_expire on sessions (expire);

    create table sign_in_failures (
      key varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    );

    create table audit_entries (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      account_id uuid not null references accounts,
      action text not null check (length(action) <= 60),
      subject_id uuid
    );
    create index audit_entries_account on audit_entries (account_id, at);
    create index audit_entries_subject on audit_entries (subject_id, at);
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
