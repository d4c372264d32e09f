import assert from 'node:assert/strict'
import { DAY } from '../../server/clock.ts'
import { answered } from '../chart/sent.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

describe('the list of clients', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
  })

  const visitOf = (client_id: string, days: number, state = 'booked') =>
    make.appointment(
      app.db,
      { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + days * DAY },
      { client_id, state, ...(state === 'cancelled' ? { cancelled_at: new Date(NOW) } : {}) },
    )

  it('says what will stand there', async () => {
    assert.match(
      (await desk.open('/practice/clients')).text,
      /Everybody who books an appointment will stand here/,
    )
    assert.match((await desk.open('/practice/clients?show=signs')).text, /No warning sign waits for you/)
  })

  it('is by name, with the next appointment, whether they came before, and what waits', async () => {
    await make.ownForms(app.db)
    const maya = await make.client(app.db, { name: 'maya', email: 'maya@example.com' })
    const ben = await make.client(app.db, { name: 'Ben <b>' })
    await make.client(app.db, { name: 'Zoe' })
    await visitOf(maya.id, -20, 'kept')
    await visitOf(maya.id, 3)
    await visitOf(maya.id, 2, 'cancelled')
    await visitOf(ben.id, -2)
    const signs = [
      { sign: 'anemia', kind: 'sign' as const },
      { sign: 'severe-belly-pain', kind: 'urgent' as const },
      { sign: 'pregnancy', kind: 'caution' as const },
    ]
    await answered(app.db, { clientId: maya.id, signs })
    const page = await (await desk.open('/practice')).link('Clients')
    assert.match(
      page.text,
      /Ben <b> client\d+@example\.com None planned Prospective maya maya@example\.com Fri, Mar 6, 9:00 AM Active 2 open warning signs, 1 urgent 1 caution Zoe /,
    )
    const waiting = await page.link('Warning signs')
    assert.equal(waiting.h1, 'Clients: Warning signs')
    assert.match(waiting.text, /maya/)
    assert.doesNotMatch(waiting.text, /Zoe|Ben/)
    assert.equal((await page.link('maya')).h1, 'maya')
  })

  it('goes on page after page', async () => {
    for (let n = 10; n < 40; n += 1) await make.client(app.db, { name: `Person ${n}` })
    const first = await desk.open('/practice/clients')
    assert.match(first.text, /Person 10 .*Person 34 /)
    assert.doesNotMatch(first.text, /Person 35/)
    const second = await first.link('Next')
    assert.match(second.text, /Person 35 .*Person 39 /)
    assert.match((await second.link('Previous')).text, /Person 10/)
    assert.equal((await desk.open('/practice/clients?page=99')).status, 200)
    for (const page of ['0', 'x', '1000000000', '-1'])
      assert.equal((await desk.open(`/practice/clients?page=${page}`)).status, 400, page)
  })
})
