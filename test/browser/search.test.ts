import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { arrive, at, link, sampleApp, signIn } from '../support/journey.ts'
import { byKeys, byPointer, type Hand } from './hands.ts'

const TABLET = { width: 820, height: 1180 }

describe('searching for a client', () => {
  const browsers = useBrowsers()
  let app: TestApp

  beforeEach(async () => {
    app = await sampleApp()
  })

  const box = (page: Page) => page.getByRole('searchbox', { name: 'Name, e-mail or phone' })
  const found = (page: Page) => page.getByRole('rowheader')

  async function open({ page, press }: Hand) {
    await signIn(app, page)
    await press(link(page, 'Clients'))
    await at(page, 'Clients')
    assert.equal(await found(page).count(), 6)
  }

  /** Only this one is left of all. */
  const finds = (page: Page, name: string) =>
    page.waitForFunction(
      (name) => [...document.querySelectorAll('tbody th')].map((one) => one.textContent).join() === name,
      name,
    )

  it('shows who is meant as one types, without accents and with a slip, and keeps the address', async () => {
    const { page, ...hand } = byPointer(await browsers.onDesk())
    await open({ page, ...hand })
    await hand.type(box(page), 'tomas fic')
    await finds(page, 'Tomás Ficticio')
    await hand.type(box(page), 'inventda')
    await finds(page, 'Priya Inventada')
    await page.getByRole('status').filter({ hasText: 'Nobody is written exactly so' }).waitFor()
    await arrive(page, 'Clients')
    assert.ok(await box(page).evaluate((one) => one === document.activeElement))
    await page.reload()
    assert.equal(await box(page).inputValue(), 'inventda')
    await finds(page, 'Priya Inventada')
    await hand.type(box(page), 'qqqqq')
    await found(page).first().waitFor({ state: 'detached' })
    await arrive(page, 'Clients')
  })

  it('goes by keyboard alone', async () => {
    const hand = byKeys(await browsers.onDesk())
    await open(hand)
    await hand.type(box(hand.page), '555 0114')
    await finds(hand.page, 'Grace Nobody')
    await hand.press(link(hand.page, 'Grace Nobody'))
    await at(hand.page, 'Grace Nobody')
  })

  it('goes without JavaScript, on a tablet', async () => {
    const page = await browsers.onDesk({ javaScript: false })
    await page.setViewportSize(TABLET)
    const hand = byPointer(page)
    await open(hand)
    await hand.type(box(page), 'tomas@')
    await hand.press(page.getByRole('main').getByRole('button', { name: 'Search' }))
    await page.waitForURL(/q=tomas%40/)
    await arrive(page, 'Clients')
    assert.deepEqual(await found(page).allTextContents(), ['Tomás Ficticio'])
  })
})
