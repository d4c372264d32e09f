import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { issueSignInLink } from '../../server/accounts/store.ts'
import type { TestApp } from '../support/app.ts'
import { audit } from '../support/audit.ts'
import { useBrowsers } from '../support/browser.ts'
import { anew, arrive, at, button, link, mailTo, reads, sampleApp, signIn } from '../support/journey.ts'
import { pressKey, typeInto } from '../support/keyboard.ts'
import { visit } from '../support/page.ts'
import { ana, book } from '../support/people.ts'

describe('consents in a browser', () => {
  const browsers = useBrowsers()
  let app: TestApp

  beforeEach(async () => {
    app = await sampleApp()
  })

  /** Signs in by the link of a mail. */
  async function signInAs(page: Page, email: string) {
    const { id } = await app.db('clients').where({ email }).first('id')
    const token = await issueSignInLink(app.db, { clientId: id, minutes: 15 }, app.clock.now())
    await page.goto(`${app.baseUrl}/sign-in/links/${token}`)
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await at(page, /^Hello/)
  }

  it('are signed from the link in the mail: on a phone, without JavaScript, by keyboard', async () => {
    await book(visit(app), { slug: 'initial-consultation' }, /Thursday, March 5/, '10:00 AM')
    const mail = await mailTo(app, ana.email)
    assert.match(
      mail.plain,
      /please read and sign: Privacy notice, Telehealth consent, Cancellation and payment terms, E-mail consent\./,
    )
    const page = await browsers.onPhone({ javaScript: false })
    await page.goto(app.baseUrl + mail.plain.match(/\/sign-in\/links\/[\w-]+/))
    await pressKey(page, page.getByRole('main').getByRole('button', { name: 'Sign in' }), 'Enter')
    await arrive(page, /^Hello/)
    await pressKey(page, link(page, /Telehealth consent/), 'Enter')

    await arrive(page, 'Telehealth consent')
    await reads(page, /Not for emergencies/, /By signing you say that you have read this and agree\./)
    await pressKey(page, button(page, 'Sign this document'), 'Enter')
    await page.getByRole('heading', { name: 'One thing needs another look' }).waitFor()
    await arrive(page, 'Telehealth consent')
    await reads(page, /Please type your full name to sign\./)
    await typeInto(page, page.getByLabel('Your full name'), 'Ana Maria Ruiz')
    await pressKey(page, button(page, 'Sign this document'), 'Space')

    await page.getByText('You signed this.').waitFor()
    await arrive(page, 'Telehealth consent')
    await reads(page, /You signed this\. There are 3 documents more/, /Signature Ana Maria Ruiz/)
    await reads(page, /Tuesday, March 3, 2026 at 9:00 AM, Eastern Standard Time \(Indianapolis\)/)
    await pressKey(page, link(page, 'Go on'), 'Enter')
    await arrive(page, 'Your documents')
    await reads(page, /To read and sign Privacy notice .*Signed Telehealth consent Version 1, signed/)
    const [row] = await app.db('consent_signatures').where({ typed_name: 'Ana Maria Ruiz' })
    const version = await app.db('consent_versions').where({ id: row.consent_version_id }).first()
    assert.equal(version.title, 'Telehealth consent')

    await page.goto(`${app.baseUrl}/my/consents/signatures/${row.id}`)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await reads(page, /Telehealth consent/, /Ana Maria Ruiz/, new RegExp(row.text_sha256.toString('hex')))
    for (const gone of ['navigation', 'button', 'contentinfo'] as const)
      assert.equal(await page.getByRole(gone).filter({ visible: true }).count(), 0, gone)
    const colors = await page.evaluate(() =>
      ['h1', '.prose p', '.record dd', '.byline'].map(
        (name) => getComputedStyle(document.querySelector(name) ?? document.body).color,
      ),
    )
    for (const color of colors) assert.match(color, /^rgb\((0, 0, 0|51, 51, 51)\)$/)
  })

  it('say that the text has changed meanwhile, and keep the name', async () => {
    const page = await browsers.onPhone()
    await signInAs(page, 'wren@clients.example')
    await link(page, /E-mail consent/).click()
    await arrive(page, 'E-mail consent')
    const { consent_id, published_by } = await app
      .db('consent_versions')
      .where({ title: 'E-mail consent' })
      .first()
    const body = 'We write to you only about your appointments.'
    await app.db.raw(
      `insert into consent_versions (consent_id, number, title, body_markdown, sha256, published_at, published_by)
       values (?, 2, 'E-mail consent', ?, sha256(convert_to(?, 'UTF8')), to_timestamp(0), ?)`,
      [consent_id, body, body, published_by],
    )
    await page.getByLabel('Your full name').fill('Wren Example')
    await button(page, 'Sign this document').click()
    await page.getByText('This document has changed since you opened it').waitFor()
    await arrive(page, 'E-mail consent')
    await reads(page, /We write to you only about your appointments/)
    assert.equal(await page.getByLabel('Your full name').inputValue(), 'Wren Example')
    await button(page, 'Sign this document').click()
    await page.getByText('You signed this.').waitFor()
    await arrive(page, 'E-mail consent')
    assert.ok(await button(page, 'Print').isVisible())
  })

  for (const [where, open] of [
    ['a desk', browsers.onDesk],
    ['a phone', browsers.onPhone],
  ] as const)
    it(`are written, published and looked after on ${where}`, async () => {
      const page = await open()
      await signIn(app, page)
      await link(page, 'Practice').click()
      await at(page, 'Availability')
      await link(page, 'Consents').click()
      await arrive(page, 'Consents')
      await link(page, 'Write a new one').click()
      await arrive(page, 'A new consent')
      await button(page, 'Save the draft').click()
      await page.getByRole('heading', { name: '2 things need another look' }).waitFor()
      await arrive(page, 'A new consent')
      await page.getByLabel('Title').fill('House rules')
      await page.getByLabel('Text').fill('## Shoes\n\nPlease leave them at the door.')
      await button(page, 'Save the draft').click()
      await arrive(page, 'House rules')
      await page.getByLabel('Every client').check()
      await anew(page, () => button(page, 'Save who is asked').click())
      assert.ok(await page.getByLabel('Every client').isChecked())
      await button(page, 'Save and preview').click()
      await page.getByText('This is how your clients will see it.').waitFor()
      await arrive(page, 'House rules')
      await button(page, 'Publish version 1').click()
      await page.getByText('Clients see this text.').waitFor()
      await arrive(page, 'House rules')
      await link(page, 'Version 1').click()
      await page.getByText('SHA-256 of the text').waitFor()
      await arrive(page, 'House rules')

      await page.goto(`${app.baseUrl}/practice/consents`)
      await link(page, '3 signed: Privacy notice').click()
      await arrive(page, 'Who has signed')
      await reads(page, /Not yet/, /Maya Sample/)
      await link(page, /Maya Sample/).click()
      await arrive(page, 'Privacy notice')
      await reads(page, /Internet address 203\.0\.113\.10/)
      await page.emulateMedia({ media: 'print' })
      await audit(page)
    })
})
