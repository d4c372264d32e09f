import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import type { Sealer } from '../sealing/seal.ts'
import type { Action } from './actions.ts'
import { type ChainEntry, chainOn, type Head, type Role } from './chain.ts'

/**
 * Who saw or changed what of whom, as a chain that nobody can change unseen. Two functions for the features:
 *
 *   recordReading(deps, entry, now)                   before something is shown; a statement of its own
 *   recordAct({ db: trx, sealer }, entry, now)        in the transaction of a change, as its LAST statement
 *
 * An act holds the end of the chain until its transaction ends, so what comes after it makes everybody else wait.
 */
export type Ledger = { db: Knex; sealer: Sealer }

export type Entry = {
  /** Who; null only for an operator at the command line. */
  accountId: string | null
  /** What they are; a dietitian when it is not said. */
  role?: Role
  action: Action
  /** Whose record it is about; null when it is about no client. */
  clientId: string | null
  /** The thing itself: the note, the appointment, … */
  subjectId: string | null
}

/** Who looked at whose record, and when: written before the record is shown. */
export async function recordReading(ledger: Ledger, entry: Entry, now: Instant): Promise<void> {
  if (await append(ledger, await reachEnd(ledger, now), [toChain(entry, now)])) return
  // Somebody else was quicker: take a turn.
  await ledger.db.transaction((trx) => recordAct({ ...ledger, db: trx }, entry, now))
}

/** Who did what to whose record: written in the transaction of the change, as its last statement. */
export async function recordAct(trx: Ledger, entry: Entry, now: Instant): Promise<void> {
  if (!(await append(trx, await reachEnd(trx, now, true), [toChain(entry, now)])))
    throw new Error('The end of the audit moved while it was held')
}

export type Unplaced = Omit<ChainEntry, 'position'>

const toChain = ({ accountId, role = 'dietitian', action, clientId, subjectId }: Entry, now: Instant) => ({
  at: now * 1000,
  accountId,
  role,
  action,
  clientId,
  subjectId,
})

const keyPlace = { table: 'audit_keys', column: 'key_sealed', row: '1' }

const endSql = `
  select h.position, h.mac, (select k.key_sealed from audit_keys k) as "keySealed"
  from audit_head h`

/** The key as an object: Node prepares bytes anew for each hash, which takes four times as long. */
export type End = { head: Head; key: KeyObject }

/**
 * Where the chain ends, and its key; null before it is made.
 * @throws {Unreadable} when the key can't be opened
 */
export async function findEnd({ db, sealer }: Ledger, isHeld = false) {
  const { rows } = await db.raw<{ rows: [Head & { keySealed: Buffer | null }] }>(
    isHeld ? `${endSql} for update of h` : endSql,
  )
  const { keySealed, ...head } = rows[0]
  return { head, key: keySealed && createSecretKey(sealer.openBytes(keyPlace, keySealed)) }
}

/** As `findEnd`; the key is made when there is none. `isHeld`: nobody else goes on until our transaction ends. */
export async function reachEnd(ledger: Ledger, now: Instant, isHeld = false): Promise<End> {
  const { head, key } = await findEnd(ledger, isHeld)
  if (key) return { head, key }
  await makeKey(ledger, now)
  return reachEnd(ledger, now, isHeld)
}

/** The key of the chain, random and sealed: a copy of the database alone can't forge an entry. Made once. */
async function makeKey({ db, sealer }: Ledger, now: Instant): Promise<void> {
  const key_sealed = sealer.seal(keyPlace, randomBytes(32))
  await db('audit_keys')
    .insert({ id: 1, key_sealed, created_at: iso(now) })
    .onConflict('id')
    .ignore()
}

const appendSql = `
  with moved as (
    update audit_head set position = ?, mac = ?, at = ? where position = ? returning position)
  insert into audit_entries (position, at, account_id, role, action, client_id, subject_id, mac)
  select e.* from moved, unnest(?::bigint[], ?::timestamptz[], ?::uuid[], ?::text[], ?::text[], ?::uuid[], ?::uuid[],
    ?::bytea[]) as e`

/** Puts entries behind the head that was read. @returns false, and nothing is written, when it has moved since */
export async function append({ db }: Ledger, { head, key }: End, entries: Unplaced[]): Promise<boolean> {
  const linked = chainOn(key, head, entries)
  const last = linked.at(-1)
  if (!last) return true
  const times = linked.map(({ at }) => iso(at / 1000))
  const { rowCount } = await db.raw<{ rowCount: number }>(appendSql, [
    last.position,
    last.mac,
    times.at(-1),
    head.position,
    linked.map(({ position }) => position),
    times,
    linked.map(({ accountId }) => accountId),
    linked.map(({ role }) => role),
    linked.map(({ action }) => action),
    linked.map(({ clientId }) => clientId),
    linked.map(({ subjectId }) => subjectId),
    linked.map(({ mac }) => mac),
  ] as unknown as Knex.RawBinding[])
  return rowCount > 0
}
