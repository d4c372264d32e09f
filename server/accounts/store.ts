import type { Knex } from 'knex'
import { HOUR, type Instant, iso, MINUTE } from '../clock.ts'
import type { Jobs } from '../jobs/worker.ts'
import { hashToken, makeToken } from '../sealing/seal.ts'
import type { Account } from '../web/access.ts'
import { isAlive, isSeenLongAgo, type Limits } from '../web/session.ts'

type Row = {
  id: string
  role: Account['role']
  dietitian_id: string | null
  client_id: string | null
  is_owner: boolean
  name: string
}

const columns =
  'a.id, a.role, d.id as dietitian_id, c.id as client_id, coalesce(d.is_owner, false) as is_owner, coalesce(d.name, c.name, a.email) as name'

const joined = `
  left join dietitians d on d.account_id = a.id
  left join clients c on c.account_id = a.id`

const toAccount = (row: Row): Account => ({
  id: row.id,
  role: row.role,
  dietitianId: row.dietitian_id,
  clientId: row.client_id,
  isOwner: row.is_owner,
  name: row.name,
})

/** A disabled account is nobody. */
export async function findAccount(db: Knex, id: string): Promise<Account | undefined> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select ${columns} from accounts a ${joined} where a.disabled_at is null and a.id = ?`,
    [id],
  )
  return rows[0] && toAccount(rows[0])
}

type SessionRow = Row & { created_at: Instant; seen_at: Instant | null }

/**
 * Who a session stands for; nobody as soon as the account is disabled, the session is ended, or was left alone for
 * too long. Notes once a minute that it was seen.
 */
export async function findSignedIn(
  db: Knex,
  session: { sid: string; accountId: string; limits: Limits },
  now: Instant,
): Promise<Account | undefined> {
  const { rows } = await db.raw<{ rows: SessionRow[] }>(
    `select ${columns}, coalesce((s.sess ->> 'createdAt')::bigint, 0) as created_at, s.seen_at
     from accounts a join sessions s on s.account_id = a.id ${joined}
     where a.disabled_at is null and a.id = ? and s.sid = ?`,
    [session.accountId, session.sid],
  )
  const [row] = rows
  if (!row) return undefined
  const seenAt = row.seen_at ?? row.created_at
  if (!isAlive(session.limits[row.role], { createdAt: row.created_at, seenAt }, now)) {
    await db('sessions').where({ sid: session.sid }).del()
    return undefined
  }
  if (isSeenLongAgo(seenAt, now))
    await db('sessions')
      .where({ sid: session.sid })
      .update({ seen_at: iso(now) })
  return toAccount(row)
}

export async function findAccountByEmail(
  db: Knex,
  email: string,
): Promise<{ account: Account; passwordHash: string | null } | undefined> {
  const { rows } = await db.raw<{ rows: (Row & { password_hash: string | null })[] }>(
    `select ${columns}, a.password_hash from accounts a ${joined}
     where a.disabled_at is null and lower(a.email) = lower(?)`,
    [email],
  )
  return rows[0] && { account: toAccount(rows[0]), passwordHash: rows[0].password_hash }
}

export type NewAccount = { role: Account['role']; email: string; passwordHash: string | null }

/** @throws a unique violation when the e-mail has an account already */
export async function insertAccount(db: Knex, account: NewAccount, now: Instant): Promise<string> {
  const { role, email, passwordHash } = account
  const row = { role, email, password_hash: passwordHash, created_at: iso(now) }
  const [inserted] = await db('accounts').insert(row).returning<{ id: string }[]>('id')
  return (inserted as { id: string }).id
}

/** How this account can prove who it is. */
export type Ways = {
  email: string
  /** In which the person's own times are told. */
  zone: string
  passwordHash: string | null
  hasApp: boolean
  passkeys: number
  recoveryCodes: number
}

export async function findWays(db: Knex, accountId: string): Promise<Ways> {
  const { rows } = await db.raw<{ rows: Ways[] }>(
    `select a.email, coalesce(d.zone, c.zone, p.zone) as zone, a.password_hash as "passwordHash",
       exists (select 1 from authenticators t where t.account_id = a.id and t.confirmed_at is not null) as "hasApp",
       (select count(*) from passkeys k where k.account_id = a.id) as passkeys,
       (select count(*) from recovery_codes r where r.account_id = a.id and r.used_at is null) as "recoveryCodes"
     from accounts a ${joined} cross join practice p where a.id = ?`,
    [accountId],
  )
  if (!rows[0]) throw new Error('No such account')
  return rows[0]
}

type PasswordChange = { accountId: string; passwordHash: string; exceptSid: string }

/** Whoever is signed in elsewhere is signed out, and the person gets a mail. */
export async function setPassword(db: Knex, jobs: Jobs, change: PasswordChange, now: Instant): Promise<void> {
  const { accountId, passwordHash, exceptSid } = change
  await db.transaction(async (trx) => {
    await trx('accounts').where({ id: accountId }).update({ password_hash: passwordHash })
    await revokeSessions(trx, accountId, exceptSid)
    await jobs.publish(trx, 'account.changed', { accountId, what: 'password', at: now })
  })
}

/** For whoever runs the practice: a new password, no second factor any more, and signed out everywhere. */
export async function recoverAccount(
  db: Knex,
  jobs: Jobs,
  { accountId, passwordHash }: { accountId: string; passwordHash: string },
  now: Instant,
): Promise<void> {
  await db.transaction(async (trx) => {
    await trx('accounts').where({ id: accountId }).update({ password_hash: passwordHash })
    for (const table of ['authenticators', 'passkeys', 'recovery_codes'])
      await trx(table).where({ account_id: accountId }).del()
    await revokeSessions(trx, accountId)
    await jobs.publish(trx, 'account.changed', { accountId, what: 'password', at: now })
  })
}

/** Ends where this account is signed in, at once and on every process. @param exceptSid the one that stays */
export async function revokeSessions(db: Knex, accountId: string, exceptSid?: string): Promise<void> {
  await db('sessions')
    .where({ account_id: accountId })
    .modify((query) => exceptSid !== undefined && query.whereNot({ sid: exceptSid }))
    .del()
}

export type LinkFor = { clientId: string; returnTo?: string } & ({ minutes: number } | { hours: number })

/** A link that signs a client in, once. @returns its secret, for `${baseUrl}/sign-in/links/${token}`; kept as a hash only */
export async function issueSignInLink(trx: Knex, link: LinkFor, now: Instant): Promise<string> {
  const token = makeToken()
  const lasts = 'minutes' in link ? link.minutes * MINUTE : link.hours * HOUR
  await trx('sign_in_links').insert({
    token_hash: hashToken(token),
    client_id: link.clientId,
    return_to: link.returnTo ?? '',
    created_at: iso(now),
    expires_at: iso(now + lasts),
  })
  return token
}
