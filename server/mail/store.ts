import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import { type MailKind, type MailText, type Names, ownWords } from './kinds.ts'
import type { Letter } from './letter.ts'

export type OutboxMail = {
  id: number
  from: string
  to: string
  subject: string
  plain: string
  html: string
  calendar: string | null
  at: Instant
}
export type OutboxLine = { id: number; to: string; subject: string; hasCalendar: boolean; at: Instant }
export type OutboxPage = {
  mails: OutboxLine[]
  newerBefore: number | 'first' | null
  olderBefore: number | null
}

const PAGE = 20

export async function isSent(db: Knex, key: string): Promise<boolean> {
  const row = await db('sent_mails').where({ key }).first('key')
  return row !== undefined
}

export type SentMail = { key: string; messageId: string; to: string; subject: string }

/**
 * Notes that a mail left; what it was called is kept of mails to clients, for their chart.
 * @returns false when a mail with this key was noted before
 */
export async function markSent(
  db: Knex,
  { key, messageId, to, subject }: SentMail,
  now: Instant,
): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `insert into sent_mails (key, message_id, sent_at, client_id, subject)
     select ?, ?, ?, c.id, case when c.id is null then null else left(?, 300) end
     from (select 1) one left join clients c on lower(c.email) = lower(?)
     on conflict (key) do nothing returning key`,
    [key, messageId, iso(now), subject, to],
  )
  return rows.length > 0
}

export async function insertOutboxMail(
  db: Knex,
  mail: Omit<OutboxMail, 'id'> & { key: string },
): Promise<void> {
  const { key, from, to, subject, plain, html, calendar, at } = mail
  await db('outbox_mails').insert({
    key,
    from_address: from,
    to_address: to,
    subject,
    plain,
    html,
    calendar,
    at: iso(at),
  })
}

/** Who writes when MAIL_FROM is not set: the practice. */
export async function findPracticeAddress(db: Knex): Promise<{ name: string; email: string }> {
  const row = await db('practice').first('name', 'email')
  if (!row) throw new Error('There is no practice yet')
  return row
}

/** Twenty a page, newest first. @param before the id that the page stops short of; undefined: the newest */
export async function listOutboxMails(db: Knex, before: number | undefined): Promise<OutboxPage> {
  const columns = { id: 'id', to: 'to_address', subject: 'subject', at: 'at' }
  const rows: OutboxLine[] = await db('outbox_mails')
    .select({ ...columns, hasCalendar: db.raw('calendar is not null') })
    .modify((query) => before !== undefined && query.where('id', '<', before))
    .orderBy('id', 'desc')
    .limit(PAGE + 1)
  const mails = rows.slice(0, PAGE)
  return {
    mails,
    newerBefore: await findNewer(db, before),
    olderBefore: rows.length > PAGE ? (mails.at(-1)?.id ?? null) : null,
  }
}

async function findNewer(db: Knex, before: number | undefined): Promise<OutboxPage['newerBefore']> {
  if (before === undefined) return null
  const rows = await db('outbox_mails')
    .select('id')
    .where('id', '>=', before)
    .orderBy('id')
    .limit(PAGE + 1)
  if (rows.length === 0) return null
  return rows[PAGE]?.id ?? 'first'
}

export async function findOutboxMail(db: Knex, id: number): Promise<OutboxMail | undefined> {
  const columns = { from: 'from_address', to: 'to_address' }
  return db('outbox_mails')
    .where({ id })
    .first({
      ...columns,
      id: 'id',
      subject: 'subject',
      plain: 'plain',
      html: 'html',
      calendar: 'calendar',
      at: 'at',
    })
}

/** The words of the practice's own for a kind of mail, with these names in their places. */
export async function findOwnWords(db: Knex, kind: MailKind, names: Names): Promise<Letter['own']> {
  const text = await findMailText(db, kind)
  return text && ownWords(text, names)
}

export const findMailText = (db: Knex, kind: MailKind): Promise<MailText | undefined> =>
  db('mail_texts').where({ kind }).first<MailText | undefined>('greeting', 'closing')
