import assert from 'node:assert/strict'
import { issueSignInLink } from '../../server/accounts/store.ts'
import { DAY, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const NOTED = ['sessions', 'audit_entries', 'audit_head', 'audit_keys']

describe('the details of a client', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>
  let maya: { id: string }
  let path: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    maya = await make.client(db, { name: 'Maya', email: 'maya@example.com' })
    path = `/practice/clients/${maya.id}`
    desk = await signedIn(app, world.dietitian)
  })

  const row = () => app.db('clients').where({ id: maya.id }).first()
  const acts = async () =>
    (await app.db('audit_entries').whereNot({ action: 'chart.read' }).orderBy('position')).map((entry) => [
      entry.action,
      entry.client_id,
    ])
  const fine = {
    name: 'Maya <O’Neil>',
    email: 'm@example.com',
    phone: '+1 317 555 0177',
    zone: 'Asia/Kathmandu',
    pronouns: 'they/them',
    born: '1991-05-17',
  }

  it('are changed, and the head says so', async () => {
    const page = await desk.open(`${path}/details`)
    assert.equal(page.value('name'), 'Maya')
    const after = await page.button('Save these details', fine)
    assert.equal(after.path, `${path}/details?done=saved`)
    assert.match(after.text, /The details are saved\./)
    assert.equal(after.h1, 'Maya <O’Neil>')
    assert.match(
      after.text,
      /they\/them .*m@example\.com · \+1 317 555 0177 Their local time 7:45 PM Nepal Time/,
    )
    for (const [field, value] of Object.entries(fine)) assert.equal(after.value(field), value)
    assert.deepEqual(await acts(), [['client.changed', maya.id]])
    const empty = await after.button('Save these details', { phone: '', pronouns: '', born: '' })
    assert.equal(empty.value('born'), '')
    assert.equal((await row()).born_on, null)
  })

  it('refuse what makes no sense, with a sentence, and keep what was typed', async () => {
    const page = await desk.open(`${path}/details`)
    const before = await dump(app.db, NOTED)
    const wrong: [string, string, RegExp][] = [
      ['name', '', /Please write their name/],
      ['name', 'x'.repeat(121), /at most 120/],
      ['name', 'a\u0007', /can’t read/],
      ['email', '', /Please write their e-mail/],
      ['email', 'maya', /like name@example\.com/],
      ['phone', 'call me', /with digits/],
      ['zone', 'Mars/Olympus', /don’t know this time zone/],
      ['pronouns', 'x'.repeat(61), /at most 60/],
      ['born', '1991-02-30', /like 1990-05-17/],
      ['born', '1899-12-31', /like 1990-05-17/],
      ['born', '2026-03-04', /still to come/],
      ['revision', 'x', /open the page again/],
    ]
    for (const [field, value, words] of wrong) {
      const refused = await page.button('Save these details', { ...fine, [field]: value })
      assert.equal(refused.status, 422, `${field} ${value}`)
      assert.match(refused.title, /^Error: /)
      assert.match(field === 'revision' ? refused.text : (refused.errorFor(field) ?? ''), words)
      if (field !== 'zone' && field !== 'revision') assert.equal(refused.value(field), value)
      assert.equal(
        refused.value(field === 'name' ? 'phone' : 'name'),
        field === 'name' ? fine.phone : fine.name,
      )
    }
    assert.deepEqual(await dump(app.db, NOTED), before)
  })

  it('are not overwritten in silence: the second is shown what changed', async () => {
    const mine = await desk.open(`${path}/details`)
    const theirs = await (await signedIn(app, await make.dietitian(app.db))).open(`${path}/details`)
    await theirs.button('Save these details', { ...fine, name: 'Theirs' })
    const late = await mine.button('Save these details', { ...fine, name: 'Mine', phone: '' })
    assert.equal(late.status, 409)
    assert.match(late.text, /Somebody changed these details while you were writing/)
    assert.match(late.text, /Name: now Theirs, you typed Mine Phone: now \+1 317 555 0177, you typed nothing/)
    assert.equal((await row()).name, 'Theirs')
    assert.equal(late.value('name'), 'Mine')
    const after = await late.button('Save these details')
    assert.equal(after.status, 200)
    assert.equal((await row()).name, 'Mine')
  })

  it('have an e-mail that nobody else has: who has it is told, if they may be seen', async () => {
    const ben = await make.client(app.db, { name: 'Ben', email: 'Ben@example.com' })
    const page = await desk.open(`${path}/details`)
    const refused = await page.button('Save these details', { email: 'ben@EXAMPLE.com' })
    assert.equal(refused.status, 409)
    assert.match(refused.errorFor('email') ?? '', /Another client has this e-mail already/)
    assert.equal((await refused.link('Ben')).path, `/practice/clients/${ben.id}`)
    assert.equal((await row()).email, 'maya@example.com')

    const kim = await make.dietitian(app.db, { sees_all_charts: false })
    await app.db('clients').where({ id: maya.id }).update({ dietitian_id: kim.id })
    const kims = await signedIn(app, kim)
    const theirs = await (await kims.open(`${path}/details`)).button('Save these details', {
      email: 'ben@example.com',
    })
    assert.equal(theirs.status, 409)
    assert.doesNotMatch(theirs.text, /Ben/)
  })

  it('change an e-mail, and the links that lie in the old mailbox are over', async () => {
    const token = await issueSignInLink(app.db, { clientId: maya.id, minutes: 15 }, NOW)
    await (await desk.open(`${path}/details`)).button('Save these details', { name: 'Maya B.' })
    assert.equal((await app.db('sign_in_links').select()).length, 1)
    await (await desk.open(`${path}/details`)).button('Save these details', { email: 'new@example.com' })
    assert.equal((await app.db('sign_in_links').select()).length, 0)
    assert.ok(token)
  })

  it('leave the e-mail of somebody who signs in to them', async () => {
    const ana = await make.clientAccount(app.db, { name: 'Ana', email: 'ana@example.com' })
    const page = await desk.open(`/practice/clients/${ana.id}/details`)
    assert.equal(page.hasField('email'), false)
    assert.match(page.text, /E-mail ana@example\.com They sign in with it, so only they can change it/)
    await desk.post(`/practice/clients/${ana.id}/details`, { ...fine, name: 'Ana B.', revision: '0' })
    const after = await app.db('clients').where({ id: ana.id }).first()
    assert.deepEqual([after.name, after.email], ['Ana B.', 'ana@example.com'])
  })

  describe('with the archive', () => {
    it('put somebody away, take back what was asked of them, and bring them back', async () => {
      await make.ownForms(app.db)
      const [form] = await app.db('forms').where({ slug: 'check-in' }).select('id')
      const asked = { client_id: maya.id, form_id: form.id, asked_at: iso(NOW) }
      await app.db('form_requests').insert({ ...asked, due_at: iso(NOW + DAY) })
      const planned = { every_weeks: 1, next_due_on: '2026-03-09', asked_by: world.dietitian.account_id }
      await app.db('form_plans').insert({ ...asked, ...planned })
      const after = await (await desk.open(`${path}/details`)).button('Put into the archive')
      assert.match(after.text, /Archived since Mar 3, 2026 .*is in the archive\. What was asked of them/)
      assert.match(after.text, /In the archive since Mar 3, 2026/)
      assert.equal((await app.db('form_requests').first()).withdrawn_at, NOW)
      assert.equal((await app.db('form_plans').first()).stopped_at, NOW)
      assert.doesNotMatch((await desk.open('/practice/clients')).text, /Maya/)
      const forms = await desk.open(`${path}/forms`)
      assert.ok(!forms.buttons.includes('Ask for this form'))
      const refused = await desk.post(`${path}/requests`, { form: form.id, due: '2026-03-06' })
      assert.equal(refused.status, 422)
      assert.match(refused.text, /They are in the archive/)
      const back = await after.button('Restore')
      assert.match(back.text, /Prospective .*is out of the archive, and in the lists again\./)
      assert.ok(back.buttons.includes('Write a note'))
      assert.doesNotMatch((await desk.open(after.path)).text, /is in the archive/, 'which is no longer so')
      assert.deepEqual(
        (await acts()).map(([action]) => action),
        ['client.archived', 'client.restored'],
      )
      assert.equal((await desk.post(`${path}/unarchiving`, {})).status, 200)
      assert.equal((await acts()).length, 2)
    })

    it('leave nothing to press that is not for somebody who is away', async () => {
      await app
        .db('clients')
        .where({ id: maya.id })
        .update({ archived_at: iso(NOW) })
      for (const page of ['', '/forms', '/notes', '/appointments', '/files', '/details', '/audit']) {
        const shown = await desk.open(`${path}${page}`)
        assert.match(shown.text, /Archived since Mar 3, 2026/, page)
        assert.ok(shown.buttons.includes('Restore'), page)
        for (const gone of ['Write a note', 'Begin a note']) assert.ok(!shown.buttons.includes(gone), page)
        for (const { name } of shown.links) assert.doesNotMatch(name, /^(Book|Ask for a form)/, page)
      }
      const refused = await desk.post(`${path}/notes`, {})
      assert.equal(refused.status, 409)
      assert.match(refused.text, /They are in the archive\. Please take them out of it first/)
      assert.deepEqual(await app.db('notes'), [])
      assert.match(
        (await desk.open(`${path}/booking`)).text,
        /Archived since Mar 3, 2026 .*They are in the archive\. An appointment takes them out of it\./,
      )
    })

    it('keep somebody who has an appointment to come', async () => {
      const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + DAY }
      await make.appointment(app.db, of, { client_id: maya.id })
      const refused = await (await desk.open(`${path}/details`)).button('Put into the archive')
      assert.equal(refused.status, 409)
      assert.match(refused.text, /They have an appointment to come/)
      assert.equal((await row()).archived_at, null)
      assert.equal(refused.value('name'), 'Maya')
    })

    it('bring somebody back who books again', async () => {
      await app
        .db('clients')
        .where({ id: maya.id })
        .update({ archived_at: iso(NOW) })
      const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + DAY }
      await make.appointment(app.db, of, { client_id: maya.id })
      assert.equal((await row()).archived_at, null)
    })
  })

  it('are nobody’s who may not see the chart', async () => {
    const kims = await signedIn(app, await make.dietitian(app.db, { sees_all_charts: false }))
    const before = await dump(app.db, ['sessions'])
    const revision = { ...fine, revision: '0' }
    for (const page of ['', '/forms', '/appointments', '/files', '/details', '/summary'])
      assert.equal((await kims.open(`${path}${page}`)).status, 404, page)
    for (const act of ['/details', '/archiving', '/unarchiving', '/requests'])
      assert.equal((await kims.post(`${path}${act}`, revision)).status, 404, act)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })
})

