import assert from 'node:assert/strict'
import type { Knex } from 'knex'

export type Dump = Record<string, string[]>

const listSql = `
  select table_schema || '.' || table_name as name from information_schema.tables
  where table_type = 'BASE TABLE' and (table_schema = 'public' or table_name = 'job')
  order by 1`

let names: Promise<string[]> | undefined

/** Every row of every table as text, the jobs that wait included: to see that nothing changed, or what holds a word. */
export async function dump(db: Knex, leaveOut: string[] = []): Promise<Dump> {
  names ??= db.raw<{ rows: { name: string }[] }>(listSql).then(({ rows }) => rows.map(({ name }) => name))
  const wanted = (await names).filter((name) => !leaveOut.includes(name.replace('public.', '')))
  const parts = wanted.map((name) => `select '${name}' as name, to_jsonb(t)::text as row from ${name} t`)
  const { rows } = await db.raw<{ rows: { name: string; row: string }[] }>(
    `${parts.join(' union all ')} order by 1, 2`,
  )
  const all: Dump = Object.fromEntries(wanted.map((name) => [name, []]))
  for (const { name, row } of rows) all[name]?.push(row)
  return all
}

/** How many rows each table has that has any. */
export const counts = (dumped: Dump): Record<string, number> =>
  Object.fromEntries(
    Object.entries(dumped)
      .filter(([, rows]) => rows.length > 0)
      .map(([name, rows]) => [name.replace('public.', ''), rows.length]),
  )

/** Another value as soon as any transaction wrote something: far quicker to ask for than a dump. */
export async function stamp(db: Knex): Promise<string> {
  const { rows } = await db.raw('select pg_snapshot_xmax(pg_current_snapshot())::text as at')
  return rows[0].at
}

/**
 * Does something, and sees that no row of any table is other than before. As long as nothing at all was written, that
 * takes no dump.
 */
export function unchanging(db: Knex, leaveOut: string[]): <T>(act: () => Promise<T>) => Promise<T> {
  let seen: { at: string; rows: Dump } | undefined
  const look = async () => {
    const at = await stamp(db)
    seen = seen?.at === at ? seen : { at, rows: await dump(db, leaveOut) }
    return seen.rows
  }
  return async (act) => {
    const before = await look()
    const result = await act()
    assert.deepEqual(await look(), before)
    return result
  }
}
