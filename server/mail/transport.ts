import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import nodemailer from 'nodemailer'
import type { Clock, Instant } from '../clock.ts'
import type { Config } from '../config.ts'
import { oneLine } from './letter.ts'
import { findPracticeAddress, insertOutboxMail, isSent, markSent, type SentMail } from './store.ts'

export type Mail = {
  /** The same mail has the same key, whenever it is written again. */
  key: string
  to: string
  toName?: string
  replyTo?: string
  subject: string
  text: string
  html: string
  calendar?: { method: 'REQUEST' | 'CANCEL'; content: string }
}

export type Mailer = {
  /**
   * Sends a mail once a key.
   * @throws {Error} when the mail server is away or refuses; nothing is noted, try again
   */
  send(mail: Mail): Promise<'sent' | 'already'>
}

type Needs = { config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'baseUrl'>; db: Knex; clock: Clock }
type Address = { name: string; address: string }
type Envelope = { mail: Mail; from: string | Address; to: Address; subject: string; messageId: string }

/** All of it stays well under the 30 s after which a job counts as lost and is run again. */
const STEP_WITHIN = 10_000
const ALL_WITHIN = 15_000
const NOTE_AGAIN_AFTER = 2_000

const ADDRESS = /^[^\s\p{Cc}<>()[\]\\,;:"@]{1,64}@[^\s\p{Cc}<>()[\]\\,;:"@]{1,253}$/u

/** With SMTP_URL mails leave; without, they are kept for the page /outbox. */
export function createMailer({ config, db, clock }: Needs): Mailer {
  const deliver = config.smtpUrl ? bySmtp(config.smtpUrl, db, clock) : intoOutbox(db, clock)
  return {
    async send(mail) {
      if (await isSent(db, mail.key)) return 'already'
      return deliver({
        mail,
        from: config.mailFrom ?? (await practiceSender(db)),
        to: { name: oneLine(mail.toName ?? ''), address: checkedAddress(mail.to) },
        subject: oneLine(mail.subject),
        messageId: messageId(mail.key, config.baseUrl),
      })
    },
  }
}

async function practiceSender(db: Knex): Promise<Address> {
  const { name, email } = await findPracticeAddress(db)
  return { name: oneLine(name), address: checkedAddress(email) }
}

/** One address and nothing else: no list, no line break. The error does not quote it. */
function checkedAddress(address: string): string {
  if (!ADDRESS.test(address)) throw new Error('This is not an address that mail can go to')
  return address
}

/**
 * The same for every try of a mail: the copy that is sent when the process was killed between the server's OK and our
 * note carries the id of the first, and mail programs show the two as one.
 */
function messageId(key: string, baseUrl: string): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32)
  return `<${hash}@${new URL(baseUrl).hostname}>`
}

function bySmtp(url: string, db: Knex, clock: Clock) {
  const transport = nodemailer.createTransport({
    url,
    ...encryption(new URL(url)),
    connectionTimeout: STEP_WITHIN,
    greetingTimeout: STEP_WITHIN,
    socketTimeout: STEP_WITHIN,
    dnsTimeout: STEP_WITHIN,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async ({ mail, from, to, subject, messageId }: Envelope): Promise<'sent'> => {
    await transport.sendMail({
      from,
      to,
      subject,
      messageId,
      replyTo: mail.replyTo === undefined ? undefined : checkedAddress(mail.replyTo),
      date: new Date(clock.now()),
      text: mail.text,
      html: mail.html,
      icalEvent: mail.calendar && { ...mail.calendar, filename: 'invite.ics' },
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: AbortSignal.timeout(ALL_WITHIN),
    })
    await noteSent(db, { key: mail.key, messageId, to: to.address, subject }, clock.now())
    return 'sent'
  }
}

/** The mail has left: a database that is away for a moment is asked again, rather than sending a second copy. */
async function noteSent(db: Knex, sent: SentMail, now: Instant): Promise<void> {
  try {
    await markSent(db, sent, now)
  } catch {
    await sleep(NOTE_AGAIN_AFTER)
    await markSent(db, sent, now)
  }
}

/**
 * Across a network TLS is a must and certificates are checked; a relay on this machine is spoken to in plain, its certificate
 * is seldom made out to "localhost". The URL can say otherwise: ?requireTLS=false, ?ignoreTLS=false.
 */
function encryption({ hostname }: URL): { ignoreTLS: true } | { requireTLS: true } {
  const isNear = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
  return isNear ? { ignoreTLS: true } : { requireTLS: true }
}

function intoOutbox(db: Knex, clock: Clock) {
  return ({ mail, from, to, subject, messageId }: Envelope): Promise<'sent' | 'already'> =>
    db.transaction(async (trx) => {
      const sent = { key: mail.key, messageId, to: to.address, subject }
      if (!(await markSent(trx, sent, clock.now()))) return 'already'
      await insertOutboxMail(trx, {
        key: mail.key,
        from: written(from),
        to: written(to),
        subject,
        plain: mail.text,
        html: mail.html,
        calendar: mail.calendar?.content ?? null,
        at: clock.now(),
      })
      return 'sent'
    })
}

function written(address: string | Address): string {
  if (typeof address === 'string') return address
  return address.name ? `"${address.name.replace(/["\\]/g, "'")}" <${address.address}>` : address.address
}
