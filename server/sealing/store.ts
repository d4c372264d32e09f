import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import { type SealedColumn, sealedColumns } from './columns.ts'
import { KeyRefusal, type Sealer, Unreadable } from './seal.ts'

/**
 * Looks at the keys before anything is sealed or opened with them, and remembers the new ones by their fingerprints.
 * @throws {KeyRefusal} when values need a key that is not here, or a key is not the one that its id stood for so far
 */
export async function acceptKeys(db: Knex, sealer: Sealer, now: Instant): Promise<void> {
  await checkKeys(db, sealer)
  const rows = sealer.keyIds.map((id) => ({
    id,
    fingerprint: sealer.fingerprint(id),
    first_used_at: iso(now),
  }))
  await db('sealing_keys').insert(rows).onConflict('id').ignore()
  // Another process may have started with another key of that id at the same moment.
  refuseOtherKeys(sealer, await listFingerprints(db))
}

/** As `acceptKeys`, and remembers nothing. */
export async function checkKeys(db: Knex, sealer: Sealer): Promise<void> {
  const known = await listFingerprints(db)
  refuseOtherKeys(sealer, known)
  const used = await listUsedKeys(db)
  const lacking = used.filter((id) => !sealer.keyIds.includes(id))
  if (lacking.length > 0) throw new KeyRefusal(await lackingWords(db, lacking))
  for (const id of used.filter((id) => !known.has(id))) await tryKey(db, sealer, id)
}

function refuseOtherKeys(sealer: Sealer, known: Map<string, Buffer>): void {
  for (const id of sealer.keyIds) {
    const fingerprint = known.get(id)
    if (fingerprint && !fingerprint.equals(sealer.fingerprint(id))) throw new KeyRefusal(otherWords(id))
  }
}

const otherWords = (id: string): string =>
  `SEALING_KEYS has another key under the id ${id} than this database was sealed with: put the right one back, or give a new key an id of its own.`

async function lackingWords(db: Knex, ids: string[]): Promise<string> {
  const words = ids.map(async (id) => {
    const count = await countValues(db, id)
    const need = count === 1 ? 'which one value needs' : `which ${count.toLocaleString('en-US')} values need`
    return `the key ${id}, ${need}`
  })
  return `SEALING_KEYS lacks ${(await Promise.all(words)).join('; and ')}.`
}

/** The ids of the keys that this database has been used with, and what tells each from another. */
export async function listFingerprints(db: Knex): Promise<Map<string, Buffer>> {
  const rows = await db('sealing_keys').select<{ id: string; fingerprint: Buffer }[]>('id', 'fingerprint')
  return new Map(rows.map(({ id, fingerprint }) => [id, fingerprint]))
}

/** The ids of the keys that values need now. */
export async function listUsedKeys(db: Knex): Promise<string[]> {
  const lists = await Promise.all(sealedColumns.map((column) => listKeysOf(db, column)))
  return [...new Set(lists.flat())].sort()
}

const keysSql = `
  with recursive used (id) as (
    select ''
    union all
    select (select sealing_key_of(??) from ?? where sealing_key_of(??) > used.id order by sealing_key_of(??) limit 1)
    from used where used.id is not null)
  select id from used where id <> ''`

/** Hops from one id to the next in the index: as quick with a million values as with ten. */
export async function listKeysOf(db: Knex, { table, column }: SealedColumn): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(keysSql, [column, table, column, column])
  return rows.map(({ id }) => id)
}

export async function countValues(db: Knex, keyId: string): Promise<number> {
  const counts = await Promise.all(sealedColumns.map((column) => countValuesOf(db, column, keyId)))
  return counts.reduce((sum, count) => sum + count, 0)
}

export async function countValuesOf(db: Knex, { table, column }: SealedColumn, keyId: string) {
  const { rows } = await db.raw<{ rows: [{ count: number }] }>(
    'select count(*) as count from ?? where sealing_key_of(??) = ?',
    [table, column, keyId],
  )
  return rows[0].count
}

const TRIED = 5

/** Values from before keys had fingerprints tell themselves whether the key is theirs: one of a few has to open. */
async function tryKey(db: Knex, sealer: Sealer, keyId: string): Promise<void> {
  const lists = sealedColumns.map(async (column) => {
    const values = await listValues(db, column, { keyId, after: null, most: TRIED })
    return values.map((value) => canOpen(sealer, column, value))
  })
  if (!(await Promise.all(lists)).flat().includes(true)) throw new KeyRefusal(otherWords(keyId))
}

function canOpen(sealer: Sealer, { table, column }: SealedColumn, { row, sealed }: Value): boolean {
  try {
    sealer.open({ table, column, row }, sealed)
    return true
  } catch (error) {
    if (error instanceof Unreadable) return false
    throw error
  }
}

export type Value = { row: string; sealed: Buffer }

/** Values of one key in the order of their rows, after a row. */
export async function listValues(
  db: Knex,
  { table, column, key }: SealedColumn,
  { keyId, after, most }: { keyId: string; after: string | null; most: number },
): Promise<Value[]> {
  const later = after === null ? '' : 'and ?? > ?'
  const { rows } = await db.raw<{ rows: Value[] }>(
    `select ??::text as row, ?? as sealed from ??
     where sealing_key_of(??) = ? ${later} order by ?? limit ?`,
    [key, column, table, column, keyId, ...(after === null ? [] : [key, after]), key, most],
  )
  return rows
}

export type Resealed = Value & { fresh: Buffer }

/**
 * Puts fresh values in the place of old ones where these are still as they were read; whatever somebody else wrote
 * meanwhile stays. @returns how many were replaced
 */
export async function replaceValues(
  db: Knex,
  { table, column, key }: SealedColumn,
  values: Resealed[],
): Promise<number> {
  const type = await keyTypeOf(db, table, key)
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `update ?? t set ?? = v.fresh
     from unnest(?::${type}[], ?::bytea[], ?::bytea[]) as v (key, old, fresh)
     where t.?? = v.key and t.?? = v.old`,
    [
      table,
      column,
      values.map(({ row }) => row),
      values.map(({ sealed }) => sealed),
      values.map(({ fresh }) => fresh),
      key,
      column,
    ] as unknown as Knex.RawBinding[],
  )
  return rowCount
}

async function keyTypeOf(db: Knex, table: string, key: string): Promise<string> {
  const { rows } = await db.raw<{ rows: { type: string }[] }>(
    `select format_type(atttypid, null) as type from pg_attribute where attrelid = ?::regclass and attname = ?`,
    [table, key],
  )
  return rows[0]?.type ?? 'uuid'
}