describe('a client added by hand', () => {
  let app: TestApp
  let desk: Visitor
  let dietitianId: string

  beforeEach(async () => {
    app = await testApp()
    const { dietitian } = await make.world(await reset())
    dietitianId = dietitian.id
    desk = await signedIn(app, dietitian)
  })

  it('has a chart at once, and is the client of who added them', async () => {
    const form = await (await desk.open('/practice/clients')).link('New client')
    assert.equal(form.value('zone'), 'America/Indiana/Indianapolis')
    const chart = await form.button('Add this client', { name: 'A', email: 'a@example.com' })
    assert.equal(chart.h1, 'A')
    assert.match(chart.path, /^\/practice\/clients\/[0-9a-f-]{36}$/)
    const [row] = await app.db('clients').select()
    assert.deepEqual([row.dietitian_id, row.account_id, row.created_at], [dietitianId, null, NOW])
    const [entry] = await app.db('audit_entries').orderBy('position')
    assert.deepEqual([entry.action, entry.client_id], ['client.created', row.id])
    assert.equal((await app.mails()).length, 0)
  })

  it('needs an e-mail that nobody has; who has it is told with the way there', async () => {
    const known = await make.client(app.db, { name: 'Ana <b>', email: 'ana@example.com' })
    const form = await desk.open('/practice/clients/new')
    const refused = await form.button('Add this client', {
      name: 'Ann',
      email: 'ANA@example.com',
      phone: '317 555 0100',
    })
    assert.equal(refused.status, 409)
    assert.match(refused.errorFor('email') ?? '', /A client has this e-mail already/)
    assert.equal(refused.value('phone'), '317 555 0100')
    assert.equal((await refused.link('Ana <b>')).path, `/practice/clients/${known.id}`)

    const kims = await signedIn(app, await make.dietitian(app.db, { sees_all_charts: false }))
    const theirs = await (await kims.open('/practice/clients/new')).button('Add this client', {
      name: 'Ann',
      email: 'ana@example.com',
    })
    assert.equal(theirs.status, 409)
    assert.doesNotMatch(theirs.text, /Ana <b>/)
    assert.equal((await app.db('clients').select()).length, 1)
  })

  it('is seen by a dietitian who sees only their own, when they added them', async () => {
    const kims = await signedIn(app, await make.dietitian(app.db, { sees_all_charts: false }))
    const chart = await (await kims.open('/practice/clients/new')).button('Add this client', {
      name: 'Zoe',
      email: 'zoe@example.com',
    })
    assert.equal(chart.h1, 'Zoe')
  })

  it('is not added twice at once', async () => {
    const form = await desk.open('/practice/clients/new')
    const both = await Promise.all(
      [1, 2].map(() => form.button('Add this client', { name: 'A', email: 'a@example.com' })),
    )
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
  })

  it('is refused with a sentence when something is missing', async () => {
    const form = await desk.open('/practice/clients/new')
    const before = await dump(app.db, ['sessions'])
    const refused = await form.button('Add this client', { name: ' ', email: 'x', born: '2030-01-01' })
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('name') ?? '', /Please write their name/)
    assert.match(refused.errorFor('email') ?? '', /like name@example/)
    const unborn = await form.button('Add this client', {
      name: 'A',
      email: 'a@b.example',
      born: '2030-01-01',
    })
    assert.match(unborn.errorFor('born') ?? '', /still to come/)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })
})
