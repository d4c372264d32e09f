import type { Knex } from 'knex'

// What a dietitian notes for themselves beside their time off may be about their own health: it is sealed like all of it.
// Until now only the sample wrote one.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table time_off drop column reason, add column reason_sealed bytea check (length(reason_sealed) <= 10000);
    create index time_off_reason_sealed_key on time_off (sealing_key_of(reason_sealed), id)
      where reason_sealed is not null;
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
