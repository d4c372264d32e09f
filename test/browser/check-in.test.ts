import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Questionnaire } from '../../server/forms/fhir.ts'
import type { Answers } from '../../server/sample/answering.ts'
import { scales } from '../../server/sample/intakes.ts'
import { asked, opened, sent } from '../responses/asked.ts'
import { testApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { reset } from '../support/database.ts'
import { arrive, at, become, button, link, reads } from '../support/journey.ts'
import { make } from '../support/make.ts'
import { fillIn, linesIn, linesOf } from './filling.ts'

const MOST = 30

const answers: Answers = {
  ...scales([4, 5, 6, 2, 1, 0, 0, 6], [3, 4, 2, 5, 0, 4], ['3-4', '1', '1-2', '5-6', '7-9', '5-7', '6-7']),
  'pain-days': 2,
  'stools-a-day': 2,
  'stool-form': '4',
  stress: 4,
  'sleep-quality': 7,
  energy: 6,
}

/** Counts what a person does to the pages: each touch or click, each key. */
async function countOn(page: Page): Promise<() => number> {
  let count = 0
  await page.exposeFunction('interacted', () => {
    count += 1
  })
  await page.addInitScript(() => {
    const told = (event: Event) => event.isTrusted && Reflect.get(globalThis, 'interacted')()
    for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, told, { capture: true })
  })
  return () => count
}

describe('the weekly check-in', () => {
  const browsers = useBrowsers()

  it(`takes at most ${MOST} taps, from its mail to sent, with every question answered but for photo and words`, async () => {
    const app = await testApp()
    const db = await reset()
    await make.world(db)
    await make.ownForms(db)
    const form: { id: string; definition: Questionnaire } = await db('current_form_versions as v')
      .join('forms as f', 'f.id', 'v.form_id')
      .where('f.slug', 'check-in')
      .first({ id: 'f.id', definition: 'v.definition' })
    const { ana } = await asked(app, form)
    const page = await browsers.onPhone()
    await become(app, page, ana)
    const count = await countOn(page)

    await page.goto(`${app.baseUrl}/my/forms/check-in`)
    await arrive(page, 'Weekly check-in')
    await link(page, 'Start').click()
    await at(page, 'Your week')
    const [section] = form.definition.item ?? []
    assert.deepEqual(await fillIn(page.locator('.sheet'), section?.item ?? [], answers), [])
    await button(page, 'Save and look it over').click()
    await at(page, 'Look over your answers')
    await button(page, 'Send to your dietitian').click()
    await arrive(page, 'Thank you, it is sent')
    assert.ok(count() <= MOST, `${count()} taps`)
    assert.ok(count() > 20, 'they were counted')

    await reads(page, /Gut score 30/, /Skin score 30/, /Habits score 66\.7/)
    const [row] = await sent(app)
    const lines = linesOf(form.definition.item ?? [], answers)
    assert.deepEqual(linesIn(opened(row)), lines)
    assert.equal(lines.length, 27)
  })
})
