import assert from 'node:assert/strict'
import { DAY, HOUR, type Instant, iso } from '../../server/clock.ts'
import { createHandlers } from '../../server/handlers.ts'
import { createMailer } from '../../server/mail/transport.ts'
import { answerRequests, withdraw } from '../../server/requests/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, visit } from '../support/page.ts'
import { ana, book, signedIn } from '../support/people.ts'
import { asks, type Made, makeForm, makeResponse } from './asking.ts'

const friday = /Friday, March 6/
const monday = /Monday, March 9/
const FRIDAY = NOW + 3 * DAY + HOUR
const MONDAY = FRIDAY + 3 * DAY - 2 * HOUR // at 9, and summer time has begun

describe('booking asks for the forms of the type:', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let intake: Made
  let checkIn: Made

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { type: { change_deadline_minutes: 60 } })
    intake = await makeForm(db, { slug: 'intake', title: 'Intake' })
    checkIn = await makeForm(db, { slug: 'check-in', title: 'Check-in' })
    await asks(db, world.type.id, intake)
    await asks(db, world.type.id, checkIn, 3)
  })

  /** What is asked: of which form, due when, and what became of it. */
  const asked = async (): Promise<[string, Instant, string][]> => {
    const { rows } = await app.db.raw(
      `select f.slug, r.due_at, case when r.response_id is not null then 'answered'
         when r.withdrawn_at is not null then 'withdrawn' else 'open' end as state
       from form_requests r join forms f on f.id = r.form_id order by f.slug desc, r.due_at, r.asked_at, r.id`,
    )
    return rows.map((row: { slug: string; due_at: Instant; state: string }) => [
      row.slug,
      row.due_at,
      row.state,
    ])
  }
  const client = () => app.db('clients').where({ email: ana.email }).first('id')
  const mails = async () => (await app.mails()).filter(({ plain }) => plain.includes('/my/forms'))
  const cancel = async (booked: Page) => (await booked.link('Cancel it')).button('Cancel this appointment')
  const move = async (booked: Page, day: RegExp) =>
    (await (await (await booked.link('Move it')).link(day)).link(/^10:00 AM/)).button('Move my appointment')

  it('each once, due when the appointment begins, in one mail', async () => {
    await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    assert.deepEqual(await asked(), [
      ['intake', FRIDAY, 'open'],
      ['check-in', FRIDAY, 'open'],
    ])
    const [mail, ...more] = await mails()
    assert.equal(more.length, 0)
    assert.ok(mail?.to_address.includes(ana.email))
    assert.match(mail?.plain ?? '', /Form 1: About 1 minute\nForm 2: About 1 minute\n/)
  })

  it('nothing, where the type asks for none', async () => {
    await app.db('appointment_type_forms').del()
    await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    assert.deepEqual([await asked(), await mails()], [[], []])
  })

  it('not an archived one, nor one that was never published', async () => {
    await app
      .db('forms')
      .where({ id: intake.id })
      .update({ archived_at: iso(NOW) })
    const draft = await app
      .db('forms')
      .insert({ url: 'x', slug: 'x', created_at: iso(NOW) })
      .returning('id')
    await asks(app.db, world.type.id, { ...intake, id: draft[0].id })
    await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    assert.deepEqual(await asked(), [['check-in', FRIDAY, 'open']])
  })

  it('not one that was ever sent; one to be sent again, when it was sent too long before the appointment', async () => {
    const { id } = await make.client(app.db, { email: ana.email })
    await makeResponse(app.db, id, intake, NOW - 400 * DAY)
    await makeResponse(app.db, id, checkIn, FRIDAY - 3 * DAY)
    await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    assert.deepEqual(await asked(), [['check-in', FRIDAY, 'open']])
  })

  it('nothing that was sent lately enough', async () => {
    const { id } = await make.client(app.db, { email: ana.email })
    await makeResponse(app.db, id, intake, NOW - 400 * DAY)
    await makeResponse(app.db, id, checkIn, FRIDAY - 3 * DAY + 1)
    await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    assert.deepEqual([await asked(), await mails()], [[], []])
  })

  it('one that is begun as well', async () => {
    const { id } = await make.client(app.db, { email: ana.email })
    await makeResponse(app.db, id, intake)
    await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    assert.equal((await asked()).length, 2)
  })

  it('not one that is asked already for another appointment', async () => {
    await book(visit(app), world.type, friday, '10:00 AM')
    await book(visit(app), world.type, monday, '9:00 AM')
    await app.work()
    assert.deepEqual(
      (await asked()).map(([slug, due]) => [slug, due]),
      [
        ['intake', FRIDAY],
        ['check-in', FRIDAY],
      ],
    )
    assert.equal((await mails()).length, 1)
  })

  it('by the nearer appointment, when it is booked later', async () => {
    await book(visit(app), world.type, monday, '9:00 AM')
    await app.work()
    await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    assert.deepEqual(
      (await asked()).map(([, due, state]) => [due, state]),
      [
        [FRIDAY, 'open'],
        [FRIDAY, 'open'],
      ],
    )
  })

  it('once, when jobs run at the same time, twice, and for two bookings at once', async () => {
    await book(visit(app), world.type, friday, '10:00 AM')
    await book(visit(app), world.type, friday, '1:00 PM')
    const handlers = createHandlers({ ...app.deps, mailer: createMailer(app.deps) })
    const { rows: jobs } = await app.db.raw(`select data from pgboss.job where name = 'form-requests'`)
    await Promise.all(
      [...jobs, ...jobs, ...jobs].map(({ data }: { data: never }) => handlers['form-requests'](data)),
    )
    await app.work()
    assert.equal((await asked()).length, 2)
    assert.equal((await mails()).length, 1)
  })

  it('for the new time of an appointment that is moved', async () => {
    const booked = await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    await move(booked, /Saturday, March 7/)
    await app.work()
    assert.deepEqual(
      (await asked()).map(([, due, state]) => [due, state]),
      [
        [FRIDAY + DAY, 'open'],
        [FRIDAY + DAY, 'open'],
      ],
    )
    assert.equal((await mails()).length, 1)
  })

  it('and no longer once it is cancelled, but what was answered stays answered', async () => {
    const booked = await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    const { id: clientId } = await client()
    const responseId = await makeResponse(app.db, clientId, intake, NOW)
    await app.db.transaction((trx) => answerRequests(trx, { clientId, formId: intake.id, responseId }, NOW))
    await cancel(booked)
    await app.work()
    assert.deepEqual(
      (await asked()).map(([slug, , state]) => [slug, state]),
      [
        ['intake', 'answered'],
        ['check-in', 'withdrawn'],
      ],
    )
  })

  it('and not at all, nor by mail, when it is cancelled before anything was done', async () => {
    await cancel(await book(visit(app), world.type, friday, '10:00 AM'))
    await app.work()
    assert.deepEqual([await asked(), await mails()], [[], []])
  })

  it('for the other appointment that asks for them, when the first is cancelled, without a second mail', async () => {
    const booked = await book(visit(app), world.type, friday, '10:00 AM')
    await book(visit(app), world.type, monday, '9:00 AM')
    await app.work()
    await cancel(booked)
    await app.work()
    assert.deepEqual(await asked(), [
      ['intake', MONDAY, 'open'],
      ['check-in', MONDAY, 'open'],
    ])
    assert.equal((await mails()).length, 1)
  })

  it('not for an appointment of a type that does not ask, when the first is cancelled', async () => {
    const booked = await book(visit(app), world.type, friday, '10:00 AM')
    await book(visit(app), await make.type(app.db, [world.dietitian.id]), monday, '9:00 AM')
    await app.work()
    await cancel(booked)
    await app.work()
    assert.ok((await asked()).every(([, , state]) => state === 'withdrawn'))
  })

  it('still, when the appointment was kept, until the dietitian takes it back', async () => {
    await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    app.clock.set(FRIDAY + 2 * HOUR)
    const desk = await signedIn(app, world.dietitian)
    const { id } = await app.db('appointments').first('id')
    await desk.post(`/practice/appointments/${id}/attendance`, { outcome: 'kept' })
    await app.work()
    assert.deepEqual((await asked())[0], ['intake', FRIDAY, 'open'])
    const request = await app.db('form_requests').where({ form_id: intake.id }).first('id', 'client_id')
    const of = { clientId: request.client_id, id: request.id, dietitianId: world.dietitian.id }
    assert.equal(await withdraw(app.db, { ...of, clientId: world.dietitian.id }, NOW), false)
    assert.equal(await withdraw(app.db, of, NOW), true)
    assert.equal(await withdraw(app.db, of, NOW), false)
    assert.deepEqual((await asked())[0], ['intake', FRIDAY, 'withdrawn'])
  })

  it('not again what the dietitian took back, when the job runs once more', async () => {
    await book(visit(app), world.type, friday, '10:00 AM')
    await app.work()
    for (const { id, client_id: clientId } of await app.db('form_requests').select('id', 'client_id'))
      await withdraw(app.db, { clientId, id, dietitianId: world.dietitian.id }, NOW)
    await app.db.raw(`update pgboss.job set state = 'retry' where name = 'form-requests'`)
    await app.work()
    assert.ok((await asked()).length === 2 && (await asked()).every(([, , state]) => state === 'withdrawn'))
  })
})
