import type { Knex } from 'knex'
import { type Instant, iso } from '../../clock.ts'
import type { Jobs } from '../../jobs/worker.ts'
import type { Sealer } from '../../sealing/seal.ts'
import { hashCode, makeCodes } from './recovery.ts'
import { makeSecret, stepOfCode } from './totp.ts'

/** What a dietitian's sign-in asks for beside the password. */
export type Factors = { hasApp: boolean; hasPasskey: boolean; isRequired: boolean }

export async function findFactors(db: Knex, accountId: string): Promise<Factors> {
  const { rows } = await db.raw<{ rows: Factors[] }>(
    `select exists (select 1 from authenticators where account_id = a.id and confirmed_at is not null) as "hasApp",
       exists (select 1 from passkeys where account_id = a.id) as "hasPasskey",
       a.role = 'dietitian' and (select require_second_factor from practice) as "isRequired"
     from accounts a where a.id = ?`,
    [accountId],
  )
  return rows[0] ?? { hasApp: false, hasPasskey: false, isRequired: true }
}

export const hasFactor = ({ hasApp, hasPasskey }: Factors): boolean => hasApp || hasPasskey

type AppRow = { id: string; secret_sealed: Buffer }

const placeOf = (id: string) => ({ table: 'authenticators', column: 'secret_sealed', row: id })

/** The secret of the app that is being set up, made when there is none; it counts only once a code of it was typed. */
export async function findOrMakeSecret(
  db: Knex,
  sealer: Sealer,
  accountId: string,
  now: Instant,
): Promise<string> {
  const known = await findApp(db, accountId, false)
  if (known) return sealer.open(placeOf(known.id), known.secret_sealed)
  const id = crypto.randomUUID()
  const secret = makeSecret()
  await db('authenticators')
    .insert({
      id,
      account_id: accountId,
      secret_sealed: sealer.seal(placeOf(id), secret),
      created_at: iso(now),
    })
    .onConflict(db.raw('(account_id, (confirmed_at is null))'))
    .ignore()
  const kept = (await findApp(db, accountId, false)) as AppRow
  return sealer.open(placeOf(kept.id), kept.secret_sealed)
}

const findApp = (db: Knex, accountId: string, isConfirmed: boolean): Promise<AppRow | undefined> =>
  db('authenticators')
    .where({ account_id: accountId })
    .whereRaw(`(confirmed_at is null) = ?`, [!isConfirmed])
    .first<AppRow | undefined>('id', 'secret_sealed')

/** The first code of a new app makes it the one that counts, instead of the one before. @returns whether it fits */
export async function confirmApp(
  db: Knex,
  { sealer, jobs }: { sealer: Sealer; jobs: Jobs },
  typed: { accountId: string; code: string },
  now: Instant,
): Promise<boolean> {
  const { accountId, code } = typed
  const app = await findApp(db, accountId, false)
  const step = app && stepOfCode(sealer.open(placeOf(app.id), app.secret_sealed), code, now)
  if (!app || step === undefined) return false
  return db.transaction(async (trx) => {
    await trx('authenticators').where({ account_id: accountId }).whereNotNull('confirmed_at').del()
    const changed = await trx('authenticators')
      .where({ id: app.id })
      .whereNull('confirmed_at')
      .update({ confirmed_at: iso(now), last_step: step })
    if (changed > 0) await jobs.publish(trx, 'account.changed', { accountId, what: 'app', at: now })
    return changed > 0
  })
}

/** A code counts once: its step must be later than the last one that was taken, also when two come at the same time. */
export async function takeCode(
  db: Knex,
  sealer: Sealer,
  typed: { accountId: string; code: string },
  now: Instant,
): Promise<boolean> {
  const app = await findApp(db, typed.accountId, true)
  const step = app && stepOfCode(sealer.open(placeOf(app.id), app.secret_sealed), typed.code, now)
  if (!app || step === undefined) return false
  const taken = await db('authenticators')
    .where({ id: app.id })
    .where((query) => query.whereNull('last_step').orWhere('last_step', '<', step))
    .update({ last_step: step })
  return taken > 0
}

export async function removeApp(db: Knex, jobs: Jobs, accountId: string, now: Instant): Promise<void> {
  await db.transaction(async (trx) => {
    await trx('authenticators').where({ account_id: accountId }).del()
    await jobs.publish(trx, 'account.changed', { accountId, what: 'app-removed', at: now })
  })
}

/** Ten new ones; those before are worth nothing any more. @returns the codes, which are kept as hashes only */
export async function replaceRecoveryCodes(
  db: Knex,
  jobs: Jobs,
  accountId: string,
  now: Instant,
): Promise<string[]> {
  const codes = makeCodes()
  const rows = codes.map((code) => ({
    account_id: accountId,
    code_hash: hashCode(code),
    created_at: iso(now),
  }))
  await db.transaction(async (trx) => {
    await trx('recovery_codes').where({ account_id: accountId }).del()
    await trx('recovery_codes').insert(rows)
    await jobs.publish(trx, 'account.changed', { accountId, what: 'codes', at: now })
  })
  return codes
}

export async function takeRecoveryCode(
  db: Knex,
  typed: { accountId: string; code: string },
  now: Instant,
): Promise<boolean> {
  const taken = await db('recovery_codes')
    .where({ account_id: typed.accountId, code_hash: hashCode(typed.code) })
    .whereNull('used_at')
    .update({ used_at: iso(now) })
  return taken > 0
}
