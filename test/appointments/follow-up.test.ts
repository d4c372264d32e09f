import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { book } from '../support/people.ts'

describe('the follow-up, a type that is not listed', () => {
  let app: TestApp
  let visitor: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    const follow = { slug: 'follow-up', name: 'Follow-up', minutes: 30, listed: false }
    await make.type(db, [world.dietitian.id], follow)
    visitor = visit(app)
  })

  it('is nowhere to be found for strangers', async () => {
    for (const path of ['/', '/book']) assert.doesNotMatch((await visitor.open(path)).html, /follow-up/i)
    const slot = iso(NOW + DAY)
    assert.equal((await visitor.open('/book/follow-up')).status, 404)
    assert.equal((await visitor.post('/book/follow-up/hold', { slot })).status, 404)
    const wrong = 'A'.repeat(43)
    assert.equal((await visitor.open(`/book/follow-up?after=${wrong}`)).status, 404)
    assert.equal((await visitor.post('/book/follow-up/hold', { slot, after: wrong })).status, 404)
    const query = 'type=follow-up&from=2026-03-04&to=2026-03-05&zone=America/Chicago'
    const api = await visitor.send('GET', `/api/slots?${query}`)
    assert.deepEqual([api.status, JSON.parse(api.body).field], [400, 'type'])
  })

  it('is booked from a client’s own appointment, who is not asked again who they are', async () => {
    const first = await book(visitor, world.type, /Wednesday, March 4/, '10:00 AM')
    const times = await first.link('Follow-up')
    assert.equal(times.h1, 'Follow-up')
    assert.equal(times.headers.get('x-robots-tag'), 'noindex')
    const onDay = await times.link(/Friday, March 6/)
    const details = await onDay.button('9:00 AM')
    assert.equal(details.h1, 'Almost there')
    assert.ok(!details.hasField('name') && !details.hasField('email'))
    const second = await details.button('Book this appointment', { place: 'video' })
    assert.equal(second.h1, 'Your appointment is booked')
    assert.notEqual(second.path, first.path)
    const rows = await app.db('appointments').select('client_id', 'booked_name')
    assert.equal(new Set(rows.map(({ client_id }) => client_id)).size, 1)
    assert.deepEqual(
      rows.map(({ booked_name }) => booked_name),
      ['Ana Ruiz', 'Ana Ruiz'],
    )
  })

  it('does not take a name or an e-mail that somebody sends along', async () => {
    const first = await book(visitor, world.type, /Wednesday, March 4/, '10:00 AM')
    const details = await (await (await first.link('Follow-up')).link(/Friday, March 6/)).button('9:00 AM')
    const fields = { name: 'Mallory', email: 'mallory@example.com', place: 'video' }
    await visitor.post(`${details.path}/appointment`, fields)
    const rows = await app.db('appointments').select('client_id', 'booked_name')
    assert.deepEqual(
      rows.map(({ booked_name }) => booked_name),
      ['Ana Ruiz', 'Ana Ruiz'],
    )
    assert.equal((await app.db('clients').select()).length, 1)
  })

  it('keeps the way there through the days, and after a lost race', async () => {
    const first = await book(visitor, world.type, /Wednesday, March 4/, '10:00 AM')
    const times = await first.link('Follow-up')
    const later = await (await times.link('Later')).link('Earlier')
    const seen = await later.link(/Friday, March 6/)
    const seenToo = await later.link(/Friday, March 6/)
    await seen.button('9:00 AM')
    const lost = await seenToo.button('9:00 AM')
    assert.equal(lost.status, 409)
    assert.equal((await lost.button('10:00 AM')).h1, 'Almost there')
    assert.equal((await app.db('appointments').where({ state: 'held' })).length, 2)
  })

  it('changes its time with the appointment’s own dietitian only', async () => {
    const other = await make.dietitian(app.db)
    await make.hours(app.db, other.id, [{ weekday: 5, from_minute: 1200, to_minute: 1380 }])
    const links = { appointment_type_id: world.type.id, dietitian_id: other.id }
    await app.db('appointment_type_dietitians').insert(links)
    const first = await book(visitor, world.type, /Friday, March 6/, '10:00 AM')
    const evening = iso(NOW + 3 * DAY + 11 * HOUR)
    const page = await visitor.post(`${first.path}/reschedule`, { slot: evening })
    assert.equal(page.status, 422)
  })
})
