import type { Knex } from 'knex'
import { endSessionsWithoutFactor } from '../accounts/sessions/store.ts'
import { recordAct } from '../audit/store.ts'
import type { Instant } from '../clock.ts'
import { type Fields, markOf } from '../practice/meanwhile.ts'
import type { Sealer } from '../sealing/seal.ts'
import { type GroupName, groups, type Row } from './groups.ts'

/** The settings of a group as its form shows them. */
export async function findSettings(db: Knex, name: GroupName): Promise<Fields> {
  const { columns, toFields } = groups[name]
  return toFields(await db('practice').first(...columns))
}

export type Saving = {
  group: GroupName
  row: Row
  /** The mark of what was before whoever saves. */
  base: string
  accountId: string
  /** The session that goes on when others end. */
  sid: string
}

/** @returns 'changed', and nothing is kept, when somebody else has saved these settings meanwhile */
export const saveSettings = (
  { db, sealer }: { db: Knex; sealer: Sealer },
  { group, row, base, accountId, sid }: Saving,
  now: Instant,
): Promise<'saved' | 'changed'> =>
  db.transaction(async (trx) => {
    await trx.raw('select 1 from practice for update')
    if (markOf(await findSettings(trx, group)) !== base) return 'changed'
    await trx('practice').update(row)
    if (row.require_second_factor === true) await endSessionsWithoutFactor(trx, sid)
    const entry = { accountId, action: groups[group].action, clientId: null, subjectId: null }
    await recordAct({ db: trx, sealer }, entry, now)
    return 'saved'
  })
