import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { loadSample, sampleSignIns } from '../../server/sample/store.ts'
import { type OutboxMail, type TestApp, testApp } from './app.ts'
import { audit } from './audit.ts'
import { reset } from './database.ts'
import type { Visitor } from './page.ts'

type Name = string | RegExp

/** The program with the sample practice in it, on the morning of all tests. */
export async function sampleApp(): Promise<TestApp> {
  const app = await testApp()
  await reset()
  await loadSample(app.deps)
  return app
}

/** Waits for the page with this heading, all of it: what a person does before its scripts are there is lost on it. */
export async function at(page: Page, heading: Name): Promise<void> {
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
  await page.waitForLoadState()
}

/** The same, and looks at the page with axe. */
export async function arrive(page: Page, heading: Name): Promise<void> {
  await at(page, heading)
  await audit(page)
}

/** Does what leads to another page that looks like this one, and waits until that one is there. */
export async function anew(page: Page, act: () => Promise<unknown>): Promise<void> {
  await page.waitForLoadState()
  await Promise.all([page.waitForEvent('load'), act()])
}

export const link = (page: Page, name: Name) => page.getByRole('link', { name }).first()
export const button = (page: Page | Locator, name: Name) => page.getByRole('button', { name }).first()

/** The words that are to be seen, as they stand on the screen. */
export const wordsOf = async (part: Locator): Promise<string> =>
  (await part.allInnerTexts()).join(' ').replace(/\s+/g, ' ')

/** All these are to be seen in the main part of the page. */
export async function reads(page: Page, ...words: RegExp[]): Promise<void> {
  const text = await wordsOf(page.getByRole('main'))
  for (const word of words) assert.match(text, word)
}

/** Who the person is, typed into the form of details or of a question. */
export async function introduce(page: Page, who: { name: string; email: string }): Promise<void> {
  await page.getByLabel('Your name').fill(who.name)
  await page.getByLabel('E-mail', { exact: true }).fill(who.email)
}

/** Does the work that waits. @returns the last mail to this address that is not about forms */
export const mailTo = (app: TestApp, address: string): Promise<OutboxMail> => lastMail(app, address, false)

/** The same, of those about forms. */
export const formMailTo = (app: TestApp, address: string): Promise<OutboxMail> => lastMail(app, address, true)

async function lastMail(app: TestApp, address: string, isAboutForms: boolean): Promise<OutboxMail> {
  await app.work()
  const mail = (await app.mails()).findLast(
    ({ to_address, plain }) => to_address.includes(address) && plain.includes('/my/forms') === isAboutForms,
  )
  return mail ?? assert.fail(`No mail to ${address}`)
}

/** The address in a mail that leads to the appointment, on the server that runs here. */
export function linkIn(app: TestApp, { plain }: OutboxMail): string {
  const [found] = plain.match(/\/appointments\/[\w-]+/) ?? assert.fail('No link in the mail')
  return app.baseUrl + found
}

/** This page is of somebody who has signed in already. */
export async function become({ baseUrl }: TestApp, page: Page, { cookies }: Visitor): Promise<void> {
  await page.context().addCookies([...cookies].map(([name, value]) => ({ name, value, url: baseUrl })))
}

export async function signIn(app: TestApp, page: Page): Promise<void> {
  const [{ email, password }] = sampleSignIns as [{ email: string; password: string }]
  await page.goto(`${app.baseUrl}/sign-in`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await button(page, 'Sign in').click()
  await at(page, 'Tuesday, March 3')
}
