import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const START = NOW + 3 * DAY

describe('an appointment that is moved while somebody looks at cancelling it', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let id: string
  let token: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: START }
    ;({ id, token } = await make.appointment(db, of))
  })

  const stateOf = async () => (await app.db('appointments').where({ id }).first('state')).state
  const moved = () =>
    app
      .db('appointments')
      .where({ id })
      .update({
        starts_at: iso(START + DAY),
        ends_at: iso(START + DAY + HOUR),
        blocks: `[${iso(START + DAY)},${iso(START + DAY + HOUR)})`,
        sequence: 1,
      })

  it('is not cancelled by a client who has not seen the new time: they see it, and can cancel it then', async () => {
    const page = await visit(app).open(`/appointments/${token}/cancellation`)
    await moved()
    const again = await page.button('Cancel this appointment')
    assert.equal(again.status, 409)
    assert.match(again.text, /changed in the meantime/)
    assert.match(again.text, /Saturday, March 7/)
    assert.equal(await stateOf(), 'booked')
    assert.equal((await again.button('Cancel this appointment')).h1, 'This appointment is cancelled')
  })

  it('nor by the practice, whose words to the client are kept', async () => {
    const desk = await signedIn(app, world.dietitian)
    const page = await desk.open(`/practice/appointments/${id}`)
    await moved()
    const again = await page.button('Cancel this appointment', { message: 'The heating is broken.' })
    assert.equal(again.status, 409)
    assert.match(again.text, /changed in the meantime/)
    assert.equal(again.value('message')?.trim(), 'The heating is broken.')
    assert.equal(await stateOf(), 'booked')
    await again.button('Cancel this appointment')
    assert.equal(await stateOf(), 'cancelled')
  })
})
