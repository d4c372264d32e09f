import type { Knex } from 'knex'

const waitingSql = `
  select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`

/** Until some statement waits for what somebody else holds. */
export async function untilSomebodyWaits(db: Knex): Promise<void> {
  while ((await db.raw(waitingSql)).rows.length === 0);
}
