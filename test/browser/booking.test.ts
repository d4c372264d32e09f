import assert from 'node:assert/strict'
import ICAL from 'ical.js'
import type { Page } from 'playwright-core'
import { type Instant, MINUTE } from '../../server/clock.ts'
import type { TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { NOW } from '../support/fixed.ts'
import {
  arrive,
  button,
  introduce,
  link,
  linkIn,
  mailTo,
  reads,
  sampleApp,
  wordsOf,
} from '../support/journey.ts'
import { visit } from '../support/page.ts'
import { hold } from '../support/people.ts'

const consultation = { slug: 'initial-consultation' }
const thursday = /Thursday, March 5/
const ana = { name: 'Ana Ruiz', email: 'ana@example.com' }

describe('booking in a browser', () => {
  const browsers = useBrowsers()
  let app: TestApp

  beforeEach(async () => {
    app = await sampleApp()
  })

  async function choose(page: Page, time: RegExp) {
    await page.goto(`${app.baseUrl}/book/initial-consultation`)
    await link(page, thursday).click()
    await button(page, time).click()
  }

  /** Of the server and of the page, which looks at its own twice a minute. */
  async function setClocks(page: Page, instant: Instant) {
    app.clock.set(instant)
    await page.clock.setFixedTime(instant)
    await page.clock.fastForward(MINUTE)
  }

  it('leads a reader on a phone in Kathmandu from the article to a booked appointment', async () => {
    const page = await browsers.onPhone({ zone: 'Asia/Kathmandu' })
    await page.goto(`${app.baseUrl}/articles/how-gut-health-shows-on-your-skin`)
    await arrive(page, 'How gut health shows on your skin')
    await page.getByRole('main').getByRole('link', { name: 'Book an appointment' }).first().click()
    await arrive(page, 'Book an appointment')
    await link(page, 'Initial consultation').click()

    await page.getByText('Nepal Time (Kathmandu)').waitFor()
    await arrive(page, 'Initial consultation')
    await link(page, thursday).click()
    await page.getByRole('heading', { name: 'Thursday, March 5' }).waitFor()
    await reads(page, /Your time zone: Nepal Time \(Kathmandu\)/, /Eastern Standard Time \(Indianapolis\)/)
    await button(page, /^7:45 PM at the practice Thu 9:00 AM/).click()

    await arrive(page, 'Almost there')
    await reads(page, /We keep this time for you until 7:55 PM, about 10 minutes\./)
    await reads(page, /Thursday, March 5/, /7:45 PM to 8:45 PM Nepal Time/, /Thu, Mar 5, 9:00 AM, Eastern/)
    await introduce(page, ana)
    await page.getByLabel('By video').check()
    await page.getByLabel('What brings you?').fill('Bloated after lunch, and my skin flares.')
    await button(page, 'Book this appointment').click()

    await arrive(page, 'Your appointment is booked')
    await reads(page, /Thursday, March 5 7:45 PM to 8:45 PM Nepal Time \(Kathmandu\)/)
    await reads(
      page,
      /At the practice: Thu, Mar 5, 9:00 AM, Eastern Standard Time \(Indianapolis\)/,
      /By video/,
    )
    const booked = page.url()

    const mail = await mailTo(app, ana.email)
    assert.equal(linkIn(app, mail), booked)
    await page.goto(`${app.baseUrl}/outbox`)
    await arrive(page, 'Outbox')
    await page.getByRole('link', { name: mail.subject }).click()
    await arrive(page, mail.subject)
    await reads(page, /Nepal Time \(Kathmandu\)/)
    await page.goto(linkIn(app, mail))
    await arrive(page, 'Your appointment is booked')
    const [file] = await Promise.all([page.waitForEvent('download'), link(page, 'Add to calendar').click()])
    assert.equal(file.suggestedFilename(), 'appointment.ics')
    const text = (await (await file.createReadStream()).toArray()).join('')
    const calendar = new ICAL.Component(ICAL.parse(text))
    const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent') as ICAL.Component)
    assert.equal(event.startDate.toJSDate().toISOString(), '2026-03-05T14:00:00.000Z')
  })

  it('shows the times at once to who is in the practice’s own zone', async () => {
    const page = await browsers.onPhone({ zone: 'America/Indiana/Indianapolis' })
    const asked: string[] = []
    page.on('request', (request) => request.isNavigationRequest() && asked.push(request.url()))
    await page.goto(`${app.baseUrl}/book/initial-consultation`)
    await arrive(page, 'Initial consultation')
    await reads(page, /Your time zone: Eastern Standard Time \(Indianapolis\)/)
    assert.deepEqual(asked, [`${app.baseUrl}/book/initial-consultation`])
    assert.equal(await button(page, /at the practice/).count(), 0)
  })

  it('says what needs another look, and leads there', async () => {
    const page = await browsers.onDesk()
    await choose(page, /^10:30 AM/)
    await introduce(page, { name: 'Ana Ruiz', email: 'ana at example' })
    await page.getByLabel('By phone').check()
    await button(page, 'Book this appointment').click()

    await page.getByRole('heading', { name: '2 things need another look' }).waitFor()
    await arrive(page, 'Almost there')
    assert.match(await page.title(), /^Error: /)
    const focused = () =>
      page.evaluate(() => document.activeElement?.textContent?.replace(/\s+/g, ' ').trim())
    assert.match((await focused()) ?? '', /^2 things need another look/)
    const email = page.getByLabel('E-mail', { exact: true })
    assert.equal(await email.inputValue(), 'ana at example')
    await link(page, /write the e-mail address/).click()
    assert.ok(await email.evaluate((field) => field === document.activeElement))
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('ana@example.com')
    await page.getByRole('textbox', { name: 'Phone' }).fill('+1 317 555 0100')
    await button(page, 'Book this appointment').click()
    await arrive(page, 'Your appointment is booked')
    await reads(page, /the number that ends in 00/)
  })

  it('tells the second of two on one slot that it is taken, and has other times', async () => {
    const [first, second] = [await browsers.onPhone(), await browsers.onDesk()]
    for (const page of [first, second]) {
      await page.goto(`${app.baseUrl}/book/initial-consultation`)
      await link(page, thursday).click()
      await button(page, /^9:00 AM/).waitFor()
    }
    await button(first, /^9:00 AM/).click()
    await first.getByRole('heading', { name: 'Almost there' }).waitFor()
    await button(second, /^9:00 AM/).click()

    await second.getByRole('alert').waitFor()
    await arrive(second, 'Initial consultation')
    assert.match(await wordsOf(second.getByRole('alert')), /Somebody just took that time/)
    await second.getByRole('heading', { name: 'Thursday, March 5' }).waitFor()
    assert.equal(await button(second, /^9:00 AM/).count(), 0)
    await button(second, /^10:30 AM/).click()
    for (const [page, name] of [
      [first, 'ana'],
      [second, 'ben'],
    ] as const) {
      await page.getByRole('heading', { name: 'Almost there' }).waitFor()
      await introduce(page, { name, email: `${name}@example.com` })
      await page.getByLabel('By video').check()
      await button(page, 'Book this appointment').click()
      await page.getByRole('heading', { name: 'Your appointment is booked' }).waitFor()
    }
    await reads(first, /9:00 AM to 10:00 AM/)
    await reads(second, /10:30 AM to 11:30 AM/)
  })

  it('keeps what was typed when the time is kept longer, and when it runs out while somebody else takes it', async () => {
    const page = await browsers.onPhone()
    const words = 'It began in spring.\n\nMostly after lunch.'
    await choose(page, /^9:00 AM/)
    await arrive(page, 'Almost there')
    await introduce(page, ana)
    await page.getByLabel('By video').check()
    await page.getByLabel('What brings you?').fill(words)

    await setClocks(page, NOW + 5 * MINUTE)
    await page.getByText('about 5 minutes').waitFor()
    await button(page, 'Keep it 10 minutes longer').click()
    await page.getByText('until 9:15 AM').waitFor()
    await reads(page, /about 10 minutes/)
    assert.equal(await button(page, 'Keep it 10 minutes longer').count(), 0)
    assert.equal(await page.getByLabel('What brings you?').inputValue(), words)

    await setClocks(page, NOW + 16 * MINUTE)
    await page.getByText('time is up').waitFor()
    await hold(visit(app), consultation, thursday, '9:00 AM')
    await button(page, 'Book this appointment').click()

    await page.getByRole('group', { name: 'Which time would you like?' }).waitFor()
    await arrive(page, 'Almost there')
    await reads(page, /ran out, and it is no longer free/)
    assert.equal(await page.getByLabel('Your name').inputValue(), ana.name)
    assert.equal(await page.getByLabel('What brings you?').inputValue(), words)
    assert.ok(await page.getByLabel('By video').isChecked())
    await page.getByLabel('Thu, Mar 5, 10:30 AM').check()
    await button(page, 'Book this appointment').click()
    await arrive(page, 'Your appointment is booked')
    await reads(page, /Thursday, March 5 10:30 AM to 11:30 AM/)
  })
})
