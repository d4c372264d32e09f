import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { emptyContent } from '../../server/notes/content.ts'
import { answered, someAnswers } from '../chart/sent.ts'
import { makeNote } from '../notes/written.ts'
import { download } from '../records/downloading.ts'
import type { TestApp } from '../support/app.ts'
import { audit } from '../support/audit.ts'
import { useBrowsers } from '../support/browser.ts'
import { at, become, button, reads, sampleApp } from '../support/journey.ts'
import { type Visitor, visit } from '../support/page.ts'

const PASSWORD = 'blue-tree-sample'
/** Letter, less its margins. */
const PAPER = { width: 720, height: 960 }

describe('on paper', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let desk: Visitor
  let client: { id: string }

  beforeEach(async () => {
    app = await sampleApp()
    desk = visit(app)
    await desk.post('/sign-in', { email: 'dana@bluetree.example', password: PASSWORD })
    client = await app.db('clients').where({ name: 'Maya Sample' }).first('id')
  })

  /** Nothing to press, nothing cut off at the side, black on white, and no heading at the foot of a sheet. */
  async function isForPaper(page: Page) {
    await page.setViewportSize(PAPER)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    for (const gone of ['navigation', 'button', 'textbox', 'contentinfo'] as const)
      assert.equal(await page.getByRole(gone).filter({ visible: true }).count(), 0, gone)
    const faults = await page.evaluate(() => {
      const seen = [...document.querySelectorAll('h1, h2, h3, h4, p, dt, dd, li, td')].filter(
        (one) => one.checkVisibility() && one.getBoundingClientRect().width > 1,
      )
      const dark = (color: string) =>
        (color.match(/\d+/g) ?? []).slice(0, 3).every((part) => Number(part) < 190)
      const said = (one: Element, fault: string) =>
        `${fault}: ${one.tagName} ${one.textContent?.trim().slice(0, 40)}`
      return seen.flatMap((one) => {
        const { color, breakAfter } = getComputedStyle(one)
        const { left, right } = one.getBoundingClientRect()
        return [
          dark(color) ? [] : said(one, color),
          left >= 0 && right <= innerWidth ? [] : said(one, 'off the paper'),
          !/^H[2-4]$/.test(one.tagName) || breakAfter === 'avoid' ? [] : said(one, 'cut from its text'),
        ].flat()
      })
    })
    assert.deepEqual(faults, [])
    assert.equal((await page.pdf({ preferCSSPageSize: true })).subarray(0, 5).toString(), '%PDF-')
  }

  it('a note has all that was signed, its addenda in order, and each with its signature', async () => {
    const { account_id: accountId } = await app.db('dietitians').first('account_id')
    const assessment = Array.from({ length: 60 }, (_, n) => `Line ${n + 1} of a long story.`).join('\n')
    const content = {
      ...emptyContent,
      assessment,
      noProblem: true,
      intervention: 'Rest.',
      monitoring: 'Sleep.',
    }
    const id = await makeNote(
      app.db,
      { clientId: client.id, accountId, clientName: 'Maya Sample' },
      { content },
    )
    for (const [reason, text] of [
      ['A slip', 'It was 19 g.'],
      ['Another', 'And it was Monday.'],
    ] as const) {
      const draft = await desk.open(`/practice/notes/${id}/addenda`)
      const signing = await draft.button('Look it over and sign', { reason, text })
      await signing.button('Sign this addendum', { password: PASSWORD })
    }
    const page = await browsers.onDesk()
    await become(app, page, desk)
    await page.goto(`${app.baseUrl}/practice/notes/${id}/print`)
    await at(page, 'Note of Mar 3, 2026')
    await button(page, 'Print').waitFor()
    await isForPaper(page)
    await reads(
      page,
      /Blue Tree Nutrition.*Maya Sample.*Line 60 of a long story.*No nutrition problem at this time.*Signed by Robin Vale.*Addendum 1.*A slip.*It was 19 g\..*Signed by Dana Whitfield.*Addendum 2.*And it was Monday\./,
    )
  })

  it('an intake summary begins with the warning signs', async () => {
    const jonah = await app.db('clients').where({ name: 'Jonah Placeholder' }).first('id')
    const signs = [
      { sign: 'pregnancy', kind: 'caution' as const },
      { sign: 'severe-belly-pain', kind: 'urgent' as const },
    ]
    await answered(app.db, { clientId: jonah.id, item: someAnswers, signs })
    const page = await browsers.onDesk()
    await become(app, page, desk)
    await page.goto(`${app.baseUrl}/practice/clients/${jonah.id}/summary`)
    await at(page, 'Intake summary')
    await isForPaper(page)
    await reads(page, /Warning signs.*Cautions.*Allergies.*Medicines/)
  })

  it('everything about a client, as it was downloaded, can be read by itself and has no script', async () => {
    const { html } = await download(app, desk, `/practice/clients/${client.id}/record`)
    const page = await browsers.onDesk()
    await page.setContent(html)
    await audit(page)
    await page.setViewportSize({ width: 390, height: 844 })
    await audit(page)
    assert.equal(await page.locator('script').count(), 0)
    await isForPaper(page)
  })
})
