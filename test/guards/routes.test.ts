import assert from 'node:assert/strict'
import { issueSignInLink } from '../../server/accounts/store.ts'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { hashToken, makeToken } from '../../server/sealing/seal.ts'
import { isGuard } from '../../server/web/access.ts'
import { answered } from '../chart/sent.ts'
import { makeDraft } from '../forms/drafts.ts'
import { type SignedIn, signedInAgain, signedInClient } from '../my/client.ts'
import { makeForm, makeResponse } from '../requests/asking.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Answer, encode, type Visitor, visit } from '../support/page.ts'
import { halfSignedIn, signedIn } from '../support/people.ts'
import { type Row, table } from './table.ts'
import { type Found, walkRoutes } from './walk.ts'

/** Files that anybody may have, served without a page of ours. */
const isAsset = ({ name }: Found) => name.startsWith('GET /assets/')

/** Of one dietitian alone; the rest is the practice's. */
const OWN = new Set<Row['of']>(['appointment', 'deskSession', 'deskPasskey'])

describe('every route', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let ana: SignedIn
  let ids: Record<NonNullable<Row['of']>, string>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    ana = await signedInClient(app)
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    const due = await make.appointment(db, { ...of, startsAt: NOW + 2 * DAY })
    const past = await make.appointment(db, { ...of, startsAt: NOW - 2 * HOUR })
    const hold = makeToken()
    const held = { state: 'held', booked_at: null, booked_name: null, link_hash: null, link_sealed: null }
    await make.appointment(
      db,
      { ...of, startsAt: NOW + 3 * DAY },
      { ...held, place: null, hold_hash: hashToken(hold), held_until: iso(NOW + 5 * MINUTE) },
    )
    const mail = { key: 'k', from_address: 'a@b.example', to_address: 'c@d.example', subject: 'Hello' }
    const [row] = await db('outbox_mails')
      .insert({ ...mail, plain: 'x', html: '<head></head>x', at: iso(NOW) })
      .returning('id')
    ids = {
      appointment: past.id,
      link: due.token,
      hold,
      inquiry: (await make.inquiry(db)).id,
      mail: String(row.id),
      article: String((await make.article(db)).slug),
      type: world.type.slug,
      ...(await papers()),
      file: await sentFile(),
      ...(await chart()),
      ...(await filling()),
      ...{ builtForm: await makeDraft(db), one: '1', draftSection: 'skin' },
      ...{ draftQuestion: 'itch', draftScore: 'itch-score' },
      ...(await accounts()),
    }
  })

  /** Ana has an appointment for which two documents are asked; one she has signed. */
  async function papers() {
    const { db } = app
    const { account_id: accountId, id: dietitianId } = world.dietitian
    const { id: typeId } = await make.type(db, [dietitianId])
    await make.appointment(db, { dietitianId, typeId, startsAt: NOW + 5 * DAY }, { client_id: ana.client.id })
    const of = { accountId, typeIds: [typeId] }
    const unsigned = await make.consent(db, of)
    const { id, versionId: version } = await make.consent(db, of, { title: 'Terms', body: 'One.' })
    const signature = (await make.signature(db, version, ana.client.id)).id
    return { consent: id, version, document: unsigned.versionId, signature }
  }

  /** A paper that Ana sent with a form. */
  async function sentFile() {
    const { client } = ana
    const responseId = await makeResponse(app.db, client.id, await makeForm(app.db), NOW)
    return (await make.file(app.db, { clientId: client.id, responseId })).id
  }

  /** Of Ana something was asked, once and again and again; what she sent raised a sign. */
  async function chart() {
    const { db } = app
    const form = await makeForm(db)
    const of = { client_id: ana.client.id, form_id: form.id, asked_at: iso(NOW) }
    const [request] = await db('form_requests')
      .insert({ ...of, due_at: iso(NOW + DAY) })
      .returning('id')
    const planned = { every_weeks: 1, next_due_on: '2026-03-09', asked_by: world.dietitian.account_id }
    const [plan] = await db('form_plans')
      .insert({ ...of, ...planned })
      .returning('id')
    const signs = [{ sign: 'anemia', kind: 'sign' as const }]
    const response = await answered(db, { clientId: ana.client.id, slug: form.slug, signs })
    const sign = await db('raised_signs').first('id')
    const ids = { request: request.id, plan: plan.id, sign: sign.id, response: response.id }
    return { client: ana.client.id, ...ids }
  }

  /** A form that Ana has begun. */
  async function filling() {
    const form = await make.form(app.db, [{ linkId: 'one', type: 'string', text: 'One' }])
    await make.response(app.db, { clientId: ana.client.id, form })
    return { form: form.slug, section: '1' }
  }

  /** A link to sign in, a change of the address, and for Ana and the dietitian a further device and a passkey each. */
  async function accounts() {
    const { db } = app
    const colleague = await make.clientAccount(db)
    const deskAccount = world.dietitian.account_id
    return {
      signInLink: await issueSignInLink(db, { clientId: colleague.id, minutes: 15 }, NOW),
      emailChange: await make.emailChange(db, colleague.account_id, NOW),
      session: (await make.session(db, ana.client.account_id, NOW)).id,
      passkey: (await make.passkey(db, ana.client.account_id)).id,
      deskSession: (await make.session(db, deskAccount, NOW)).id,
      deskPasskey: crypto.randomUUID(), // made once they are signed in: from then on it is asked for
    }
  }

  const ask = (who: Visitor, name: string, id: string, headers: Record<string, string> = {}) => {
    const [method = '', path = ''] = name.split(' ')
    const { body, and } = table[name] as Row
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const sent =
      method === 'POST' ? { body: encode(body ?? {}), headers: { ...form, ...headers } } : { headers }
    return who.send(method, path.replace(/:\w+/, id).replace(/:\w+/g, and ? ids[and] : ''), sent)
  }
  const idOf = ({ of }: Row) => (of ? ids[of] : '')

  /** Asks, and sees that nothing but the session’s own row was touched. */
  const refused = async (asking: () => Promise<Answer>): Promise<Answer> => {
    const before = await dump(app.db, ['sessions'])
    const answer = await asking()
    assert.deepEqual(await dump(app.db, ['sessions']), before)
    return answer
  }

  it('begins with a guard and is in the table of who may use it', async () => {
    const found = walkRoutes(app).filter((route) => !isAsset(route))
    assert.deepEqual(found.map(({ name }) => name).sort(), Object.keys(table).sort())
    for (const { name, first } of found) {
      assert.ok(isGuard(first), `${name} has no guard`)
      assert.equal(first.name, table[name]?.guard, name)
    }
  })

  it('that changes something is a POST, and none of them takes a form of another site', async () => {
    for (const [name, row] of Object.entries(table)) {
      const [method] = name.split(' ')
      assert.ok(method === 'GET' || method === 'POST', name)
      if (method !== 'POST') continue
      const theirs: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
      ]
      for (const headers of theirs) {
        const answer = await refused(() => ask(visit(app), name, idOf(row), headers))
        assert.equal(answer.status, 403, `${name} ${JSON.stringify(headers)}`)
      }
    }
  })

  for (const [name, row] of Object.entries(table).filter(([, { guard }]) => guard === 'anyone')) {
    it(`${name} is for everybody`, async () => {
      assert.equal((await ask(visit(app), name, idOf(row))).status, row.ok)
      if (!row.of) return
      const unknown = await refused(() => ask(visit(app), name, 'nothing-of-that-name'))
      assert.equal(unknown.status, 404)
    })
  }

  for (const [name, row] of Object.entries(table).filter(([, { guard }]) => guard === 'linkHolder')) {
    it(`${name} is for who has its secret link, and nobody else`, async () => {
      const other = row.of === 'hold' ? ids.link : ids.hold
      const desk = await signedIn(app, world.dietitian)
      for (const wrong of [makeToken(), other, ids.appointment, 'x']) {
        for (const who of [visit(app), desk]) {
          const answer = await refused(() => ask(who, name, wrong))
          assert.equal(answer.status, 404, wrong)
          assert.match(answer.headers.get('cache-control') ?? '', /no-store/)
        }
      }
      const answer = await ask(visit(app), name, idOf(row))
      assert.equal(answer.status, row.ok)
      assert.match(answer.headers.get('x-robots-tag') ?? '', /noindex/)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
    })
  }

  for (const [name, row] of Object.entries(table).filter(([, { guard }]) => guard === 'dietitian')) {
    it(`${name} is for a dietitian who has signed in${OWN.has(row.of) ? ', of their own' : ''}`, async () => {
      const own = await signedIn(app, world.dietitian)
      if (row.of === 'deskPasskey')
        await make.passkey(app.db, world.dietitian.account_id, { id: ids.deskPasskey })
      const stranger = await refused(() => ask(visit(app), name, idOf(row)))
      assert.equal(stranger.status, 303)
      assert.match(stranger.location ?? '', /^\/sign-in\?returnTo=%2Fpractice/)

      const client = await refused(() => ask(ana.visitor, name, idOf(row)))
      assert.equal(client.status, 403)

      const colleague = await signedIn(app, await make.dietitian(app.db))
      if (row.of && OWN.has(row.of)) {
        const answer = await refused(() => ask(colleague, name, idOf(row)))
        assert.equal(answer.status, 404)
      } else assert.equal((await ask(colleague, name, idOf(row))).status, row.ok)

      for (const wrong of row.of ? [ids.hold, '0'.repeat(36), crypto.randomUUID()] : [])
        assert.equal((await refused(() => ask(own, name, wrong))).status, 404)
      const answer = await ask(own, name, idOf(row))
      assert.equal(answer.status, row.ok)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
    })
  }

  for (const [name, row] of Object.entries(table).filter(([, { guard }]) => guard === 'client')) {
    it(`${name} is for a client who has signed in${row.of ? ', of their own' : ''}`, async () => {
      const stranger = await refused(() => ask(visit(app), name, idOf(row)))
      assert.equal(stranger.status, 303)
      assert.match(stranger.location ?? '', /^\/sign-in\?returnTo=%2Fmy/)

      const desk = await signedIn(app, world.dietitian)
      assert.equal((await refused(() => ask(desk, name, idOf(row)))).status, 403)

      const { client, visitor } = ana
      const other = (await signedInClient(app, { name: 'Ben Ortiz' })).visitor
      if (row.of) assert.equal((await refused(() => ask(other, name, idOf(row)))).status, 404)
      else assert.equal((await ask(other, name, '')).status, row.ok)
      for (const wrong of row.of ? [ids.hold, '0'.repeat(36), crypto.randomUUID()] : [])
        assert.equal((await refused(() => ask(visitor, name, wrong))).status, 404)

      const disabled_at = iso(NOW)
      await app.db('accounts').where({ id: client.account_id }).update({ disabled_at })
      assert.equal((await refused(() => ask(visitor, name, idOf(row)))).status, 303)
      await app.db('accounts').where({ id: client.account_id }).update({ disabled_at: null })
      const again = (await signedInAgain(app, client)).visitor
      const answer = await ask(again, name, idOf(row))
      assert.equal(answer.status, row.ok)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
    })
  }

  for (const [name, row] of Object.entries(table).filter(([, { guard }]) => guard === 'signedIn')) {
    it(`${name} is for whoever has signed in`, async () => {
      const stranger = await refused(() => ask(visit(app), name, ''))
      assert.equal(stranger.status, 303)
      assert.match(stranger.location ?? '', /^\/sign-in\?returnTo=/)
      assert.equal((await ask(ana.visitor, name, '')).status, row.ok)
      const desk = await ask(await signedIn(app, world.dietitian), name, '')
      assert.equal(desk.status, row.ok)
      assert.equal(desk.headers.get('cache-control'), 'no-store')
    })
  }

  for (const [name, row] of Object.entries(table).filter(([, { guard }]) => guard === 'halfSignedIn')) {
    it(`${name} is for who has typed the right password and still needs a second factor`, async () => {
      for (const who of [visit(app), ana.visitor, await signedIn(app, world.dietitian)]) {
        const answer = await refused(() => ask(who, name, ''))
        assert.deepEqual([answer.status, answer.location], [303, '/sign-in'])
      }
      const isSetUp = name.includes('/set-up')
      if (isSetUp) await app.db('practice').update({ require_second_factor: true })
      else await make.authenticator(app.db, world.dietitian.account_id)
      const half = await halfSignedIn(app, world.dietitian)
      const answer = await ask(half, name, '')
      assert.equal(answer.status, row.ok)
      assert.equal(answer.headers.get('cache-control'), 'no-store')

      await app
        .db('accounts')
        .where({ id: world.dietitian.account_id })
        .update({ disabled_at: iso(NOW) })
      assert.equal((await refused(() => ask(half, name, ''))).location, '/sign-in')
    })
  }

  it('with a guard takes somebody half signed in, and somebody disabled, for a stranger', async () => {
    const disabled = await signedIn(app, await make.dietitian(app.db))
    await make.authenticator(app.db, world.dietitian.account_id)
    const half = await halfSignedIn(app, world.dietitian)
    await app
      .db('accounts')
      .whereNot({ id: world.dietitian.account_id })
      .update({ disabled_at: iso(NOW) })
    const guarded = Object.entries(table).filter(([, { guard }]) =>
      ['client', 'dietitian', 'signedIn'].includes(guard),
    )
    for (const [name, row] of guarded)
      for (const who of [half, disabled, ana.visitor]) {
        const answer = await refused(() => ask(who, name, idOf(row)))
        assert.equal(answer.status, 303, name)
        assert.match(answer.location ?? '', /^\/sign-in\?returnTo=/, name)
      }
  })

  for (const [name, row] of Object.entries(table).filter(([, { guard }]) => guard === 'loopback')) {
    it(`${name} is for this machine only`, async () => {
      assert.equal((await ask(visit(app), name, idOf(row))).status, row.ok)
      for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])
        assert.equal((await ask(visit(app), name, idOf(row), { [header]: '127.0.0.1' })).status, 404, header)
      assert.equal((await visit(app).send('GET', '/outbox/99999999')).status, 404)
    })
  }

  it('is unknown to other methods, and to paths that are none', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      assert.equal((await refused(() => visit(app).send(method, '/get-in-touch'))).status, 404)
    for (const path of [
      '/nothing',
      '/practice/nothing',
      '/api/nothing',
      '/.env',
      '/book/a/b/c',
      '/__proto__',
    ])
      assert.equal((await visit(app).send('GET', path)).status, 404, path)
  })
})
