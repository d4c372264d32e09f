import type { Knex } from 'knex'

// A published version and a signature are never changed: the triggers refuse every UPDATE. Deleting stays possible,
// for a client who asks to be forgotten; a version that somebody signed can't go before its signatures.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table consents (
      id uuid primary key default gen_random_uuid(),
      position integer not null,
      asked_of_everybody boolean not null default false,
      draft_title text not null check (length(draft_title) between 1 and 120),
      draft_body text not null check (length(draft_body) between 1 and 20000),
      created_at timestamptz not null,
      retired_at timestamptz
    );

    create table consent_versions (
      id uuid primary key default gen_random_uuid(),
      consent_id uuid not null references consents,
      number integer not null check (number >= 1),
      title text not null check (length(title) between 1 and 120),
      body_markdown text not null check (length(body_markdown) between 1 and 20000),
      sha256 bytea not null,
      published_at timestamptz not null,
      published_by uuid not null references accounts,
      unique (consent_id, number),
      unique (id, sha256),
      constraint consent_versions_digest check (sha256 = sha256(convert_to(body_markdown, 'UTF8')))
    );

    create table consent_signatures (
      id uuid primary key default gen_random_uuid(),
      consent_version_id uuid not null,
      client_id uuid not null references clients,
      typed_name text not null check (length(typed_name) between 1 and 120),
      signed_at timestamptz not null,
      address text not null check (length(address) <= 64),
      text_sha256 bytea not null,
      unique (consent_version_id, client_id),
      foreign key (consent_version_id, text_sha256) references consent_versions (id, sha256)
    );
    create index consent_signatures_client on consent_signatures (client_id, signed_at desc);

    create table appointment_type_consents (
      appointment_type_id uuid not null references appointment_types on delete cascade,
      consent_id uuid not null references consents on delete cascade,
      primary key (appointment_type_id, consent_id)
    );
    create index appointment_type_consents_consent on appointment_type_consents (consent_id);

    create function refuse_update() returns trigger language plpgsql as $$
    begin
      raise exception 'Rows of % are never changed', tg_table_name using errcode = 'restrict_violation';
    end $$;
    create trigger consent_versions_immutable before update on consent_versions
      for each row execute function refuse_update();
    create trigger consent_signatures_immutable before update on consent_signatures
      for each row execute function refuse_update();

    -- What a client is asked to agree to today, of each consent.
    create view current_consent_versions as
      select v.* from consent_versions v
      join consents c on c.id = v.consent_id and c.retired_at is null
      where not exists (
        select 1 from consent_versions newer where newer.consent_id = v.consent_id and newer.number > v.number);

    -- Who is asked for which consent, for which coming appointment, and until when. Without an appointment: always.
    create view asked_consents as
      select c.id as consent_id, a.client_id, a.starts_at, a.ends_at as until
      from consents c
      join appointments a on a.state = 'booked' and (c.asked_of_everybody or exists (
        select 1 from appointment_type_consents t
        where t.consent_id = c.id and t.appointment_type_id = a.appointment_type_id))
      where c.retired_at is null
      union all
      select c.id, k.id, null, 'infinity' from consents c cross join clients k
      where c.asked_of_everybody and c.retired_at is null;
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
