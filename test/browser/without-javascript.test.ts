import assert from 'node:assert/strict'
import type { TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
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

const ben = { name: 'Ben Ortiz', email: 'ben@example.com' }

describe('without JavaScript', () => {
  const browsers = useBrowsers()
  let app: TestApp

  beforeEach(async () => {
    app = await sampleApp()
  })

  it('one can choose a time zone, book, move and cancel', async () => {
    const page = await browsers.onPhone({ zone: 'Europe/London', javaScript: false })
    await page.goto(app.baseUrl)
    await arrive(page, 'Your gut and your skin, looked at together.')
    await page.getByRole('main').getByRole('link', { name: 'Book an appointment' }).click()
    await arrive(page, 'Book an appointment')
    await link(page, 'Initial consultation').click()
    await arrive(page, 'Initial consultation')
    await reads(page, /Your time zone: Eastern Standard Time \(Indianapolis\)/)
    await link(page, 'Change the time zone').click()

    await arrive(page, 'Your time zone')
    await page.getByLabel('Time zone').selectOption('Europe/London')
    await button(page, 'Use this time zone').click()
    await arrive(page, 'Initial consultation')
    await reads(page, /Your time zone: Greenwich Mean Time \(London\)/)
    await page.goto(`${app.baseUrl}/book/fodmap-review`)
    await reads(page, /Your time zone: Greenwich Mean Time \(London\)/)

    await page.goto(`${app.baseUrl}/book/initial-consultation`)
    await link(page, /Thursday, March 5/).click()
    await page.getByRole('heading', { name: 'Thursday, March 5' }).waitFor()
    await button(page, /^2:00 PM at the practice Thu 9:00 AM/).click()
    await arrive(page, 'Almost there')
    await reads(page, /We keep this time for you until 2:10 PM, about 10 minutes\./)
    await introduce(page, { ...ben, email: 'ben at example' })
    await page.getByLabel('By video').check()
    await page.getByLabel('What brings you?').fill('Rosacea & "bloating" <often>')
    await button(page, 'Book this appointment').click()

    await page.getByRole('heading', { name: 'One thing needs another look' }).waitFor()
    await arrive(page, 'Almost there')
    assert.match(await page.title(), /^Error: /)
    const email = page.getByRole('textbox', { name: 'E-mail' })
    assert.equal(await email.inputValue(), 'ben at example')
    const told = (await email.getAttribute('aria-describedby')) ?? ''
    const message = page.locator(`#${told.split(' ').at(-1)}`)
    assert.match(await wordsOf(message), /Please write the e-mail address like name@example\.com/)
    assert.equal(await page.getByLabel('What brings you?').inputValue(), 'Rosacea & "bloating" <often>')
    assert.ok(await page.getByLabel('By video').isChecked())
    await email.fill(ben.email)
    await button(page, 'Book this appointment').click()
    await arrive(page, 'Your appointment is booked')
    await reads(page, /Thursday, March 5 2:00 PM to 3:00 PM Greenwich Mean Time \(London\)/)
    await reads(page, /At the practice: Thu, Mar 5, 9:00 AM/)

    const secret = linkIn(app, await mailTo(app, ben.email))
    await page.goto(secret)
    await link(page, 'Move it').click()
    await arrive(page, 'Move your appointment')
    await link(page, /Friday, March 6/).click()
    await page.getByRole('heading', { name: 'Friday, March 6' }).waitFor()
    await link(page, /^6:30 PM at the practice Fri 1:30 PM/).click()
    await page.getByText('Your old time stays yours').waitFor()
    await arrive(page, 'Move your appointment')
    await reads(page, /From Thursday, March 5, 2:00 PM To Friday, March 6, 6:30 PM/)
    await button(page, 'Move my appointment').click()
    await arrive(page, 'Your appointment is booked')
    await reads(page, /Friday, March 6 6:30 PM to 7:30 PM/)

    await link(page, 'Cancel it').click()
    await arrive(page, 'Cancel this appointment?')
    await button(page, 'Cancel this appointment').click()
    await arrive(page, 'This appointment is cancelled')
    assert.match((await mailTo(app, ben.email)).subject, /is cancelled$/)
  })

  it('one can ask a question', async () => {
    const page = await browsers.onPhone({ javaScript: false })
    await page.goto(`${app.baseUrl}/get-in-touch`)
    await introduce(page, { name: 'Ben', email: '' })
    await page.getByLabel('Your question').fill('Do you see children?')
    await button(page, 'Send my question').click()
    await page.getByRole('heading', { name: 'One thing needs another look' }).waitFor()
    await arrive(page, 'Get in touch')
    assert.equal(await page.getByLabel('Your question').inputValue(), 'Do you see children?')
    await page.getByRole('textbox', { name: 'E-mail' }).fill(ben.email)
    await button(page, 'Send my question').click()
    await arrive(page, 'Thank you')
    assert.match((await mailTo(app, 'hello@bluetree.example')).plain, /Ben/)
  })
})
