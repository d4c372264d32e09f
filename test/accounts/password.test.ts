import assert from 'node:assert/strict'
import { isCommon } from '../../server/accounts/common.ts'
import { codeAt, stepAt } from '../../server/accounts/factors/totp.ts'
import { hashPassword } from '../../server/accounts/password.ts'
import { iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import {
  halfSignedIn,
  lastMailTo,
  PASSWORD,
  pathIn,
  signedIn,
  signedInAsClient,
  withPassword,
} from '../support/people.ts'

describe('signing in with a password', () => {
  let app: TestApp
  let dietitian: Awaited<ReturnType<typeof make.dietitian>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    dietitian = (await make.world(db)).dietitian
  })

  const tryIt = async (email: string, password: string) =>
    (await visit(app).open('/sign-in')).button('Sign in', { email, password })

  it('is answered with the same words for a wrong password, an unknown address, a disabled account and one without', async () => {
    const known = await withPassword(app, dietitian.account_id)
    const disabled = await make.account(app.db, { email: 'gone@maple.example', disabled_at: iso(NOW) })
    await withPassword(app, disabled.id)
    const client = await make.clientAccount(app.db, { email: 'link@example.com' })
    const tries: [string, string][] = [
      [known, 'not this one'],
      ['nobody@example.com', PASSWORD],
      ['gone@maple.example', PASSWORD],
      [client.email, ''.padEnd(12, 'x')],
    ]
    const pages = []
    for (const [email, password] of tries) {
      const page = await tryIt(email, password)
      pages.push([page.status, page.html.replaceAll(email, '…')])
    }
    for (const page of pages) assert.deepEqual(page, pages[0])
    assert.equal(pages[0]?.[0], 422)
  })

  it('is 429 after five wrong ones, though they come at once, for known and unknown alike', async () => {
    const known = await withPassword(app, dietitian.account_id)
    for (const email of [known, 'nobody@example.com']) {
      const answers = await Promise.all(Array.from({ length: 12 }, () => tryIt(email, 'not this one')))
      const statuses = answers.map(({ status }) => status).sort()
      assert.deepEqual(statuses, [...Array(5).fill(422), ...Array(7).fill(429)], email)
      const last = answers.find(({ status }) => status === 429)
      assert.ok(Number(last?.headers.get('retry-after')) > 250)
      assert.match(last?.text ?? '', /too many tries/)
      assert.equal((await tryIt(email, PASSWORD)).status, 429)
    }
  })

  it('forgets the wrong ones with the right one', async () => {
    const email = await withPassword(app, dietitian.account_id)
    for (let turn = 0; turn < 3; turn += 1) {
      for (let n = 0; n < 4; n += 1) assert.equal((await tryIt(email, 'not this one')).status, 422)
      assert.equal((await tryIt(email, PASSWORD)).path, '/practice')
    }
  })
})

describe('a password of one’s own', () => {
  let app: TestApp
  let client: Awaited<ReturnType<typeof make.clientAccount>>
  let visitor: Visitor

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    client = await make.clientAccount(db, { email: 'ana@example.com' })
    visitor = await signedInAsClient(app, client)
  })

  const choose = async (password: string) =>
    (await visitor.open('/my/account/password')).button('Save the password', { password })

  it('is chosen by a client, signs in, and signs out everywhere else', async () => {
    const elsewhere = await signedInAsClient(app, client)
    const page = await visitor.open('/my/account')
    const form = await page.link('Choose one: a password')
    const after = await form.button('Save the password', { password: '  Ein langer Satz ☘️ 日本  ' })
    assert.match(after.text, /Your password is set/)
    assert.equal((await elsewhere.send('GET', '/my/account')).status, 303)
    const other = visit(app)
    const signed = await (await other.open('/sign-in')).button('Sign in', {
      email: 'ANA@example.com',
      password: '  Ein langer Satz ☘️ 日本  ',
    })
    assert.equal(signed.path, '/my')
    const trimmed = await (await visit(app).open('/sign-in')).button('Sign in', {
      email: 'ana@example.com',
      password: 'Ein langer Satz ☘️ 日本',
    })
    assert.equal(trimmed.status, 422)
    assert.ok(!JSON.stringify(await dump(app.db)).includes('langer Satz'))
    assert.match(
      (await lastMailTo(app, 'ana@example.com'))?.plain ?? '',
      /The password of your account was changed/,
    )
  })

  for (const [password, words] of [
    ['', /Please choose a password/],
    ['nine char', /at least 10/],
    ['x'.repeat(201), /at most 200/],
    ['Password123', /everybody tries first/],
    ['1234567890', /everybody tries first/],
    ['zzzzzzzzzzzzzz', /everybody tries first/],
  ] as const)
    it(`is refused when it is ${password.slice(0, 12) || 'empty'}`, async () => {
      const page = await choose(password)
      assert.equal(page.status, 422)
      assert.match(page.errorFor('password') ?? '', words)
      assert.equal((await app.db('accounts').where({ id: client.account_id }).first()).password_hash, null)
    })

  it('may have 10 to 200 characters of any kind', async () => {
    for (const password of ['dreißig Æß', `${'y z'.repeat(66)}ab`, 'nodigitsnocapitals'])
      assert.equal((await choose(password)).status, 200, password)
  })

  it('is compared with a list of some hundred that are known to all', () => {
    assert.ok(isCommon('qwertyuiop'))
    assert.ok(isCommon('Sunshine123'))
    assert.ok(!isCommon('four grey herons'))
  })

  it('is kept with argon2id, 64 MiB, three passes', async () => {
    assert.match(await hashPassword('four grey herons'), /^\$argon2id\$v=19\$m=65536,t=3,p=1\$/)
  })
})

