import type { Knex } from 'knex'

// Anybody can book under anybody's e-mail address, a dietitian of the practice too: an appointment opens the chart of its
// client to its dietitian only once it is sure that the client wants it. The practice places what it may see, a first
// booking makes its own client, and later the client confirms; only a booking by the public pages begins unproved, and
// says so itself. What was booked until now opened the chart, and goes on to.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table appointments add column opens_chart boolean not null default true;

    create or replace function may_see_chart(dietitian uuid, client uuid) returns boolean
      language sql stable parallel safe
      return exists (
        select 1 from dietitians d where d.id = dietitian and (d.sees_all_charts
          or exists (select 1 from clients c where c.id = client and c.dietitian_id = d.id)
          or exists (select 1 from appointments a
            where a.client_id = client and a.dietitian_id = d.id and a.opens_chart
              and a.state not in ('held', 'lapsed'))));

    create or replace function settle_own_client(dietitian uuid, client uuid) returns void language plpgsql as $$
    begin
      if exists (select 1 from clients c where c.id = client and c.dietitian_id = dietitian)
        or exists (select 1 from appointments a
          where a.dietitian_id = dietitian and a.client_id = client and a.opens_chart
            and a.state not in ('held', 'lapsed')) then
        insert into own_clients (dietitian_id, client_id) values (dietitian, client) on conflict do nothing;
      else
        delete from own_clients where dietitian_id = dietitian and client_id = client;
      end if;
    end $$;

    create or replace trigger appointments_own_client after insert on appointments
      for each row when (new.client_id is not null and new.opens_chart and new.state not in ('held', 'lapsed'))
      execute function settle_client_of_appointment();
    create or replace trigger appointments_own_client_removed after delete on appointments
      for each row when (old.client_id is not null and old.opens_chart and old.state not in ('held', 'lapsed'))
      execute function settle_client_of_appointment();
    create or replace trigger appointments_own_client_changed
      after update of dietitian_id, client_id, state, opens_chart on appointments
      for each row when ((old.dietitian_id, old.client_id, old.opens_chart and old.state not in ('held', 'lapsed'))
        is distinct from (new.dietitian_id, new.client_id, new.opens_chart and new.state not in ('held', 'lapsed')))
      execute function settle_client_of_appointment();

    -- Whoever is being put away at this very moment is waited for: else neither would see what the other does.
    create or replace function bring_back_client() returns trigger language plpgsql as $$
    begin
      perform 1 from clients where id = new.client_id for no key update;
      update clients set archived_at = null, revision = revision + 1
      where id = new.client_id and archived_at is not null;
      return null;
    end $$;
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
