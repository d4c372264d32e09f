import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { deviceOf } from '../../server/web/device.ts'
import { anotherProcess, type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { PASSWORD, signedIn, signedInAsClient, withPassword } from '../support/people.ts'

const PIXEL =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36'

describe('sessions', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let client: Awaited<ReturnType<typeof make.clientAccount>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    client = await make.clientAccount(db)
  })

  /** Whether this visitor is still somebody. */
  const isIn = async (visitor: Visitor, path = '/my/account', at: { baseUrl: string } = app) => {
    const copy = visit(at)
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value)
    return (await copy.send('GET', path)).status === 200
  }

  it('of a client end a day after they were last seen', async () => {
    const visitor = await signedInAsClient(app, client)
    app.clock.set(NOW + DAY - 1)
    assert.ok(await isIn(visitor))
    app.clock.set(NOW + 2 * DAY - 2)
    assert.ok(await isIn(visitor))
    app.clock.set(NOW + 3 * DAY - 2)
    assert.ok(!(await isIn(visitor)))
    assert.deepEqual(await app.db('sessions').whereNotNull('account_id'), [])
  })

  it('of a client end after seven days, however busy', async () => {
    const visitor = await signedInAsClient(app, client)
    for (let at = NOW; at < NOW + 7 * DAY; at += 12 * HOUR) {
      app.clock.set(at)
      assert.ok(await isIn(visitor), iso(at))
    }
    app.clock.set(NOW + 7 * DAY)
    assert.ok(!(await isIn(visitor)))
  })

  it('of a dietitian end after two hours without use, and after twelve at most', async () => {
    const idle = await signedIn(app, world.dietitian)
    app.clock.set(NOW + 2 * HOUR)
    assert.ok(!(await isIn(idle, '/practice')))
    app.clock.set(NOW)
    const busy = await signedIn(app, world.dietitian)
    for (let at = NOW; at < NOW + 12 * HOUR; at += HOUR) {
      app.clock.set(at)
      assert.ok(await isIn(busy, '/practice'), iso(at))
    }
    app.clock.set(NOW + 12 * HOUR)
    const page = await busy.open('/practice')
    assert.equal(page.path, '/sign-in?returnTo=%2Fpractice')
  })

  it('note at most once a minute that they were seen', async () => {
    const visitor = await signedInAsClient(app, client)
    const seen = async () => (await app.db('sessions').first('seen_at')).seen_at
    const before = await seen()
    app.clock.set(NOW + MINUTE - 1)
    await visitor.open('/my/account')
    assert.equal(await seen(), before)
    app.clock.set(NOW + MINUTE)
    await visitor.open('/my/account')
    assert.equal(await seen(), NOW + MINUTE)
    app.clock.set(NOW + 2 * MINUTE - 1)
    await visitor.open('/my/account')
    assert.equal(await seen(), NOW + MINUTE)
  })

  it('are listed with their device, and each can be ended; somebody else’s can not', async () => {
    const phone = visit(app)
    const send = phone.send
    phone.send = (method, path, options = {}) =>
      send(method, path, { ...options, headers: { 'user-agent': PIXEL, ...options.headers } })
    const here = await signedInAsClient(app, client)
    const email = await withPassword(app, client.account_id)
    await phone.send('POST', '/sign-in', {
      body: new URLSearchParams({ email, password: PASSWORD }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    assert.ok(await isIn(phone))
    const page = await here.open('/my/account')
    assert.match(
      page.text,
      /An unknown browser, this one Since Tue, Mar 3[\s\S]*Chrome on Android Since Tue, Mar 3/,
    )

    const other = await signedInAsClient(app, await make.clientAccount(app.db))
    const { id } = await app.db('sessions').whereRaw(`sess ->> 'device' like 'Chrome%'`).first('id')
    assert.equal((await other.send('POST', `/my/account/sessions/${id}/end`)).status, 404)
    assert.equal((await here.send('POST', `/my/account/sessions/${crypto.randomUUID()}/end`)).status, 404)
    assert.equal((await here.send('POST', '/my/account/sessions/x/end')).status, 404)
    assert.ok(await isIn(phone))

    const after = await page.button(/^Sign out Chrome on Android/)
    assert.match(after.text, /That device is signed out/)
    assert.ok(!(await isIn(phone)))
    assert.ok(await isIn(here))
  })

  it('are dead after signing out, also a copy of them', async () => {
    const visitor = await signedInAsClient(app, client)
    const thief = visit(app)
    for (const [name, value] of visitor.cookies) thief.cookies.set(name, value)
    assert.equal((await thief.send('GET', '/my/account')).status, 200)
    const out = await visitor.send('POST', '/sign-out')
    assert.equal(out.headers.get('clear-site-data'), '"cache", "storage"')
    assert.equal((await thief.send('GET', '/my/account')).status, 303)
    assert.deepEqual(await app.db('sessions'), [])
  })

  it('have a new id at every sign-in: one that was planted is worth nothing', async () => {
    const visitor = await signedInAsClient(app, client)
    const planted = visitor.cookies.get('flora') ?? ''
    const other = await make.clientAccount(app.db)
    await signedInAsClient(app, other, visitor)
    assert.notEqual(visitor.cookies.get('flora'), planted)
    const thief = visit(app)
    thief.cookies.set('flora', planted)
    assert.equal((await thief.send('GET', '/my/account')).status, 303)
  })

  it('are not made for strangers', async () => {
    for (const path of ['/sign-in', '/my', '/practice', '/sign-in/link-sent']) await visit(app).open(path)
    assert.deepEqual(await app.db('sessions'), [])
  })

  it('that were ended while a request was under way do not come back with its answer', async () => {
    const visitor = await signedInAsClient(app, client)
    const passkey = { 'content-type': 'application/x-www-form-urlencoded' }
    const asking = Array.from({ length: 12 }, () =>
      visitor.send('POST', '/my/account/passkeys/options', { headers: passkey }),
    )
    await app.db('sessions').del()
    await Promise.all(asking)
    assert.deepEqual(await app.db('sessions').whereNotNull('account_id'), [])
    assert.ok(!(await isIn(visitor)))
  })

  describe('on two processes', () => {
    let second: Awaited<ReturnType<typeof anotherProcess>>

    beforeEach(async () => {
      second = await anotherProcess(app)
    })

    afterEach(() => second.end())

    it('end at once on both: by signing out, by signing out everywhere, by disabling the account', async () => {
      const there = () => signedInAsClient(second, client)
      const phone = await signedInAsClient(app, client)
      assert.ok(await isIn(phone, '/my/account', second))
      await phone.send('POST', '/sign-out')
      assert.ok(!(await isIn(phone, '/my/account', second)))

      const devices = [await signedInAsClient(app, client), await there(), await there()] as const
      const page = await devices[0].open('/my/account')
      assert.equal((await page.button('Sign out everywhere')).path, '/sign-in')
      for (const device of devices)
        for (const process of [app, second]) assert.ok(!(await isIn(device, '/my/account', process)))

      const last = [await signedInAsClient(app, client), await there()] as const
      await app
        .db('accounts')
        .where({ id: client.account_id })
        .update({ disabled_at: iso(NOW) })
      for (const device of last)
        for (const process of [app, second]) assert.ok(!(await isIn(device, '/my/account', process)))
    })
  })
})

describe('a device', () => {
  const agents: [string, string][] = [
    [PIXEL, 'Chrome on Android'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge on Windows',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    ['curl/8.5', 'An unknown browser'],
    ['<script>alert(1)</script>', 'An unknown browser'],
  ]
  for (const [agent, words] of agents)
    it(`is ${words} when it says ${agent.slice(0, 30)}…`, () => assert.equal(deviceOf(agent), words))
})
