import assert from 'node:assert/strict'
import { issueSignInLink } from '../../server/accounts/store.ts'
import { HOUR, iso, MINUTE } from '../../server/clock.ts'
import { makeToken } from '../../server/sealing/seal.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { lastMailTo, pathIn, signedInAsClient } from '../support/people.ts'

describe('signing in by a link', () => {
  let app: TestApp
  let client: Awaited<ReturnType<typeof make.client>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    client = await make.client(db, { email: 'Ana@example.com', name: 'Ana Ruiz' })
  })

  const ask = async (email: string, returnTo = '') =>
    (await visit(app).open(`/sign-in${returnTo && `?returnTo=${returnTo}`}`)).button('Send me a link', {
      email,
    })

  const linkFor = async (email: string) => {
    await ask(email)
    return pathIn(await lastMailTo(app, email), '/sign-in/links/')
  }

  const over = async (path: string, status: number, heading: RegExp) => {
    const page = await visit(app).open(path)
    assert.equal(page.status, status)
    assert.match(page.h1, heading)
    const posted = await visit(app).post(path, {})
    assert.equal(posted.status, status)
    assert.equal(
      (await page.button('Send me a new link', { email: 'ana@example.com' })).path,
      '/sign-in/link-sent',
    )
  }

  it('mails it to a client, makes the account with the first use, and leads to their page', async () => {
    const sent = await ask('ana@example.com')
    assert.equal(sent.path, '/sign-in/link-sent')
    const mail = await lastMailTo(app, 'ana@example.com')
    assert.match(mail?.plain ?? '', /^Hello Ana Ruiz,[\s\S]*works once, and for 15 minutes/)
    assert.match(mail?.html ?? '', /Sign in<\/a>/)
    const visitor = visit(app)
    const page = await visitor.open(pathIn(mail, '/sign-in/links/'))
    assert.equal(await app.db('accounts').where({ role: 'client' }).first(), undefined)
    assert.equal((await page.button('Sign in')).path, '/my')
    const account = await app.db('accounts').where({ role: 'client' }).first()
    assert.equal(account.email, 'Ana@example.com')
    assert.equal((await app.db('clients').first('account_id')).account_id, account.id)
    assert.equal((await visitor.open('/my/account')).status, 200)
    assert.match((await visitor.open('/my/account')).text, /Where you are signed in/)
  })

  it('comes back to where one wanted to go, and only inside', async () => {
    await ask('ana@example.com', '%2Fmy%2Faccount')
    const mail = await lastMailTo(app, 'ana@example.com')
    const page = await (await visit(app).open(pathIn(mail, '/sign-in/links/'))).button('Sign in')
    assert.equal(page.path, '/my/account')
    for (const returnTo of ['//evil.example', 'https://evil.example', '/practice/account']) {
      await app.db('tries').del()
      await visit(app).post('/sign-in/link', { email: 'ana@example.com', returnTo })
      const path = pathIn(await lastMailTo(app, 'ana@example.com'), '/sign-in/links/')
      assert.equal((await (await visit(app).open(path)).button('Sign in')).path, '/my', returnTo)
    }
  })

  it('survives a scanner that opens every link twice', async () => {
    const path = await linkFor('ana@example.com')
    for (let turn = 0; turn < 2; turn += 1) {
      const seen = await visit(app).open(path)
      assert.equal(seen.status, 200)
      assert.equal(seen.headers.get('set-cookie'), null)
      assert.equal((await visit(app).send('HEAD', path)).status, 200)
    }
    assert.equal((await (await visit(app).open(path)).button('Sign in')).path, '/my')
  })

  it('works once, also when two press at the same time', async () => {
    const path = await linkFor('ana@example.com')
    const answers = await Promise.all([1, 2, 3].map(() => visit(app).send('POST', path)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 410, 410])
    await over(path, 410, /was used already/)
    assert.equal((await app.db('accounts').where({ role: 'client' })).length, 1)
  })

  it('works for fifteen minutes, and for as long as a mail says', async () => {
    const path = await linkFor('ana@example.com')
    const long = await issueSignInLink(app.db, { clientId: client.id, hours: 72 }, NOW)
    app.clock.set(NOW + 15 * MINUTE)
    await over(path, 410, /too old/)
    app.clock.set(NOW + 72 * HOUR - 1)
    assert.equal((await visit(app).open(`/sign-in/links/${long}`)).status, 200)
    app.clock.set(NOW + 72 * HOUR)
    await over(`/sign-in/links/${long}`, 410, /too old/)
  })

  it('that is unknown or tampered with is 404, with a way to a new one', async () => {
    const path = await linkFor('ana@example.com')
    const last = path.at(-1) === 'A' ? 'B' : 'A'
    for (const wrong of [`${path.slice(0, -1)}${last}`, path.slice(0, -5), `/sign-in/links/${makeToken()}`])
      await over(wrong, 404, /don’t know this link/)
    assert.equal((await visit(app).open(path)).status, 200)
  })

  it('signs in its own client and nobody else, also in a browser where another one is signed in', async () => {
    const ben = await make.clientAccount(app.db, { name: 'Ben Ortiz' })
    const visitor = await signedInAsClient(app, ben)
    const before = visitor.cookies.get('flora')
    const token = await issueSignInLink(app.db, { clientId: client.id, minutes: 15 }, NOW)
    const page = await visitor.open(`/sign-in/links/${token}`)
    assert.match(page.text, /signed in as Ben Ortiz/)
    await page.button('Sign in')
    assert.match((await visitor.open('/my/account')).text, /Ana@example\.com/)
    assert.notEqual(visitor.cookies.get('flora'), before)
    assert.deepEqual(await app.db('sessions').where({ account_id: ben.account_id }), [])
  })

  it('is answered alike for a known address, an unknown one, a dietitian’s and a disabled one; only a client gets mail', async () => {
    const { email: dietitians } = await make.account(app.db, { email: 'dana@maple.example' })
    await make.client(app.db, { email: dietitians })
    const gone = await make.clientAccount(app.db, { email: 'gone@example.com' })
    await app
      .db('accounts')
      .where({ id: gone.account_id })
      .update({ disabled_at: iso(NOW) })
    const pages = []
    for (const email of ['ana@example.com', 'nobody@example.com', 'dana@maple.example', 'gone@example.com']) {
      const answer = await visit(app).post('/sign-in/link', { email })
      pages.push([answer.status, answer.path, answer.html])
    }
    for (const page of pages) assert.deepEqual(page, pages[0])
    assert.equal((await app.db('sign_in_requests')).length, 4)
    await app.work()
    assert.deepEqual(
      (await app.mails()).map(({ to_address }) => to_address),
      ['ana@example.com'],
    )
  })

  it('is mailed once, even when the job runs twice', async () => {
    await ask('ana@example.com')
    await app.work()
    await app.db.raw(`update pgboss.job set state = 'created'`)
    await app.work()
    assert.equal((await app.mails()).length, 1)
    const path = pathIn(await lastMailTo(app, 'ana@example.com'), '/sign-in/links/')
    assert.equal((await (await visit(app).open(path)).button('Sign in')).path, '/my')
  })

  it('keeps no secret where it could be read: not in the tables, the jobs, the logs', async () => {
    const path = await linkFor('ana@example.com')
    const token = path.split('/').at(-1) as string
    await visit(app).open(path)
    await visit(app).post(path, {})
    const all = JSON.stringify(await dump(app.db, ['outbox_mails']))
    assert.ok(!all.includes(token))
    assert.ok(!app.logged().includes(token))
  })

  it('never opens a dietitian’s account, even where a client has the same address', async () => {
    const { email } = await make.account(app.db, { email: 'dana@maple.example' })
    const { id } = await make.client(app.db, { email })
    const token = await issueSignInLink(app.db, { clientId: id, minutes: 15 }, NOW)
    const answer = await visit(app).send('POST', `/sign-in/links/${token}`)
    assert.equal(answer.status, 410)
    assert.equal(answer.headers.get('set-cookie'), null)
  })

  it('is 429 with words after five for an address, known or not, and says when to come back', async () => {
    for (const email of ['ana@example.com', 'nobody@example.com']) {
      for (let n = 0; n < 5; n += 1) assert.equal((await ask(email)).status, 200)
      const page = await ask(email.toUpperCase())
      assert.equal(page.status, 429)
      assert.match(page.text, /too many tries\. Please try again in 15 minutes/)
      assert.ok(Number(page.headers.get('retry-after')) > 800)
    }
    assert.equal((await app.db('sign_in_requests')).length, 10)
  })

  it('asks for an address again when it is none, and keeps what was typed', async () => {
    const page = await ask('ana@@example')
    assert.equal(page.status, 422)
    assert.equal(page.errorFor('email'), 'Please write the e-mail address like name@example.com.')
    assert.equal(page.value('email'), 'ana@@example')
  })
})
