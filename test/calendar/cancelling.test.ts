import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { makeForm } from '../requests/asking.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { ana, book, signedIn } from '../support/people.ts'

describe('a cancellation by the practice', () => {
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
  const page = (id: string) => desk.open(`/practice/appointments/${id}`)
  const stored = (id: string) => app.db('appointments').where({ id }).first()
  const mails = async () => {
    await app.work()
    return (await app.mails()).filter(({ to_address }) => to_address.includes(ana.email))
  }

  it('carries the words of the practice, and is undone for ten minutes: the client hears of both', async () => {
    const form = await makeForm(app.db)
    await app.db('appointment_type_forms').insert({ appointment_type_id: world.type.id, form_id: form.id })
    const own = await book(visit(app), world.type, /Thursday, March 5/, '10:00 AM')
    await app.work()
    const { id } = await app.db('appointments').first('id')
    const off = await (await page(id)).button('Cancel this appointment', {
      message: 'The heating is broken.',
    })
    assert.match(off.text, /Until 9:10 AM/)
    assert.match(off.text, /Cancelled\. .+ gets a mail that says so\./)
    const cancelled = (await mails()).at(-1)
    assert.match(cancelled?.plain ?? '', /The heating is broken\./)
    assert.match(cancelled?.calendar ?? '', /METHOD:CANCEL/)
    assert.match(cancelled?.calendar ?? '', /SEQUENCE:1/)
    assert.notEqual((await app.db('form_requests').first()).withdrawn_at, null)

    app.clock.set(NOW + 9 * MINUTE)
    const on = await off.button('Undo the cancellation')
    assert.match(on.text, /Cancellation undone by the practice/)
    assert.match(on.text, /The appointment stands again: Thu, Mar 5, 10:00 AM\./)
    assert.doesNotMatch((await desk.open(off.path)).text, /Cancelled\. .+ gets a mail that says so/)
    const row = await stored(id)
    assert.deepEqual([row.state, row.cancelled_at, row.sequence], ['booked', null, 2])
    const restored = (await mails()).at(-1)
    assert.match(restored?.subject ?? '', /takes place after all/)
    assert.match(restored?.calendar ?? '', /METHOD:REQUEST/)
    assert.match(restored?.calendar ?? '', /SEQUENCE:2/)
    assert.equal((await visit(app).open(own.path)).h1, 'Your appointment is booked')
    assert.equal((await app.db('form_requests').first()).withdrawn_at, null)
    const entry = await app.db('audit_entries').where({ action: 'appointment.restored' }).first()
    assert.equal(entry.subject_id, id)

    const count = (await mails()).length
    await app.work(NOW + 2 * DAY)
    const reminded = (await mails()).slice(count)
    assert.ok(reminded.some(({ subject }) => /^Reminder/.test(subject)))
  })

  it('leaves a form withdrawn that the practice had taken back before', async () => {
    const form = await makeForm(app.db)
    await app.db('appointment_type_forms').insert({ appointment_type_id: world.type.id, form_id: form.id })
    await book(visit(app), world.type, /Thursday, March 5/, '10:00 AM')
    await app.work()
    await app.db('form_requests').update({ withdrawn_at: iso(NOW) })
    const { id } = await app.db('appointments').first('id')
    app.clock.set(NOW + MINUTE)
    const off = await (await page(id)).button('Cancel this appointment')
    await app.work()
    await off.button('Undo the cancellation')
    await app.work()
    assert.equal((await app.db('form_requests').first()).withdrawn_at, NOW)
  })

  it('undone before its mail went out: the mail says so, and its invitation does not come after the new one', async () => {
    await book(visit(app), world.type, /Thursday, March 5/, '10:00 AM')
    await app.work()
    const { id } = await app.db('appointments').first('id')
    await (await (await page(id)).button('Cancel this appointment')).button('Undo the cancellation')
    const [, first, second] = await mails()
    assert.match(first?.plain ?? '', /Please note: this appointment takes place after all\./)
    assert.match(second?.subject ?? '', /takes place after all/)
  })

  it('is not undone after ten minutes, nor after its start, nor when its time is taken', async () => {
    const { id } = await made(NOW + 5 * MINUTE)
    const off = await (await page(id)).button('Cancel this appointment')
    const { id: other } = await made(NOW + 5 * HOUR)
    const otherOff = await (await page(other)).button('Cancel this appointment')
    await made(NOW + 5.5 * HOUR)
    const taken = await otherOff.button('Undo the cancellation')
    assert.equal(taken.status, 409)
    assert.match(taken.text, /given to somebody else/)
    app.clock.set(NOW + 6 * MINUTE)
    const begun = await off.button('Undo the cancellation')
    assert.equal(begun.status, 422)
    assert.match(begun.text, /book it anew/)
    app.clock.set(NOW + 10 * MINUTE)
    assert.equal((await otherOff.button('Undo the cancellation')).status, 422)
    assert.ok(!(await page(other)).buttons.includes('Undo the cancellation'))
    assert.equal((await stored(id)).state, 'cancelled')
    assert.equal((await stored(other)).state, 'cancelled')
  })

  it('is undone once, and by its own dietitian alone', async () => {
    const { id } = await made(NOW + DAY)
    const off = await (await page(id)).button('Cancel this appointment')
    const colleague = await signedIn(app, await make.dietitian(app.db))
    assert.equal((await colleague.post(`/practice/appointments/${id}/restoration`, {})).status, 404)
    await off.button('Undo the cancellation')
    await off.button('Undo the cancellation')
    assert.equal((await app.db('appointment_changes').where({ what: 'restored' })).length, 1)
  })

  it('after the deadline counts as late when it is said that the client called it off, and can be said otherwise', async () => {
    const { id } = await made(NOW + 3 * HOUR)
    const open = await page(id)
    assert.equal(open.value('late'), undefined)
    const off = await open.button('Cancel this appointment', { late: 'yes' })
    assert.match(off.text, /Cancelled late/)
    assert.equal((await stored(id)).was_late, true)
    const inTime = await off.button('It was cancelled in time')
    assert.equal((await stored(id)).was_late, false)
    await inTime.button('It was cancelled late')
    assert.equal((await stored(id)).was_late, true)
    const what = await app.db('appointment_changes').orderBy('id').pluck('what')
    assert.deepEqual(what, ['cancelled', 'cancelled_in_time', 'cancelled_late'])

    const { id: ours } = await made(NOW + 6 * HOUR)
    await (await page(ours)).button('Cancel this appointment', { late: null })
    assert.equal((await stored(ours)).was_late, false)
    const { id: early } = await made(NOW + 3 * DAY)
    assert.ok(!(await page(early)).hasField('late'))
  })

  it('with too long a message is not done, and what was typed is still there', async () => {
    const { id } = await made(NOW + DAY)
    const refused = await desk.post(`/practice/appointments/${id}/cancellation`, {
      message: 'x'.repeat(2001),
    })
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('message') ?? '', /at most 2000/)
    assert.equal(refused.value('message')?.trim().length, 2001)
    assert.equal((await stored(id)).state, 'booked')
  })
})
