import type { Knex } from 'knex'
import { tables } from './database.ts'

const columnsSql = `
  select table_schema || '.' || table_name as name, string_agg(format('%I', column_name), ', ') as columns
  from information_schema.columns
  where is_generated = 'NEVER' and table_schema in ('public', 'pgboss') group by 1`

const copyOf = (table: string): string => `kept_rows.${table.replace('.', '_')}`

/** The end of the audit is one row that stays. */
const all = [...tables, 'audit_head']

/**
 * Remembers every row of every table. Bringing them back takes a fraction of what making them anew does: whoever was
 * signed in is so again, and all ids are what they were.
 * @returns what brings them back, and what forgets them
 */
export async function keepRows(db: Knex): Promise<{ restore(): Promise<void>; forget(): Promise<void> }> {
  const { rows } = await db.raw<{ rows: { name: string; columns: string }[] }>(columnsSql)
  const columns = new Map(rows.map((row) => [row.name.replace('public.', ''), row.columns]))
  const copies = all.map(
    (table) => `create unlogged table ${copyOf(table)} as select ${columns.get(table)} from ${table}`,
  )
  await db.raw(['drop schema if exists kept_rows cascade; create schema kept_rows', ...copies].join(';'))
  const { rows: used } = await db.raw<{ rows: { name: string }[] }>(
    all
      .map((table) => `select '${table}' as name where exists (select 1 from ${copyOf(table)})`)
      .join(' union all '),
  )
  const deletes = all.map((table) => `delete from ${table}`)
  const inserts = used.map(
    ({ name }) =>
      `insert into ${name} (${columns.get(name)}) overriding system value select ${columns.get(name)} from ${copyOf(name)}`,
  )
  const back = ['set local session_replication_role = replica', ...deletes, ...inserts].join(';')
  return {
    restore: async () => void (await db.raw(back)),
    forget: async () => void (await db.raw('drop schema kept_rows cascade')),
  }
}
