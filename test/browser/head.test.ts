import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { answered } from '../chart/sent.ts'
import type { TestApp } from '../support/app.ts'
import { DESK, useBrowsers } from '../support/browser.ts'
import { sampleApp, signIn } from '../support/journey.ts'

describe('the head of a chart on a phone, without JavaScript', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let path: string

  beforeEach(async () => {
    app = await sampleApp()
    const client = await app.db('clients').where({ name: 'Maya Sample' }).first('id')
    path = `${app.baseUrl}/practice/clients/${client.id}`
    await answered(app.db, { clientId: client.id, signs: [{ sign: 'under-18', kind: 'caution' }] })
  })

  const shows = (page: Page, words: string) =>
    page.locator('.chart-head').getByText(words).first().isVisible()
  /** Who it is and what warns, and whether all the rest is there too. */
  async function holds(page: Page, isWhole: boolean) {
    assert.deepEqual(
      [await shows(page, 'Maya Sample'), await shows(page, '1 open caution'), await shows(page, 'Under 18')],
      [true, true, true],
    )
    assert.deepEqual(
      [await shows(page, 'Medicines'), await shows(page, 'Their local time')],
      [isWhole, isWhole],
    )
  }

  it('is short on every page but the first, opens by its label or the space bar, and is whole on paper', async () => {
    const page = await browsers.onPhone({ javaScript: false })
    await signIn(app, page)
    await page.goto(path)
    await holds(page, true)
    for (const tab of ['/forms', '/notes', '/audit', '/summary']) {
      await page.goto(`${path}${tab}`)
      await holds(page, false)
    }
    await page.goto(`${path}/forms`)
    const fold = page.getByLabel('Allergies, appointments and more')
    await page.getByText('Allergies, appointments and more').click()
    await holds(page, true)
    await fold.press('Space')
    await holds(page, false)
    await page.emulateMedia({ media: 'print' })
    await holds(page, true)
    await page.emulateMedia({ media: 'screen' })
    await page.setViewportSize(DESK)
    await holds(page, true)
    assert.equal(await shows(page, 'Allergies, appointments and more'), false)
  })
})
