import type { Knex } from 'knex'
import { HOUR } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Handlers, Queues } from '../jobs/events.ts'
import { findOwnWords } from '../mail/store.ts'
import type { Mailer } from '../mail/transport.ts'
import { findChange, issueChangeLink, type Side } from './addresses/store.ts'
import { findWanted, tidyLinks } from './links/store.ts'
import { type Practice, writeNotice, writeSignInLink, writeToNewAddress, writeToOldAddress } from './mails.ts'
import { issueSignInLink } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'config'> & { mailer: Mailer }

type AccountQueue =
  | 'sign-in-link-mail'
  | 'email-change-mail-to-old'
  | 'email-change-mail-to-new'
  | 'account-notice-mail'
  | 'tidy-sign-in'

const LINK_MINUTES = 15

/** Nobody waits for a link any more that was asked for so long ago. */
const STILL_WANTED = HOUR

/**
 * Secrets of links are made here and stored as hashes only: a job that runs twice makes a second one, which nobody ever
 * gets when the first mail has left.
 */
export const accountHandlers = (needs: Needs): Pick<Handlers, AccountQueue> => ({
  'sign-in-link-mail': ({ requestId }) => mailLink(needs, requestId),
  'email-change-mail-to-old': ({ changeId }) => askAddress(needs, changeId, 'old'),
  'email-change-mail-to-new': ({ changeId }) => askAddress(needs, changeId, 'new'),
  'account-notice-mail': (notice) => tellChange(needs, notice),
  'tidy-sign-in': () => tidyLinks(needs.db, needs.clock.now()),
})

const findPractice = (db: Knex): Promise<Practice> => db('practice').first('name', 'zone', 'email', 'phone')

async function mailLink({ db, clock, config, mailer }: Needs, requestId: string): Promise<void> {
  const now = clock.now()
  const wanted = await findWanted(db, requestId, now - STILL_WANTED)
  if (!wanted) return
  const { clientId, returnTo, clientName: name, email } = wanted
  const practice = await findPractice(db)
  const token = await issueSignInLink(db, { clientId, returnTo, minutes: LINK_MINUTES }, now)
  const link = `${config.baseUrl}/sign-in/links/${token}`
  const own = await findOwnWords(db, 'sign-in', { name, practice: practice.name })
  const written = writeSignInLink({ name, practice, link, minutes: LINK_MINUTES, own })
  await mailer.send({ ...written, key: `sign-in:${requestId}`, to: email, replyTo: practice.email })
}

/** An address that belongs to somebody else hears nothing, and whoever asked does not learn why. */
async function askAddress(needs: Needs, changeId: string, side: Side): Promise<void> {
  const { db, clock, config, mailer } = needs
  const change = await findChange(db, changeId, clock.now())
  if (!change || (side === 'new' && change.isTaken)) return
  const practice = await findPractice(db)
  const { name = '' } = (await findReader(db, change.accountId)) ?? {}
  const link = `${config.baseUrl}/sign-in/email-changes/${await issueChangeLink(db, changeId, side)}`
  const { oldEmail, newEmail } = change
  const written =
    side === 'old'
      ? writeToOldAddress({ name, practice, link, newEmail })
      : writeToNewAddress({ name: '', practice, link })
  const to = side === 'old' ? oldEmail : newEmail
  await mailer.send({ ...written, key: `email-change:${changeId}:${side}`, to, replyTo: practice.email })
}

async function tellChange(needs: Needs, notice: Queues['account-notice-mail']): Promise<void> {
  const { db, config, mailer } = needs
  const { accountId, what, at } = notice
  const reader = await findReader(db, accountId)
  if (!reader) return
  const { name, email, role } = reader
  const practice = await findPractice(db)
  const link = `${config.baseUrl}${role === 'client' ? '/my' : '/practice'}/account`
  const written = writeNotice({ name, practice, what, at, link })
  await mailer.send({
    ...written,
    key: `account:${accountId}:${what}:${at}`,
    to: email,
    replyTo: practice.email,
  })
}

type ReaderRow = { name: string; email: string; role: string }

/** @returns undefined when the account was deleted meanwhile */
async function findReader(db: Knex, accountId: string): Promise<ReaderRow | undefined> {
  const { rows } = await db.raw<{ rows: ReaderRow[] }>(
    `select coalesce(d.name, c.name, '') as name, a.email, a.role from accounts a
     left join dietitians d on d.account_id = a.id left join clients c on c.account_id = a.id where a.id = ?`,
    [accountId],
  )
  return rows[0]
}
