import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { book, signedIn } from '../support/people.ts'

describe('an appointment at the dietitian’s desk', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    desk = await signedIn(app, world.dietitian)
  })

  const appointmentAt = (startsAt: number, given = {}) =>
    make.appointment(app.db, { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt }, given)

  it('is found from the week, with client, place, price, history, and what brings them', async () => {
    await book(visit(app), world.type, /Wednesday, March 4/, '10:00 AM')
    const week = await (await desk.open('/practice')).link('Calendar')
    assert.equal(week.h1, 'Mar 2 – Mar 8, 2026')
    const page = await week.link(/^10:00 AM to 11:00 AM, Ana Ruiz/)
    assert.equal(page.h1, 'Ana Ruiz')
    for (const part of [
      /Bloated after lunch/,
      /ana@example\.com/,
      /By video/,
      /\$185/,
      /Booked by the client/,
      /New client/,
    ])
      assert.match(page.text, part)
  })

  it('opens in the week that is asked for, of any date in it', async () => {
    const week = await desk.open('/practice/calendar?week=2026-03-12')
    assert.equal(week.h1, 'Mar 9 – Mar 15, 2026')
    assert.equal((await week.link('Later')).h1, 'Mar 16 – Mar 22, 2026')
    assert.equal((await week.link('Earlier')).h1, 'Mar 2 – Mar 8, 2026')
    assert.equal((await week.link('This week')).h1, 'Mar 2 – Mar 8, 2026')
  })

  it('is marked as kept or missed once it has begun, and set back', async () => {
    const { id } = await appointmentAt(NOW - 30 * MINUTE)
    const page = await desk.open(`/practice/appointments/${id}`)
    const kept = await page.button('Kept')
    assert.match(kept.text, /Marked as kept by the practice/)
    const missed = await kept.button('No show')
    assert.match(missed.text, /Marked as no-show/)
    const back = await missed.button('Set back to booked')
    assert.deepEqual(back.buttons.includes('Kept'), true)
    const what = await app.db('appointment_changes').orderBy('id').select('what', 'by_role', 'by_account_id')
    assert.deepEqual(
      what.map((row) => row.what),
      ['kept', 'no_show', 'reopened'],
    )
    assert.ok(
      what.every((row) => row.by_role === 'dietitian' && row.by_account_id === world.dietitian.account_id),
    )
    assert.equal(await app.work(), 0)
  })

  it('is marked from today’s page, which is shown again', async () => {
    await appointmentAt(NOW - 30 * MINUTE)
    const today = await desk.open('/practice')
    const after = await today.button(/^Kept/)
    assert.match(after.text, /Kept/)
    assert.equal((await app.db('appointments').first('state')).state, 'kept')
  })

  it('cannot be marked before it begins', async () => {
    const { id } = await appointmentAt(NOW + HOUR)
    const page = await desk.open(`/practice/appointments/${id}`)
    assert.ok(!page.buttons.includes('Kept'))
    const before = await dump(app.db, ['sessions', 'audit_entries', 'audit_head'])
    const refused = await desk.post(`/practice/appointments/${id}/attendance`, { outcome: 'kept' })
    assert.equal(refused.status, 422)
    assert.match(refused.text, /once the appointment has begun/)
    for (const outcome of ['', 'held']) {
      const odd = await desk.post(`/practice/appointments/${id}/attendance`, { outcome })
      assert.equal(odd.status, 422)
      assert.match(odd.text, /Please choose whether the appointment was kept/)
    }
    assert.deepEqual(await dump(app.db, ['sessions', 'audit_entries', 'audit_head']), before)
  })

  it('cannot be set back to booked when its time has gone to somebody else', async () => {
    const { id } = await appointmentAt(NOW - 30 * MINUTE, { state: 'no_show' })
    await appointmentAt(NOW - MINUTE)
    const page = await desk.open(`/practice/appointments/${id}`)
    const lost = await page.button('Set back to booked')
    assert.equal(lost.status, 409)
    assert.match(lost.text, /given to somebody else/)
    assert.equal((await app.db('appointments').where({ id }).first('state')).state, 'no_show')
  })

  it('is cancelled by the dietitian: both get a mail, the time is free, the client’s page says so', async () => {
    const booked = await book(visit(app), world.type, /Wednesday, March 4/, '10:00 AM')
    await app.work()
    const { id } = await app.db('appointments').first('id')
    const page = await desk.open(`/practice/appointments/${id}`)
    const done = await page.button('Cancel this appointment')
    assert.match(done.text, /Cancelled by the practice/)
    await app.work()
    const mails = (await app.mails()).slice(2)
    assert.equal(mails.filter(({ calendar }) => calendar?.includes('METHOD:CANCEL')).length, mails.length)
    assert.ok(mails.some(({ to_address }) => to_address.includes('ana@example.com')))
    assert.equal((await visit(app).open(booked.path)).h1, 'This appointment is cancelled')
    await page.button('Cancel this appointment')
    assert.equal((await app.db('appointment_changes').where({ what: 'cancelled' })).length, 1)
    const late = await desk.post(`/practice/appointments/${id}/attendance`, { outcome: 'kept' })
    assert.equal(late.status, 422)
    assert.match(late.text, /It was cancelled/)
  })

  it('that was kept is no longer cancelled', async () => {
    const { id } = await appointmentAt(NOW - DAY, { state: 'kept' })
    const page = await desk.post(`/practice/appointments/${id}/cancellation`, {})
    assert.equal(page.status, 422)
    assert.match(page.text, /can no longer be cancelled/)
  })

  it('is noted as read, by whom and when, before it is shown', async () => {
    const { id } = await appointmentAt(NOW + DAY)
    app.clock.set(NOW + 5 * MINUTE)
    await desk.open(`/practice/appointments/${id}`)
    const rows = await app.db('audit_entries').select('account_id', 'action', 'subject_id', 'at')
    const account_id = world.dietitian.account_id
    assert.deepEqual(rows, [{ account_id, action: 'appointment.read', subject_id: id, at: NOW + 5 * MINUTE }])
  })

  it('shows only one’s own: the week and today of a colleague are theirs', async () => {
    await appointmentAt(NOW + HOUR, { booked_name: 'Only Mine' })
    const colleague = await signedIn(app, await make.dietitian(app.db))
    for (const path of ['/practice', '/practice/calendar']) {
      const page = await colleague.open(path)
      assert.doesNotMatch(page.html, /Only Mine|Client \d+/)
    }
  })

  it('is in today’s list at its hour, with holds and without what is past midnight', async () => {
    const client = (name: string) => make.client(app.db, { name })
    await appointmentAt(NOW + HOUR, { client_id: (await client('Today Person')).id })
    await appointmentAt(NOW + DAY, { client_id: (await client('Morrow Person')).id })
    const off = { starts_at: iso(NOW + 3 * HOUR), ends_at: iso(NOW + 4 * HOUR) }
    await app.db('time_off').insert({ dietitian_id: world.dietitian.id, ...off })
    const today = await desk.open('/practice')
    assert.equal(today.h1, 'Tuesday, March 3')
    assert.match(today.text, /10:00 AM to 11:00 AM Today Person/)
    assert.doesNotMatch(today.text, /Morrow Person/)
    assert.match(today.text, /Nothing waits for you/)
  })
})
