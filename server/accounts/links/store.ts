import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { DAY, type Instant, iso } from '../../clock.ts'
import type { Jobs } from '../../jobs/worker.ts'
import { hashToken } from '../../sealing/seal.ts'
import type { Account } from '../../web/access.ts'
import { findAccount } from '../store.ts'

/**
 * Somebody asked for a link. Whether anybody has this address is looked up later, by the worker: the answer is
 * the same and takes as long, known or not.
 */
export async function insertRequest(
  db: Knex,
  jobs: Jobs,
  request: { email: string; returnTo: string },
  now: Instant,
): Promise<void> {
  const id = randomUUID()
  await db.transaction(async (trx) => {
    const row = { id, email: request.email, return_to: request.returnTo, created_at: iso(now) }
    await trx('sign_in_requests').insert(row)
    await jobs.publish(trx, 'sign-in.requested', { requestId: id })
  })
}

export type Wanted = { email: string; returnTo: string; clientId: string; clientName: string }

/** The client who asked, or undefined: nobody has this address, a dietitian has it, or their account is disabled. */
export async function findWanted(db: Knex, requestId: string, since: Instant): Promise<Wanted | undefined> {
  const { rows } = await db.raw<{ rows: Wanted[] }>(
    `select r.email, r.return_to as "returnTo", c.id as "clientId", c.name as "clientName"
     from sign_in_requests r
     join clients c on lower(c.email) = lower(r.email)
       or c.account_id = (select x.id from accounts x where lower(x.email) = lower(r.email))
     left join accounts a on a.id = c.account_id
     where r.id = ? and r.created_at > ? and (a.id is null or (a.role = 'client' and a.disabled_at is null))
       and not exists (select 1 from accounts x where lower(x.email) = lower(r.email) and x.role <> 'client')
     order by a.id is null limit 1`,
    [requestId, iso(since)],
  )
  return rows[0]
}

export type LinkState = 'open' | 'used' | 'expired'

/** @returns undefined when there is no such link, or it was tidied away long after its end */
export async function findLinkState(db: Knex, token: string, now: Instant): Promise<LinkState | undefined> {
  const row = await db('sign_in_links')
    .where({ token_hash: hashToken(token) })
    .first<{ used_at: Instant | null; expires_at: Instant } | undefined>('used_at', 'expires_at')
  if (!row) return undefined
  if (row.used_at !== null) return 'used'
  return row.expires_at > now ? 'open' : 'expired'
}

/**
 * Uses the link up and, the first time, makes the client's account, in one transaction.
 * @returns undefined when the link is used or expired, or its client may not sign in
 */
export async function takeLink(
  db: Knex,
  token: string,
  now: Instant,
): Promise<{ account: Account; returnTo: string } | undefined> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: { client_id: string; return_to: string }[] }>(
      `update sign_in_links set used_at = ? where token_hash = ? and used_at is null and expires_at > ?
       returning client_id, return_to`,
      [iso(now), hashToken(token), iso(now)],
    )
    const [link] = rows
    const accountId = link && (await findOrMakeAccount(trx, link.client_id, now))
    const account = accountId ? await findAccount(trx, accountId) : undefined
    return link && account?.role === 'client' ? { account, returnTo: link.return_to } : undefined
  })
}

/** @returns undefined when the client's address belongs to an account that is not theirs (a dietitian's) */
async function findOrMakeAccount(trx: Knex, clientId: string, now: Instant): Promise<string | undefined> {
  const client = await trx('clients')
    .where({ id: clientId })
    .forUpdate()
    .first<{ email: string; account_id: string | null }>('email', 'account_id')
  if (client.account_id) return client.account_id
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into accounts (role, email, created_at) values ('client', ?, ?)
     on conflict (lower(email)) do nothing returning id`,
    [client.email, iso(now)],
  )
  const id = rows[0]?.id ?? (await findUnusedAccount(trx, client.email))
  if (id) await trx('clients').where({ id: clientId }).update({ account_id: id })
  return id
}

/** An account that has this address and no client yet. */
async function findUnusedAccount(trx: Knex, email: string): Promise<string | undefined> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `select a.id from accounts a where lower(a.email) = lower(?) and a.role = 'client'
       and not exists (select 1 from clients c where c.account_id = a.id)`,
    [email],
  )
  return rows[0]?.id
}

/** What is of no use any more. A link is kept a week after its end, so that its page can say what it was. */
export async function tidyLinks(db: Knex, now: Instant): Promise<void> {
  await db('sign_in_requests')
    .where('created_at', '<', iso(now - DAY))
    .del()
  await db('sign_in_links')
    .where('expires_at', '<', iso(now - 7 * DAY))
    .del()
  await db('email_changes')
    .where('expires_at', '<', iso(now - 7 * DAY))
    .del()
}
