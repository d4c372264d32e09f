import path from 'node:path'
import type { Knex } from 'knex'

export const migrations = {
  directory: path.join(import.meta.dirname, '../../migrations'),
  loadExtensions: ['.ts'],
  tableName: 'migrations',
} satisfies Knex.MigratorConfig

/** Brings the schema up to date; several processes may start at once, knex lets one of them do it. */
export async function migrate(db: Knex): Promise<void> {
  await db.migrate.latest(migrations)
}

export async function isMigrated(db: Knex): Promise<boolean> {
  const [, pending] = (await db.migrate.list(migrations)) as [unknown[], unknown[]]
  return pending.length === 0
}
