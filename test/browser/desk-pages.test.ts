import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { deskPages } from '../guards/desk-pages.ts'
import { type Scene, setScene } from '../guards/scene.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { audit } from '../support/audit.ts'
import { useBrowsers } from '../support/browser.ts'
import { reset } from '../support/database.ts'
import { become } from '../support/journey.ts'
import { keepRows } from '../support/kept.ts'
import type { Page as Answered } from '../support/page.ts'

/** A phone, a tablet and a desk. */
const widths = [
  [390, 'all'],
  [820, 'room'],
  [1280, 'room'],
] as const

/** What the desk is made of; forms, consents and accounts are looked at in pages.test.ts. */
const ofTheDesk =
  /^(today|calendar|desk|clients|chart|notes|schedule|appointment-types|settings|people|records|erasure)\//

/** What was typed in place of a day is not shown by Chromium, which says so. */
const NO_DAY = / type="(?:date|time)"[^>]* value="(?!\d|")/

const shown = deskPages.filter(({ view }) => ofTheDesk.test(view))

/** The pages that the guards know, with names that are long and full of marks, as they come and when something is wrong. */
describe('every page of the desk has room and contrast on a phone, a tablet and a desk:', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let scene: Scene
  let kept: Awaited<ReturnType<typeof keepRows>>
  let page: Page

  /** Shows what was answered, in a browser that takes its styles and scripts from the program. */
  async function show({ path, html }: Answered): Promise<void> {
    const address = app.baseUrl + path.replace(/\?.*/, '')
    if (NO_DAY.test(html)) browsers.expect(/does not conform to the required format/)
    await page.route(
      ({ href }) => href === address,
      (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }),
    )
    await page.goto(address)
    // Axe looks long at thousands of choices that are not to be seen.
    await page.evaluate(() => {
      for (const one of document.querySelectorAll('option:not(:checked)')) one.remove()
    })
  }

  before(async () => {
    app = await testApp()
    await reset()
    scene = await setScene(app)
    kept = await keepRows(app.db)
    page = await browsers.onDesk({ isKept: true })
    await become(app, page, scene.desk) // for what is framed within
  })
  after(() => kept.forget())

  for (const { name, status = 200, open, changes } of shown)
    it(name, async () => {
      const answered = await open(scene)
      assert.equal(answered.status, status)
      await show(answered)
      for (const [width, look] of widths) {
        await page.setViewportSize({ width, height: 900 })
        await audit(page, look)
      }
      await page.unrouteAll()
      if (changes) await kept.restore()
    })
})
