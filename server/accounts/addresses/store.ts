import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { DAY, type Instant, iso } from '../../clock.ts'
import type { Jobs } from '../../jobs/worker.ts'
import { hashToken, makeToken } from '../../sealing/seal.ts'

/** Both addresses have a day to say yes. */
export const LASTS = DAY

export type Side = 'old' | 'new'

/** Asks both addresses; what was asked before is off. The same whether or not the new one is free. */
export async function insertChange(
  db: Knex,
  jobs: Jobs,
  change: { accountId: string; newEmail: string },
  now: Instant,
): Promise<void> {
  const id = randomUUID()
  await db.transaction(async (trx) => {
    await trx('email_changes').where({ account_id: change.accountId }).del()
    await trx.raw(
      `insert into email_changes (id, account_id, old_email, new_email, created_at, expires_at)
       select ?, id, email, ?, ?, ? from accounts where id = ?`,
      [id, change.newEmail, iso(now), iso(now + LASTS), change.accountId],
    )
    await jobs.publish(trx, 'account.email-change-asked', { changeId: id })
  })
}

export type Change = {
  id: string
  accountId: string
  oldEmail: string
  newEmail: string
  expiresAt: Instant
  /** Somebody else has the new address already. */
  isTaken: boolean
}

const changeSql = `
  select e.id, e.account_id as "accountId", e.old_email as "oldEmail", e.new_email as "newEmail", e.expires_at as "expiresAt",
    exists (select 1 from accounts x where lower(x.email) = lower(e.new_email) and x.id <> e.account_id)
    or exists (select 1 from clients c where lower(c.email) = lower(e.new_email)
      and c.account_id is distinct from e.account_id) as "isTaken"
  from email_changes e join accounts a on a.id = e.account_id and a.disabled_at is null`

export async function findChange(db: Knex, id: string, now: Instant): Promise<Change | undefined> {
  const { rows } = await db.raw<{ rows: Change[] }>(`${changeSql} where e.id = ? and e.expires_at > ?`, [
    id,
    iso(now),
  ])
  return rows[0]
}

/** What is still asked of this account. */
export const findOpenChange = (
  db: Knex,
  accountId: string,
  now: Instant,
): Promise<{ newEmail: string } | undefined> =>
  db('email_changes')
    .where({ account_id: accountId })
    .where('expires_at', '>', iso(now))
    .first<{ newEmail: string } | undefined>({ newEmail: 'new_email' })

export async function cancelChange(db: Knex, accountId: string): Promise<void> {
  await db('email_changes').where({ account_id: accountId }).del()
}

export async function issueChangeLink(db: Knex, changeId: string, side: Side): Promise<string> {
  const token = makeToken()
  await db('email_change_links').insert({ token_hash: hashToken(token), change_id: changeId, side })
  return token
}

export type Asked = { id: string; side: Side; oldEmail: string; newEmail: string; isConfirmed: boolean }

/** What a link of a mail asks; undefined when it is none of ours, or over. */
export async function findAsked(db: Knex, token: string, now: Instant): Promise<Asked | undefined> {
  const { rows } = await db.raw<{ rows: Asked[] }>(
    `select e.id, l.side, e.old_email as "oldEmail", e.new_email as "newEmail",
       (case l.side when 'old' then e.old_confirmed_at else e.new_confirmed_at end) is not null as "isConfirmed"
     from email_change_links l join email_changes e on e.id = l.change_id
     join accounts a on a.id = e.account_id and a.disabled_at is null
     where l.token_hash = ? and e.expires_at > ?`,
    [hashToken(token), iso(now)],
  )
  return rows[0]
}

type Both = { account_id: string; new_email: string; is_complete: boolean }

/**
 * One of the two says yes; with the second the address changes, in the account and in the client's record at once, and
 * whoever is signed in elsewhere is signed out.
 * @returns 'over' when it is not open any more
 * @throws a unique violation when somebody else has the address meanwhile
 */
export async function confirmSide(
  db: Knex,
  jobs: Jobs,
  asked: { id: string; side: Side; sid: string },
  now: Instant,
): Promise<'waiting' | 'changed' | 'over'> {
  return db.transaction(async (trx) => {
    const column = asked.side === 'old' ? 'old_confirmed_at' : 'new_confirmed_at'
    const { rows } = await trx.raw<{ rows: Both[] }>(
      `update email_changes set ${column} = coalesce(${column}, ?) where id = ? and expires_at > ?
       returning account_id, new_email, old_confirmed_at is not null and new_confirmed_at is not null as is_complete`,
      [iso(now), asked.id, iso(now)],
    )
    const [both] = rows
    if (!both) return 'over'
    if (!both.is_complete) return 'waiting'
    const { account_id: id, new_email: email } = both
    await trx('accounts').where({ id }).update({ email })
    await trx('clients').where({ account_id: id }).update({ email })
    await endWhatTheOldOneOpens(trx, id)
    await trx('sessions').where({ account_id: id }).whereNot({ sid: asked.sid }).del()
    await jobs.publish(trx, 'account.changed', { accountId: id, what: 'email', at: now })
    return 'changed'
  })
}

/** Links to sign in that lie in the mailbox of before. */
async function endWhatTheOldOneOpens(trx: Knex, accountId: string): Promise<void> {
  await trx('email_changes').where({ account_id: accountId }).del()
  await trx('sign_in_links')
    .whereIn('client_id', trx('clients').where({ account_id: accountId }).select('id'))
    .del()
}
