import type { Knex } from 'knex'

// Two things that lists ask of every client, kept beside them by triggers, so that a list finds its page in the order of
// an index, however many others there are: whether a client has ever kept an appointment, and to whom they come (as
// may_see_chart() says it of a dietitian who does not see all charts).
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table clients add column is_active boolean not null default false;
    update clients c set is_active = true
      where exists (select 1 from appointments a where a.client_id = c.id and a.state = 'kept');
    create index clients_prospective on clients (sort_name collate "C", id) include (dietitian_id)
      where not is_active and archived_at is null;

    create index raised_signs_waiting on raised_signs (client_id, kind) where acknowledged_at is null;

    create function note_kept_appointment() returns trigger language plpgsql as $$
    begin
      update clients c set is_active = not c.is_active
      where c.id in (old.client_id, new.client_id) and c.is_active <> exists (
        select 1 from appointments a where a.client_id = c.id and a.state = 'kept');
      return null;
    end $$;
    create trigger appointments_kept_first after insert on appointments
      for each row when (new.state = 'kept') execute function note_kept_appointment();
    create trigger appointments_kept_removed after delete on appointments
      for each row when (old.state = 'kept') execute function note_kept_appointment();
    create trigger appointments_kept_or_not after update of state, client_id on appointments
      for each row when (old.state = 'kept' or new.state = 'kept') execute function note_kept_appointment();

    create table own_clients (
      dietitian_id uuid not null references dietitians on delete cascade,
      client_id uuid not null references clients on delete cascade,
      primary key (dietitian_id, client_id)
    );
    create index own_clients_client on own_clients (client_id);
    insert into own_clients (dietitian_id, client_id)
      select dietitian_id, id from clients where dietitian_id is not null
      union
      select dietitian_id, client_id from appointments where client_id is not null and state not in ('held', 'lapsed');

    create function settle_own_client(dietitian uuid, client uuid) returns void language plpgsql as $$
    begin
      if exists (select 1 from clients c where c.id = client and c.dietitian_id = dietitian)
        or exists (select 1 from appointments a
          where a.dietitian_id = dietitian and a.client_id = client and a.state not in ('held', 'lapsed')) then
        insert into own_clients (dietitian_id, client_id) values (dietitian, client) on conflict do nothing;
      else
        delete from own_clients where dietitian_id = dietitian and client_id = client;
      end if;
    end $$;

    create function settle_client_of_appointment() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' then
        perform settle_own_client(old.dietitian_id, old.client_id);
      end if;
      if tg_op = 'INSERT' or (tg_op = 'UPDATE'
        and (new.dietitian_id, new.client_id) is distinct from (old.dietitian_id, old.client_id)) then
        perform settle_own_client(new.dietitian_id, new.client_id);
      end if;
      return null;
    end $$;
    create trigger appointments_own_client after insert on appointments
      for each row when (new.client_id is not null and new.state not in ('held', 'lapsed'))
      execute function settle_client_of_appointment();
    create trigger appointments_own_client_removed after delete on appointments
      for each row when (old.client_id is not null and old.state not in ('held', 'lapsed'))
      execute function settle_client_of_appointment();
    create trigger appointments_own_client_changed after update of dietitian_id, client_id, state on appointments
      for each row when ((old.dietitian_id, old.client_id, old.state in ('held', 'lapsed'))
        is distinct from (new.dietitian_id, new.client_id, new.state in ('held', 'lapsed')))
      execute function settle_client_of_appointment();

    create function settle_dietitian_of_client() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        perform settle_own_client(old.dietitian_id, old.id);
      end if;
      perform settle_own_client(new.dietitian_id, new.id);
      return null;
    end $$;
    create trigger clients_own after insert on clients
      for each row when (new.dietitian_id is not null) execute function settle_dietitian_of_client();
    create trigger clients_own_changed after update of dietitian_id on clients
      for each row when (old.dietitian_id is distinct from new.dietitian_id)
      execute function settle_dietitian_of_client();
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
