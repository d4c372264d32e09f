import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { HOUR, MINUTE } from '../../server/clock.ts'
import type { OutboxMail, TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { arrive, at, button, link, linkIn, mailTo, reads, sampleApp } from '../support/journey.ts'
import { pressKey } from '../support/keyboard.ts'
import { visit } from '../support/page.ts'
import { ana, book } from '../support/people.ts'

/** The address in a mail that leads to the client's own page. */
function ownPageIn(app: TestApp, { plain }: OutboxMail): string {
  const [found] = plain.match(/\/sign-in\/links\/[\w-]+/) ?? assert.fail('No link to sign in in the mail')
  return app.baseUrl + found
}

describe('a client', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let mail: OutboxMail

  beforeEach(async () => {
    app = await sampleApp()
    await book(visit(app), { slug: 'initial-consultation' }, /Thursday, March 5/, '10:00 AM')
    mail = await mailTo(app, ana.email)
  })

  async function signIn(page: Page) {
    await page.goto(ownPageIn(app, mail))
    await button(page, 'Sign in').click()
    await at(page, 'Hello, Ana Ruiz')
  }

  it('comes from the mail to their page: on a phone, by keyboard, without JavaScript', async () => {
    const page = await browsers.onPhone({ javaScript: false })
    await page.goto(ownPageIn(app, mail))
    await page.goto(ownPageIn(app, mail))
    await arrive(page, 'Sign in')
    await pressKey(page, page.getByRole('main').getByRole('button', { name: 'Sign in' }), 'Enter')
    await arrive(page, 'Hello, Ana Ruiz')
    await reads(page, /What to do next .*Your next appointment When Thursday, March 5 10:00 AM to 11:00 AM/)

    await pressKey(page, link(page, /^Move it/), 'Enter')
    await arrive(page, 'Move your appointment')
    await pressKey(page, link(page, /Friday, March 6/), 'Enter')
    await page.getByRole('heading', { name: 'Friday, March 6' }).waitFor()
    await pressKey(page, link(page, /^1:30 PM/), 'Enter')
    await page.getByText('Your old time stays yours').waitFor()
    await pressKey(page, button(page, 'Move my appointment'), 'Space')
    await arrive(page, 'Your appointment is booked')
    await pressKey(page, link(page, 'your own page'), 'Enter')
    await arrive(page, 'Hello, Ana Ruiz')
    await reads(page, /When Friday, March 6 1:30 PM to 2:30 PM/)

    await pressKey(page, link(page, /^Initial consultation/), 'Enter')
    await arrive(page, 'Initial consultation')
    await pressKey(page, link(page, /Monday, March 9/), 'Enter')
    await page.getByRole('heading', { name: 'Monday, March 9' }).waitFor()
    await pressKey(page, button(page, /^9:00 AM/), 'Enter')
    await arrive(page, 'Almost there')
    assert.equal(await page.getByLabel('Your name').count(), 0)
    await page.getByLabel('By video').check()
    await pressKey(page, button(page, 'Book this appointment'), 'Enter')
    await arrive(page, 'Your appointment is booked')

    await page.goto(`${app.baseUrl}/my`)
    await reads(page, /Also coming Monday, March 9/)
    await pressKey(page, link(page, 'All your appointments'), 'Enter')
    await arrive(page, 'Your appointments')
    await reads(page, /Coming Monday, March 9, 2026 .*Friday, March 6, 2026/)
    await pressKey(page, link(page, 'My page'), 'Enter')
    await arrive(page, 'Hello, Ana Ruiz')
    await pressKey(page, button(page, 'Sign out'), 'Space')
    await arrive(page, 'Sign in')
    await page.goto(ownPageIn(app, mail))
    await arrive(page, 'This link was used already')
  })

  it('joins the call from their page, on a desk', async () => {
    const page = await browsers.onDesk({ zone: 'Asia/Kathmandu' })
    await signIn(page)
    await arrive(page, 'Hello, Ana Ruiz')
    assert.equal(await link(page, 'Join the video call').count(), 0)
    app.clock.set(Date.parse('2026-03-05T15:00:00Z') - 10 * MINUTE)
    await signedInStill(page)
    await page.reload()
    await arrive(page, 'Hello, Ana Ruiz')
    assert.match((await link(page, 'Join the video call').getAttribute('href')) ?? '', /^https:/)
    await page.goto(`${app.baseUrl}/my/appointments`)
    await arrive(page, 'Your appointments')
  })

  /** The session ends when it is not used for long; whoever looked in between is still signed in. */
  const signedInStill = async (_page: Page) =>
    app.db('sessions').update({ seen_at: new Date(app.clock.now() - HOUR) })

  it('who has nothing yet finds the first step, also on a phone', async () => {
    await app.db('form_requests').del()
    const own = app.db('clients').where({ name: 'Ana Ruiz' }).select('id')
    await app.db('appointments').whereIn('client_id', own).delete()
    const page = await browsers.onPhone()
    await signIn(page)
    await arrive(page, 'Hello, Ana Ruiz')
    await reads(page, /Nothing is planned yet/)
    await page.goto(`${app.baseUrl}/my/appointments`)
    await arrive(page, 'Your appointments')
    await link(page, 'Book an appointment').click()
    await arrive(page, 'Book an appointment')
  })

  it('goes from an appointment to their own page by signing in', async () => {
    const page = await browsers.onPhone()
    await page.goto(linkIn(app, mail))
    await link(page, 'your own page').click()
    await at(page, 'Sign in')
    assert.match(page.url(), /returnTo=%2Fmy$/)
  })
})
