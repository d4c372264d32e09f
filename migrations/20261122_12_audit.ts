import type { Knex } from 'knex'

// Who saw or changed what of whom: a chain, each entry with a keyed hash over itself and the hash before it. The key is
// sealed, so that this migration cannot make the hashes: entries from before wait in old_audit_entries until the program
// starts and takes them over. No foreign keys: an account or a client may go, what was noted of them stays.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table audit_entries rename to old_audit_entries;
    alter table old_audit_entries drop constraint audit_entries_account_id_fkey;
    alter index audit_entries_pkey rename to old_audit_entries_pkey;
    drop index audit_entries_account;
    drop index audit_entries_subject;
    alter table old_audit_entries add column role text not null default 'dietitian', add column client_id uuid;
    update old_audit_entries e set role = a.role from accounts a where a.id = e.account_id;
    update old_audit_entries e set client_id = e.subject_id where e.action = 'chart.read';
    update old_audit_entries e set client_id = t.client_id from appointments t
      where e.action like 'appointment.%' and t.id = e.subject_id;
    update old_audit_entries e set client_id = t.client_id from consent_signatures t
      where e.action like 'signature.%' and t.id = e.subject_id;
    update old_audit_entries e set client_id = t.client_id from responses t
      where e.action like 'response.%' and t.id = e.subject_id;
    update old_audit_entries e set client_id = t.client_id from files t
      where e.action like 'file.%' and t.id = e.subject_id;
    update old_audit_entries e set client_id = t.client_id from raised_signs t
      where e.action like 'sign.%' and t.id = e.subject_id;
    update old_audit_entries e set client_id = t.client_id from form_requests t
      where e.action like 'form.%' and t.id = e.subject_id;
    update old_audit_entries e set client_id = t.client_id from form_plans t
      where e.action like 'plan.%' and t.id = e.subject_id;

    create table audit_keys (
      id smallint primary key default 1 check (id = 1),
      key_sealed bytea not null check (length(key_sealed) <= 1000),
      created_at timestamptz not null
    );
    create index audit_keys_key_sealed_key on audit_keys (sealing_key_of(key_sealed), id)
      where key_sealed is not null;

    create table audit_entries (
      position bigint primary key check (position >= 1),
      at timestamptz not null,
      account_id uuid,
      role text not null check (role in ('client', 'dietitian', 'operator')),
      action text not null check (length(action) between 1 and 60),
      client_id uuid,
      subject_id uuid,
      mac bytea not null check (length(mac) = 32)
    );
    create index audit_entries_client on audit_entries (client_id, position desc) where client_id is not null;
    create index audit_entries_account on audit_entries (account_id, position desc) where account_id is not null;

    -- Where the chain ends; who appends holds this row, so that positions have no gaps.
    create table audit_head (
      id smallint primary key default 1 check (id = 1),
      position bigint not null check (position >= 0),
      mac bytea not null check (length(mac) = 32),
      at timestamptz
    );
    insert into audit_head (position, mac) values (0, decode(repeat('00', 32), 'hex'));

    -- Who was forgotten, when, by whom, and what the law keeps of them. It opens the way for what is never deleted else.
    create table erasures (
      id uuid primary key default gen_random_uuid(),
      client_id uuid not null unique,
      at timestamptz not null,
      account_id uuid not null,
      kept jsonb not null
    );

    create function refuse_delete() returns trigger language plpgsql as $$
    begin
      raise exception 'Rows of % are never deleted', tg_table_name using errcode = 'restrict_violation';
    end $$;

    create trigger audit_entries_immutable before update on audit_entries
      for each row execute function refuse_update();
    create trigger audit_entries_kept before delete on audit_entries
      for each row execute function refuse_delete();
    create trigger audit_entries_not_emptied before truncate on audit_entries
      for each statement execute function refuse_delete();
    create trigger audit_head_kept before delete on audit_head for each row execute function refuse_delete();
    create trigger audit_head_not_emptied before truncate on audit_head
      for each statement execute function refuse_delete();
    create trigger audit_keys_kept before delete on audit_keys for each row execute function refuse_delete();
    create trigger audit_keys_not_emptied before truncate on audit_keys
      for each statement execute function refuse_delete();
    create trigger erasures_immutable before update on erasures for each row execute function refuse_update();
    create trigger erasures_kept before delete on erasures for each row execute function refuse_delete();
    create trigger erasures_not_emptied before truncate on erasures
      for each statement execute function refuse_delete();

    create function refuse_turning_back() returns trigger language plpgsql as $$
    begin
      if new.position <= old.position or new.id <> old.id then
        raise exception 'The head of the audit only moves on' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger audit_head_moves_on before update on audit_head
      for each row execute function refuse_turning_back();

    -- The same key, sealed anew with another sealing key: that and nothing else.
    create function refuse_other_audit_key() returns trigger language plpgsql as $$
    begin
      if (new.id, new.created_at) is distinct from (old.id, old.created_at)
        or (new.key_sealed is distinct from old.key_sealed
          and sealing_key_of(new.key_sealed) = sealing_key_of(old.key_sealed)) then
        raise exception 'The key of the audit is never changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger audit_keys_immutable before update on audit_keys
      for each row execute function refuse_other_audit_key();

    create function is_erased(client uuid) returns boolean
      language sql stable parallel safe
      return exists (select 1 from erasures e where e.client_id = client);

    create function refuse_delete_unless_erased() returns trigger language plpgsql as $$
    begin
      if not is_erased(old.client_id) then
        raise exception 'Rows of % are kept until their client is erased', tg_table_name
          using errcode = 'restrict_violation';
      end if;
      return old;
    end $$;
    create trigger responses_kept before delete on responses
      for each row when (old.sent_at is not null) execute function refuse_delete_unless_erased();
    create trigger consent_signatures_kept before delete on consent_signatures
      for each row execute function refuse_delete_unless_erased();

    -- What hangs on a response goes with a draft, and stays with what was sent.
    create function refuse_delete_of_sent_part() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from responses r where r.id = old.response_id and r.sent_at is not null)
        and not is_erased(old.client_id) then
        raise exception 'What belongs to a sent response is kept until its client is erased'
          using errcode = 'restrict_violation';
      end if;
      return old;
    end $$;
    create trigger scores_immutable before update on scores for each row execute function refuse_update();
    create trigger scores_kept before delete on scores
      for each row execute function refuse_delete_of_sent_part();
    create trigger raised_signs_kept before delete on raised_signs
      for each row execute function refuse_delete_of_sent_part();
    create trigger files_kept before delete on files
      for each row execute function refuse_delete_of_sent_part();

    create trigger responses_not_emptied before truncate on responses
      for each statement execute function refuse_delete();
    create trigger consent_signatures_not_emptied before truncate on consent_signatures
      for each statement execute function refuse_delete();
    create trigger scores_not_emptied before truncate on scores
      for each statement execute function refuse_delete();
    create trigger raised_signs_not_emptied before truncate on raised_signs
      for each statement execute function refuse_delete();
    create trigger files_not_emptied before truncate on files
      for each statement execute function refuse_delete();
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
