import type { Knex } from 'knex'
import { type Instant, iso } from '../../clock.ts'
import type { ErasedClient, Kept } from '../store.ts'

type Whom = { client: ErasedClient; kept: Kept }

/**
 * Takes away all that a client left, but what is kept; an erasure of theirs is written down before it.
 * @returns whether something is kept, and with it the client's name
 */
export async function forget(trx: Knex, whom: Whom, now: Instant): Promise<boolean> {
  await forgetMails(trx, whom)
  await forgetRecords(trx, whom)
  await forgetAccess(trx, whom)
  const { client, kept } = whom
  if (kept.until === null) await trx('clients').where({ id: client.id }).del()
  else await reduce(trx, client.id, now)
  // Last: the client's row names it until then.
  if (client.accountId !== null) await trx('accounts').where({ id: client.accountId }).del()
  return kept.until !== null
}

/** To them, and about them to somebody else: a mail's key names the record that it is about. */
const outboxSql = `
  delete from outbox_mails o
  where lower(o.to_address) = lower(:email)
    or right(lower(o.to_address), length(:email) + 2) = '<' || lower(:email) || '>'
    or exists (select 1 from sent_mails s where s.key = o.key and s.client_id = :id)
    or split_part(o.key, ':', 2) in (
      select cast(id as text) from appointments where client_id = :id
      union all select cast(id as text) from responses where client_id = :id
      union all select cast(id as text) from form_requests where client_id = :id
      union all select cast(id as text) from inquiries where lower(email) = lower(:email)
      union all select cast(e.id as text) from email_changes e join clients c on c.account_id = e.account_id where c.id = :id
      union all select cast(account_id as text) from clients where id = :id)`

async function forgetMails(trx: Knex, { client: { id, email } }: Whom): Promise<void> {
  await trx.raw(outboxSql, { id, email })
  await trx('sent_mails').where({ client_id: id }).update({ client_id: null, subject: null })
  await trx('inquiries').whereRaw('lower(email) = lower(?)', [email]).del()
  await trx('sign_in_requests').whereRaw('lower(email) = lower(?)', [email]).del()
}

async function forgetRecords(trx: Knex, { client, kept }: Whom): Promise<void> {
  const whose = { client_id: client.id }
  await trx('note_shares').where(whose).del()
  await trx('note_addenda')
    .where(whose)
    .where((either) => either.whereNull('signed_at').orWhereNotIn('note_id', kept.notes))
    .del()
  await trx('notes').where(whose).whereNotIn('id', kept.notes).del()
  await trx('consent_signatures').where(whose).whereNotIn('id', kept.signatures).del()
  await trx('form_requests').where(whose).del()
  await trx('form_plans').where(whose).del()
  // With them go their files, scores and signs.
  await trx('responses').where(whose).del()
  // With them goes their history; a note that is kept says itself which one it was about.
  await trx('appointments').where(whose).del()
}

async function forgetAccess(trx: Knex, { client: { id, accountId } }: Whom): Promise<void> {
  await trx('sign_in_links').where({ client_id: id }).del()
  // Passkeys, apps and changes of the address go with the account.
  if (accountId !== null) await trx('sessions').where({ account_id: accountId }).del()
}

/** What a kept record needs: whose it is. */
const reduce = (trx: Knex, id: string, now: Instant) =>
  trx.raw(
    `update clients set email = 'erased-' || id || '@erased.invalid', phone = '', pronouns = '', born_on = null,
       zone = (select zone from practice), account_id = null, archived_at = coalesce(archived_at, ?),
       revision = revision + 1
     where id = ?`,
    [iso(now), id],
  )
