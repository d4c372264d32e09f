import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { ana, hold } from '../support/people.ts'

const wednesday = /Wednesday, March 4/
const TOMORROW = NOW + DAY // 9:00

describe('booking where a place has hours of its own', () => {
  let app: TestApp
  let visitor: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { type: { slug: 'initial', name: 'Initial consultation' } })
    visitor = visit(app)
    const day = { dietitian_id: world.dietitian.id, starts_on: '2026-03-04', weekday: 3 }
    await db('weekly_plans').insert({ dietitian_id: world.dietitian.id, starts_on: '2026-03-04' })
    await db('weekly_hours').insert([
      { ...day, from_minute: 540, to_minute: 720, places: ['video', 'phone'] },
      { ...day, from_minute: 720, to_minute: 780, places: ['in_person'] },
      { ...day, from_minute: 780, to_minute: 1020 },
    ])
  })

  it('says at each time where it can be, and offers only that', async () => {
    const times = await (await visitor.open('/book/initial')).link(wednesday)
    assert.match(times.text, /10:00 AM by video or by phone/)
    assert.match(times.text, /12:00 PM in person/)
    assert.ok(times.buttons.includes('1:00 PM'))
    assert.ok(
      !times.buttons.some((name) => name.startsWith('11:30 AM')),
      'nobody can move from a call to the practice',
    )
    const details = await times.button(/^10:00 AM/)
    assert.doesNotMatch(details.text, /In person/)
    const posted = await visitor.post(`${details.path}/appointment`, { ...ana, place: 'in_person' })
    assert.equal(posted.status, 422)
    assert.match(posted.errorFor('place') ?? '', /can meet by video or by phone only/)
    assert.equal((await app.db('appointments').first('state')).state, 'held')
    const booked = await details.button('Book this appointment', ana)
    assert.equal(booked.h1, 'Your appointment is booked')
  })

  it('asks nothing where there is one place only', async () => {
    const details = await hold(visitor, world.type, wednesday, /^12:00 PM/)
    assert.equal(details.value('place'), 'in_person')
    const { place: _place, ...who } = ana
    const booked = await details.button('Book this appointment', who)
    assert.match(booked.text, /In person/)
  })

  it('takes no place at a time chosen anew that it is not open for', async () => {
    const details = await hold(visitor, world.type, wednesday, /^10:00 AM/)
    app.clock.set(NOW + 11 * MINUTE)
    const ended = await visitor.open(details.path)
    assert.match(ended.text, /12:00 PM \(in person\)/)
    const slot = iso(TOMORROW + 3 * HOUR)
    const refused = await ended.button('Book this appointment', { ...ana, slot })
    assert.equal(refused.status, 422)
    const booked = await refused.button('Book this appointment', { ...ana, slot, place: 'in_person' })
    assert.equal(booked.h1, 'Your appointment is booked')
    assert.equal((await app.db('appointments').first('starts_at')).starts_at, TOMORROW + 3 * HOUR)
  })

  it('moves an appointment only to times at which its place is open', async () => {
    const details = await hold(visitor, world.type, wednesday, /^1:00 PM/)
    const booked = await details.button('Book this appointment', ana)
    const times = await (await booked.link('Move it')).link(wednesday)
    const names = times.links.map(({ name }) => name)
    assert.ok(names.some((name) => name.startsWith('10:00 AM')))
    assert.ok(!names.some((name) => name.startsWith('12:00 PM')))
    const slot = iso(TOMORROW + 3 * HOUR)
    const refused = await visitor.post(`${booked.path}/reschedule`, { slot, zone: 'America/Chicago' })
    assert.equal(refused.status, 422)
  })

  it('keeps a type out of a day that has its number of them, also for who comes at once', async () => {
    await app.db('appointment_types').where({ id: world.type.id }).update({ daily_limit: 1 })
    const other = await make.type(app.db, [world.dietitian.id], { slug: 'other', step_minutes: 60 })
    const ask = (slug: string, hours: number) =>
      visit(app).post(`/book/${slug}/hold`, { slot: iso(TOMORROW + hours * HOUR) })
    const pages = await Promise.all([4, 5, 6, 7].map((hours) => ask('initial', hours)))
    assert.deepEqual(pages.map(({ status, h1 }) => (h1 === 'Almost there' ? 'held' : status)).sort(), [
      409,
      409,
      409,
      'held',
    ])
    const { body } = await visitor.send(
      'GET',
      '/api/slots?type=initial&from=2026-03-04&to=2026-03-04&zone=America/Indiana/Indianapolis',
    )
    assert.deepEqual(JSON.parse(body).slots, [])
    assert.equal((await ask(String(other.slug), 1)).h1, 'Almost there')
  })
})

describe('the schedule in the database', () => {
  it('begins with one plan for each dietitian, and keeps windows of one plan apart', async () => {
    const db = (await testApp()).db
    await reset()
    const dietitian = await make.dietitian(db)
    assert.deepEqual(await db('weekly_plans').select('dietitian_id', 'starts_on', 'revision'), [
      { dietitian_id: dietitian.id, starts_on: '0001-01-01', revision: 0 },
    ])
    const row = { dietitian_id: dietitian.id, weekday: 1, from_minute: 540, to_minute: 720 }
    await db('weekly_hours').insert(row)
    await assert.rejects(db('weekly_hours').insert({ ...row, places: ['video'] }), { code: '23P01' })
    await assert.rejects(db('weekly_hours').insert({ ...row, starts_on: '2026-03-09' }), { code: '23503' })
    await db('weekly_plans').insert({ dietitian_id: dietitian.id, starts_on: '2026-03-09' })
    await db('weekly_hours').insert({ ...row, starts_on: '2026-03-09', places: ['video'] })
    for (const places of [[], ['moon'], ['video', 'video', 'video', 'video']])
      await assert.rejects(db('weekly_hours').insert({ ...row, weekday: 2, places }), { code: '23514' })
    const closed = { dietitian_id: dietitian.id, on_date: '2026-03-09', kind: 'closed' }
    await assert.rejects(db('date_exceptions').insert({ ...closed, places: ['video'] }), { code: '23514' })
  })
})
