import type { Knex } from 'knex'
import { type Instant, iso } from '../../clock.ts'
import type { Jobs } from '../../jobs/worker.ts'
import { credentialIdOf, type Passkey, readSigned, type Site } from './ceremony.ts'

export const MOST_PASSKEYS = 20

const columns = {
  id: 'id',
  accountId: 'account_id',
  credentialId: 'credential_id',
  publicKey: 'public_key',
  counter: 'counter',
  transports: 'transports',
}

type Listed = Passkey & { name: string; createdAt: Instant; usedAt: Instant | null }

export const listPasskeys = (db: Knex, accountId: string): Promise<Listed[]> =>
  db('passkeys')
    .where({ account_id: accountId })
    .orderBy(['created_at', 'id'])
    .select({ ...columns, name: 'name', createdAt: 'created_at', usedAt: 'used_at' })

async function findPasskey(db: Knex, credentialId: string): Promise<Passkey | undefined> {
  const found = await db('passkeys').where({ credential_id: credentialId }).first(columns)
  return found && { ...found, publicKey: new Uint8Array(found.publicKey) }
}

/** Adds it, and the person gets a mail. @throws a unique violation when it is known already, whosever it is */
export async function insertPasskey(
  db: Knex,
  jobs: Jobs,
  passkey: Omit<Passkey, 'id'> & { name: string },
  now: Instant,
): Promise<void> {
  const { accountId, credentialId, publicKey, counter, transports, name } = passkey
  await db.transaction(async (trx) => {
    await trx('passkeys').insert({
      account_id: accountId,
      credential_id: credentialId,
      public_key: Buffer.from(publicKey),
      counter,
      transports,
      name,
      created_at: iso(now),
    })
    await jobs.publish(trx, 'account.changed', { accountId, what: 'passkey-added', at: now })
  })
}

/**
 * Whose passkey has signed the challenge for this site.
 * @returns the account's id, or undefined when none of ours did
 */
export async function findSigner(
  db: Knex,
  site: Site,
  answer: { challenge: string | undefined; response: string },
  now: Instant,
): Promise<string | undefined> {
  const credentialId = credentialIdOf(answer.response)
  const passkey = credentialId && (await findPasskey(db, credentialId))
  if (!passkey || !answer.challenge) return undefined
  const counter = await readSigned(site, answer.challenge, answer.response, passkey)
  if (counter === undefined) return undefined
  return (await noteUse(db, passkey.id, counter, now)) ? passkey.accountId : undefined
}

/** A counter that does not go on is a copy of the passkey at work. Those that don't count stay at 0. @returns whether it is taken */
async function noteUse(db: Knex, id: string, counter: number, now: Instant): Promise<boolean> {
  const noted = await db('passkeys')
    .where({ id })
    .where((query) =>
      query
        .where('counter', '<', counter)
        .orWhere((still) => still.where({ counter: 0 }).whereRaw('? = 0', [counter])),
    )
    .update({ counter, used_at: iso(now) })
  return noted > 0
}

/** @returns whether there was one, of this account */
export async function removePasskey(
  db: Knex,
  jobs: Jobs,
  passkey: { accountId: string; id: string },
  now: Instant,
): Promise<boolean> {
  const { accountId, id } = passkey
  return db.transaction(async (trx) => {
    if ((await trx('passkeys').where({ account_id: accountId, id }).del()) === 0) return false
    await jobs.publish(trx, 'account.changed', { accountId, what: 'passkey-removed', at: now })
    return true
  })
}
