import assert from 'node:assert/strict'
import { DAY, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

/** Wednesday, 9:00 in Indianapolis. */
const MORNING = NOW + DAY

describe('where the practice books', () => {
  let app: TestApp
  let desk: Visitor
  let path: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    const world = await make.world(db)
    await db('weekly_hours').update({ places: ['in_person'] })
    const client = await make.client(db, { name: 'Maya Sample', email: 'maya@example.com' })
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW - 7 * DAY }
    await make.appointment(db, of, { client_id: client.id, state: 'kept', place: 'video' })
    desk = await signedIn(app, world.dietitian)
    path = `/practice/clients/${client.id}/booking?slot=${iso(MORNING)}`
  })

  it('begins with a place of these hours, also for who met by video last time', async () => {
    const page = await desk.open(path)
    assert.equal(page.value('place'), 'in_person')
    const done = await page.button('Book this appointment')
    assert.match(done.path, /^\/practice\/appointments\//)
  })

  it('says that another place is not one of these hours, and why a reason is asked for', async () => {
    const page = await desk.open(path)
    const refused = await page.button('Book this appointment', { place: 'video' })
    assert.equal(refused.status, 422)
    assert.match(refused.text, /Your hours name other places for this time\./)
    assert.equal(refused.value('place'), 'video')
    const done = await refused.button('Book this appointment', { reason: 'Snow' })
    assert.match(done.text, /Reason: Snow/)
  })
})
