import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { PASSWORD, PASSWORD_HASH, signedIn, withPassword } from '../support/people.ts'

describe('signing in', () => {
  let app: TestApp
  let visitor: Visitor
  let dietitian: Awaited<ReturnType<typeof make.dietitian>>
  let email: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    dietitian = (await make.world(db)).dietitian
    email = await withPassword(app, dietitian.account_id)
    visitor = visit(app)
  })

  const tryOnce = (who: Visitor, mail: string, password: string) =>
    who.post('/sign-in', { email: mail, password })

  it('leads to today’s page, and back to the page that was asked for', async () => {
    const asked = await visitor.open('/practice/calendar?week=2026-03-09')
    assert.equal(asked.h1, 'Sign in')
    const page = await asked.button('Sign in', { email: email.toUpperCase(), password: PASSWORD })
    assert.equal(page.path, '/practice/calendar?week=2026-03-09')
    assert.equal((await visitor.open('/sign-in')).path, '/practice')
  })

  it('never leads to another site', async () => {
    for (const away of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'practice',
    ]) {
      const page = await visit(app).post('/sign-in', { email, password: PASSWORD, returnTo: away })
      assert.equal(page.path, '/practice', away)
    }
  })

  it('with a wrong password says so, keeps the e-mail and not the password', async () => {
    const page = await (await visitor.open('/sign-in')).button('Sign in', { email, password: 'wrong one' })
    assert.equal(page.status, 422)
    assert.match(page.errorFor('email') ?? '', /do not fit together/)
    assert.equal(page.value('email'), email)
    assert.doesNotMatch(page.html, /wrong one/)
    assert.equal((await visitor.open('/practice')).h1, 'Sign in')
  })

  it('answers the same for an account that does not exist', async () => {
    const known = await tryOnce(visitor, email, 'wrong')
    const unknown = await tryOnce(visit(app), 'nobody@maple.example', 'wrong')
    assert.equal(unknown.status, known.status)
    assert.equal(unknown.html.replaceAll('nobody@maple.example', email), known.html)
  })

  it('takes a password exactly as it is typed', async () => {
    for (const other of [` ${PASSWORD}`, `${PASSWORD} `, PASSWORD.toUpperCase(), ''])
      assert.equal((await tryOnce(visitor, email, other)).status, 422, other)
  })

  it('slows down after five failures of an account, existing or not, and says how long', async () => {
    for (const mail of [email, 'nobody@maple.example']) {
      for (let n = 0; n < 5; n += 1) assert.equal((await tryOnce(visitor, mail, 'wrong')).status, 422)
      const stopped = await tryOnce(visitor, mail, PASSWORD)
      assert.equal(stopped.status, 429)
      const seconds = Number(stopped.headers.get('retry-after'))
      assert.ok(seconds > 0 && seconds <= 300, String(seconds))
      assert.match(stopped.text, /Please try again in \d+ minutes/)
      assert.equal((await tryOnce(visitor, mail.toUpperCase(), PASSWORD)).status, 429)
    }
    const colleague = await make.dietitian(app.db)
    const other = await withPassword(app, colleague.account_id)
    assert.equal((await tryOnce(visit(app), other, PASSWORD)).path, '/practice')
  })

  it('slows down whoever tries many accounts from one address', async () => {
    const some = Array.from({ length: 30 }, () => make.account(app.db, { password_hash: PASSWORD_HASH }))
    const tries = (await Promise.all(some)).map((one) => tryOnce(visit(app), String(one.email), 'wrong'))
    const statuses = new Set((await Promise.all(tries)).map(({ status }) => status))
    assert.deepEqual([...statuses], [422])
    assert.equal((await tryOnce(visit(app), email, PASSWORD)).status, 429)
  })

  it('forgets the failures once the right password came', async () => {
    for (let n = 0; n < 4; n += 1) await tryOnce(visitor, email, 'wrong')
    assert.equal((await tryOnce(visitor, email, PASSWORD)).path, '/practice')
    for (let n = 0; n < 4; n += 1) assert.equal((await tryOnce(visit(app), email, 'wrong')).status, 422)
  })

  it('gives a new session, and a cookie that scripts and other sites can’t use', async () => {
    await signedIn(app, dietitian).then((first) => {
      for (const [name, value] of first.cookies) visitor.cookies.set(name, value)
    })
    const before = visitor.cookies.get('flora')
    const answer = await visitor.send('POST', '/sign-in', {
      body: new URLSearchParams({ email, password: PASSWORD }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    const after = visitor.cookies.get('flora')
    assert.notEqual(after, before)
    const line = answer.headers.getSetCookie().join()
    for (const part of [/HttpOnly/i, /SameSite=Lax/i, /Path=\//i]) assert.match(line, part)
    const stale = visit(app)
    stale.cookies.set('flora', before ?? '')
    assert.equal((await stale.open('/practice')).h1, 'Sign in')
  })

  it('out ends the session for good', async () => {
    const desk = await signedIn(app, dietitian)
    const cookie = desk.cookies.get('flora') ?? ''
    const today = await desk.open('/practice')
    const out = await today.button('Sign out')
    assert.equal(out.h1, 'Sign in')
    assert.equal((await app.db('sessions').select()).length, 0)
    const stale = visit(app)
    stale.cookies.set('flora', cookie)
    assert.equal((await stale.open('/practice')).h1, 'Sign in')
    const answer = await desk.send('POST', '/sign-out')
    assert.match(answer.headers.get('clear-site-data') ?? '', /"cache"/)
  })

  it('is over at once for an account that was disabled', async () => {
    const desk = await signedIn(app, dietitian)
    await app.db('accounts').update({ disabled_at: '2026-03-03T14:00:00Z' })
    assert.equal((await desk.open('/practice')).h1, 'Sign in')
    assert.equal((await tryOnce(visit(app), email, PASSWORD)).status, 422)
  })

  it('leaves no session of whoever only looks, and none for a made-up cookie', async () => {
    for (const path of ['/', '/book', '/sign-in', '/practice']) await visitor.open(path)
    visitor.cookies.set('flora', 's%3Amade-up.signature')
    assert.equal((await visitor.open('/practice')).h1, 'Sign in')
    assert.deepEqual((await dump(app.db))['public.sessions'], [])
  })
})
