import { createSecretKey } from 'node:crypto'
import type { Knex } from 'knex'
import type { Head } from '../chain.ts'
import { findEnd, type Ledger } from '../store.ts'
import { type Kept, startWalk, type Verdict } from './walk.ts'

const BATCH = 20_000

// Microseconds as they are kept: a change too small for milliseconds is one too.
const entriesSql = `
  select position, (extract(epoch from at) * 1000000)::bigint as at, account_id as "accountId", role, action,
    client_id as "clientId", subject_id as "subjectId", mac
  from audit_entries where position > ? order by position limit ${BATCH}`

async function listEntries(db: Knex, after: number): Promise<Kept[]> {
  const { rows } = await db.raw<{ rows: Kept[] }>(entriesSql, [after])
  return rows
}

/** @param outside the head as it is known outside the database; `report` hears how many entries were followed so far */
export type Wish = { outside: Head | undefined; report?(count: number): void }

/**
 * Follows the whole chain as it stands at one moment, also while others add to it.
 * @throws {Unreadable} when its key can't be opened
 * @returns undefined when there are entries and no key, so that nothing can be said of them
 */
export const verifyChain = (ledger: Ledger, { outside, report }: Wish): Promise<Verdict | undefined> =>
  ledger.db.transaction(
    async (trx) => {
      const { head, key } = await findEnd({ ...ledger, db: trx })
      if (!key && (head.position > 0 || (await listEntries(trx, 0)).length > 0)) return undefined
      const walk = startWalk(key ?? createSecretKey(Buffer.alloc(32)), outside)
      let after = 0
      let count = 0
      for (;;) {
        const entries = await listEntries(trx, after)
        walk.take(entries)
        count += entries.length
        report?.(count)
        const last = entries.at(-1)
        if (!last || entries.length < BATCH || walk.isHopeless()) return walk.end(head)
        after = last.position
      }
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  )
