import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { issueSignInLink } from '../../server/accounts/store.ts'
import { anotherProcess, type TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { NOW } from '../support/fixed.ts'
import { arrive, at, button, link, mailTo, reads, sampleApp, signIn } from '../support/journey.ts'

/** Passkeys are bound to a name: 127.0.0.1 is none. */
describe('passkeys in a browser', () => {
  const browsers = useBrowsers()
  let first: TestApp
  let app: Awaited<ReturnType<typeof anotherProcess>>

  beforeEach(async () => {
    first = await sampleApp()
    app = await anotherProcess(first, 'localhost')
  })

  afterEach(() => app.end())

  /** A device with a fingerprint reader, as Chromium's own tests have one. */
  async function giveAuthenticator(page: Page) {
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    return {
      isVerified: (isUserVerified: boolean) =>
        devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    }
  }

  it('a client adds one on a phone, signs out, and signs in with it', async () => {
    const page = await browsers.onPhone()
    const { isVerified } = await giveAuthenticator(page)
    const { id } = await app.db('clients').where({ email: 'maya@clients.example' }).first('id')
    const token = await issueSignInLink(app.db, { clientId: id, hours: 72 }, NOW)
    await page.goto(`${app.baseUrl}/sign-in/links/${token}`)
    await arrive(page, 'Sign in')
    await button(page, 'Sign in').click()
    await at(page, /^Hello/)
    await page.goto(`${app.baseUrl}/my/account`)
    await arrive(page, 'Account')
    await link(page, 'Add one').click()
    await arrive(page, 'Add a passkey')
    await page.getByLabel('A name for it').fill('My phone')
    await button(page, 'Add a passkey').click()
    await page.getByText('Your passkey is added.').waitFor()
    await arrive(page, 'Account')
    await reads(page, /My phone Passkey\. Added Tue, Mar 3/)

    await button(page, 'Sign out everywhere').click()
    await arrive(page, 'Sign in')
    await isVerified(false)
    await button(page, 'Sign in with a passkey').click()
    await page.getByText('No passkey was used.').waitFor()
    await isVerified(true)
    await button(page, 'Sign in with a passkey').click()
    await at(page, /Maya/)
    assert.equal(new URL(page.url()).pathname, '/my')
    assert.match((await mailTo(first, 'maya@clients.example')).plain, /A passkey was added to your account/)
  })

  it('a dietitian uses one as the second factor', async () => {
    const page = await browsers.onDesk()
    await giveAuthenticator(page)
    await signIn(app, page)
    await link(page, /Dana Whitfield/).click()
    await arrive(page, 'Account')
    await link(page, 'Add one').click()
    await page.getByLabel('A name for it').fill('Desk computer')
    await button(page, 'Add a passkey').click()
    await arrive(page, 'Your recovery codes')
    await link(page, 'I have written them down').click()
    await at(page, 'Account')
    await reads(page, /Desk computer/, /10 codes left/)
    await button(page, 'Sign out').click()

    await at(page, 'Sign in')
    await page.getByLabel('E-mail').fill('dana@bluetree.example')
    await page.getByLabel('Password').fill('blue-tree-sample')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await arrive(page, 'Second step')
    await page.goto(`${app.baseUrl}/practice`)
    await at(page, 'Sign in')
    await page.goto(`${app.baseUrl}/sign-in/second-factor`)
    await button(page, 'Use a passkey').click()
    await at(page, 'Tuesday, March 3')
  })
})
