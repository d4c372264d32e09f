import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { MINUTE } from '../../server/clock.ts'
import type { Item, Questionnaire } from '../../server/forms/fhir.ts'
import type { Answers } from '../../server/sample/answering.ts'
import { maya } from '../../server/sample/intakes.ts'
import { asked, drafts, opened, sent } from '../responses/asked.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { audit } from '../support/audit.ts'
import { useBrowsers } from '../support/browser.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { at, become, button, link, reads, wordsOf } from '../support/journey.ts'
import { make } from '../support/make.ts'
import { smallTargets } from '../support/measure.ts'
import { signedInAsClient } from '../support/people.ts'
import { addRows, fillIn, linesIn, linesOf, standsIn, typeAtOnce, wordsIn } from './filling.ts'

const answers: Answers = {
  ...maya,
  name: 'Ana <Ruiz>',
  'main-goals': ['less-bloating', 'calmer-skin', 'Sleeping through'],
  'looser-stools': 'yes',
  'looser-weeks': 8,
}

/** Gone over again after the review. */
const changed: Answers = { ...answers, hope: [], tried: 'Peppermint\n\nA walk <after> dinner' }

const NEXT = /^Save and (continue|look it over)$/

describe('the whole intake in a browser', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let form: { id: string; definition: Questionnaire }
  let sections: Item[]
  let photo: { name: string; mimeType: string; buffer: Buffer }

  before(async () => {
    const picture = sharp({ create: { width: 400, height: 300, channels: 3, background: '#a04030' } })
    photo = { name: 'arm.jpg', mimeType: 'image/jpeg', buffer: await picture.jpeg().toBuffer() }
  })

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    await make.ownForms(db)
    form = await db('current_form_versions as v')
      .join('forms as f', 'f.id', 'v.form_id')
      .where('f.slug', 'intake')
      .first({ id: 'f.id', definition: 'v.definition' })
    sections = form.definition.item ?? []
  })

  const shown = (page: Page) => page.locator('.sheet')
  const saved = (page: Page, time: string) =>
    page
      .getByRole('status')
      .filter({ hasText: `Saved ${time}` })
      .waitFor()

  async function begin(page: Page) {
    const { ana, client } = await asked(app, form)
    await become(app, page, ana)
    await page.goto(`${app.baseUrl}/my`)
    await link(page, /New client intake/).click()
    await at(page, 'New client intake')
    await link(page, 'Start').click()
    return client
  }

  /** The drawing and the boxes beside it say the same. */
  async function pressFigure(page: Page) {
    const box = page.getByRole('checkbox', { name: 'Cheeks' })
    for (const isChosen of [true, false]) {
      await page.locator('.is-face .spot-cheeks').first().tap()
      assert.equal(await box.isChecked(), isChosen)
    }
  }

  /** From the first section to all answers; questions that only come with an answer stand there at once, or are told. */
  async function fillAll(page: Page, areAtOnce: boolean) {
    for (const { text = '', linkId, item = [] } of sections) {
      await at(page, text)
      const left = await fillIn(shown(page), item, answers)
      if (linkId === 'skin') await pressFigure(page)
      if (linkId === 'skin') await page.getByLabel(/^A photo of your skin/).setInputFiles(photo)
      await button(page, NEXT).click()
      if (areAtOnce) assert.deepEqual(left, [])
      if (left.length === 0) continue
      await page
        .getByRole('alert')
        .filter({ hasText: /more questions?, from what you answered/ })
        .waitFor()
      assert.deepEqual(await fillIn(shown(page), left, answers), [])
      await button(page, NEXT).click()
    }
    await at(page, 'Look over your answers')
  }

  /** Each choice in its words, and all that was typed. */
  async function readsAll(page: Page, given: Answers) {
    const text = await wordsOf(page.getByRole('main'))
    for (const words of wordsIn(sections, given)) assert.ok(text.includes(words), `“${words}” is not there`)
  }

  async function fillAndSend(page: Page, areAtOnce: boolean) {
    const { id } = await begin(page)
    await fillAll(page, areAtOnce)
    await readsAll(page, answers)
    await reads(page, /Gut score 53\.8/, /Skin score 66\.7/, /Habits score 29\.2/, /arm\.jpg/)

    await link(page, /^Change ?: What brings you/).click()
    await at(page, 'What brings you')
    assert.equal(await page.getByLabel('Something else').inputValue(), 'Sleeping through')
    await page.getByLabel(/^Three months from now/).fill('')
    await page.getByLabel(/^What have you tried/).fill(String(changed.tried))
    await button(page, 'Save and go back to your answers').click()
    await at(page, 'Look over your answers')
    await reads(page, /A walk <after> dinner/, /would you like to be different\? No answer/)
    await button(page, 'Send to your dietitian').click()
    await at(page, 'Thank you, it is sent')
    await readsAll(page, changed)

    const [row, ...others] = await sent(app).where({ client_id: id })
    assert.equal(others.length, 0)
    assert.equal((await drafts(app).where({ client_id: id })).length, 0)
    const response = opened(row)
    assert.deepEqual(linesIn(response), linesOf(sections, changed))
    const [file] = await app.db('files').where({ client_id: id })
    assert.match(JSON.stringify(response), new RegExp(`"url":"[^"]*${file.id}"`))
    assert.deepEqual(
      [file.response_id, file.link_id, file.content_type],
      [row.id, 'skin-photo', 'image/jpeg'],
    )
    const [request] = await app.db('form_requests').where({ client_id: id })
    assert.equal(request.response_id, row.id)
  }

  for (const [words, javaScript] of [
    ['with JavaScript', true],
    ['without JavaScript', false],
  ] as const)
    it(`is filled in on a phone ${words}, with a photo, looked over, changed and sent`, async () =>
      fillAndSend(await browsers.onPhone({ javaScript }), javaScript))

  /** The power is gone: the page is told nothing. */
  async function kill(page: Page) {
    const devtools = await page.context().newCDPSession(page)
    const crashed = page.waitForEvent('crash')
    devtools.send('Page.crash').catch(() => {})
    await crashed
    await page.context().close()
  }

  it('goes on in another browser after each of its sections was killed in the one before: all is there, in one draft', async () => {
    const { client } = await asked(app, form)
    const open = async (kind: 'onPhone' | 'onDesk') => {
      const page = await browsers[kind]()
      await become(app, page, await signedInAsClient(app, client))
      await page.goto(`${app.baseUrl}/my/forms/intake`)
      await link(page, /^(Start|Go on where you stopped)$/).click()
      return page
    }
    let page = await open('onPhone')
    for (const [n, { text = '', item = [] }] of sections.entries()) {
      await at(page, text)
      await addRows(page, item, answers)
      // Rows are added by saving: what is typed into them is saved a minute later, which tells the two apart.
      app.clock.set(NOW + (n + 1) * MINUTE)
      await typeAtOnce(page, item, answers)
      await saved(page, `8:0${n + 1} AM`.replace('010', '10'))
      const typed = await standsIn(page)
      await kill(page)
      page = await open(n % 2 ? 'onPhone' : 'onDesk')
      await at(page, text)
      assert.deepEqual(await standsIn(page), typed)
      await button(page, NEXT).click()
    }
    await at(page, 'Look over your answers')
    await readsAll(page, answers)
    const [draft, ...others] = await drafts(app)
    assert.equal(others.length, 0)
    assert.deepEqual(linesIn(opened(draft)), linesOf(sections, answers))
  })

  it('says what is wrong with an answer beside it, on a phone and on a desk', async () => {
    const { client } = await asked(app, form)
    const look = async (page: Page, problem: RegExp) => {
      await button(page, NEXT).click()
      await page.getByRole('alert').getByRole('link', { name: problem }).waitFor()
      await page.getByText(problem).nth(1).waitFor()
      await audit(page)
    }
    const answerWrongly = async (page: Page) => {
      const open = (section: number) => page.goto(`${app.baseUrl}/my/forms/intake/sections/${section}`)
      await become(app, page, await signedInAsClient(app, client))
      await open(1)
      await look(page, /Please answer “Your date of birth”/)
      await open(5)
      await page.getByLabel(/^About how old were you/).fill('a child')
      await look(page, /whole number/)
      assert.equal(await page.getByLabel(/^About how old were you/).inputValue(), 'a child')
      await open(6)
      const damaged = { ...photo, buffer: photo.buffer.subarray(0, 200) }
      await page.getByLabel(/^A photo of your skin/).setInputFiles(damaged)
      await look(page, /could not read this picture/)
      assert.deepEqual(await smallTargets(page), [])
    }
    await Promise.all([browsers.onPhone(), browsers.onDesk()].map(async (page) => answerWrongly(await page)))
  })
})
