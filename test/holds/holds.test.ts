import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { counts, dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { ana, book, hold } from '../support/people.ts'

const wednesday = /Wednesday, March 4/
const later = (minutes: number) => NOW + minutes * MINUTE

describe('a hold', () => {
  let app: TestApp
  let visitor: Visitor
  let rival: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { type: { slug: 'initial', name: 'Initial consultation' } })
    visitor = visit(app)
    rival = visit(app)
  })

  const holdTen = (who: Visitor) => hold(who, world.type, wednesday, '10:00 AM')
  const press = (page: Page, typed = ana) => page.button('Book this appointment', typed)

  it('takes the time away from others, and all that overlaps', async () => {
    const times = await visitor.open('/book/initial?from=2026-03-04')
    const seen = await rival.open('/book/initial?from=2026-03-04')
    await times.button('10:00 AM')
    const lost = await seen.button('10:00 AM')
    assert.equal(lost.status, 409)
    assert.match(lost.text, /Somebody just took that time\. Here is what is free now\./)
    assert.match(lost.text, /Wednesday, March 4/)
    assert.ok(lost.buttons.includes('9:00 AM') && lost.buttons.includes('11:00 AM'))
    for (const time of ['9:30 AM', '10:00 AM', '10:30 AM']) assert.ok(!lost.buttons.includes(time), time)
    const half = await seen.button('10:30 AM')
    assert.equal(half.status, 409)
    assert.equal(counts(await dump(app.db)).appointments, 1)
  })

  it('is refused in a time off, on the page and when it is asked for all the same', async () => {
    const times = await visitor.open('/book/initial?from=2026-03-04')
    const off = { starts_at: iso(NOW + DAY + HOUR), ends_at: iso(NOW + DAY + 3 * HOUR) }
    await app.db('time_off').insert({ dietitian_id: world.dietitian.id, ...off })
    const lost = await times.button('10:30 AM')
    assert.equal(lost.status, 409)
    assert.deepEqual(lost.buttons.slice(0, 2), ['9:00 AM', '12:00 PM'])
    assert.equal(counts(await dump(app.db)).appointments, undefined)
  })

  it('can be kept ten minutes longer, once', async () => {
    const details = await holdTen(visitor)
    app.clock.set(later(9))
    const longer = await details.button('Keep it 10 minutes longer')
    assert.match(longer.text, /until 9:19 AM/)
    assert.ok(!longer.buttons.includes('Keep it 10 minutes longer'))
    app.clock.set(later(12))
    const again = await details.button('Keep it 10 minutes longer')
    assert.match(again.text, /until 9:19 AM/)
    assert.equal((await press(again)).h1, 'Your appointment is booked')
  })

  it('cannot be kept longer once it has ended', async () => {
    const details = await holdTen(visitor)
    app.clock.set(later(10))
    const page = await details.button('Keep it 10 minutes longer')
    assert.match(page.text, /It is open to others again/)
    const [row] = await app.db('appointments').select('hold_extended', 'held_until')
    assert.deepEqual(row, { hold_extended: false, held_until: later(10) })
  })

  it('gives way when it has ended, inside the next person’s own hold', async () => {
    const details = await holdTen(visitor)
    app.clock.set(later(11))
    const booked = await book(rival, world.type, wednesday, '10:30 AM')
    const lost = await press(details)
    assert.equal(lost.status, 409)
    assert.match(lost.text, /ran out, and it is no longer free/)
    assert.match(lost.errorFor('slot') ?? '', /Please choose another one/)
    for (const [name, value] of Object.entries(ana)) assert.equal(lost.value(name), value, name)

    assert.equal(lost.value('slot'), undefined)
    const noon = lost.html.match(/value="(2026-03-04T17:00[^"]*)"/)?.[1]
    const chosen = await lost.button('Book this appointment', { slot: noon ?? '' })
    assert.equal(chosen.h1, 'Your appointment is booked')
    assert.match(chosen.text, /12:00 PM to 1:00 PM/)
    assert.notEqual(chosen.path, booked.path)
    assert.deepEqual(await app.db('appointments').pluck('state'), ['booked', 'booked'])
  })

  it('that has ended still books when nobody else wants the time', async () => {
    const details = await holdTen(visitor)
    app.clock.set(later(45))
    const booked = await press(details)
    assert.equal(booked.h1, 'Your appointment is booked')
    assert.match(booked.text, /10:00 AM to 11:00 AM/)
    assert.equal((await press(details)).path, booked.path)
    assert.deepEqual(await app.db('appointments').pluck('state'), ['booked'])
    assert.equal(await app.work(), 4)
  })

  it('that has ended makes one appointment of two presses at once', async () => {
    const details = await holdTen(visitor)
    app.clock.set(later(45))
    const pages = await Promise.all([press(details), press(details), press(details)])
    assert.deepEqual([...new Set(pages.map(({ path }) => path))].length, 1)
    assert.equal(pages[0]?.h1, 'Your appointment is booked')
    assert.deepEqual(await app.db('appointments').pluck('state'), ['booked'])
  })

  it('that has ended does not book a time that has passed meanwhile', async () => {
    const details = await hold(visitor, world.type, /Tuesday, March 3/, '9:30 AM')
    app.clock.set(later(40))
    const lost = await press(details)
    assert.equal(lost.status, 409)
    assert.equal(lost.value('name'), ana.name)
    assert.ok(
      await app
        .db('appointments')
        .where({ state: 'booked' })
        .first()
        .then((row) => !row),
    )
  })

  it('is given back by who wants another time', async () => {
    const details = await holdTen(visitor)
    const times = await details.button('Choose another time')
    assert.equal(times.h1, 'Initial consultation')
    assert.ok(times.buttons.includes('10:00 AM'))
    await book(rival, world.type, wednesday, '10:00 AM')
    const lost = await press(details)
    assert.equal(lost.status, 409)
    assert.equal(lost.value('email'), ana.email)
  })

  it('is tidied away a day after it ended, appointments are not', async () => {
    await holdTen(visitor)
    await book(rival, world.type, wednesday, '1:00 PM')
    app.clock.set(later(10 + 24 * 60 + 1))
    const { deleteOldHolds } = await import('../../server/holds/store.ts')
    assert.equal(await deleteOldHolds(app.db, app.clock.now()), 1)
    assert.deepEqual(await app.db('appointments').pluck('state'), ['booked'])
  })
})
