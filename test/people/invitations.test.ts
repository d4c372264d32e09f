import assert from 'node:assert/strict'
import { HOUR, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { lastMailTo, pathIn, signedIn } from '../support/people.ts'

const EMAIL = 'sam@new.example'
const details = { name: 'Sam Newcomer', credentials: 'RD', password: 'four grey herons' }

describe('an invitation to work in the practice', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
  })

  const invite = async (more: Record<string, string | null> = {}) =>
    (await desk.open('/practice/settings/people/new')).button('Send the invitation', {
      name: 'Sam',
      email: EMAIL,
      ...more,
    })
  const linkTo = async (email = EMAIL) => pathIn(await lastMailTo(app, email), '/sign-in/invitations/')
  const dietitians = () => app.db('dietitians').orderBy('created_at').orderBy('position')
  const actions = () => app.db('audit_entries').orderBy('position').pluck('action')

  it('makes a colleague with a password, types and rights as they were asked, and without hours', async () => {
    const list = await invite({ types: world.type.id })
    assert.equal(list.path, '/practice/settings/people?done=invited')
    assert.match(list.text, /on its way[\s\S]*Invited[\s\S]*Sam/)
    const visitor = visit(app)
    const page = await visitor.open(await linkTo())
    assert.equal(page.h1, 'You are invited')
    assert.equal(page.value('name'), 'Sam')
    const profile = await page.button('Accept the invitation', details)
    assert.equal(profile.path, '/practice/settings/profile?done=joined')
    assert.match(profile.text, /Welcome!/)
    const [, sam] = await dietitians()
    assert.deepEqual(
      [sam.name, sam.credentials, sam.slug, sam.is_owner, sam.sees_all_charts, sam.zone],
      ['Sam Newcomer', 'RD', 'sam-newcomer', false, false, 'America/Indiana/Indianapolis'],
    )
    const offered = await app.db('appointment_type_dietitians').where({ dietitian_id: sam.id })
    assert.deepEqual(
      offered.map((row) => row.appointment_type_id),
      [world.type.id],
    )
    assert.deepEqual(await app.db('weekly_hours').where({ dietitian_id: sam.id }), [])
    const sign = await visit(app).open('/sign-in')
    const own = await sign.button('Sign in', { email: EMAIL, password: details.password })
    assert.equal(own.path, '/practice')
    assert.deepEqual(await actions(), ['person.invited', 'person.joined'])
  })

  it('opened by a scanner, again and again, changes nothing', async () => {
    await invite()
    const link = await linkTo()
    const before = await dump(app.db, ['sessions'])
    for (let n = 0; n < 3; n += 1) {
      const page = await visit(app).open(link)
      assert.equal(page.status, 200)
      assert.equal(page.headers.get('cache-control'), 'no-store')
      assert.match(page.headers.get('x-robots-tag') ?? '', /noindex/)
    }
    assert.deepEqual(await dump(app.db, ['sessions']), before)
    assert.equal((await (await visit(app).open(link)).button('Accept the invitation', details)).status, 200)
  })

  it('works once, also for two at the same moment', async () => {
    await invite()
    const link = await linkTo()
    const pages = await Promise.all([visit(app).open(link), visit(app).open(link)])
    const answers = await Promise.all(pages.map((page) => page.button('Accept the invitation', details)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 410])
    assert.equal((await dietitians()).length, 2)
    const before = await dump(app.db, ['sessions'])
    const again = await visit(app).open(link)
    assert.equal(again.status, 410)
    assert.match(again.h1, /taken up already/)
    assert.equal((await visit(app).post(link, details)).status, 410)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('is over after 72 hours, and can be sent again; then the link of before is worth nothing', async () => {
    await invite()
    const first = await linkTo()
    app.clock.set(NOW + 72 * HOUR - 1)
    assert.equal((await visit(app).open(first)).status, 200)
    app.clock.set(NOW + 72 * HOUR)
    assert.equal((await visit(app).open(first)).status, 410)
    assert.equal((await visit(app).post(first, details)).status, 410)

    desk = await signedIn(app, world.dietitian)
    const list = await desk.open('/practice/settings/people')
    assert.match(list.text, /Too late/)
    await list.button(/^Send again/)
    const second = await linkTo()
    assert.notEqual(second, first)
    assert.equal((await visit(app).open(first)).status, 404)
    const joined = await (await visit(app).open(second)).button('Accept the invitation', details)
    assert.equal(joined.path, '/practice/settings/profile?done=joined')
  })

  it('taken back leads nowhere; nor does one that was tampered with', async () => {
    await invite()
    const link = await linkTo()
    await (await desk.open('/practice/settings/people')).button(/^Take back/)
    const before = await dump(app.db, ['sessions', 'tries'])
    assert.equal((await visit(app).open(link)).status, 410)
    assert.equal((await visit(app).post(link, details)).status, 410)
    const last = link.at(-1) === 'A' ? 'B' : 'A'
    for (const wrong of [
      `${link.slice(0, -1)}${last}`,
      `${link}x`,
      link.slice(0, -1),
      '/sign-in/invitations/%00',
    ]) {
      assert.equal((await visit(app).open(wrong)).status, 404, wrong)
      assert.equal((await visit(app).post(wrong, details)).status, 404, wrong)
    }
    assert.deepEqual(await dump(app.db, ['sessions', 'tries']), before)
  })

  it('of somebody who is no owner any more, or was closed, leads nowhere', async () => {
    await invite()
    const link = await linkTo()
    const other = await signedIn(app, await make.dietitian(app.db))
    const path = `/practice/settings/people/${world.dietitian.id}`
    await (await other.open(path)).button('Close the account')
    assert.equal((await visit(app).open(link)).status, 410)
  })

  it('goes on to a second factor where everybody shows one, and is no way around it', async () => {
    await invite()
    const link = await linkTo()
    await app.db('practice').update({ require_second_factor: true })
    const visitor = visit(app)
    const page = await (await visitor.open(link)).button('Accept the invitation', details)
    assert.match(page.path, /^\/sign-in\/second-factor\/set-up\?returnTo=/)
    assert.equal((await visitor.send('GET', '/practice')).status, 303)
  })

  it('keeps what was typed, but the password, when something is wrong with it', async () => {
    await invite()
    const link = await linkTo()
    const page = await visit(app).open(link)
    const refused = await page.button('Accept the invitation', {
      ...details,
      name: '',
      password: 'password123',
    })
    assert.equal(refused.status, 422)
    assert.equal(refused.errorFor('name'), 'Please write your name.')
    assert.match(refused.errorFor('password') ?? '', /everybody tries first/)
    assert.equal(refused.value('credentials'), 'RD')
    assert.ok(!refused.html.includes('password123'))
    assert.equal((await dietitians()).length, 1)
  })

  it('is not sent to an address that has an account, a client or an invitation', async () => {
    const client = await make.client(app.db)
    await make.clientAccount(app.db, { email: 'own@example.com' })
    const { email: own } = await app.db('accounts').where({ id: world.dietitian.account_id }).first('email')
    for (const [email, words] of [
      [own.toUpperCase(), /in the practice has this address/],
      [String(client.email), /address of a client/],
      ['own@example.com', /address of a client/],
      ['', /write their e-mail address/],
      ['a@b@c', /like name@example/],
    ] as const) {
      const refused = await invite({ email })
      assert.equal(refused.status, 422, email)
      assert.match(refused.errorFor('email') ?? '', words)
      assert.equal(refused.value('name'), 'Sam')
    }
    await invite()
    assert.match((await invite()).errorFor('email') ?? '', /open already/)
    assert.equal((await app.db('invitations')).length, 1)
  })

  it('to an address that a client has meanwhile leads to nobody’s account', async () => {
    await invite()
    const link = await linkTo()
    await make.client(app.db, { email: EMAIL })
    const page = await (await visit(app).open(link)).button('Accept the invitation', details)
    assert.equal(page.status, 410)
    assert.match(page.h1, /has an account meanwhile/)
    assert.equal((await dietitians()).length, 1)
  })

  it('of a name that somebody has already gets an address of its own', async () => {
    await app.db('dietitians').where({ id: world.dietitian.id }).update({ slug: 'sam-newcomer' })
    await invite()
    await (await visit(app).open(await linkTo())).button('Accept the invitation', details)
    assert.deepEqual(
      (await dietitians()).map(({ slug }) => slug),
      ['sam-newcomer', 'sam-newcomer-2'],
    )
  })

  it('asks for the password again when that was long ago, and its mail carries no secret into the tables', async () => {
    app.clock.set(NOW + 16 * MINUTE)
    const again = await desk.open('/practice/settings/people/new')
    assert.equal(again.h1, 'Is it still you?')
    assert.match(again.text, /Before you invite somebody, please show/)
    assert.equal(
      (await desk.post('/practice/settings/people', { name: 'x', email: EMAIL })).h1,
      'Is it still you?',
    )
    assert.deepEqual(await app.db('invitations'), [])
    app.clock.set(NOW)
    await invite()
    const token = (await linkTo()).split('/').at(-1) ?? ''
    const { outbox_mails: _, 'public.outbox_mails': __, ...rest } = await dump(app.db)
    assert.ok(!JSON.stringify(rest).includes(token))
    assert.ok(!app.logged().includes(token))
  })
})
