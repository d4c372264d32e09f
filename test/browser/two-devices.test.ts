import assert from 'node:assert/strict'
import type { Page, Route } from 'playwright-core'
import { issueSignInLink } from '../../server/accounts/store.ts'
import { MINUTE } from '../../server/clock.ts'
import { asked, drafts, opened } from '../responses/asked.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { arrive, at, become, button, link, reads } from '../support/journey.ts'
import { make } from '../support/make.ts'
import { signedInAsClient } from '../support/people.ts'
import { linesIn } from './filling.ts'

const GOALS = '/my/forms/intake/sections/2'

const tried = (page: Page) => page.getByLabel(/^What have you tried so far/)
const hope = (page: Page) => page.getByLabel(/^Three months from now/)
const status = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words }).waitFor()
const alert = (page: Page, words: RegExp) => page.getByRole('alert').filter({ hasText: words })

describe('a form in the browser', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let form: { id: string }

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    await make.ownForms(db)
    form = await db('forms').where({ slug: 'intake' }).first('id')
  })

  /** A client with a phone and a desk, both on the same section. */
  async function onTwo(javaScript = true) {
    const { ana, client } = await asked(app, form)
    const pages = await Promise.all([browsers.onPhone({ javaScript }), browsers.onDesk({ javaScript })])
    for (const [n, page] of pages.entries())
      await become(app, page, n ? await signedInAsClient(app, client) : ana)
    await Promise.all(pages.map(open))
    return { phone: pages[0], desk: pages[1], client }
  }

  const open = async (page: Page) => {
    await page.goto(app.baseUrl + GOALS)
    await at(page, 'What brings you')
  }

  async function onOne() {
    const { ana, client } = await asked(app, form)
    const page = await browsers.onPhone()
    await become(app, page, ana)
    await open(page)
    return { page, client }
  }

  const kept = async ({ id }: { id: string }) => {
    const [draft] = await drafts(app).where({ client_id: id })
    return draft ? linesIn(opened(draft)) : []
  }

  /** The second of the two has both before it. */
  async function looksAtBoth(page: Page, hoped: string) {
    await alert(
      page,
      /This section was changed on another device or in another tab.*Nothing is lost/,
    ).waitFor()
    await arrive(page, 'What brings you')
    const other = page.getByRole('region', { name: 'Saved on the other device' })
    await other.getByText('One <device>').waitFor()
    assert.equal(await tried(page).inputValue(), 'The other')
    assert.equal(await hope(page).inputValue(), hoped)
  }

  it('on two devices: the older page says so while one types, shows both, and takes the one that is chosen', async () => {
    const { phone, desk, client } = await onTwo()
    browsers.expect(/^answered 409/)
    await hope(phone).fill('One <device>')
    await status(phone, 'Saved 8:00 AM')
    await tried(desk).fill('The other')
    await alert(desk, /changed or sent meanwhile, on another device/).waitFor()
    await status(desk, 'Not saved yet.')
    await button(desk, 'Save this page').click()
    await looksAtBoth(desk, '')
    assert.deepEqual(await kept(client), ['hope: One <device>'])
    await link(desk, 'Take what was saved there').click()
    await desk.getByRole('region', { name: 'Saved on the other device' }).waitFor({ state: 'detached' })
    assert.equal(await hope(desk).inputValue(), 'One <device>')
    assert.equal(await tried(desk).inputValue(), '')
    assert.deepEqual(await kept(client), ['hope: One <device>'])

    const saved = phone.waitForResponse((response) => response.request().method() === 'POST')
    await tried(phone).fill('More of the first')
    await saved
    await tried(desk).fill('The other')
    await button(desk, 'Save and continue').click()
    await looksAtBoth(desk, 'One <device>')
    await button(desk, 'Keep what I typed here').click()
    await at(desk, 'Health history')
    assert.deepEqual(await kept(client), ['tried: The other', 'hope: One <device>'])
  })

  it('on two devices without JavaScript: both are shown, and the one that is chosen is kept', async () => {
    const { phone: older, desk: newer, client } = await onTwo(false)
    await hope(newer).fill('One <device>')
    await button(newer, 'Save and continue').click()
    await at(newer, 'Health history')
    await tried(older).fill('The other')
    await button(older, 'Save and continue').click()
    await looksAtBoth(older, '')
    assert.deepEqual(await kept(client), ['hope: One <device>'])
    await link(older, 'Take what was saved there').click()
    await older.getByRole('region', { name: 'Saved on the other device' }).waitFor({ state: 'detached' })
    assert.equal(await hope(older).inputValue(), 'One <device>')

    await open(newer)
    await hope(newer).fill('Newer')
    await button(newer, 'Save and finish later').click()
    await at(newer, 'New client intake')
    await tried(older).fill('The other')
    await button(older, 'Save and continue').click()
    await button(older, 'Keep what I typed here').click()
    await at(older, 'Health history')
    assert.deepEqual(await kept(client), ['tried: The other', 'hope: One <device>'])
  })

  it('says “Saved” when it is kept, and not before', async () => {
    const { page, client } = await onOne()
    const saved = page.locator('[data-saved]')
    const sending = Promise.withResolvers<Route>()
    await page.route(`**${GOALS}`, sending.resolve)
    app.clock.set(NOW + 2 * MINUTE)
    await tried(page).fill('Peppermint')
    const held = await sending.promise
    await status(page, 'Saving…')
    assert.deepEqual(await kept(client), [])
    await held.continue()
    await status(page, 'Saved 8:02 AM')
    assert.deepEqual(await kept(client), ['tried: Peppermint'])
    assert.equal(await saved.getAttribute('role'), 'status')
  })

  it('saves what was typed before its script came, and nothing of what was only looked at', async () => {
    const { page, client } = await onOne()
    await page.waitForLoadState('networkidle')
    assert.equal((await drafts(app)).length, 0)
    const script = Promise.withResolvers<Route>()
    await page.route('**/saving.js*', script.resolve)
    await page.reload({ waitUntil: 'commit' })
    await tried(page).fill('In a hurry')
    await page.getByLabel('1 to 5 years').check()
    await (await script.promise).continue()
    await status(page, 'Saved 8:00 AM')
    assert.deepEqual(await kept(client), ['since: 1-5-years', 'tried: In a hurry'])
  })

  it('says while the line or the server is away that it is not saved yet, keeps trying, and says when it is', async () => {
    const { page, client } = await onOne()
    browsers.expect(/^net::ERR_INTERNET_DISCONNECTED/, /^answered 503/)
    await page.context().setOffline(true)
    await tried(page).fill('On the bus')
    await status(page, 'Not saved yet. We keep trying.')
    assert.deepEqual(await kept(client), [])
    await page.route(`**${GOALS}`, (route) => route.fulfill({ status: 503 }), { times: 1 })
    const refused = page.waitForResponse((response) => response.url().endsWith(GOALS))
    await page.context().setOffline(false)
    assert.equal((await refused).status(), 503)
    await hope(page).fill('At home')
    await status(page, 'Saved 8:00 AM')
    await page.waitForFunction(() => !document.querySelector('.is-late'))
    assert.deepEqual(await kept(client), ['tried: On the bus', 'hope: At home'])
  })

  it('says that one was signed out meanwhile, keeps what was typed, and saves it once one is signed in again', async () => {
    const { page, client } = await onOne()
    await tried(page).fill('Peppermint')
    await status(page, 'Saved 8:00 AM')
    await app.db('sessions').del()
    await hope(page).fill('Typed when signed out')
    await alert(page, /You are signed out. What you typed still stands here/).waitFor()
    await arrive(page, 'What brings you')
    await status(page, 'Not saved yet.')
    assert.deepEqual(await kept(client), ['tried: Peppermint'])
    assert.equal(await hope(page).inputValue(), 'Typed when signed out')

    const [other] = await Promise.all([page.waitForEvent('popup'), link(page, /^Sign in again/).click()])
    await at(other, 'Sign in')
    const token = await issueSignInLink(app.db, { clientId: client.id, minutes: 15 }, app.clock.now())
    await other.goto(`${app.baseUrl}/sign-in/links/${token}`)
    await button(other, 'Sign in').click()
    await at(other, 'Hello, Ana Ruiz')
    app.clock.set(NOW + MINUTE)
    await other.close()
    // To come back: a tab without a window keeps the focus while another has it.
    await page.evaluate(() => dispatchEvent(new Event('focus')))
    await status(page, 'Saved 8:01 AM')
    await reads(page, /What brings you/)
    assert.deepEqual(await kept(client), ['tried: Peppermint', 'hope: Typed when signed out'])
    assert.equal(await alert(page, /signed out/).isVisible(), false)
  })
})
