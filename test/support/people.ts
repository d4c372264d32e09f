import assert from 'node:assert/strict'
import { hashSync } from '@node-rs/argon2'
import { issueSignInLink } from '../../server/accounts/store.ts'
import type { OutboxMail, TestApp } from './app.ts'
import { type Page, type Visitor, visit } from './page.ts'

export const PASSWORD = 'seven quiet pears'

// Far cheaper than what the program makes: a test signs in, it does not test the cost.
export const PASSWORD_HASH = hashSync(PASSWORD, {
  algorithm: 2,
  memoryCost: 512,
  timeCost: 1,
  parallelism: 1,
})

/** Gives an account the password above. @returns its e-mail */
export async function withPassword({ db }: TestApp, accountId: unknown): Promise<string> {
  const [row] = await db('accounts')
    .where({ id: accountId })
    .update({ password_hash: PASSWORD_HASH })
    .returning<{ email: string }[]>('email')
  return (row as { email: string }).email
}

/** A visitor who has signed in as this dietitian, by the page. */
export async function signedIn(app: TestApp, dietitian: Record<string, unknown>): Promise<Visitor> {
  const email = await withPassword(app, dietitian.account_id)
  const visitor = visit(app)
  const page = await visitor.open('/sign-in')
  const desk = await page.button('Sign in', { email, password: PASSWORD })
  assert.equal(desk.path, '/practice')
  return visitor
}

/** The last mail to this address, once the jobs that wait are done. */
export async function lastMailTo(app: TestApp, address: string): Promise<OutboxMail | undefined> {
  await app.work()
  return (await app.mails()).findLast(({ to_address }) => to_address.includes(address))
}

/** The path of the link in a mail that begins so. */
export function pathIn(mail: OutboxMail | undefined, beginning: string): string {
  const found = mail?.plain.split(/\s/).find((word) => word.includes(beginning))
  return found
    ? new URL(found).pathname
    : assert.fail(`No link to ${beginning} in ${mail?.plain ?? 'no mail'}`)
}

/** A visitor who has signed in as this client, by the link in a mail; the account is made when there is none. */
export async function signedInAsClient(
  app: TestApp,
  client: Record<string, unknown>,
  visitor: Visitor = visit(app),
): Promise<Visitor> {
  const token = await issueSignInLink(app.db, { clientId: String(client.id), minutes: 15 }, app.clock.now())
  const page = await visitor.open(`/sign-in/links/${token}`)
  assert.equal((await page.button('Sign in')).path, '/my')
  return visitor
}

/** A visitor who has typed the password of a dietitian who also needs a second factor. */
export async function halfSignedIn(app: TestApp, dietitian: Record<string, unknown>): Promise<Visitor> {
  const email = await withPassword(app, dietitian.account_id)
  const visitor = visit(app)
  const page = await (await visitor.open('/sign-in')).button('Sign in', { email, password: PASSWORD })
  assert.match(page.path, /^\/sign-in\/second-factor/)
  return visitor
}

export const ana = {
  name: 'Ana Ruiz',
  email: 'ana@example.com',
  place: 'video',
  brings: 'Bloated after lunch',
}

/** Picks a day and a time on the page of times. @returns the page that asks for the details */
export async function hold(
  visitor: Visitor,
  type: { slug: string },
  day: RegExp,
  time: string | RegExp,
): Promise<Page> {
  const times = await visitor.open(`/book/${type.slug}`)
  const onDay = await times.link(day)
  return onDay.button(time)
}

/** Books with Ana's details. @returns the appointment's own page */
export async function book(
  visitor: Visitor,
  type: { slug: string },
  day: RegExp,
  time: string | RegExp,
): Promise<Page> {
  const details = await hold(visitor, type, day, time)
  const booked = await details.button('Book this appointment', ana)
  assert.equal(booked.h1, 'Your appointment is booked')
  return booked
}
