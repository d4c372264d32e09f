import type { Knex } from 'knex'

// A note and its addenda are drafts until signed, and then never changed: only the sealed text may be sealed anew, with
// another key. They are deleted with their client alone, once an erasure of that client is written down; then the
// appointment that a note was about may go too, for the note itself says which one it was.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table note_templates (
      id uuid primary key default gen_random_uuid(),
      name text not null check (length(name) between 1 and 80),
      content_sealed bytea not null check (length(content_sealed) <= 1000000),
      revision integer not null default 0 check (revision >= 0),
      created_at timestamptz not null
    );
    create index note_templates_name on note_templates (lower(name), id);
    create index note_templates_content_sealed_key on note_templates (sealing_key_of(content_sealed), id)
      where content_sealed is not null;

    create table note_snippets (
      id uuid primary key default gen_random_uuid(),
      name text not null check (length(name) between 1 and 80),
      text_sealed bytea not null check (length(text_sealed) <= 50000),
      revision integer not null default 0 check (revision >= 0),
      created_at timestamptz not null
    );
    create index note_snippets_name on note_snippets (lower(name), id);
    create index note_snippets_text_sealed_key on note_snippets (sealing_key_of(text_sealed), id)
      where text_sealed is not null;

    -- page and turn: which page saved it last and how often, so that a save whose answer was lost is known as one's own.
    create table notes (
      id uuid primary key default gen_random_uuid(),
      client_id uuid not null references clients,
      author_id uuid not null references accounts,
      appointment_id uuid references appointments on delete set null,
      content_sealed bytea not null check (length(content_sealed) <= 1000000),
      revision integer not null default 0 check (revision >= 0),
      page uuid,
      turn integer not null default 0 check (turn >= 0),
      begun_at timestamptz not null,
      saved_at timestamptz not null,
      signed_at timestamptz,
      signer_name text check (length(signer_name) between 1 and 200),
      signer_credentials text check (length(signer_credentials) <= 200),
      sha256 bytea check (length(sha256) = 32),
      unique (id, client_id),
      check ((signed_at is null) = (sha256 is null)),
      check ((signed_at is null) = (signer_name is null)),
      check ((signed_at is null) = (signer_credentials is null))
    );
    create index notes_client on notes (client_id, signed_at desc, id);
    create index notes_appointment on notes (appointment_id) where appointment_id is not null;
    create index notes_drafts on notes (author_id, saved_at desc, id) where signed_at is null;
    create unique index notes_one_draft on notes
      (author_id, client_id, coalesce(appointment_id, '00000000-0000-0000-0000-000000000000'))
      where signed_at is null;
    create index notes_content_sealed_key on notes (sealing_key_of(content_sealed), id)
      where content_sealed is not null;

    create table note_addenda (
      id uuid primary key default gen_random_uuid(),
      note_id uuid not null,
      client_id uuid not null,
      number integer not null check (number >= 1),
      author_id uuid not null references accounts,
      content_sealed bytea not null check (length(content_sealed) <= 1000000),
      revision integer not null default 0 check (revision >= 0),
      page uuid,
      turn integer not null default 0 check (turn >= 0),
      begun_at timestamptz not null,
      saved_at timestamptz not null,
      signed_at timestamptz,
      signer_name text check (length(signer_name) between 1 and 200),
      signer_credentials text check (length(signer_credentials) <= 200),
      sha256 bytea check (length(sha256) = 32),
      unique (note_id, number),
      foreign key (note_id, client_id) references notes (id, client_id),
      check ((signed_at is null) = (sha256 is null)),
      check ((signed_at is null) = (signer_name is null)),
      check ((signed_at is null) = (signer_credentials is null))
    );
    create unique index note_addenda_one_draft on note_addenda (note_id) where signed_at is null;
    create index note_addenda_client on note_addenda (client_id, signed_at desc, id);
    create index note_addenda_drafts on note_addenda (author_id, saved_at desc, id) where signed_at is null;
    create index note_addenda_content_sealed_key on note_addenda (sealing_key_of(content_sealed), id)
      where content_sealed is not null;

    -- Signed notes that their client may read. Taken back: the row goes; the audit keeps both.
    create table note_shares (
      note_id uuid primary key,
      client_id uuid not null,
      shared_at timestamptz not null,
      shared_by uuid not null references accounts,
      foreign key (note_id, client_id) references notes (id, client_id) on delete cascade
    );
    create index note_shares_client on note_shares (client_id, shared_at desc, note_id);

    create function refuse_change_of_note() returns trigger language plpgsql as $$
    declare
      same notes := new;
    begin
      if new.id <> old.id or new.client_id <> old.client_id or new.author_id <> old.author_id then
        raise exception 'A note stays its client’s and its author’s' using errcode = 'restrict_violation';
      end if;
      if old.signed_at is null then
        return new;
      end if;
      same.content_sealed := old.content_sealed;
      if new.appointment_id is null and is_erased(old.client_id) then
        same.appointment_id := old.appointment_id;
      end if;
      if same is distinct from old
        or (new.content_sealed is distinct from old.content_sealed
          and sealing_key_of(new.content_sealed) = sealing_key_of(old.content_sealed)) then
        raise exception 'A signed note is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger notes_immutable before update on notes
      for each row execute function refuse_change_of_note();

    create function refuse_change_of_addendum() returns trigger language plpgsql as $$
    declare
      same note_addenda := new;
    begin
      if (new.id, new.note_id, new.client_id, new.author_id, new.number)
        is distinct from (old.id, old.note_id, old.client_id, old.author_id, old.number) then
        raise exception 'An addendum stays where it is' using errcode = 'restrict_violation';
      end if;
      if old.signed_at is null then
        return new;
      end if;
      same.content_sealed := old.content_sealed;
      if same is distinct from old
        or (new.content_sealed is distinct from old.content_sealed
          and sealing_key_of(new.content_sealed) = sealing_key_of(old.content_sealed)) then
        raise exception 'A signed addendum is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger note_addenda_immutable before update on note_addenda
      for each row execute function refuse_change_of_addendum();

    create trigger notes_kept before delete on notes
      for each row when (old.signed_at is not null) execute function refuse_delete_unless_erased();
    create trigger note_addenda_kept before delete on note_addenda
      for each row when (old.signed_at is not null) execute function refuse_delete_unless_erased();
    create trigger notes_not_emptied before truncate on notes for each statement execute function refuse_delete();
    create trigger note_addenda_not_emptied before truncate on note_addenda
      for each statement execute function refuse_delete();

    -- An addendum belongs to a signed note, and follows the one before: nobody numbers it otherwise.
    create function refuse_early_addendum() returns trigger language plpgsql as $$
    declare
      locked boolean;
      last integer;
    begin
      select signed_at is not null into locked from notes where id = new.note_id for update;
      if locked is distinct from true then
        raise exception 'An addendum is added to a signed note' using errcode = 'restrict_violation';
      end if;
      select coalesce(max(number), 0) into last from note_addenda where note_id = new.note_id;
      if new.number <> last + 1 then
        raise exception 'Addendum % does not follow addendum %', new.number, last using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger note_addenda_in_order before insert on note_addenda
      for each row execute function refuse_early_addendum();

    create function refuse_sharing_of_draft() returns trigger language plpgsql as $$
    begin
      if not exists (select 1 from notes where id = new.note_id and signed_at is not null) then
        raise exception 'Only a signed note is shared' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger note_shares_signed before insert or update on note_shares
      for each row execute function refuse_sharing_of_draft();
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