describe('what changes how one signs in', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let client: Awaited<ReturnType<typeof make.clientAccount>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    client = await make.clientAccount(db, { email: 'ana@example.com' })
  })

  const own = ['password', 'passkeys', 'email']
  const later = () => app.clock.set(NOW + 15 * MINUTE)

  it('asks once more who it is when the sign-in is a quarter of an hour ago', async () => {
    const visitor = await signedInAsClient(app, client)
    const desk = await signedIn(app, world.dietitian)
    for (const [who, home, names] of [
      [visitor, '/my', own],
      [desk, '/practice', [...own, 'second-factor']],
    ] as const)
      for (const name of names) {
        app.clock.set(NOW + 15 * MINUTE - 1)
        assert.equal((await who.send('GET', `${home}/account/${name}`)).status, 200, name)
        later()
        const before = await dump(app.db, ['sessions'])
        const back = encodeURIComponent(`${home}/account/${name}`)
        assert.equal(
          (await who.send('GET', `${home}/account/${name}`)).location,
          `/sign-in/again?returnTo=${back}`,
        )
        const posted = await who.send('POST', `${home}/account/${name}`)
        assert.equal(posted.location, `/sign-in/again?returnTo=${encodeURIComponent(`${home}/account`)}`)
        assert.deepEqual(await dump(app.db, ['sessions']), before)
      }
  })

  it('goes on after the password, in a new session that does not live longer', async () => {
    await withPassword(app, client.account_id)
    const visitor = await signedInAsClient(app, client)
    later()
    const page = await visitor.open('/my/account/email')
    assert.equal(page.h1, 'Is it still you?')
    const before = visitor.cookies.get('flora')
    const wrong = await page.button('Go on', { password: 'not this one' })
    assert.match(wrong.errorFor('password') ?? '', /not your password/)
    assert.equal((await wrong.button('Go on', { password: PASSWORD })).path, '/my/account/email')
    assert.notEqual(visitor.cookies.get('flora'), before)
    const [session] = await app.db('sessions')
    assert.deepEqual([session.sess.createdAt, session.sess.signedInAt], [NOW, NOW + 15 * MINUTE])
    assert.equal((await app.db('sessions')).length, 1)
  })

  it('goes on after a new link, for a client who has no password', async () => {
    const visitor = await signedInAsClient(app, client)
    later()
    const page = await visitor.open('/my/account/password')
    assert.equal(page.hasField('password'), false)
    assert.equal((await page.button('Send me a link')).path, '/sign-in/link-sent')
    const path = pathIn(await lastMailTo(app, 'ana@example.com'), '/sign-in/links/')
    assert.equal((await (await visitor.open(path)).button('Sign in')).path, '/my/account/password')
  })

  it('asks a dietitian with an app for a code as well, and not for one that was used', async () => {
    const secret = await make.authenticator(app.db, world.dietitian.account_id)
    const desk = await halfSignedIn(app, world.dietitian)
    await desk.post('/sign-in/second-factor', { code: codeAt(secret, stepAt(NOW)) })
    later()
    const page = await desk.open('/practice/account/email')
    const code = (at: number) => codeAt(secret, stepAt(at))
    const wrong = await page.button('Go on', { password: PASSWORD, code: code(NOW) })
    assert.match(wrong.errorFor('code') ?? '', /This code does not fit/)
    const right = await wrong.button('Go on', { password: PASSWORD, code: code(NOW + 15 * MINUTE) })
    assert.equal(right.path, '/practice/account/email')
  })

  it('is 429 after five wrong passwords', async () => {
    await withPassword(app, client.account_id)
    const visitor = await signedInAsClient(app, client)
    for (let n = 0; n < 5; n += 1)
      assert.equal((await visitor.post('/sign-in/again', { password: 'wrong' })).status, 422)
    assert.equal((await visitor.post('/sign-in/again', { password: PASSWORD })).status, 429)
  })
})
