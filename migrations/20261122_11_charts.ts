import type { Knex } from 'knex'

// Whose charts a dietitian may see: all of the practice's, or those of the clients who come to them or are their own.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table dietitians
      add column sees_all_charts boolean not null default true,
      add column is_owner boolean not null default true;

    alter table clients
      add column dietitian_id uuid references dietitians,
      add column archived_at timestamptz;
    create index clients_dietitian on clients (dietitian_id) where dietitian_id is not null;

    create function may_see_chart(dietitian uuid, client uuid) returns boolean
      language sql stable parallel safe
      return exists (
        select 1 from dietitians d where d.id = dietitian and (d.sees_all_charts
          or exists (select 1 from clients c where c.id = client and c.dietitian_id = d.id)
          or exists (select 1 from appointments a
            where a.client_id = client and a.dietitian_id = d.id and a.state not in ('held', 'lapsed'))));
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
