import type { Knex } from 'knex'

export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table inquiries (
      id uuid primary key default gen_random_uuid(),
      name text not null check (length(name) between 1 and 120),
      email text not null check (length(email) between 3 and 254),
      phone text not null default '' check (length(phone) <= 40),
      message_sealed bytea not null check (length(message_sealed) <= 40000),
      created_at timestamptz not null,
      answered_at timestamptz
    );
    create index inquiries_open on inquiries ((answered_at is not null), created_at desc, id);

    create table articles (
      id uuid primary key default gen_random_uuid(),
      slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
      title text not null check (length(title) between 1 and 200),
      summary text not null check (length(summary) <= 600),
      body_markdown text not null check (length(body_markdown) <= 60000),
      sources jsonb not null default '[]' check (jsonb_typeof(sources) = 'array'),
      author_id uuid references dietitians,
      published_at timestamptz,
      updated_at timestamptz not null
    );
    create index articles_published on articles (published_at desc, id) where published_at is not null;

    create table sent_mails (
      key text primary key check (length(key) <= 200),
      message_id text not null,
      sent_at timestamptz not null
    );

    create table outbox_mails (
      id bigint generated always as identity primary key,
      key text not null unique check (length(key) <= 200),
      from_address text not null,
      to_address text not null,
      subject text not null,
      plain text not null,
      html text not null,
      calendar text,
      at timestamptz not null
    );
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
