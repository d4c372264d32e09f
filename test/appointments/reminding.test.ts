import assert from 'node:assert/strict'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { ana, book, hold } from '../support/people.ts'

const friday = /Friday, March 6/
const STARTS = NOW + 3 * DAY + HOUR

describe('reminders of an appointment', () => {
  let app: TestApp
  let visitor: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { type: { change_deadline_minutes: 60 } })
    visitor = visit(app)
  })

  const planned = async () => {
    const { rows } = await app.db.raw<{ rows: { at: number; to: string }[] }>(
      `select start_after as at, data ->> 'to' as "to" from pgboss.job
       where name = 'appointment-reminder' and state = 'created' order by 1, 2`,
    )
    return rows.map(({ at, to }) => [at, to])
  }

  /** Lets the clock run to an instant and does what is due by then. @returns who got a mail */
  const letRun = async (to: number) => {
    const before = (await app.mails()).length
    app.clock.set(to)
    await app.work(to)
    return (await app.mails()).slice(before).map(({ to_address, subject }) => ({ to: to_address, subject }))
  }

  it('go out 48 hours and 2 hours before, to the client and the dietitian', async () => {
    await book(visitor, world.type, friday, '10:00 AM')
    await app.work()
    assert.deepEqual(await planned(), [
      [STARTS - 48 * HOUR, 'client'],
      [STARTS - 48 * HOUR, 'dietitian'],
      [STARTS - 2 * HOUR, 'client'],
      [STARTS - 2 * HOUR, 'dietitian'],
    ])
    assert.equal((await letRun(STARTS - 48 * HOUR)).length, 2)
    assert.equal((await letRun(STARTS - 3 * HOUR)).length, 0)
    const last = await letRun(STARTS - 2 * HOUR)
    assert.deepEqual(last.map(({ to }) => to.includes(ana.email)).sort(), [false, true])
  })

  it('are not sent for a time that is nearer than they are', async () => {
    await book(visitor, world.type, /Tuesday, March 3/, '10:00 AM')
    await book(visit(app), world.type, /Wednesday, March 4/, '10:00 AM')
    await app.work()
    const due = NOW + DAY + HOUR - 2 * HOUR
    assert.deepEqual(await planned(), [
      [due, 'client'],
      [due, 'dietitian'],
    ])
  })

  it('do not come after a cancellation', async () => {
    const booked = await book(visitor, world.type, friday, '10:00 AM')
    await app.work()
    await (await booked.link('Cancel it')).button('Cancel this appointment')
    await app.work()
    assert.deepEqual(await letRun(STARTS), [])
  })

  it('come for the new time of a moved appointment, and not for the old one', async () => {
    const booked = await book(visitor, world.type, friday, '10:00 AM')
    await app.work()
    const asked = await (await (await booked.link('Move it')).link(/Saturday, March 7/)).link(/^10:00 AM/)
    await asked.button('Move my appointment')
    await app.work()
    assert.deepEqual(await letRun(STARTS - 48 * HOUR), [])
    const moved = STARTS + DAY
    assert.equal((await letRun(moved - 48 * HOUR)).length, 2)
    assert.equal((await letRun(moved - 2 * HOUR)).length, 2)
    assert.deepEqual(await letRun(moved + HOUR), [])
  })

  it('spare a client who did not want them', async () => {
    const details = await hold(visitor, world.type, friday, '10:00 AM')
    await details.button('Book this appointment', { ...ana, reminders: null })
    await app.work()
    const sent = await letRun(STARTS - 2 * HOUR)
    assert.ok(sent.length > 0 && sent.every(({ to }) => !to.includes(ana.email)))
  })

  it('that come too late are left out', async () => {
    await book(visitor, world.type, friday, '10:00 AM')
    await app.work()
    assert.deepEqual(await letRun(STARTS + MINUTE), [])
  })
})
