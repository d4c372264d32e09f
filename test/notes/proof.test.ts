import assert from 'node:assert/strict'
import { TOTP } from 'otpauth'
import { type TestApp, testApp } from '../support/app.ts'
import { softAuthenticator } from '../support/authenticator.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { PASSWORD, signedIn } from '../support/people.ts'
import { makeDraftNote, whole } from './written.ts'

const SIGN = 'Sign this note'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

describe('who signs a note', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor
  let path: string
  let clientId: string

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    clientId = (await make.client(app.db, { name: 'Ana Ruiz' })).id
    const of = { clientId, accountId: world.dietitian.account_id }
    path = `/practice/notes/${await makeDraftNote(app.db, of, { content: whole })}`
    desk = await signedIn(app, world.dietitian)
  })

  const isSigned = async () => (await app.db('notes').first()).signed_at !== null

  it('shows it by the password, however lately they signed in', async () => {
    const look = await desk.open(`${path}/signature`)
    for (const password of ['', 'wrong', 'x'.repeat(5000)]) {
      const refused = await look.button(SIGN, { password })
      assert.equal(refused.status, 422)
      assert.match(refused.errorFor('password') ?? '', /This is not your password/)
      assert.match(refused.text, /Oats at breakfast/)
    }
    assert.equal(await isSigned(), false)
    await look.button(SIGN, { password: PASSWORD })
    assert.equal(await isSigned(), true)
  })

  it('may be wrong five times, as at the sign-in; then waits, and the draft is still there', async () => {
    const look = await desk.open(`${path}/signature`)
    for (let n = 0; n < 5; n += 1) assert.equal((await look.button(SIGN, { password: 'wrong' })).status, 422)
    assert.equal((await look.button(SIGN, { password: PASSWORD })).status, 429)
    assert.equal(await isSigned(), false)
    assert.equal((await desk.open(path)).value('assessment'), whole.assessment)
  })

  it('is not anybody else with their own password', async () => {
    const colleague = await signedIn(app, await make.dietitian(app.db))
    assert.equal((await colleague.post(`${path}/signature`, { password: PASSWORD, base: '0' })).status, 404)
    assert.equal(await isSigned(), false)
  })

  it('shows the code of their app too, where there is one', async () => {
    const secret = await make.authenticator(app.db, world.dietitian.account_id)
    const look = await desk.open(`${path}/signature`)
    const wrong = await look.button(SIGN, { password: PASSWORD, code: '000000' })
    assert.equal(wrong.status, 422)
    assert.match(wrong.errorFor('code') ?? '', /This code does not fit/)
    assert.equal((await look.button(SIGN, { password: PASSWORD })).status, 422)
    assert.equal(await isSigned(), false)
    const code = new TOTP({ secret }).generate({ timestamp: NOW })
    await look.button(SIGN, { password: PASSWORD, code })
    assert.equal(await isSigned(), true)
  })

  /** A passkey of the dietitian, added on their account's page. */
  async function addPasskey() {
    const own = softAuthenticator()
    const address = '/practice/account/passkeys'
    const options = await desk.send('POST', `${address}/options`, { headers: FORM })
    await desk.post(address, { name: 'My key', response: own.create(JSON.parse(options.body)) })
    return own
  }

  const ask = async (address: string) => {
    const answer = await desk.send('POST', `${address}/options`, { headers: FORM })
    assert.equal(answer.status, 200)
    return JSON.parse(answer.body)
  }

  it('or shows a passkey, which signs this note and no other', async () => {
    const own = await addPasskey()
    const address = `${path}/signature/passkey`
    const look = await desk.open(`${path}/signature`)
    assert.match(look.html, /data-passkey-options="[^"]*\/signature\/passkey\/options"/)
    const of = { clientId, accountId: world.dietitian.account_id }
    const otherId = await makeDraftNote(
      app.db,
      { ...of, clientId: (await make.client(app.db)).id },
      { content: whole },
    )
    const other = `/practice/notes/${otherId}/signature/passkey`

    const response = own.sign(await ask(other))
    const refused = await desk.post(address, { response, base: '0' })
    assert.equal(refused.status, 422)
    assert.match(refused.text, /could not be used here/)
    for (const spoiled of [{ origin: 'https://evil.example' }, { challenge: 'AAAA' }, { flags: 1 }]) {
      const wrong = own.sign(await ask(address), spoiled)
      assert.equal((await desk.post(address, { response: wrong, base: '0' })).status, 422)
    }
    assert.equal(
      (await desk.post(address, { response: own.sign(await ask('/sign-in/passkey')), base: '0' })).status,
      422,
    )
    assert.equal((await app.db('notes').whereNotNull('signed_at')).length, 0)

    const right = own.sign(await ask(address))
    const signed = await desk.post(address, { response: right, base: '0' })
    assert.equal(signed.path, path)
    assert.match(signed.text, /Signed by/)
    assert.deepEqual(await app.db('notes').whereNull('signed_at').pluck('id'), [otherId])
    const again = await desk.post(other, { response: right, base: '0' })
    assert.equal(again.status, 422)
  })

  it('is asked for the passkey alone, where the password is not enough', async () => {
    await addPasskey()
    const look = await desk.open(`${path}/signature`)
    assert.equal(look.hasField('password'), false)
    assert.equal((await desk.post(`${path}/signature`, { password: PASSWORD, base: '0' })).status, 422)
    assert.equal(await isSigned(), false)
  })
})
