import assert from 'node:assert/strict'
import { HOUR } from '../../server/clock.ts'
import type { TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { NOW } from '../support/fixed.ts'
import {
  anew,
  arrive,
  at,
  button,
  link,
  mailTo,
  reads,
  sampleApp,
  signIn,
  wordsOf,
} from '../support/journey.ts'

describe('the dietitian in a browser', () => {
  const browsers = useBrowsers()
  let app: TestApp

  beforeEach(async () => {
    app = await sampleApp()
  })

  it('signs in to today, with what has been, what is now and what is to come', async () => {
    const page = await browsers.onDesk()
    await page.goto(`${app.baseUrl}/practice`)
    await arrive(page, 'Sign in')
    await page.getByLabel('E-mail').fill('dana@bluetree.example')
    await page.getByLabel('Password').fill('not this one')
    await button(page, 'Sign in').click()
    await page.getByRole('heading', { name: 'One thing needs another look' }).waitFor()
    await arrive(page, 'Sign in')
    assert.equal(await page.getByLabel('E-mail').inputValue(), 'dana@bluetree.example')
    await page.getByLabel('Password').fill('blue-tree-sample')
    app.clock.set(NOW + HOUR + 20 * 60_000)
    await button(page, 'Sign in').click()

    await arrive(page, 'Tuesday, March 3')
    const lines = await page
      .getByRole('region', { name: 'Appointments' })
      .getByRole('listitem')
      .allInnerTexts()
    const order = ['Jonah Placeholder', 'Now, 10:20 AM', 'Maya Sample', 'Grace Nobody', 'Tomás Ficticio']
    const shown = lines.map((line) => order.find((words) => line.includes(words))).filter(Boolean)
    assert.deepEqual(shown, order)
    await anew(page, () => button(page, /^No show.*Jonah Placeholder/).click())
    await arrive(page, 'Tuesday, March 3')
    const jonah = page.getByRole('listitem').filter({ hasText: 'Jonah Placeholder' }).first()
    assert.match(await wordsOf(jonah), /No-show/)
    await link(page, 'Jonah Placeholder').click()
    await arrive(page, 'Jonah Placeholder')
    await reads(page, /Marked as no-show by the practice/)
    await button(page, 'Set back to booked').click()
    await button(page, 'Kept').click()
    await page.getByText('Marked as kept by the practice').waitFor()
  })

  it('turns the weeks, opens an appointment and cancels it with a mail to the client', async () => {
    const page = await browsers.onDesk()
    await signIn(app, page)
    await link(page, 'Calendar').click()
    await arrive(page, /Mar 2 – (Mar )?8/)
    await link(page, 'Later').click()
    await arrive(page, /Mar 9 – (Mar )?15/)
    await reads(page, /Tomás Ficticio/)
    await link(page, 'Earlier').click()
    await at(page, /Mar 2 – /)
    await link(page, 'Earlier').click()
    await arrive(page, /Feb 23 – Mar 1/)
    await link(page, 'This week').click()
    await at(page, /Mar 2 – /)
    await link(page, /Priya Inventada/).click()

    await arrive(page, 'Priya Inventada')
    await reads(page, /Wednesday, March 4, 2026/, /For the client: .*Nepal Time \(Kathmandu\)/)
    await page.getByText('Cancel this appointment…').click()
    await page.getByText('The client gets a mail that says so').waitFor()
    await arrive(page, 'Priya Inventada')
    await page.getByRole('button', { name: 'Cancel this appointment', exact: true }).click()
    await page.getByText('Cancelled by the practice').waitFor()
    await arrive(page, 'Priya Inventada')
    const mail = await mailTo(app, 'priya@clients.example')
    assert.match(mail.plain, /had to cancel this appointment[\s\S]*Nepal Time \(Kathmandu\)/)
    assert.match(mail.calendar ?? '', /METHOD:CANCEL/)
  })

  it('has the week as a list by day on a phone', async () => {
    const page = await browsers.onPhone()
    await signIn(app, page)
    await arrive(page, 'Tuesday, March 3')
    await link(page, 'Calendar').click()
    await arrive(page, /Mar 2 – /)
    const wednesday = page.getByRole('region', { name: /Wed Mar 4/ })
    assert.match(await wordsOf(wednesday), /Priya Inventada.*Wren Example/)
  })

  it('reads an inquiry and marks it as answered', async () => {
    const page = await browsers.onDesk()
    await signIn(app, page)
    await link(page, /Inquiries/).click()
    await arrive(page, 'Inquiries')
    await reads(page, /2 open/)
    await link(page, /Lena Imaginary/).click()
    await arrive(page, 'Lena Imaginary')
    await reads(page, /do you see children/)
    await button(page, 'Mark as answered').click()
    await arrive(page, 'Inquiries')
    await reads(page, /1 open/)
  })

  it('leaves nothing to see for the Back button after signing out', async () => {
    const page = await browsers.onDesk()
    await signIn(app, page)
    const calendar = await page.goto(`${app.baseUrl}/practice/calendar`)
    assert.equal(calendar?.headers()['cache-control'], 'no-store')
    await arrive(page, /Mar 2 – /)
    await button(page, 'Sign out').click()
    await arrive(page, 'Sign in')
    await page.goBack()
    await at(page, 'Sign in')
    assert.equal(await page.getByText('Priya Inventada').count(), 0)
    await page.goto(`${app.baseUrl}/practice/calendar`)
    await at(page, 'Sign in')
  })
})
