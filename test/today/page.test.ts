import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { answered, someAnswers } from '../chart/sent.ts'
import { makeForm } from '../requests/asking.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

describe('the page that a day begins with', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    await make.ownForms(db)
    desk = await signedIn(app, world.dietitian)
  })

  const made = (startsAt: number, given = {}) =>
    make.appointment(app.db, { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt }, given)
  const client = (name: string) => make.client(app.db, { name })

  it('says who comes, where, how often they came, how to join, and what to know before', async () => {
    await app.db('dietitians').update({ video_url: 'https://video.example/dana' })
    const maya = await client('Maya Sample')
    await made(NOW - 9 * DAY, { client_id: maya.id, state: 'kept' })
    await made(NOW - 8 * DAY, { client_id: maya.id, state: 'no_show' })
    await made(NOW + HOUR, { client_id: maya.id })
    await made(NOW + 3 * HOUR, { client_id: (await client('New Person')).id, place: 'phone' })
    const signs = [
      { sign: 'anemia', kind: 'sign' as const },
      { sign: 'pregnancy', kind: 'caution' as const },
    ]
    await answered(app.db, { clientId: maya.id, item: someAnswers, signs })
    const page = await desk.open('/practice')
    assert.match(
      page.text,
      /Maya Sample 2nd appointment Type \d+ · By video 1 warning sign: Maya Sample 1 caution/,
    )
    assert.match(page.text, /New Person First appointment Type \d+ · By phone/)
    const join = page.links.filter(({ name }) => /^Join/.test(name))
    assert.deepEqual(join, [{ name: 'Join the call with Maya Sample', href: 'https://video.example/dana' }])
  })

  it('names what waits, the most urgent first, each one press away', async () => {
    const [maya, jonah, priya] = [await client('Maya'), await client('Jonah'), await client('Priya')]
    const signs = (kind: 'urgent' | 'caution') => [{ sign: 'anemia', kind }]
    await answered(app.db, { clientId: jonah.id, item: someAnswers, signs: signs('caution') })
    await answered(app.db, { clientId: maya.id, item: someAnswers, signs: signs('urgent') })
    const form = await makeForm(app.db)
    const due = await made(NOW + DAY, { client_id: priya.id })
    const far = await made(NOW + 4 * DAY, { client_id: jonah.id })
    for (const [appointment, of] of [
      [due, priya],
      [far, jonah],
    ] as const)
      await make.request(app.db, { clientId: of.id, formId: form.id }, { appointment_id: appointment.id })
    await desk.post(`/practice/clients/${priya.id}/notes`, { from: '', appointment: '' })
    await make.inquiry(app.db)
    await made(NOW - 2 * HOUR)
    const page = await desk.open('/practice')
    const [, needs = ''] = page.text.match(/Needs you (.*) This week/) ?? []
    assert.equal(
      needs,
      '1 urgent warning sign: Maya 1 caution: Jonah 1 form not sent: Priya, Wed, Mar 4, 9:00 AM ' +
        'Unsigned note: Priya 1 inquiry to answer 1 appointment to mark as kept or no-show',
    )
    const hrefs = page.links
      .filter(({ name }) => /urgent|not sent|Unsigned/.test(name))
      .map(({ href }) => href)
    assert.equal(hrefs[0], `/practice/clients/${maya.id}`)
    assert.equal(hrefs[1], `/practice/clients/${priya.id}/forms`)
    assert.match(hrefs[2] ?? '', /^\/practice\/notes\//)
    for (const href of hrefs) assert.equal((await desk.open(href)).status, 200, href)
  })

  it('shows nothing of a client whose chart is not theirs to see', async () => {
    const maya = await client('Maya Sample')
    await answered(app.db, {
      clientId: maya.id,
      item: someAnswers,
      signs: [{ sign: 'anemia', kind: 'urgent' }],
    })
    const colleague = await make.dietitian(app.db, { sees_all_charts: false })
    const other = await signedIn(app, colleague)
    assert.doesNotMatch((await other.open('/practice')).html, /Maya/)
    await made(NOW - DAY, { client_id: maya.id, dietitian_id: colleague.id })
    assert.match((await other.open('/practice')).text, /1 urgent warning sign: Maya Sample/)
  })

  it('sums the week up: booked, kept, no-shows, new clients, and what is still free', async () => {
    const maya = await client('Maya')
    await made(NOW - 20 * DAY, { client_id: maya.id, state: 'kept' })
    await made(NOW - DAY, { client_id: maya.id, state: 'kept' })
    await made(NOW - 20 * HOUR, { state: 'no_show' })
    await made(NOW + DAY)
    await made(NOW + 5 * DAY + HOUR, { state: 'cancelled', cancelled_at: iso(NOW) })
    await made(NOW + 7 * DAY)
    const page = await desk.open('/practice')
    // Tuesday to Sunday, 9 to 17, but for one hour.
    assert.match(page.text, /This week booked 3 kept 1 no-show 1 new client 1 still free 47 hours$/)
  })

  it('looks to the next week once nothing of this one is left on its weekend', async () => {
    const sunday = Date.parse('2026-03-08T18:00:00-04:00')
    await made(sunday + 20 * HOUR)
    await made(sunday - 9 * HOUR, { state: 'kept' })
    app.clock.set(sunday)
    desk = await signedIn(app, world.dietitian)
    assert.match(
      (await desk.open('/practice')).text,
      /This week booked 1 kept 1 no-shows 0 new client 1 free next week 55 hours$/,
    )
    app.clock.set(sunday - 5 * HOUR)
    assert.match((await desk.open('/practice')).text, /still free 4 hours$/)
    app.clock.set(sunday - 2 * DAY)
    await app.db('weekly_hours').del()
    assert.match((await desk.open('/practice')).text, /still free Nothing more$/)
  })

  it('is made of at most eleven queries besides the session’s, however full it is', async () => {
    let queries = 0
    const count = () => {
      queries += 1
    }
    const ask = async () => {
      queries = 0
      app.db.on('query', count)
      await desk.open('/practice')
      app.db.off('query', count)
      return queries
    }
    const empty = await ask()
    for (let n = 0; n < 6; n += 1) {
      const one = await client(`Client ${n}`)
      await made(NOW + (n + 1) * HOUR, { client_id: one.id })
      await answered(app.db, {
        clientId: one.id,
        item: someAnswers,
        signs: [{ sign: 'anemia', kind: 'sign' }],
      })
    }
    assert.equal(await ask(), empty)
    assert.ok(empty <= 11, `${empty} queries`)
  })

  it('and the calendar of at most eight', async () => {
    let queries = 0
    const count = () => {
      queries += 1
    }
    await made(NOW + HOUR + MINUTE)
    app.db.on('query', count)
    await desk.open('/practice/calendar')
    app.db.off('query', count)
    assert.ok(queries <= 8, `${queries} queries`)
  })
})
