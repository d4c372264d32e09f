import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import type { Instant } from '../../clock.ts'
import type { Sealer } from '../../sealing/seal.ts'

export type Logo = { content: Buffer; width: number; height: number }

/** A PNG by the hash that its public address has; undefined: not the logo of today. */
export async function findLogo(db: Knex, hash: string): Promise<Buffer | undefined> {
  const row = await db('practice').where({ logo_hash: hash }).first<{ logo: Buffer } | undefined>('logo')
  return row?.logo
}

/** @param logo null takes it away */
export const saveLogo = (
  { db, sealer }: { db: Knex; sealer: Sealer },
  { logo, accountId }: { logo: Logo | null; accountId: string },
  now: Instant,
): Promise<void> =>
  db.transaction(async (trx) => {
    await trx('practice').update({
      logo: logo?.content ?? null,
      logo_hash: logo ? hashOf(logo.content) : null,
      logo_width: logo?.width ?? null,
      logo_height: logo?.height ?? null,
    })
    const entry = { accountId, action: 'settings.changed', clientId: null, subjectId: null } as const
    await recordAct({ db: trx, sealer }, entry, now)
  })

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex').slice(0, 32)
