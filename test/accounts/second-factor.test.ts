import assert from 'node:assert/strict'
import { codeAt, stepAt } from '../../server/accounts/factors/totp.ts'
import { MINUTE, SECOND } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { halfSignedIn, PASSWORD, signedIn, withPassword } from '../support/people.ts'

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const codeFor = (at: number) => codeAt(SECRET, stepAt(at))

describe('a dietitian’s second factor', () => {
  let app: TestApp
  let dietitian: Awaited<ReturnType<typeof make.dietitian>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    dietitian = (await make.world(db)).dietitian
  })

  const withApp = () => make.authenticator(app.db, dietitian.account_id, SECRET)
  const requireIt = () => app.db('practice').update({ require_second_factor: true })

  it('is asked for after the right password, and opens the desk', async () => {
    await withApp()
    const visitor = await halfSignedIn(app, dietitian)
    const before = visitor.cookies.get('flora')
    const page = await visitor.open('/sign-in/second-factor?returnTo=/practice/calendar')
    assert.equal(page.h1, 'Second step')
    const desk = await page.button('Sign in', {
      code: `${codeFor(NOW).slice(0, 3)} ${codeFor(NOW).slice(3)}`,
    })
    assert.equal(desk.path, '/practice/calendar')
    assert.notEqual(visitor.cookies.get('flora'), before)
    const [session] = await app.db('sessions').whereNotNull('account_id')
    assert.equal(session.sess.pendingAccountId, undefined)
    assert.equal((await app.db('sessions')).length, 1)
  })

  it('leaves whoever has shown only the password outside: no page, no data, nothing but the next step', async () => {
    await withApp()
    const visitor = await halfSignedIn(app, dietitian)
    const [session] = await app.db('sessions')
    const { cookie, ...kept } = session.sess
    assert.deepEqual(kept, { pendingAccountId: dietitian.account_id, since: NOW })
    assert.ok(cookie)
    for (const path of ['/practice', '/practice/account', '/practice/calendar', '/practice/account/password'])
      assert.match((await visitor.send('GET', path)).location ?? '', /^\/sign-in\?returnTo/, path)
    assert.equal(
      (await visitor.send('GET', '/sign-in/second-factor/set-up')).location,
      '/sign-in/second-factor',
    )
    assert.equal(
      (await visitor.send('POST', '/sign-in/second-factor/set-up')).location,
      '/sign-in/second-factor',
    )
    assert.equal((await visitor.send('GET', '/sign-in/again')).status, 303)
    assert.doesNotMatch(
      (await visitor.open('/sign-in/second-factor')).html,
      new RegExp(dietitian.name as string),
    )
  })

  it('is not asked of strangers, and half a sign-in ends after a quarter of an hour', async () => {
    await withApp()
    for (const path of [
      '/sign-in/second-factor',
      '/sign-in/second-factor/recovery',
      '/sign-in/second-factor/set-up',
    ]) {
      assert.equal((await visit(app).send('GET', path)).location, '/sign-in')
      if (!path.endsWith('set-up')) assert.equal((await visit(app).send('POST', path)).location, '/sign-in')
    }
    const visitor = await halfSignedIn(app, dietitian)
    app.clock.set(NOW + 15 * MINUTE)
    const answer = await visitor.post('/sign-in/second-factor', { code: codeFor(NOW + 15 * MINUTE) })
    assert.equal(answer.path, '/sign-in')
  })

  it('is not asked for when none is set up and the practice does not ask', async () => {
    await signedIn(app, dietitian)
  })

  it('refuses a code that was used, the one before it, and a wrong one', async () => {
    await withApp()
    await (await (await halfSignedIn(app, dietitian)).open('/sign-in/second-factor')).button('Sign in', {
      code: codeFor(NOW),
    })
    const again = await halfSignedIn(app, dietitian)
    for (const code of [codeFor(NOW), codeFor(NOW - 30 * SECOND), '000000']) {
      const page = await again.post('/sign-in/second-factor', { code })
      assert.equal(page.status, 422)
      assert.match(page.errorFor('code') ?? '', /This code does not fit/)
      assert.equal((await again.send('GET', '/practice')).status, 303)
    }
    const next = await again.post('/sign-in/second-factor', { code: codeFor(NOW + 30 * SECOND) })
    assert.equal(next.path, '/practice')
  })

  it('takes a code once, also when it comes twice at the same time', async () => {
    await withApp()
    const visitors = [await halfSignedIn(app, dietitian), await halfSignedIn(app, dietitian)]
    const body = new URLSearchParams({ code: codeFor(NOW) }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answers = await Promise.all(
      visitors.map((visitor) => visitor.send('POST', '/sign-in/second-factor', { body, headers })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422])
  })

  it('is 429 after five wrong ones, though they come at once; the right one does not help then', async () => {
    await withApp()
    const visitor = await halfSignedIn(app, dietitian)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        visitor.send('POST', '/sign-in/second-factor', { body: `code=${100000 + n}`, headers }),
      ),
    )
    assert.equal(answers.filter(({ status }) => status === 422).length, 5)
    assert.equal(answers.filter(({ status }) => status === 429).length, 15)
    const right = await visitor.post('/sign-in/second-factor', { code: codeFor(NOW) })
    assert.equal(right.status, 429)
    assert.match(right.text, /too many tries. Please try again in 5 minutes/)
  })

  it('of another dietitian does not fit', async () => {
    await withApp()
    const colleague = await make.dietitian(app.db)
    await make.authenticator(app.db, colleague.account_id, 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP')
    const visitor = await halfSignedIn(app, dietitian)
    const code = codeAt('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', stepAt(NOW))
    assert.equal((await visitor.post('/sign-in/second-factor', { code })).status, 422)
  })

  it('is set up before anything else when the practice asks everybody for one', async () => {
    await requireIt()
    const visitor = await halfSignedIn(app, dietitian)
    assert.equal((await visitor.send('GET', '/practice')).status, 303)
    const page = await visitor.open('/sign-in/second-factor')
    assert.equal(page.path, '/sign-in/second-factor/set-up')
    assert.match(page.html, /<svg class="qr-code"[^>]*role="img"/)
    const secret = (page.text.match(/Key: ((?:[A-Z2-7]{4} ?){8})/)?.[1] ?? '').replaceAll(' ', '')
    const wrong = await page.button('Set it up', { code: '000000' })
    assert.equal(wrong.status, 422)
    assert.match(wrong.html, new RegExp(secret.slice(0, 4)))
    const codes = await wrong.button('Set it up', { code: codeAt(secret, stepAt(NOW)) })
    assert.equal(codes.h1, 'Your recovery codes')
    assert.equal(codes.text.match(/([a-z2-9]{4}-){5}[a-z2-9]{4}/g)?.length, 10)
    assert.equal((await codes.link('I have written them down')).path, '/practice')

    const stored = JSON.stringify(await dump(app.db, ['audit_head'])) // all zeros at first
    assert.ok(!stored.includes(secret))
    assert.ok(!stored.includes('000000'))
    const again = await halfSignedIn(app, dietitian)
    assert.equal(
      (await again.post('/sign-in/second-factor', { code: codeAt(secret, stepAt(NOW)) })).status,
      422,
    )
  })

  it('gives way to a recovery code, once each', async () => {
    await withApp()
    const desk = await halfSignedIn(app, dietitian)
    await desk.post('/sign-in/second-factor', { code: codeFor(NOW) })
    const page = await desk.open('/practice/account')
    const made = await page.button('Make ten new ones')
    const codes = made.text.match(/([a-z2-9]{4}-){5}[a-z2-9]{4}/g) ?? []
    assert.equal(codes.length, 10)
    const [first = '', second = ''] = codes

    const half = await halfSignedIn(app, dietitian)
    const form = await (await half.open('/sign-in/second-factor')).link(/recovery code/)
    assert.equal((await form.button('Sign in', { code: first.toUpperCase() })).path, '/practice')
    assert.match((await half.open('/practice/account')).text, /9 codes left/)

    const again = await halfSignedIn(app, dietitian)
    const refused = await again.post('/sign-in/second-factor/recovery', { code: first })
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('code') ?? '', /was used before/)
    assert.equal((await again.send('GET', '/practice')).status, 303)

    const twice = [await halfSignedIn(app, dietitian), await halfSignedIn(app, dietitian)]
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answers = await Promise.all(
      twice.map((who) =>
        who.send('POST', '/sign-in/second-factor/recovery', { body: `code=${second}`, headers }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422])
    assert.ok(!JSON.stringify(await dump(app.db)).includes(first))
  })

  it('new recovery codes make the old ones worthless', async () => {
    await withApp()
    const desk = await halfSignedIn(app, dietitian)
    await desk.post('/sign-in/second-factor', { code: codeFor(NOW) })
    const made = await (await desk.open('/practice/account')).button('Make ten new ones')
    const [old = ''] = made.text.match(/([a-z2-9]{4}-){5}[a-z2-9]{4}/g) ?? []
    await (await desk.open('/practice/account')).button('Make ten new ones')
    const half = await halfSignedIn(app, dietitian)
    assert.equal((await half.post('/sign-in/second-factor/recovery', { code: old })).status, 422)
  })

  it('is asked of everybody by an owner who has one; those without are signed out', async () => {
    const plain = await make.dietitian(app.db)
    const colleague = await signedIn(app, plain)
    const desk = await signedIn(app, dietitian)
    const page = await desk.open('/practice/settings/security')
    const refused = await page.button('Save the security', { required: 'yes' })
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('required') ?? '', /set up a second factor of your own/)

    await withApp()
    const own = await halfSignedIn(app, dietitian)
    await own.post('/sign-in/second-factor', { code: codeFor(NOW) })
    const form = await own.open('/practice/settings/security')
    const saved = await form.button('Save the security', { required: 'yes' })
    assert.match(saved.text, /^Settings.*Saved\./)
    assert.equal(saved.value('required'), 'yes')
    assert.equal((await own.send('GET', '/practice')).status, 200)
    assert.equal((await colleague.send('GET', '/practice')).status, 303)
    assert.equal((await desk.send('GET', '/practice')).status, 303)
    const half = await halfSignedIn(app, plain)
    assert.equal((await half.open('/sign-in/second-factor')).path, '/sign-in/second-factor/set-up')

    const last = await (await own.open('/practice/account')).button(/^Remove the authenticator/)
    assert.equal(last.status, 422)
    assert.match(last.text, /this is your only one/)
  })

  it('is no way around the password: an account without its password right stays outside', async () => {
    await withApp()
    const email = await withPassword(app, dietitian.account_id)
    const visitor = visit(app)
    await visitor.post('/sign-in', { email, password: `${PASSWORD}!` })
    assert.equal((await visitor.post('/sign-in/second-factor', { code: codeFor(NOW) })).path, '/sign-in')
  })

  it('changes are told by mail', async () => {
    const desk = await signedIn(app, dietitian)
    const page = await desk.open('/practice/account/second-factor')
    const secret = (page.text.match(/Key: ((?:[A-Z2-7]{4} ?){8})/)?.[1] ?? '').replaceAll(' ', '')
    await page.button('Set it up', { code: codeAt(secret, stepAt(NOW)) })
    await app.work()
    const mails = await app.mails()
    assert.deepEqual(
      mails.map(
        ({ plain }) => plain.match(/(An authenticator app was set up|New recovery codes were made)/)?.[0],
      ),
      ['An authenticator app was set up', 'New recovery codes were made'],
    )
    for (const mail of mails) assert.ok(!mail.plain.includes(secret))
  })
})
