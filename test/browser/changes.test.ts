import assert from 'node:assert/strict'
import { HOUR } from '../../server/clock.ts'
import type { TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { arrive, button, link, linkIn, mailTo, reads, sampleApp } from '../support/journey.ts'
import { visit } from '../support/page.ts'
import { ana, book } from '../support/people.ts'

const nine = Date.parse('2026-03-05T14:00:00Z')

describe('changing an appointment from its mail, in a browser', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let secret: string

  beforeEach(async () => {
    app = await sampleApp()
    await book(visit(app), { slug: 'initial-consultation' }, /Thursday, March 5/, '9:00 AM')
    secret = linkIn(app, await mailTo(app, ana.email))
  })

  it('moves it: the page, the old link and the mail have the new time', async () => {
    const page = await browsers.onPhone()
    await page.goto(secret)
    await arrive(page, 'Your appointment is booked')
    await link(page, 'Move it').click()
    await arrive(page, 'Move your appointment')
    await link(page, /Friday, March 6/).click()
    await page.getByRole('heading', { name: 'Friday, March 6' }).waitFor()
    await link(page, /^1:30 PM/).click()
    await page.getByText('Your old time stays yours').waitFor()
    await arrive(page, 'Move your appointment')
    await button(page, 'Move my appointment').click()
    await arrive(page, 'Your appointment is booked')
    await reads(page, /Friday, March 6 1:30 PM to 2:30 PM/)

    const mail = await mailTo(app, ana.email)
    assert.equal(mail.subject, 'Your appointment is now on Fri, Mar 6 at 1:30 PM')
    assert.match(mail.calendar ?? '', /METHOD:REQUEST[\s\S]*SEQUENCE:1\b/)
    assert.equal(linkIn(app, mail), secret)
    const other = await browsers.onDesk()
    await other.goto(secret)
    await reads(other, /Friday, March 6 1:30 PM to 2:30 PM/)
    assert.equal((await app.db('appointments').where({ booked_name: ana.name })).length, 1)
  })

  it('cancels it: the page and the mail say so, and offer another time', async () => {
    const page = await browsers.onPhone()
    await page.goto(secret)
    await link(page, 'Cancel it').click()
    await arrive(page, 'Cancel this appointment?')
    await link(page, 'Keep it').click()
    await page.getByRole('heading', { name: 'Your appointment is booked' }).waitFor()
    await link(page, 'Cancel it').click()
    await button(page, 'Cancel this appointment').click()
    await arrive(page, 'This appointment is cancelled')
    const mail = await mailTo(app, ana.email)
    assert.equal(mail.subject, 'Your appointment on Thu, Mar 5 at 9:00 AM is cancelled')
    assert.match(mail.calendar ?? '', /METHOD:CANCEL/)
    await page.goto(secret)
    await reads(page, /Its time was given back/)
  })

  it('says why it is too late after the deadline, and how to reach the practice', async () => {
    const page = await browsers.onPhone()
    await page.goto(`${secret}/cancellation`)
    await page.getByRole('heading', { name: 'Cancel this appointment?' }).waitFor()
    app.clock.set(nine - 23 * HOUR)
    await button(page, 'Cancel this appointment').click()
    await arrive(page, 'Your appointment is booked')
    const why =
      /Changes here close 24 hours before.*call \+1 317 555 0142 or write to hello@bluetree\.example/
    await reads(page, why)
    for (const address of [secret, `${secret}/reschedule`, `${secret}/cancellation`]) {
      await page.goto(address)
      await reads(page, why)
      assert.equal(await button(page, /Cancel|Move/).count(), 0)
      assert.equal(await link(page, /^(Move|Cancel) it/).count(), 0)
    }
  })

  it('leads from a kept appointment to a follow-up, without asking again who it is', async () => {
    const page = await browsers.onPhone()
    await page.goto(secret)
    await link(page, 'Follow-up').click()
    await arrive(page, 'Follow-up')
    await link(page, /Friday, March 6/).click()
    await button(page, /^9:00 AM/).click()
    await arrive(page, 'Almost there')
    assert.equal(await page.getByLabel('Your name').count(), 0)
    await page.getByLabel('By video').check()
    await button(page, 'Book this appointment').click()
    await arrive(page, 'Your appointment is booked')
    await reads(page, /Friday, March 6 9:00 AM to 9:30 AM/)
  })
})
