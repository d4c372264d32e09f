import type { Knex } from 'knex'
import { type Entry, type Ledger, recordReading } from '../../server/audit/store.ts'
import { verifyChain } from '../../server/audit/verifying/store.ts'
import type { Verdict } from '../../server/audit/verifying/walk.ts'
import { MINUTE } from '../../server/clock.ts'
import { NOW, sealer } from '../support/fixed.ts'

const uuid = (first: string, n: number) => `${first}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** An entry like any other, told from others by its number. */
export const entryOf = (n: number): Entry => ({
  accountId: uuid('a', n),
  action: n % 2 === 0 ? 'chart.read' : 'note.signed',
  clientId: n % 3 === 0 ? null : uuid('c', n),
  subjectId: uuid('5', n),
})

/** Puts so many entries at the end of the chain, one after the other, a minute apart. */
export async function fill(ledger: Ledger, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) await recordReading(ledger, entryOf(n), NOW + n * MINUTE)
}

/** Does to a table what the database never lets anybody do. */
export const tamper = (db: Knex, table: string, sql: string) =>
  db.raw(`alter table ${table} disable trigger user; ${sql}; alter table ${table} enable trigger user`)

/** What a walk through the whole chain says. */
export const walked = async (db: Knex, outside?: Verdict['head']): Promise<Verdict> =>
  (await verifyChain({ db, sealer }, { outside })) as Verdict
