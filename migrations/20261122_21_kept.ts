import type { Knex } from 'knex'

// What is kept for good may be sealed anew, and that alone: with another key that this database knows, and as many bytes
// as before. Any other bytes (none at all, or a word) would be a change, though nobody could read it. Files and signs of
// what was sent keep to the same; a sign is acknowledged once.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create function is_sealed_anew(old bytea, new bytea) returns boolean
      language sql stable parallel safe
      return new is not distinct from old or coalesce(
        sealing_key_of(new) <> sealing_key_of(old)
          and length(new) - length(sealing_key_of(new)) = length(old) - length(sealing_key_of(old))
          and exists (select 1 from sealing_keys k where k.id = sealing_key_of(new)), false);

    create or replace function refuse_change_of_sent() returns trigger language plpgsql as $$
    declare
      same responses := new;
    begin
      if old.sent_at is null then
        return new;
      end if;
      same.answers_sealed := old.answers_sealed;
      if same is distinct from old or not is_sealed_anew(old.answers_sealed, new.answers_sealed) then
        raise exception 'A sent response is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;

    create or replace function refuse_change_of_note() returns trigger language plpgsql as $$
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
      if same is distinct from old or not is_sealed_anew(old.content_sealed, new.content_sealed) then
        raise exception 'A signed note is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;

    create or replace function refuse_change_of_addendum() returns trigger language plpgsql as $$
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
      if same is distinct from old or not is_sealed_anew(old.content_sealed, new.content_sealed) then
        raise exception 'A signed addendum is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;

    create or replace function refuse_other_audit_key() returns trigger language plpgsql as $$
    begin
      if (new.id, new.created_at) is distinct from (old.id, old.created_at)
        or not is_sealed_anew(old.key_sealed, new.key_sealed) then
        raise exception 'The key of the audit is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;

    create function refuse_change_of_sent_file() returns trigger language plpgsql as $$
    declare
      same files := new;
    begin
      if not exists (select 1 from responses r
        where r.id in (old.response_id, new.response_id) and r.sent_at is not null) then
        return new;
      end if;
      same.name_sealed := old.name_sealed;
      same.content_sealed := old.content_sealed;
      if same is distinct from old or not is_sealed_anew(old.name_sealed, new.name_sealed)
        or not is_sealed_anew(old.content_sealed, new.content_sealed) then
        raise exception 'A file that was sent is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger files_immutable before update on files
      for each row execute function refuse_change_of_sent_file();

    create function refuse_change_of_sign() returns trigger language plpgsql as $$
    declare
      same raised_signs := new;
    begin
      same.sign_sealed := old.sign_sealed;
      same.word_sealed := old.word_sealed;
      if old.acknowledged_at is null then
        same.acknowledged_at := null;
        same.acknowledged_by := null;
      end if;
      if same is distinct from old or not is_sealed_anew(old.sign_sealed, new.sign_sealed)
        or (old.word_sealed is not null and not is_sealed_anew(old.word_sealed, new.word_sealed)) then
        raise exception 'A raised sign is acknowledged once, and never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger raised_signs_immutable before update on raised_signs
      for each row execute function refuse_change_of_sign();
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
