import type { Knex } from 'knex'
import type { Instant } from '../../clock.ts'
import { append, type Ledger, reachEnd, type Unplaced } from '../store.ts'

const BATCH = 2000

type Old = Omit<Unplaced, 'at'> & { id: number; at: Instant }

const oldSql = `
  select id, at, account_id as "accountId", role, action, client_id as "clientId", subject_id as "subjectId"
  from old_audit_entries where id > ? order by id limit ${BATCH}`

/**
 * Before the program opens: the chain has its key, and what was noted before there was a chain is its beginning, in the
 * order it was noted. Whatever stands among the old entries once the chain has begun was not written by us, and stays out.
 * @returns how many entries were taken over
 */
export const beginAudit = (ledger: Ledger, now: Instant): Promise<number> =>
  ledger.db.transaction(async (trx) => {
    const chain = { ...ledger, db: trx }
    let end = await reachEnd(chain, now, true)
    if (end.head.position > 0) return 0
    let after = 0
    for (;;) {
      const old = await listOld(trx, after)
      await append(chain, end, old.map(toChain))
      end = await reachEnd(chain, now, true)
      after = old.at(-1)?.id ?? after
      if (old.length < BATCH) break
    }
    await trx('old_audit_entries').del()
    return end.head.position
  })

async function listOld(trx: Knex, after: number): Promise<Old[]> {
  const { rows } = await trx.raw<{ rows: Old[] }>(oldSql, [after])
  return rows
}

const toChain = ({ id: _id, at, ...entry }: Old): Unplaced => ({ ...entry, at: at * 1000 })

/** Entries from before that still wait to be taken over. */
export async function countOld(db: Knex): Promise<number> {
  const { rows } = await db.raw<{ rows: [{ count: number }] }>(
    'select count(*) as count from old_audit_entries',
  )
  return rows[0].count
}
