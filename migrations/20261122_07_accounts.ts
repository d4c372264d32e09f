import type { Knex } from 'knex'

// A link's or a code's secret is kept as its hash alone. The row of a session carries what is asked of it in every
// request: whose it is, and when it was last seen; it is written apart from "sess", so that a request that is under way
// while the session is ended does not bring it back.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table practice add column require_second_factor boolean not null default false;

    alter table sessions
      add column id uuid not null unique default gen_random_uuid(),
      add column account_id uuid generated always as ((sess #>> '{passport,user}')::uuid) stored,
      add column seen_at timestamptz;
    create index sessions_account on sessions (account_id) where account_id is not null;

    create table sign_in_requests (
      id uuid primary key,
      email text not null check (length(email) between 3 and 254),
      return_to text not null default '' check (length(return_to) <= 500),
      created_at timestamptz not null
    );
    create index sign_in_requests_created on sign_in_requests (created_at);

    create table sign_in_links (
      token_hash bytea primary key check (length(token_hash) = 32),
      client_id uuid not null references clients on delete cascade,
      return_to text not null default '' check (length(return_to) <= 500),
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      check (expires_at > created_at)
    );
    create index sign_in_links_client on sign_in_links (client_id);
    create index sign_in_links_expires on sign_in_links (expires_at);

    create table authenticators (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null references accounts on delete cascade,
      secret_sealed bytea not null check (length(secret_sealed) <= 400),
      last_step bigint,
      created_at timestamptz not null,
      confirmed_at timestamptz
    );
    create unique index authenticators_account on authenticators (account_id, (confirmed_at is null));

    create table recovery_codes (
      account_id uuid not null references accounts on delete cascade,
      code_hash bytea not null check (length(code_hash) = 32),
      created_at timestamptz not null,
      used_at timestamptz,
      primary key (account_id, code_hash)
    );

    create table passkeys (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null references accounts on delete cascade,
      credential_id text not null unique check (length(credential_id) between 1 and 1400),
      public_key bytea not null check (length(public_key) <= 4000),
      counter bigint not null check (counter >= 0),
      transports text[] not null default '{}' check (cardinality(transports) <= 10),
      name text not null check (length(name) between 1 and 60),
      created_at timestamptz not null,
      used_at timestamptz
    );
    create index passkeys_account on passkeys (account_id, created_at);

    create table email_changes (
      id uuid primary key,
      account_id uuid not null unique references accounts on delete cascade,
      old_email text not null check (length(old_email) between 3 and 254),
      new_email text not null check (length(new_email) between 3 and 254),
      created_at timestamptz not null,
      expires_at timestamptz not null,
      old_confirmed_at timestamptz,
      new_confirmed_at timestamptz,
      check (expires_at > created_at)
    );

    create table email_change_links (
      token_hash bytea primary key check (length(token_hash) = 32),
      change_id uuid not null references email_changes on delete cascade,
      side text not null check (side in ('old', 'new'))
    );
    create index email_change_links_change on email_change_links (change_id);
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
