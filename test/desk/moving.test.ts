import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const MORNING = NOW + DAY

describe('the practice moves an appointment', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>
  let id: string
  let token: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    desk = await signedIn(app, world.dietitian)
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: MORNING }
    const client = await make.client(db, { name: 'Maya Sample', email: 'maya@example.com' })
    ;({ id, token } = await make.appointment(db, of, { client_id: client.id }))
  })

  const path = () => `/practice/appointments/${id}/reschedule`
  const stored = () => app.db('appointments').where({ id }).first()

  it('to a free time, and the client gets the new one with their words', async () => {
    const page = await (await desk.open(`/practice/appointments/${id}`)).link('Move it')
    const chosen = await (await page.link(/Thursday, March 5/)).link('11:00 AM')
    assert.match(chosen.text, /From Wed, Mar 4, 9:00 AM To Thursday, March 5, 2026, 11:00 AM to 12:00 PM/)
    const done = await chosen.button('Move this appointment', { message: 'Dana is at the dentist.' })
    assert.match(done.text, /Moved by the practice, from Wed, Mar 4, 9:00 AM to Thu, Mar 5, 11:00 AM/)
    assert.equal((await stored()).starts_at, MORNING + DAY + 2 * HOUR)
    assert.equal((await stored()).zone, 'America/Chicago')
    await app.work()
    const mail = (await app.mails()).find(({ to_address }) => to_address.includes('maya'))
    assert.match(mail?.subject ?? '', /is now on Thu, Mar 5 at 10:00 AM/)
    assert.match(mail?.plain ?? '', /Dana is at the dentist\./)
    assert.match(mail?.calendar ?? '', /SEQUENCE:1/)
  })

  it('outside its rules with a reason, never over another one, and onto its own time a little later', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    await make.appointment(app.db, { ...of, startsAt: MORNING + 3 * HOUR })
    const over = await desk.post(path(), { slot: iso(MORNING + 2.5 * HOUR), base: '0', reason: 'No' })
    assert.equal(over.status, 409)
    assert.equal((await stored()).starts_at, MORNING)
    const late = await desk.open(`${path()}?date=2026-03-04&time=09:10`)
    assert.match(late.text, /between the usual starts/)
    const without = await late.button('Move this appointment')
    assert.equal(without.status, 422)
    await without.button('Move this appointment', { reason: 'Stuck in traffic' })
    assert.equal((await stored()).starts_at, MORNING + 10 * MINUTE)
  })

  it('with the length, buffers, price and name that it was booked with, whatever its type is now', async () => {
    const blocks = `[${iso(MORNING - 10 * MINUTE)},${iso(MORNING + 65 * MINUTE)})`
    await app.db('appointments').where({ id }).update({ blocks })
    const changed = { minutes: 15, price_cents: 1, name: 'Another', buffer_after_minutes: 90, active: false }
    await app.db('appointment_types').update(changed)
    await app.db('appointment_type_dietitians').del()
    const page = await desk.open(`${path()}?slot=${iso(MORNING + DAY)}`)
    assert.match(page.text, /9:00 AM to 10:00 AM/)
    const done = await page.button('Move this appointment')
    assert.match(done.text, new RegExp(world.type.name))
    const { rows } = await app.db.raw(
      'select starts_at, ends_at, lower(blocks) as "from", upper(blocks) as "to", price_cents, type_name from appointments where id = ?',
      [id],
    )
    const start = MORNING + DAY
    assert.deepEqual(rows[0], {
      starts_at: start,
      ends_at: start + HOUR,
      from: start - 10 * MINUTE,
      to: start + 65 * MINUTE,
      price_cents: 18500,
      type_name: world.type.name,
    })
  })

  it('and so does its client', async () => {
    await app
      .db('appointments')
      .where({ id })
      .update({
        starts_at: iso(MORNING + DAY),
        ends_at: iso(MORNING + DAY + HOUR),
        blocks: `[${iso(MORNING + DAY)},${iso(MORNING + DAY + HOUR)})`,
      })
    await app
      .db('appointment_types')
      .update({ minutes: 15, buffer_after_minutes: 90, active: false, name: 'Another' })
    const own = visit(app)
    const slot = iso(MORNING + 2 * DAY).replace('.000Z', 'Z')
    const page = await own.open(`/appointments/${token}/reschedule?slot=${slot}`)
    await page.button('Move my appointment')
    const row = await stored()
    assert.deepEqual([row.starts_at, row.ends_at], [MORNING + 2 * DAY, MORNING + 2 * DAY + HOUR])
    assert.match((await own.open(`/appointments/${token}`)).text, new RegExp(world.type.name))
  })

  it('not when the client moved it meanwhile: the page says how it stands, and nothing is overwritten', async () => {
    const page = await desk.open(`${path()}?slot=${iso(MORNING + DAY)}`)
    const moved = MORNING + 4 * DAY
    const times = { starts_at: iso(moved), ends_at: iso(moved + HOUR), sequence: 1 }
    await app
      .db('appointments')
      .where({ id })
      .update({ ...times, blocks: `[${iso(moved)},${iso(moved + HOUR)})` })
    const second = await page.button('Move this appointment', { message: 'Mine' })
    assert.equal(second.status, 409)
    assert.match(second.text, /changed in the meantime/)
    assert.match(second.text, /From Sun, Mar 8/)
    assert.equal(second.value('message')?.trim(), 'Mine')
    assert.equal((await stored()).starts_at, moved)
    await second.button('Move this appointment')
    assert.equal((await stored()).starts_at, MORNING + DAY)
  })

  it('pressing twice moves once', async () => {
    const page = await desk.open(`${path()}?slot=${iso(MORNING + DAY)}`)
    await page.button('Move this appointment')
    const again = await page.button('Move this appointment')
    assert.equal(again.path, `/practice/appointments/${id}?done=moved`)
    assert.match(again.text, /Moved to Thu, Mar 5, 9:00 AM\. .+ gets a mail with the new time\./)
    assert.equal((await app.db('appointment_changes').where({ what: 'moved' })).length, 1)
  })

  it('not what was cancelled or kept, and not a colleague’s', async () => {
    await app.db('appointments').where({ id }).update({ state: 'kept' })
    assert.equal((await desk.open(path())).path, `/practice/appointments/${id}`)
    assert.equal((await desk.post(path(), { slot: iso(MORNING + DAY), base: '0' })).status, 422)
    const colleague = await signedIn(app, await make.dietitian(app.db))
    assert.equal((await colleague.open(path())).status, 404)
    assert.equal((await colleague.post(path(), { slot: iso(MORNING + DAY), base: '0' })).status, 404)
  })
})
