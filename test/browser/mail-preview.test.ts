import assert from 'node:assert/strict'
import { mailKinds } from '../../server/mail/kinds.ts'
import { useBrowsers } from '../support/browser.ts'
import { sampleApp, signIn } from '../support/journey.ts'

describe('the preview of a mail in a browser', () => {
  const browsers = useBrowsers()

  it('shows the whole mail, however narrow the screen', async () => {
    const app = await sampleApp()
    const page = await browsers.onDesk()
    await signIn(app, page)
    for (const kind of Object.keys(mailKinds)) {
      await page.setViewportSize({ width: 360, height: 900 })
      await page.goto(`${app.baseUrl}/practice/settings/mails/${kind}`)
      const frame = page.locator('iframe')
      const src = await frame.getAttribute('src')
      const size = await frame.evaluate(({ clientHeight, clientWidth }) => ({ clientHeight, clientWidth }))
      await page.setViewportSize({ width: size.clientWidth, height: 100 })
      await page.goto(app.baseUrl + src)
      const needed = await page.evaluate(() => document.documentElement.scrollHeight)
      assert.ok(needed <= size.clientHeight, `${kind}: ${needed} in ${size.clientHeight}`)
    }
  })
})
