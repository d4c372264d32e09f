import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'

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

/** @returns false when a mail with this key was noted before */
export async function markSent(db: Knex, key: string, messageId: string, now: Instant): Promise<boolean> {
  const rows = await db('sent_mails')
    .insert({ key, message_id: messageId, sent_at: iso(now) })
    .onConflict('key')
    .ignore()
    .returning('key')
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
