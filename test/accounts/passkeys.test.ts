import assert from 'node:assert/strict'
import { MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Spoiled, softAuthenticator } from '../support/authenticator.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { halfSignedIn, signedIn, signedInAsClient } from '../support/people.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

describe('a passkey', () => {
  let app: TestApp
  let dietitian: Awaited<ReturnType<typeof make.dietitian>>
  let client: Awaited<ReturnType<typeof make.clientAccount>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    dietitian = (await make.world(db)).dietitian
    client = await make.clientAccount(db, { name: 'Ana Ruiz' })
  })

  const options = async (visitor: Visitor, path: string) => {
    const answer = await visitor.send('POST', `${path}/options`, { headers: FORM })
    assert.equal(answer.status, 200, `${path} ${answer.location ?? ''}`)
    return JSON.parse(answer.body)
  }

  /** Adds a passkey to whoever is signed in. */
  async function add(visitor: Visitor, home = '/my', spoiled: Spoiled = {}, own = softAuthenticator()) {
    const path = `${home}/account/passkeys`
    const response = own.create(await options(visitor, path), spoiled)
    return { own, page: await visitor.post(path, { name: 'My phone', response }) }
  }

  async function use(
    visitor: Visitor,
    path: string,
    own: ReturnType<typeof softAuthenticator>,
    spoiled?: Spoiled,
  ) {
    const response = own.sign(await options(visitor, path), spoiled)
    return { response, page: await visitor.post(path, { response }) }
  }

  const refused = async (visitor: Visitor, page: Page) => {
    assert.equal(page.status, 422)
    assert.match(page.text, /could not be used here/)
    assert.equal((await visitor.send('GET', '/my/account')).status, 303)
  }

  it('is added by a client and signs in by itself from then on', async () => {
    const { own, page } = await add(await signedInAsClient(app, client))
    assert.equal(page.path, '/my/account?done=passkey-added')
    assert.match(page.text, /My phone Passkey\. Added Tue, Mar 3/)
    const visitor = visit(app)
    app.clock.set(NOW + MINUTE)
    const signed = await use(visitor, '/sign-in/passkey', own)
    assert.equal(signed.page.path, '/my')
    assert.match((await visitor.open('/my/account')).text, /My phone Passkey\. Last used Tue, Mar 3/)
    await app.work()
    assert.match((await app.mails())[0]?.plain ?? '', /A passkey was added to your account/)
  })

  it('of another site, another domain, another challenge or without verification is refused', async () => {
    const { own } = await add(await signedInAsClient(app, client))
    const spoiling: Spoiled[] = [
      { origin: 'https://flora.evil.example' },
      { origin: 'http://localhost:3001' },
      { domain: 'evil.example' },
      { challenge: Buffer.alloc(32).toString('base64url') },
      { flags: 1 },
      { flags: 4 },
      { id: 'AAAA' },
    ]
    for (const spoiled of spoiling) {
      const visitor = visit(app)
      await refused(visitor, (await use(visitor, '/sign-in/passkey', own, spoiled)).page)
    }
    assert.equal((await app.db('passkeys').first('counter')).counter, 0)
  })

  it('with a signature of another key, or of nothing that makes sense, is refused', async () => {
    const { own } = await add(await signedInAsClient(app, client))
    const other = softAuthenticator()
    const visitor = visit(app)
    await refused(visitor, (await use(visitor, '/sign-in/passkey', other, { id: own.id })).page)
    for (const response of ['', 'x', '{}', '[]', 'null', '{"id":1}', `{"id":"${own.id}"}`]) {
      await options(visitor, '/sign-in/passkey')
      await refused(visitor, await visitor.post('/sign-in/passkey', { response }))
    }
  })

  it('answers a challenge once: the same answer again is refused, and so is one nobody asked for', async () => {
    const { own } = await add(await signedInAsClient(app, client))
    const visitor = visit(app)
    const { response, page } = await use(visitor, '/sign-in/passkey', own)
    assert.equal(page.path, '/my')
    await visitor.post('/sign-out', {})
    await refused(visitor, await visitor.post('/sign-in/passkey', { response }))
    await refused(
      visit(app),
      await visit(app).post('/sign-in/passkey', { response: own.sign({ challenge: 'AAAA' }) }),
    )
    const third = visit(app)
    const asked = await options(third, '/sign-in/passkey')
    await third.post('/sign-in/passkey', { response: 'x' })
    await refused(third, await third.post('/sign-in/passkey', { response: own.sign(asked) }))
  })

  it('whose counter does not go on is refused: it may be a copy', async () => {
    const { own } = await add(await signedInAsClient(app, client))
    assert.equal((await use(visit(app), '/sign-in/passkey', own, { counter: 7 })).page.path, '/my')
    for (const counter of [7, 6, 0]) {
      const visitor = visit(app)
      await refused(visitor, (await use(visitor, '/sign-in/passkey', own, { counter })).page)
    }
    assert.equal((await use(visit(app), '/sign-in/passkey', own, { counter: 8 })).page.path, '/my')
  })

  it('that does not count works all the same', async () => {
    const { own } = await add(await signedInAsClient(app, client))
    for (let turn = 0; turn < 2; turn += 1)
      assert.equal((await use(visit(app), '/sign-in/passkey', own, { counter: 0 })).page.path, '/my')
  })

  it('asked for one thing does not serve for another', async () => {
    const visitor = await signedInAsClient(app, client)
    const { own } = await add(visitor)
    const asked = await options(visitor, '/sign-in/again/passkey')
    const stranger = visit(app)
    await options(stranger, '/sign-in/passkey')
    await refused(stranger, await stranger.post('/sign-in/passkey', { response: own.sign(asked) }))
    const toSign = await options(visitor, '/sign-in/passkey')
    const page = await visitor.post('/sign-in/again/passkey', { response: own.sign(toSign) })
    assert.equal(page.status, 422)
  })

  it('is not added for another site or challenge, without verification, without a name, or a second time', async () => {
    const visitor = await signedInAsClient(app, client)
    const spoiling: Spoiled[] = [
      { origin: 'https://evil.example' },
      { domain: 'evil.example' },
      { challenge: 'AAAA' },
      { flags: 65 },
    ]
    for (const spoiled of spoiling) {
      const { page } = await add(visitor, '/my', spoiled)
      assert.equal(page.status, 422)
      assert.match(page.errorFor('name') ?? '', /could not be added/)
      assert.equal(page.value('name'), 'My phone')
    }
    const path = '/my/account/passkeys'
    const response = softAuthenticator().create(await options(visitor, path))
    assert.match(
      (await visitor.post(path, { name: ' ', response })).errorFor('name') ?? '',
      /give this passkey a name/,
    )
    assert.equal((await visitor.post(path, { name: 'My phone', response })).status, 422)
    const { own } = await add(visitor)
    const other = await signedInAsClient(app, await make.clientAccount(app.db))
    assert.equal((await add(other, '/my', {}, own)).page.status, 422)
    assert.equal((await app.db('passkeys')).length, 1)
  })

  it('is removed by its owner and nobody else, and opens nothing then', async () => {
    const visitor = await signedInAsClient(app, client)
    const { own } = await add(visitor)
    const { id } = await app.db('passkeys').first('id')
    const other = await signedInAsClient(app, await make.clientAccount(app.db))
    assert.equal((await other.send('POST', `/my/account/passkeys/${id}/removal`)).status, 404)
    const page = await (await visitor.open('/my/account')).button('Remove the passkey My phone')
    assert.match(page.text, /The passkey is removed/)
    const stranger = visit(app)
    await refused(stranger, (await use(stranger, '/sign-in/passkey', own)).page)
  })

  it('is a dietitian’s second factor after the password, and no way in without it', async () => {
    const desk = await signedIn(app, dietitian)
    const { own, page } = await add(desk, '/practice')
    assert.equal(page.h1, 'Your recovery codes')
    const stranger = visit(app)
    const alone = await use(stranger, '/sign-in/passkey', own)
    assert.match(alone.page.errorFor('email') ?? '', /type your password first/)
    assert.equal((await stranger.send('GET', '/practice')).status, 303)

    const half = await halfSignedIn(app, dietitian)
    assert.equal((await half.open('/sign-in/second-factor')).hasField('code'), false)
    assert.equal((await use(half, '/sign-in/second-factor/passkey', own)).page.path, '/practice')
  })

  it('of somebody else is no second factor', async () => {
    const desk = await signedIn(app, dietitian)
    await add(desk, '/practice')
    const { own } = await add(await signedInAsClient(app, client))
    const half = await halfSignedIn(app, dietitian)
    const { page } = await use(half, '/sign-in/second-factor/passkey', own)
    assert.equal(page.status, 422)
    assert.equal((await half.send('GET', '/practice')).status, 303)
  })

  it('can be the second factor that the practice asks for at the sign-in', async () => {
    await app.db('practice').update({ require_second_factor: true })
    const half = await halfSignedIn(app, dietitian)
    const path = '/sign-in/second-factor/set-up/passkey'
    const own = softAuthenticator()
    const response = own.create(await options(half, path))
    const codes = await half.post(path, { name: 'My key', response })
    assert.equal(codes.h1, 'Your recovery codes')
    assert.equal((await half.send('GET', '/practice')).status, 200)
    const again = await halfSignedIn(app, dietitian)
    assert.equal((await again.send('POST', `${path}/options`)).location, '/sign-in/second-factor')
  })

  it('proves anew who somebody is', async () => {
    const visitor = await signedInAsClient(app, client)
    const { own } = await add(visitor)
    app.clock.set(NOW + 15 * MINUTE)
    assert.match((await visitor.open('/my/account/password')).path, /^\/sign-in\/again/)
    const before = visitor.cookies.get('flora')
    const { page } = await use(visitor, '/sign-in/again/passkey', own)
    assert.equal(page.path, '/my/account')
    assert.notEqual(visitor.cookies.get('flora'), before)
    assert.equal((await visitor.open('/my/account/password')).path, '/my/account/password')
  })
})
