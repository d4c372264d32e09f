import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { arrive, button, link, sampleApp } from '../support/journey.ts'
import { pressKey, tabTo, typeInto } from '../support/keyboard.ts'

describe('by keyboard alone', () => {
  const browsers = useBrowsers()
  let app: TestApp

  beforeEach(async () => {
    app = await sampleApp()
  })

  /** The first stop of every page, and past all that is the same everywhere. */
  async function skip(page: Page) {
    await page.keyboard.press('Tab')
    const first = link(page, 'Skip to the content')
    assert.ok(await first.evaluate((element) => element === document.activeElement))
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.matches('main'))
  }

  it('one can book an appointment', async () => {
    const page = await browsers.onDesk()
    await page.goto(app.baseUrl)
    await skip(page)
    await pressKey(page, page.getByRole('main').getByRole('link', { name: 'Book an appointment' }), 'Enter')
    await arrive(page, 'Book an appointment')
    await pressKey(page, link(page, 'Initial consultation'), 'Enter')
    await arrive(page, 'Initial consultation')
    await pressKey(page, link(page, /Thursday, March 5/), 'Enter')
    await page.getByRole('heading', { name: 'Thursday, March 5' }).waitFor()
    await skip(page)
    await pressKey(page, button(page, /^9:00 AM/), 'Space')

    await arrive(page, 'Almost there')
    await typeInto(page, page.getByLabel('Your name'), 'Ana Ruiz')
    await typeInto(page, page.getByRole('textbox', { name: 'E-mail' }), 'ana at example')
    await tabTo(page, page.getByLabel('In person'))
    await page.keyboard.press('ArrowDown')
    assert.ok(await page.getByLabel('By video').isChecked())
    await tabTo(page, page.getByLabel('Remind me by e-mail'))
    await page.keyboard.press('Space')
    assert.ok(!(await page.getByLabel('Remind me by e-mail').isChecked()))
    await pressKey(page, button(page, 'Keep it 10 minutes longer'), 'Enter')
    await page.waitForFunction(() => document.activeElement?.textContent === 'The time is kept longer.')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { name: 'One thing needs another look' }).waitFor()
    await pressKey(page, link(page, /write the e-mail address/), 'Enter')
    const email = page.getByRole('textbox', { name: 'E-mail' })
    assert.ok(await email.evaluate((element) => element === document.activeElement))
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('ana@example.com')
    await page.keyboard.press('Enter')
    await arrive(page, 'Your appointment is booked')
    await tabTo(page, link(page, 'Add to calendar'))
    await pressKey(page, link(page, 'Move it'), 'Enter')
    await arrive(page, 'Move your appointment')
  })

  it('the dietitian can sign in, read the week and mark an appointment as kept', async () => {
    const page = await browsers.onDesk()
    await page.goto(`${app.baseUrl}/practice`)
    await arrive(page, 'Sign in')
    await skip(page)
    await typeInto(page, page.getByLabel('E-mail'), 'dana@bluetree.example')
    await typeInto(page, page.getByLabel('Password'), 'blue-tree-sample')
    await page.keyboard.press('Enter')
    await arrive(page, 'Tuesday, March 3')
    await pressKey(page, link(page, 'Calendar'), 'Enter')
    await arrive(page, /Mar 2 – /)
    await skip(page)
    await pressKey(page, link(page, /Jonah Placeholder/), 'Enter')
    await arrive(page, 'Jonah Placeholder')
    await pressKey(page, button(page, 'Kept'), 'Enter')
    await page.getByText('Marked as kept by the practice').waitFor()
    await pressKey(page, button(page, 'Sign out'), 'Space')
    await arrive(page, 'Sign in')
  })

  it('the dietitian can open the question before a cancellation, and cancel', async () => {
    const page = await browsers.onDesk()
    await page.goto(`${app.baseUrl}/sign-in?returnTo=/practice/calendar`)
    await typeInto(page, page.getByLabel('E-mail'), 'dana@bluetree.example')
    await typeInto(page, page.getByLabel('Password'), 'blue-tree-sample')
    await page.keyboard.press('Enter')
    await arrive(page, /Mar 2 – /)
    await pressKey(page, link(page, /Priya Inventada/), 'Enter')
    await arrive(page, 'Priya Inventada')
    await pressKey(page, page.locator('summary'), 'Enter')
    await pressKey(page, page.getByRole('button', { name: 'Cancel this appointment', exact: true }), 'Space')
    await page.getByText('Cancelled by the practice').waitFor()
  })
})
