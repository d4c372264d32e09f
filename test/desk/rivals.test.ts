import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const MORNING = NOW + DAY

const overlapsSql = `
  select count(*) as count from appointments a join appointments b
    on a.id < b.id and a.dietitian_id = b.dietitian_id and a.blocks && b.blocks
  where a.state in ('held', 'booked', 'kept') and b.state in ('held', 'booked', 'kept')`

describe('the practice and its clients, who want the same time', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    desk = await signedIn(app, world.dietitian)
  })

  const overlaps = async () => (await app.db.raw(overlapsSql)).rows[0].count
  const made = (startsAt: number, given = {}) =>
    make.appointment(app.db, { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt }, given)
  const isOwn = ({ path }: Page) => path.startsWith('/practice/appointments/') && !path.includes('reschedule')

  const bookFor = async (start: number, more = {}) => {
    const client = await make.client(app.db)
    const fields = { slot: iso(start), place: 'video', reason: 'As agreed', ...more }
    return desk.post(`/practice/clients/${client.id}/booking`, fields)
  }
  const move = (id: string, start: number) =>
    desk.post(`/practice/appointments/${id}/reschedule`, { slot: iso(start), base: '0', reason: 'As agreed' })

  it('are served one: bookings at the desk and holds of clients', async () => {
    const pages = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0
          ? bookFor(MORNING + (n % 4) * 7 * MINUTE)
          : visit(app).post(`/book/${world.type.slug}/hold`, { slot: iso(MORNING) }),
      ),
    )
    const won = pages.filter((page) => isOwn(page) || page.h1 === 'Almost there')
    assert.equal(won.length, 1, pages.map(({ status }) => status).join())
    assert.ok(pages.every((page) => won.includes(page) || page.status === 409))
    assert.equal(await overlaps(), 0)
  })

  it('do not get past a daily limit, unless the practice says why', async () => {
    await app.db('dietitians').update({ daily_limit: 2 })
    const starts = [0, 1, 2, 3, 4].map((n) => MORNING + n * HOUR)
    const pages = await Promise.all(starts.map((start) => bookFor(start, { reason: '' })))
    assert.equal(pages.filter(isOwn).length, 2)
    assert.ok(pages.every((page) => isOwn(page) || [409, 422].includes(page.status)))
    assert.ok(isOwn(await bookFor(MORNING + 6 * HOUR)))
  })

  it('two appointments that are moved into each other’s time are not swapped, and neither is lost', async () => {
    const [one, two] = [await made(MORNING), await made(MORNING + 2 * HOUR)]
    const pages = await Promise.all([move(one.id, MORNING + 2 * HOUR), move(two.id, MORNING)])
    assert.deepEqual(
      pages.map(({ status }) => status),
      [409, 409],
    )
    assert.equal(await overlaps(), 0)
    assert.equal((await app.db('appointments').where({ state: 'booked' })).length, 2)
  })

  it('a cancelled time goes to whoever books it first, or back to where it was', async () => {
    for (let n = 0; n < 4; n += 1) {
      const start = MORNING + n * DAY
      const { id } = await made(start)
      await desk.post(`/practice/appointments/${id}/cancellation`, {})
      const [back, fresh] = await Promise.all([
        desk.post(`/practice/appointments/${id}/restoration`, {}),
        bookFor(start + 30 * MINUTE),
      ])
      assert.deepEqual([back.status, fresh.status].sort(), [200, 409])
    }
    assert.equal(await overlaps(), 0)
    assert.equal((await app.db('appointments').where({ state: 'booked' })).length, 4)
  })

  it('an appointment that is moved and cancelled at once ends as one of both, with a history that says so', async () => {
    const { id } = await made(MORNING)
    const pages = await Promise.all([
      move(id, MORNING + 3 * HOUR),
      desk.post(`/practice/appointments/${id}/cancellation`, {}),
      move(id, MORNING + 5 * HOUR),
    ])
    for (const { status } of pages) assert.ok([200, 409, 422].includes(status), String(status))
    const changes = await app.db('appointment_changes').orderBy('id').select('what', 'sequence')
    const row = await app.db('appointments').where({ id }).first('state', 'sequence')
    assert.deepEqual(
      changes.map(({ sequence }) => sequence),
      Array.from({ length: row.sequence }, (_, n) => n + 1),
    )
    assert.equal(row.state === 'cancelled', changes.at(-1)?.what === 'cancelled')
  })
})
