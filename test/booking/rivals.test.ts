import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { counts, dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { ana, book, hold } from '../support/people.ts'

const TOMORROW_AT_NINE = NOW + DAY
const wednesday = /Wednesday, March 4/

const overlapsSql = `
  select count(*) as count from appointments a join appointments b
    on a.id < b.id and a.dietitian_id = b.dietitian_id and a.blocks && b.blocks
  where a.state in ('held', 'booked', 'kept') and b.state in ('held', 'booked', 'kept')`

describe('people who want the same time', () => {
  let app: TestApp

  beforeEach(async () => {
    app = await testApp()
    await reset()
  })

  const holdAt = (slug: string, start: number) => visit(app).post(`/book/${slug}/hold`, { slot: iso(start) })

  const overlaps = async () => (await app.db.raw(overlapsSql)).rows[0].count

  it('are served one a time that overlaps; the others get 409 and fresh times', async () => {
    const buffers = { buffer_before_minutes: 10, buffer_after_minutes: 15, step_minutes: 15 }
    const { type } = await make.world(app.db, { type: buffers })
    const starts = Array.from({ length: 12 }, (_, n) => TOMORROW_AT_NINE + HOUR + (n % 4) * 15 * MINUTE)
    const pages = await Promise.all(starts.map((start) => holdAt(type.slug, start)))
    const winners = pages.filter(({ h1 }) => h1 === 'Almost there')
    const losers = pages.filter(({ status }) => status === 409)
    assert.deepEqual([winners.length, losers.length], [1, 11])
    for (const { buttons, text } of losers) {
      assert.match(text, /Somebody just took that time/)
      assert.ok(buttons.includes('2:00 PM'), 'fresh times of that day')
    }
    assert.equal(await overlaps(), 0)
    assert.equal(counts(await dump(app.db)).appointments, 1)
  })

  it('press the button for one ended hold and the rival’s at once: one of them has it', async () => {
    const { type } = await make.world(app.db)
    const mine = await hold(visit(app), type, wednesday, '10:00 AM')
    app.clock.set(NOW + 11 * MINUTE)
    const [late, early] = await Promise.all([
      mine.button('Book this appointment', ana),
      holdAt(type.slug, TOMORROW_AT_NINE + HOUR),
    ])
    const won = [late.h1 === 'Your appointment is booked', early.h1 === 'Almost there']
    assert.equal(won.filter(Boolean).length, 1, `${late.status} ${late.h1}, ${early.status} ${early.h1}`)
    assert.equal(await overlaps(), 0)
  })

  it('do not get past a daily limit with different times of one day', async () => {
    const { type } = await make.world(app.db, { dietitian: { daily_limit: 3 } })
    const starts = [...Array(8).keys()].map((n) => TOMORROW_AT_NINE + n * HOUR)
    const pages = await Promise.all(
      [...starts, ...starts.slice(0, 2)].map((start) => holdAt(type.slug, start)),
    )
    const statuses = pages.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [200, 200, 200, 409, 409, 409, 409, 409, 409, 409])
    assert.equal(counts(await dump(app.db)).appointments, 3)
    const times = await visit(app).open(`/book/${type.slug}?from=2026-03-04`)
    assert.doesNotMatch(times.text, /Wednesday, March 4/, 'the full day is not offered again')
    assert.equal((await holdAt(type.slug, TOMORROW_AT_NINE + DAY)).h1, 'Almost there')
  })

  it('are shared out among two dietitians when anyone will do; the third is refused', async () => {
    const { type, dietitian } = await make.world(app.db)
    const second = await make.dietitian(app.db, { position: 1 })
    await make.hours(app.db, second.id)
    const offers = { appointment_type_id: type.id, dietitian_id: second.id }
    await app.db('appointment_type_dietitians').insert(offers)
    const third = await visit(app).open(`/book/${type.slug}?from=2026-03-04`)

    const pages = [
      await book(visit(app), type, wednesday, '10:00 AM'),
      await book(visit(app), type, wednesday, '10:00 AM'),
    ]
    const names = pages.map(({ text }) => text.match(/With (Dietitian \d+)/)?.[1])
    assert.deepEqual(names, [dietitian.name, second.name])
    const lost = await third.button('10:00 AM')
    assert.equal(lost.status, 409)
    assert.ok(!lost.buttons.includes('10:00 AM') && lost.buttons.includes('11:00 AM'))
  })

  it('can ask for one of two dietitians, and get that one or a refusal', async () => {
    const { type } = await make.world(app.db)
    const second = await make.dietitian(app.db, { name: 'Robin Vale', slug: 'robin', position: 1 })
    await make.hours(app.db, second.id)
    await app
      .db('appointment_type_dietitians')
      .insert({ appointment_type_id: type.id, dietitian_id: second.id })
    const times = await visit(app).open(`/book/${type.slug}?from=2026-03-04`)
    const robins = await times.link('Robin Vale')
    const robinsDay = await robins.link(wednesday)
    const seenToo = await robins.link(wednesday)
    assert.equal((await robinsDay.button('10:00 AM')).h1, 'Almost there')
    const [row] = await app.db('appointments').select('dietitian_id')
    assert.equal(row.dietitian_id, second.id)
    const again = await seenToo.button('10:00 AM')
    assert.equal(again.status, 409)
    assert.equal(again.links.find(({ name }) => name === 'Robin Vale')?.href.includes('with=robin'), true)
    assert.equal((await visit(app).open(`/book/${type.slug}?with=nobody`)).status, 404)
  })

  it('are not one person who presses twice: the second press finds the first one’s hold', async () => {
    const { type } = await make.world(app.db)
    const times = await visit(app).open(`/book/${type.slug}?from=2026-03-04`)
    const [first, second] = await Promise.all([times.button('10:00 AM'), times.button('10:00 AM')])
    const third = await times.button('10:00 AM')
    for (const page of [first, second, third]) assert.equal(page.path, first.path, page.h1)
    const other = await times.button('11:30 AM')
    assert.match(other.text, /11:30 AM/)
    const [row, ...rest] = await app.db('appointments').where({ state: 'held' }).select('starts_at')
    assert.deepEqual(
      [row?.starts_at, rest.length],
      [TOMORROW_AT_NINE + 2.5 * HOUR, 0],
      'the first time was given back',
    )
    const back = await times.button('10:00 AM')
    assert.equal(back.h1, 'Almost there')
  })

  it('take nothing from somebody who wanted another time and was too late: the first one is still theirs', async () => {
    const { type } = await make.world(app.db)
    const visitor = visit(app)
    const times = await visitor.open(`/book/${type.slug}?from=2026-03-04`)
    const mine = await times.button('10:00 AM')
    const rival = await visit(app).open(`/book/${type.slug}?from=2026-03-04`)
    await rival.button('11:30 AM')
    const late = await times.button('11:30 AM')
    assert.equal(late.status, 409)
    assert.match((await visitor.open(mine.path)).text, /10:00 AM/)
    const held = await app
      .db('appointments')
      .where({ state: 'held' })
      .orderBy('starts_at')
      .select('starts_at')
    assert.deepEqual(
      held.map(({ starts_at }) => starts_at),
      [TOMORROW_AT_NINE + HOUR, TOMORROW_AT_NINE + 2.5 * HOUR],
    )
  })

  it('may choose a time that their own first choice overlaps', async () => {
    const { type } = await make.world(app.db)
    const times = await visit(app).open(`/book/${type.slug}?from=2026-03-04`)
    await times.button('10:00 AM')
    assert.equal((await times.button('10:30 AM')).h1, 'Almost there')
    const held = await app.db('appointments').where({ state: 'held' }).select('starts_at')
    assert.deepEqual(
      held.map(({ starts_at }) => starts_at),
      [TOMORROW_AT_NINE + 1.5 * HOUR],
    )
  })
})
