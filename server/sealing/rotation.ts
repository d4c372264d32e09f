import type { Knex } from 'knex'
import { isTaken } from '../database/refusals.ts'
import type { SealedColumn } from './columns.ts'
import { type Place, type Sealer, Unreadable } from './seal.ts'
import { listKeysOf, listValues, type Resealed, replaceValues, type Value } from './store.ts'

const BATCH = 200
/** A process that still seals with an old key would keep us busy for ever. */
const MOST_PASSES = 5

export type Rotation = {
  db: Knex
  sealer: Sealer
  stop?: AbortSignal
  /** Called after each batch with how many values of the column were sealed anew so far. */
  report?(column: SealedColumn, done: number): void
}

export type Outcome = {
  done: number
  /** What could not be opened, and was left as it is. */
  unreadable: Place[]
}

/**
 * Seals every value of a column anew that another than the first key has sealed, a batch at a time. What others write
 * meanwhile is never lost: a value is replaced only where it still is as it was read, and looked at again otherwise.
 * Can be stopped after any batch; the next run goes on with what is left.
 */
export async function rotateColumn(rotation: Rotation, column: SealedColumn): Promise<Outcome> {
  const outcome: Outcome = { done: 0, unreadable: [] }
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const before = outcome.done
    outcome.unreadable = []
    for (const keyId of await listOldKeys(rotation, column)) await rotateKey(rotation, column, keyId, outcome)
    if (outcome.done === before || rotation.stop?.aborted) break
  }
  return outcome
}

async function listOldKeys({ db, sealer }: Rotation, column: SealedColumn): Promise<string[]> {
  const [first] = sealer.keyIds
  return (await listKeysOf(db, column)).filter((id) => id !== first)
}

async function rotateKey(rotation: Rotation, column: SealedColumn, keyId: string, outcome: Outcome) {
  let after: string | null = null
  while (!rotation.stop?.aborted) {
    const values: Value[] = await listValues(rotation.db, column, {
      keyId,
      after,
      most: column.batch ?? BATCH,
    })
    if (values.length === 0) return
    const fresh = values.flatMap((value) => resealed(rotation.sealer, column, value, outcome))
    outcome.done += await replace(rotation.db, column, fresh)
    after = values.at(-1)?.row ?? null
    rotation.report?.(column, outcome.done)
  }
}

function resealed(
  sealer: Sealer,
  { table, column }: SealedColumn,
  value: Value,
  outcome: Outcome,
): Resealed[] {
  const place = { table, column, row: value.row }
  try {
    return [{ ...value, fresh: sealer.seal(place, sealer.openBytes(place, value.sealed)) }]
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    outcome.unreadable.push(place)
    return []
  }
}

/** Rivals who wait for each other's rows: nothing of the batch is written, and the next pass finds it again. */
async function replace(db: Knex, column: SealedColumn, values: Resealed[]): Promise<number> {
  try {
    return values.length === 0 ? 0 : await replaceValues(db, column, values)
  } catch (error) {
    if (isTaken(error)) return 0
    throw error
  }
}
