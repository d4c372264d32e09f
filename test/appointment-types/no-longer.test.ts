import assert from 'node:assert/strict'
import { DAY } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { ana, hold } from '../support/people.ts'

describe('a type that clients can’t book any more', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
  })

  const change = (given: object) => app.db('appointment_types').where({ id: world.type.id }).update(given)

  for (const [name, given] of Object.entries({
    'is archived': { active: false },
    'is the practice’s own': { listed: false, practice_only: true },
  }))
    it(`${name}: who cancelled one finds the way to the others`, async () => {
      const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + 3 * DAY }
      const { token } = await make.appointment(app.db, of)
      await change(given)
      const ask = await visit(app).open(`/appointments/${token}/cancellation`)
      const off = await ask.button('Cancel this appointment')
      const other = await off.link('Book another time')
      assert.equal(other.status, 200)
      assert.equal(other.path, '/book')
    })

  it('is still booked by who had a time kept for them before', async () => {
    const visitor = visit(app)
    const page = await hold(visitor, world.type, /Thursday, March 5/, '10:00 AM')
    await change({ active: false })
    const done = await page.button('Book this appointment', { ...ana, place: 'video' })
    assert.equal(done.h1, 'Your appointment is booked')
  })

  it('can’t be chosen anew when the time that was kept has run out', async () => {
    const page = await hold(visit(app), world.type, /Thursday, March 5/, '10:00 AM')
    await change({ active: false })
    app.clock.set(NOW + 11 * 60_000)
    assert.equal((await page.button('Book this appointment', { ...ana, place: 'video' })).status, 404)
    assert.equal((await app.db('appointments').where({ state: 'booked' })).length, 0)
  })
})
