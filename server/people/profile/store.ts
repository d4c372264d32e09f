import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import type { Instant } from '../../clock.ts'
import { type Fields, markOf } from '../../practice/meanwhile.ts'
import type { Sealer } from '../../sealing/seal.ts'

/** What a dietitian says of themselves, as the form shows it. */
export async function findProfile(db: Knex, dietitianId: string): Promise<Fields> {
  const row = await db('dietitians')
    .where({ id: dietitianId })
    .first('name', 'credentials', 'biography', 'video_url', 'daily_limit', 'zone')
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? '')]))
}

export type Profile = {
  name: string
  credentials: string
  biography: string
  video_url: string
  daily_limit: string
  zone: string
}

export type Saving = { dietitianId: string; accountId: string; profile: Profile; base: string }

/** @returns 'changed', and nothing is kept, when it was saved elsewhere meanwhile */
export const saveProfile = (
  { db, sealer }: { db: Knex; sealer: Sealer },
  { dietitianId, accountId, profile, base }: Saving,
  now: Instant,
): Promise<'saved' | 'changed'> =>
  db.transaction(async (trx) => {
    await trx('dietitians').where({ id: dietitianId }).forUpdate().select('id')
    if (markOf(await findProfile(trx, dietitianId)) !== base) return 'changed'
    const { video_url, daily_limit, ...rest } = profile
    await trx('dietitians')
      .where({ id: dietitianId })
      .update({
        ...rest,
        video_url: video_url || null,
        daily_limit: daily_limit === '' ? null : Number(daily_limit),
      })
    const entry = { accountId, action: 'profile.changed', clientId: null, subjectId: dietitianId } as const
    await recordAct({ db: trx, sealer }, entry, now)
    return 'saved'
  })
