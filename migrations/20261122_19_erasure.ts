import type { Knex } from 'knex'

// How long the law has a practice keep what was signed, when a client is deleted: from the day it was signed.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table practice
      add column keeps_records_years integer not null default 7 check (keeps_records_years between 1 and 50);
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
