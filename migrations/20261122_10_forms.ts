import type { Knex } from 'knex'

// A form's definition is the FHIR Questionnaire itself, kept as the text that came (json, not jsonb: nothing of it is
// ordered or rounded anew). A published version and a sent response are never changed. Only their sealed answers may be
// sealed anew, with another key: the trigger lets that through and nothing else.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table forms (
      id uuid primary key default gen_random_uuid(),
      url text not null unique check (length(url) between 1 and 500),
      slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
      created_at timestamptz not null,
      archived_at timestamptz
    );

    create table form_versions (
      id uuid primary key default gen_random_uuid(),
      form_id uuid not null references forms,
      number integer not null check (number >= 1),
      version text not null check (length(version) between 1 and 60),
      title text not null check (length(title) between 1 and 200),
      definition json not null check (octet_length(definition::text) <= 1000000),
      origin text not null check (origin in ('own', 'imported', 'built')),
      rights text not null default '' check (length(rights) <= 500),
      revision integer not null default 0,
      created_at timestamptz not null,
      published_at timestamptz,
      published_by uuid references accounts,
      unique (form_id, number),
      unique (form_id, version),
      unique (id, form_id)
    );
    create unique index form_versions_one_draft on form_versions (form_id) where published_at is null;

    create function refuse_change_of_published() returns trigger language plpgsql as $$
    begin
      if old.published_at is not null then
        raise exception 'A published version of a form is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger form_versions_immutable before update on form_versions
      for each row execute function refuse_change_of_published();

    -- The version that is asked for from now on.
    create view current_form_versions as
      select v.* from form_versions v
      where v.published_at is not null and not exists (
        select 1 from form_versions newer
        where newer.form_id = v.form_id and newer.published_at is not null and newer.number > v.number);

    -- The answers of a client, as a sealed QuestionnaireResponse: a draft until sent. An amendment is a response of its
    -- own, of the same series and one number higher.
    create table responses (
      id uuid primary key default gen_random_uuid(),
      client_id uuid not null references clients,
      form_id uuid not null,
      form_version_id uuid not null,
      series_id uuid not null,
      number integer not null default 1 check (number >= 1),
      amends_id uuid references responses,
      answers_sealed bytea not null check (length(answers_sealed) <= 2000000),
      revision integer not null default 0 check (revision >= 0),
      begun_at timestamptz not null,
      saved_at timestamptz not null,
      sent_at timestamptz,
      unique (series_id, number),
      unique (id, client_id),
      foreign key (form_version_id, form_id) references form_versions (id, form_id),
      check ((number = 1) = (amends_id is null)),
      check ((number = 1) = (series_id = id))
    );
    create unique index responses_one_draft on responses (client_id, form_id) where sent_at is null;
    create index responses_client on responses (client_id, sent_at desc, id) where sent_at is not null;
    create index responses_form on responses (form_id, client_id, sent_at desc) include (number) where sent_at is not null;
    create index responses_version on responses (form_version_id);
    create index responses_answers_sealed_key on responses (sealing_key_of(answers_sealed), id)
      where answers_sealed is not null;

    create function refuse_change_of_sent() returns trigger language plpgsql as $$
    declare
      same responses := new;
    begin
      if old.sent_at is null then
        return new;
      end if;
      same.answers_sealed := old.answers_sealed;
      if same is distinct from old
        or (new.answers_sealed is distinct from old.answers_sealed
          and sealing_key_of(new.answers_sealed) = sealing_key_of(old.answers_sealed)) then
        raise exception 'A sent response is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger responses_immutable before update on responses
      for each row execute function refuse_change_of_sent();

    -- What was sent, in the newest version of each series.
    create view current_responses as
      select r.* from responses r
      where r.sent_at is not null and not exists (
        select 1 from responses newer
        where newer.series_id = r.series_id and newer.sent_at is not null and newer.number > r.number);

    -- Numbers that a form calculates, readable by SQL for charts and lists.
    create table scores (
      response_id uuid not null,
      link_id text not null check (length(link_id) between 1 and 255),
      client_id uuid not null,
      label text not null check (length(label) <= 300),
      value double precision not null,
      at timestamptz not null,
      primary key (response_id, link_id),
      foreign key (response_id, client_id) references responses (id, client_id) on delete cascade
    );
    create index scores_client on scores (client_id, link_id, at desc);

    -- What of a response calls for the dietitian's eye; which sign it is stands in the sealed part.
    create table raised_signs (
      id uuid primary key default gen_random_uuid(),
      response_id uuid not null,
      client_id uuid not null,
      position integer not null check (position >= 0),
      kind text not null check (kind in ('urgent', 'sign', 'caution')),
      sign_sealed bytea not null check (length(sign_sealed) <= 2000),
      raised_at timestamptz not null,
      acknowledged_at timestamptz,
      acknowledged_by uuid references accounts,
      word_sealed bytea check (length(word_sealed) <= 10000),
      unique (response_id, position),
      foreign key (response_id, client_id) references responses (id, client_id) on delete cascade,
      check ((acknowledged_at is null) = (acknowledged_by is null)),
      check ((acknowledged_at is null) = (word_sealed is null))
    );
    create index raised_signs_client on raised_signs (client_id, raised_at desc, id);
    create index raised_signs_open on raised_signs (kind, raised_at, id) where acknowledged_at is null;
    create index raised_signs_sign_sealed_key on raised_signs (sealing_key_of(sign_sealed), id)
      where sign_sealed is not null;
    create index raised_signs_word_sealed_key on raised_signs (sealing_key_of(word_sealed), id)
      where word_sealed is not null;

    -- Which forms a type asks for; one that was sent within so many days (null: ever) is not asked again.
    create table appointment_type_forms (
      appointment_type_id uuid not null references appointment_types on delete cascade,
      form_id uuid not null references forms,
      position integer not null default 0,
      again_after_days integer check (again_after_days between 1 and 3650),
      primary key (appointment_type_id, form_id)
    );
    create index appointment_type_forms_form on appointment_type_forms (form_id);

    -- A form asked every so many weeks, until it is stopped. Days are the practice's.
    create table form_plans (
      id uuid primary key default gen_random_uuid(),
      client_id uuid not null references clients,
      form_id uuid not null references forms,
      every_weeks integer not null check (every_weeks between 1 and 52),
      next_due_on date not null,
      asked_by uuid not null references accounts,
      asked_at timestamptz not null,
      stopped_at timestamptz,
      unique (id, client_id)
    );
    create unique index form_plans_running on form_plans (client_id, form_id) where stopped_at is null;
    create index form_plans_due on form_plans (next_due_on, id) where stopped_at is null;

    create table form_requests (
      id uuid primary key default gen_random_uuid(),
      client_id uuid not null references clients,
      form_id uuid not null references forms,
      appointment_id uuid references appointments,
      plan_id uuid,
      due_at timestamptz not null,
      asked_by uuid references accounts,
      asked_at timestamptz not null,
      response_id uuid,
      answered_at timestamptz,
      withdrawn_at timestamptz,
      unique (appointment_id, form_id),
      unique (plan_id, due_at),
      foreign key (plan_id, client_id) references form_plans (id, client_id),
      foreign key (response_id, client_id) references responses (id, client_id),
      check ((response_id is null) = (answered_at is null)),
      check (response_id is null or withdrawn_at is null)
    );
    create index form_requests_open on form_requests (client_id, form_id, due_at)
      where response_id is null and withdrawn_at is null;
    create index form_requests_client on form_requests (client_id, asked_at desc, id);
    create index form_requests_due on form_requests (due_at, id)
      where response_id is null and withdrawn_at is null;
    create index form_requests_response on form_requests (response_id) where response_id is not null;

    -- Photos and papers of a client. A file belongs to the draft it was added to, and stays with what was sent.
    create table files (
      id uuid primary key default gen_random_uuid(),
      client_id uuid not null,
      response_id uuid not null,
      link_id text not null check (length(link_id) between 1 and 255),
      content_type text not null check (content_type in ('image/jpeg', 'application/pdf')),
      bytes integer not null check (bytes between 1 and 12000000),
      name_sealed bytea not null check (length(name_sealed) <= 2000),
      content_sealed bytea not null,
      created_at timestamptz not null,
      foreign key (response_id, client_id) references responses (id, client_id) on delete cascade
    );
    create index files_response on files (response_id, created_at, id);
    create index files_name_sealed_key on files (sealing_key_of(name_sealed), id) where name_sealed is not null;
    create index files_content_sealed_key on files (sealing_key_of(content_sealed), id)
      where content_sealed is not null;
    alter table files alter column content_sealed set storage external;
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
