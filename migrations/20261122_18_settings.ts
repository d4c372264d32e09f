import type { Knex } from 'knex'

// What the practice sets itself, and who works in it. A link of an invitation is kept as its hash alone; the first one
// who opens it with a password uses the invitation up, not the link.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table practice
      add column logo bytea check (length(logo) between 1 and 1000000),
      add column logo_hash text check (logo_hash ~ '^[0-9a-f]{32}$'),
      add column logo_width integer check (logo_width between 1 and 2000),
      add column logo_height integer check (logo_height between 1 and 2000),
      add constraint practice_logo_whole check (num_nulls(logo, logo_hash, logo_width, logo_height) in (0, 4)),
      add column cancellation_policy text not null default '' check (length(cancellation_policy) <= 20000),
      add column privacy_policy text not null default '' check (length(privacy_policy) <= 20000),
      add column client_idle_minutes integer not null default 1440,
      add column client_absolute_minutes integer not null default 10080,
      add column dietitian_idle_minutes integer not null default 120,
      add column dietitian_absolute_minutes integer not null default 720,
      add constraint practice_client_session check (client_idle_minutes between 5 and 10080
        and client_absolute_minutes between 15 and 43200 and client_idle_minutes <= client_absolute_minutes),
      add constraint practice_dietitian_session check (dietitian_idle_minutes between 5 and 720
        and dietitian_absolute_minutes between 15 and 1440 and dietitian_idle_minutes <= dietitian_absolute_minutes);

    create table mail_texts (
      kind text primary key check (length(kind) between 1 and 40),
      greeting text not null check (length(greeting) <= 200),
      closing text not null check (length(closing) <= 1000),
      changed_at timestamptz not null
    );

    create table invitations (
      id uuid primary key default gen_random_uuid(),
      email text not null check (length(email) between 3 and 254),
      name text not null check (length(name) between 1 and 120),
      sees_all_charts boolean not null,
      is_owner boolean not null,
      type_ids uuid[] not null default '{}' check (cardinality(type_ids) <= 100),
      invited_by uuid not null references accounts,
      created_at timestamptz not null,
      sent_at timestamptz not null,
      expires_at timestamptz not null,
      accepted_at timestamptz,
      withdrawn_at timestamptz,
      dietitian_id uuid references dietitians,
      check (expires_at > sent_at),
      check ((accepted_at is null) = (dietitian_id is null)),
      check (accepted_at is null or withdrawn_at is null)
    );
    create unique index invitations_open on invitations (lower(email))
      where accepted_at is null and withdrawn_at is null;

    create table invitation_links (
      token_hash bytea primary key check (length(token_hash) = 32),
      invitation_id uuid not null references invitations on delete cascade
    );
    create index invitation_links_invitation on invitation_links (invitation_id);
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
