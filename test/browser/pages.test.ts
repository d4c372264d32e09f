import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { loadSample, sampleSignIns } from '../../server/sample/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { audit } from '../support/audit.ts'
import { useBrowsers } from '../support/browser.ts'
import { reset } from '../support/database.ts'

describe('pages', () => {
  const browsers = useBrowsers()
  let app: TestApp

  before(async () => {
    app = await testApp()
    await reset()
    await loadSample(app.deps)
  })

  for (const path of [
    '/',
    '/articles',
    '/articles/how-gut-health-shows-on-your-skin',
    '/book',
    '/book/hello-call',
    '/zone',
    '/get-in-touch',
    '/sign-in',
    '/nothing',
  ])
    it(`${path}`, async () => {
      const page = await browsers.onPhone()
      await page.goto(app.baseUrl + path)
      await audit(page)
      const desk = await browsers.onDesk()
      await desk.goto(app.baseUrl + path)
      await audit(desk)
    })
  it('without javascript', async () => {
    const page = await browsers.onPhone({ javaScript: false })
    await page.goto(`${app.baseUrl}/book`)
    await audit(page)
  })
})
