import type pg from 'pg'
import type { Query } from './capture.ts'

/** Which large tables the queries of a page read from end to end. */

const LARGE = 10_000

type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] }

const READS = /^\s*(\(|select|with)/i
const WRITES = /\b(insert into|update|delete from|for update)\b/i
const RUNS = /^\s*(\(|select|with|insert|update|delete)/i

/** Tables of more rows, by name. */
export async function largeTables(database: pg.Client): Promise<Set<string>> {
  const { rows } = await database.query<{ relname: string }>(
    `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples > ${LARGE}`,
  )
  return new Set(rows.map(({ relname }) => relname))
}

/** @returns "table: query" for each one: what is planned, and what happens within functions */
export async function findScans(
  database: pg.Client,
  queries: Query[],
  large: Set<string>,
): Promise<string[]> {
  const found = new Set<string>()
  let settings: string[] = []
  for (const { text, values } of queries) {
    if (text.startsWith('set local')) settings.push(text)
    if (/^(begin|commit|rollback)/i.test(text)) settings = []
    if (!RUNS.test(text)) continue
    const scanned = await apart(database, settings, async () => [
      ...(await planned(database, text, values)),
      ...(READS.test(text) && !WRITES.test(text) ? await counted(database, text, values) : []),
    ])
    for (const table of scanned)
      if (large.has(table)) found.add(`${table}: ${text.replace(/\s+/g, ' ').trim()}`)
  }
  return [...found]
}

/** In a transaction with the settings of the one it was in, that leaves nothing behind. */
async function apart<T>(database: pg.Client, settings: string[], act: () => Promise<T>): Promise<T> {
  await database.query(['begin', ...settings].join(';'))
  try {
    return await act()
  } finally {
    await database.query('rollback')
  }
}

async function planned(database: pg.Client, text: string, values: unknown[]): Promise<string[]> {
  const { rows } = await database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (format json) ${text}`,
    values,
  )
  return rows.flatMap((row) => scansIn(row['QUERY PLAN'][0].Plan))
}

const scansIn = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] ? [plan['Relation Name']] : []),
  ...(plan.Plans ?? []).flatMap(scansIn),
]

/** What this connection has read so far and not yet reported. */
async function readCounters(database: pg.Client): Promise<Map<string, number>> {
  const { rows } = await database.query<{ relname: string; scans: string }>(
    'select relname, seq_scan as scans from pg_stat_xact_user_tables where seq_scan > 0',
  )
  return new Map(rows.map(({ relname, scans }) => [relname, Number(scans)]))
}

/** The plan of a query does not show what its functions do; the counters do. */
async function counted(database: pg.Client, text: string, values: unknown[]): Promise<string[]> {
  const before = await readCounters(database)
  await database.query(text, values)
  const after = await readCounters(database)
  return [...after].filter(([table, scans]) => scans > (before.get(table) ?? 0)).map(([table]) => table)
}
