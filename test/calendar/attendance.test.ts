import assert from 'node:assert/strict'
import { attendanceSql, countAttendance } from '../../server/appointments/attendance/store.ts'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

describe('how an appointment went', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    desk = await signedIn(app, world.dietitian)
  })

  const made = (startsAt: number, given = {}) =>
    make.appointment(app.db, { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt }, given)

  it('is kept, kept but late, or missed, and each is said again in its history', async () => {
    const { id } = await made(NOW - 30 * MINUTE)
    const late = await (await desk.open(`/practice/appointments/${id}`)).button('Came late')
    assert.match(late.text, /Marked as late by the practice/)
    assert.match(late.text, /Saved: came late\./)
    const row = await app.db('appointments').where({ id }).first('state', 'was_late')
    assert.deepEqual(row, { state: 'kept', was_late: true })
    const kept = await late.button('Kept')
    assert.deepEqual((await app.db('appointments').first('was_late')).was_late, false)
    assert.ok(!kept.buttons.includes('Kept'))
    const entries = await app.db('audit_entries').where({ action: 'appointment.marked' })
    assert.equal(entries.length, 2)
  })

  it('is counted for the client, each kind apart, with whomever it was', async () => {
    const client = await make.client(app.db)
    const colleague = await make.dietitian(app.db)
    const off = { state: 'cancelled', cancelled_at: iso(NOW) }
    const all: object[] = [
      { state: 'kept' },
      { state: 'kept', was_late: true },
      { state: 'kept', dietitian_id: colleague.id },
      { state: 'no_show' },
      { ...off, was_late: true },
      off,
      off,
      { state: 'booked' },
    ]
    for (const [n, given] of all.entries())
      await made(NOW - (n + 1) * DAY, { client_id: client.id, ...given })
    await made(NOW - 20 * DAY, { state: 'no_show' })
    assert.deepEqual(await countAttendance(app.db, client.id), {
      kept: 3,
      late: 1,
      noShows: 1,
      cancelled: 3,
      cancelledLate: 1,
    })
    assert.match(attendanceSql, /filter/)
    const { id } = await made(NOW + HOUR, { client_id: client.id })
    assert.match(
      (await desk.open(`/practice/appointments/${id}`)).text,
      /So far: 3 kept \(1 late\), 1 no-show, 1 cancelled late/,
    )
  })

  it('can’t be late and still be coming: the database says so', async () => {
    await assert.rejects(made(NOW + HOUR, { was_late: true }), { code: '23514' })
    await assert.rejects(made(NOW + HOUR, { state: 'no_show', was_late: true }), { code: '23514' })
  })

  it('keeps the name of its type as it was booked', async () => {
    const { id } = await made(NOW - HOUR)
    await app.db('appointment_types').update({ name: 'Renamed' })
    assert.match((await desk.open(`/practice/appointments/${id}`)).text, new RegExp(world.type.name))
    assert.match((await desk.open('/practice')).text, new RegExp(world.type.name))
    assert.match((await desk.open('/practice/calendar')).html, new RegExp(world.type.name))
    assert.doesNotMatch((await desk.open('/practice')).text, /Renamed/)
  })
})
