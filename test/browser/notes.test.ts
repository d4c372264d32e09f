import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { HOUR } from '../../server/clock.ts'
import { notePlace } from '../../server/notes/store.ts'
import { makeNote, makePiece, typed } from '../notes/written.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { reset } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { arrive, become, button, link, reads } from '../support/journey.ts'
import { make } from '../support/make.ts'
import { PASSWORD, signedIn } from '../support/people.ts'

const status = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words }).waitFor()
const field = (page: Page, label: string) => page.getByRole('textbox', { name: label, exact: true }).first()

describe('notes in a browser', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let list: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { dietitian: { name: 'Robin Vale' }, type: { name: 'First talk' } })
    const client = await make.client(db, { name: 'Ana Ruiz' })
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW - HOUR }
    await make.appointment(db, of, { client_id: client.id })
    await makeNote(db, { clientId: client.id, accountId: world.dietitian.account_id, clientName: 'Ana Ruiz' })
    await makePiece(db, 'note_snippets', 'Five grams of fiber a week.', 'Fiber')
    list = `${app.baseUrl}/practice/clients/${client.id}/notes`
  })

  async function begin(page: Page) {
    await become(app, page, await signedIn(app, world.dietitian))
    await page.goto(list)
    await arrive(page, 'Ana Ruiz')
    await button(page, 'Begin a note').click()
    await page.getByRole('heading', { level: 1, name: 'Note' }).waitFor()
  }

  const kept = async () => {
    const note = await app.db('notes').whereNull('signed_at').first()
    return JSON.parse(sealer.open(notePlace(note.id), note.content_sealed))
  }

  async function write(page: Page) {
    await field(page, 'Assessment').fill(typed.assessment)
    await field(page, 'Problem').fill(typed.problem1)
    await field(page, 'Related to').fill(typed.related1)
    await field(page, 'As shown by').fill(typed.shown1)
    await field(page, 'Intervention').fill(typed.intervention)
    await field(page, 'Monitoring and evaluation').fill(typed.monitoring)
  }

  it('are written beside the last one, saved while typing, signed, corrected and printed', async () => {
    const page = await browsers.onDesk()
    await begin(page)
    await arrive(page, 'Note')
    await write(page)
    await status(page, 'Saved 9:00 AM')
    await page.getByText('Snippets').click()
    await field(page, 'Intervention').focus()
    await button(page, /^Insert.*Fiber/).click()
    await arrive(page, 'Note')
    assert.equal(
      await field(page, 'Intervention').inputValue(),
      'Oats at breakfast. Five grams of fiber a week.',
    )
    await button(page, 'Look it over and sign').click()
    await arrive(page, 'Note: Ana Ruiz')
    await page.getByLabel('Your password').fill(PASSWORD)
    await button(page, 'Sign this note').click()
    await arrive(page, 'Note of Mar 3, 2026')
    await reads(page, /Five grams of fiber a week\./, /Signed by Robin Vale/)

    await link(page, 'Add an addendum').click()
    await arrive(page, 'Addendum 1')
    await page.getByLabel('Reason').fill('A slip')
    await field(page, 'Addendum').fill('It was 19 g.')
    await status(page, 'Saved 9:00 AM')
    await button(page, 'Look it over and sign').click()
    await page.getByLabel('Your password').fill(PASSWORD)
    await button(page, 'Sign this addendum').click()
    await arrive(page, 'Note of Mar 3, 2026')
    await link(page, 'To print').click()
    await arrive(page, 'Note of Mar 3, 2026')
    await page.emulateMedia({ media: 'print' })
    await reads(page, /Ana Ruiz.*Assessment.*Addendum 1.*It was 19 g\./)
    for (const gone of ['navigation', 'button'] as const)
      assert.equal(await page.getByRole(gone).filter({ visible: true }).count(), 0, gone)
  })

  it('lose nothing when the session ends while one types: one signs in in another tab, and it is saved', async () => {
    const page = await browsers.onDesk()
    await begin(page)
    await field(page, 'Assessment').fill('Before')
    await status(page, 'Saved 9:00 AM')
    await app.db('sessions').del()
    await field(page, 'Assessment').fill('Before and after')
    await page.getByRole('alert').filter({ hasText: 'You are signed out' }).waitFor()
    assert.equal((await kept()).assessment, 'Before')
    await become(app, page, await signedIn(app, world.dietitian))
    await page.evaluate(() => dispatchEvent(new Event('focus')))
    await status(page, 'Saved 9:00 AM')
    assert.equal((await kept()).assessment, 'Before and after')
  })

  it('open in two tabs say so in the second, which is shown both', async () => {
    browsers.expect(/answered 409/)
    const page = await browsers.onDesk()
    await begin(page)
    const second = await page.context().newPage()
    await second.goto(page.url())
    await field(second, 'Assessment').fill('Of the second')
    await status(second, 'Saved 9:00 AM')
    await field(page, 'Assessment').fill('Of the first')
    await page.getByRole('alert').filter({ hasText: 'changed or signed meanwhile' }).waitFor()
    await button(page, 'Save what I typed').click()
    await arrive(page, 'Note')
    await reads(page, /Saved meanwhile Assessment Of the second/)
    assert.equal(await field(page, 'Assessment').inputValue(), 'Of the first')
    await button(page, 'Keep what I typed').click()
    await page.getByRole('heading', { level: 1, name: 'Note' }).waitFor()
    assert.equal((await kept()).assessment, 'Of the first')
  })

  it('are written and signed on a phone without JavaScript', async () => {
    const page = await browsers.onPhone({ javaScript: false })
    await begin(page)
    await arrive(page, 'Note')
    await reads(page, /Nothing is saved while you type without JavaScript/)
    await button(page, 'Look it over and sign').click()
    await reads(page, /Before you can sign/)
    await link(page, 'Please write the intervention.').click()
    await write(page)
    await button(page, 'Look it over and sign').click()
    await arrive(page, 'Note: Ana Ruiz')
    await page.getByLabel('Your password').fill(PASSWORD)
    await button(page, 'Sign this note').click()
    await arrive(page, 'Note of Mar 3, 2026')
  })
})
