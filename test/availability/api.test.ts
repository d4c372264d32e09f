import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'

type Slot = { start: string; end: string; dietitian: string }

describe('the open times for machines', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, {
      type: { slug: 'initial', step_minutes: 60 },
      dietitian: { slug: 'robin' },
    })
  })

  const ask = async (query: string) => {
    const answer = await visit(app).send('GET', `/api/slots?type=initial&${query}`)
    assert.equal(answer.status, 200, answer.body)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    return JSON.parse(answer.body) as { type: string; zone: string; slots: Slot[] }
  }

  it('come ascending, in the zone that was asked for, with who is there', async () => {
    const answer = await ask('from=2026-03-04&to=2026-03-04&zone=America/Chicago')
    assert.deepEqual([answer.type, answer.zone], ['initial', 'America/Chicago'])
    assert.deepEqual(answer.slots[0], {
      start: '2026-03-04T08:00:00-06:00',
      end: '2026-03-04T09:00:00-06:00',
      dietitian: 'robin',
    })
    const starts = answer.slots.map(({ start }) => Date.parse(start))
    assert.equal(starts.length, 8)
    assert.deepEqual(
      starts,
      starts.toSorted((a, b) => a - b),
    )
  })

  it('are those of the asker’s days: in Kathmandu an Indianapolis day lies in two', async () => {
    const one = await ask('from=2026-03-05&to=2026-03-05&zone=Asia/Kathmandu')
    assert.deepEqual(
      [one.slots[0]?.start, one.slots.at(-1)?.start],
      ['2026-03-05T00:45:00+05:45', '2026-03-05T23:45:00+05:45'],
    )
    const two = await ask('from=2026-03-05&to=2026-03-06&zone=Asia/Kathmandu')
    assert.equal(two.slots.length, 2 * one.slots.length)
  })

  it('change their offset with the clocks', async () => {
    const { slots } = await ask('from=2026-03-07&to=2026-03-08&zone=America/New_York')
    const nine = slots.map(({ start }) => start).filter((start) => start.includes('T09:00'))
    assert.deepEqual(nine, ['2026-03-07T09:00:00-05:00', '2026-03-08T09:00:00-04:00'])
  })

  it('are the same as on the page of times, and each of them can be held', async () => {
    const page = await visit(app).open('/book/initial?from=2026-03-04&zone=America/Chicago')
    const { slots } = await ask('from=2026-03-04&to=2026-03-04&zone=America/Chicago')
    const values = [...page.html.matchAll(/name="slot" value="([^"]+)"/g)].map(([, value = '']) =>
      Date.parse(value),
    )
    assert.deepEqual(
      slots.map(({ start }) => Date.parse(start)),
      values,
    )
    const held = await visit(app).post('/book/initial/hold', { slot: slots[3]?.start ?? '' })
    assert.equal(held.h1, 'Almost there')
    const after = await ask('from=2026-03-04&to=2026-03-04&zone=America/Chicago')
    assert.deepEqual(
      after.slots,
      slots.filter((_, index) => index !== 3),
    )
  })

  it('leave out what is booked, off, too soon or too late, and what another day was closed for', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    await make.appointment(app.db, { ...of, startsAt: NOW + DAY })
    const dietitian_id = world.dietitian.id
    await app
      .db('time_off')
      .insert({ dietitian_id, starts_at: iso(NOW + DAY + HOUR), ends_at: iso(NOW + DAY + 3 * HOUR) })
    await app.db('date_exceptions').insert({ dietitian_id, on_date: '2026-03-05', kind: 'closed' })
    await app.db('appointment_types').update({ minimum_notice_minutes: 180, booking_window_days: 2 })
    const { slots } = await ask('from=2026-03-03&to=2026-03-31&zone=America/Indiana/Indianapolis')
    const starts = slots.map(({ start }) => start.slice(8, 13))
    assert.deepEqual(starts, [
      '03T12',
      '03T13',
      '03T14',
      '03T15',
      '03T16',
      '04T12',
      '04T13',
      '04T14',
      '04T15',
      '04T16',
    ])
  })

  it('name the first of several dietitians, or the one who was asked for', async () => {
    const second = await make.dietitian(app.db, { slug: 'kim', position: 1 })
    await make.hours(app.db, second.id)
    await app
      .db('appointment_type_dietitians')
      .insert({ appointment_type_id: world.type.id, dietitian_id: second.id })
    const days = 'from=2026-03-04&to=2026-03-04&zone=America/Chicago'
    assert.deepEqual(new Set((await ask(days)).slots.map(({ dietitian }) => dietitian)), new Set(['robin']))
    const kims = await ask(`${days}&with=kim`)
    assert.deepEqual(new Set(kims.slots.map(({ dietitian }) => dietitian)), new Set(['kim']))
    assert.equal(kims.slots.length, 8)
  })

  it('are none for a type that is no longer offered, or without anybody to offer it', async () => {
    await app.db('dietitians').update({ active: false })
    assert.deepEqual((await ask('from=2026-03-04&to=2026-03-05&zone=America/Chicago')).slots, [])
    await app.db('appointment_types').update({ active: false })
    const query = 'type=initial&from=2026-03-04&to=2026-03-05&zone=America/Chicago'
    const answer = await visit(app).send('GET', `/api/slots?${query}`)
    assert.deepEqual([answer.status, JSON.parse(answer.body).field], [400, 'type'])
  })
})
