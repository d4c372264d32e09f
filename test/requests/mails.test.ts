import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { askForm } from '../../server/requests/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { lastMailTo, pathIn } from '../support/people.ts'
import { asks, type Made, makeForm } from './asking.ts'

/** Wednesday, March 4, 10:00 in Indianapolis; 20:45 in Kathmandu. */
const STARTS = NOW + DAY + HOUR

describe('the mail about forms', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let form: Made

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    form = await makeForm(db, { slug: 'intake', title: 'New client intake' })
    await asks(db, world.type.id, form)
  })

  /** A booked appointment of the client's, told of as by the booking. */
  async function booked(client: { id: string }, zone = 'Asia/Kathmandu') {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: STARTS }
    const appointment = await make.appointment(app.db, of, { client_id: client.id, zone })
    const [change] = await app
      .db('appointment_changes')
      .insert({
        appointment_id: appointment.id,
        at: iso(NOW),
        what: 'booked',
        by_role: 'client',
        to_starts_at: iso(STARTS),
        sequence: 0,
      })
      .returning('id')
    await app.db.transaction((trx) =>
      app.deps.jobs.publish(trx, 'appointment.booked', { changeId: change.id }),
    )
    return appointment
  }
  const formMail = async () => {
    await app.work()
    return (await app.mails()).find(({ plain }) => plain.includes('/my/forms'))
  }

  it('tells the day in the zone of the client and how long it takes, and not what the form is called', async () => {
    await booked(await make.clientAccount(app.db))
    const mail = await formMail()
    assert.equal(mail?.subject, 'Before your appointment on Wed, Mar 4 at 8:45 PM: a form to fill in')
    assert.match(mail?.plain ?? '', /Wednesday, March 4, 2026 at 8:45 PM, Nepal Time \(Kathmandu\)/)
    assert.match(mail?.plain ?? '', /Takes: About 1 minute\n/)
    assert.match(mail?.plain ?? '', /\nhttp:\/\/localhost:3000\/my\/forms\n/)
    assert.doesNotMatch(JSON.stringify(mail), /intake/i)
  })

  it('signs the client in, once, within 72 hours, and leads to the form', async () => {
    const client = await make.clientAccount(app.db)
    await booked(client)
    const mail = await formMail()
    assert.match(mail?.plain ?? '', /It signs you in once, within 3 days/)
    const path = pathIn(mail, '/sign-in/links/')
    app.clock.set(NOW + 72 * HOUR - 1)
    const visitor = visit(app)
    await visitor.open(path)
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
    const answer = await visitor.send('POST', path, { headers: form })
    assert.deepEqual([answer.status, answer.location], [303, '/my/forms/intake'])
    app.clock.set(NOW + 72 * HOUR)
    assert.doesNotMatch((await visit(app).open(path)).text, /Welcome back/)
  })

  it('leads to the list where there are several forms', async () => {
    await asks(app.db, world.type.id, await makeForm(app.db, { title: 'Check-in' }))
    await booked(await make.clientAccount(app.db))
    const mail = await formMail()
    assert.match(mail?.subject ?? '', /: 2 forms to fill in$/)
    assert.match(mail?.plain ?? '', /See your forms:/)
    assert.match(mail?.plain ?? '', /\nhttp:\/\/localhost:3000\/my\/forms\n/)
    assert.equal((await app.db('sign_in_links').where({ return_to: '/my/forms' })).length, 1)
  })

  it('has no link that signs in for whoever may not: only the page', async () => {
    const client = await make.clientAccount(app.db)
    await app
      .db('accounts')
      .where({ id: client.account_id })
      .update({ disabled_at: iso(NOW) })
    await booked(client)
    const mail = await formMail()
    assert.doesNotMatch(mail?.plain ?? '', /sign-in|signs you in/)
    assert.match(mail?.plain ?? '', /Fill in the form:\nhttp:\/\/localhost:3000\/my\/forms\n/)
  })

  it('carries nothing that the form asks, and nothing that a name could smuggle in', async () => {
    const client = await make.clientAccount(app.db, { name: 'Ana\r\nBcc: x www.evil.example' })
    await app.db('form_versions').insert({
      form_id: form.id,
      number: 2,
      version: '2',
      title: 'In\u202etake <b>&',
      definition: { resourceType: 'Questionnaire', item: [{ linkId: 'a', text: 'planted-word-eczema' }] },
      origin: 'built',
      created_at: iso(NOW),
      published_at: iso(NOW),
    })
    await booked(client)
    const mail = await formMail()
    assert.match(mail?.plain ?? '', /^Hello,\n/)
    assert.doesNotMatch(JSON.stringify(mail), /In.?take/)
    assert.doesNotMatch(JSON.stringify(mail), /evil|Bcc/)
    const all = await dump(app.db, ['form_versions'])
    for (const [table, rows] of Object.entries(all))
      assert.doesNotMatch(rows.join('\n'), /planted-word/, table)
    assert.doesNotMatch(app.logged(), /planted-word|New client intake/)
    const jobs = all['pgboss.job']?.filter((row) => row.includes('"form-')) ?? []
    assert.ok(jobs.length >= 2 && !jobs.join().includes('intake'), 'jobs carry ids')
  })

  it('goes to the address that the client has now, and answers go to the practice', async () => {
    const client = await make.clientAccount(app.db)
    const asking = { clientId: client.id, formId: form.id, askedBy: String(world.dietitian.account_id) }
    await askForm(app.db, app.deps.jobs, { ...asking, dueAt: NOW + DAY }, NOW)
    await app.db('clients').where({ id: client.id }).update({ email: 'newer@example.com' })
    const mail = await lastMailTo(app, 'newer@example.com')
    assert.match(mail?.plain ?? '', /Maple Street Nutrition asks you to fill in a form\./)
    assert.match(mail?.plain ?? '', /By Wednesday, March 4/)
  })
})
