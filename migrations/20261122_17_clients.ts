import type { Knex } from 'knex'

// Searched by words as people write them: without accents, case and apostrophes. unaccent() is only stable, for somebody
// could change its rules; we name the dictionary and never do, so that what is made of it can be kept and indexed.
// In "search" each word begins after a blank: '% an%' finds words that begin with "an", and the index helps.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create extension if not exists pg_trgm;
    create extension if not exists unaccent;

    create function folded(words text) returns text language sql immutable strict parallel safe
      return lower(translate(unaccent('unaccent'::regdictionary, normalize(words, NFC)), $$'’‘ʼ\`´"$$, ''));

    alter table clients
      add column pronouns text not null default '' check (length(pronouns) <= 60),
      add column born_on date check (born_on between '1900-01-01' and '2200-01-01'),
      add column revision integer not null default 0 check (revision >= 0),
      add column sort_name text generated always as (folded(name)) stored,
      add column search text generated always as
        (' ' || folded(name) || ' ' || folded(email) || ' ' || regexp_replace(phone, '\\D', '', 'g')) stored;
    create index clients_by_name on clients (sort_name collate "C", id) include (dietitian_id, archived_at);
    create index clients_archived on clients (sort_name collate "C", id) where archived_at is not null;
    create index clients_search on clients using gin (search gin_trgm_ops);

    create index appointments_kept on appointments (client_id) where state = 'kept';
    create index appointments_coming on appointments (client_id, starts_at) where state = 'booked';
    create index appointments_seen on appointments (dietitian_id, client_id)
      where client_id is not null and state not in ('held', 'lapsed');
    create index files_client on files (client_id, created_at desc, id);

    -- Whoever has an appointment to come is no longer put away, however it was booked.
    create function bring_back_client() returns trigger language plpgsql as $$
    begin
      update clients set archived_at = null, revision = revision + 1
      where id = new.client_id and archived_at is not null;
      return null;
    end $$;
    create trigger appointments_bring_back after insert or update of state on appointments
      for each row when (new.state = 'booked') execute function bring_back_client();

    alter table sent_mails
      add column client_id uuid references clients on delete set null,
      add column subject text;
    create index sent_mails_client on sent_mails (client_id, sent_at desc, key) where client_id is not null;
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
