import type { Knex } from 'knex'

// daily_limit counts the type's own appointments of a dietitian's day; that of the dietitian counts all of them.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table appointment_types
      add column daily_limit integer check (daily_limit between 1 and 100),
      add column practice_only boolean not null default false,
      add column revision integer not null default 0 check (revision >= 0),
      add constraint appointment_types_who check (not (listed and practice_only));
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
