import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { counts, dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { book } from '../support/people.ts'

const thursday = /Thursday, March 5/

describe('moving an appointment', () => {
  let app: TestApp
  let visitor: Visitor
  let world: Awaited<ReturnType<typeof make.world>>
  let booked: Page

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    visitor = visit(app)
    booked = await book(visitor, world.type, thursday, '10:00 AM')
    await app.work()
  })

  const moveTo = async (day: RegExp, time: RegExp) => {
    const times = await booked.link('Move it')
    const onDay = await times.link(day)
    return onDay.link(time)
  }

  it('shows the change before it happens, and the new time afterwards under the old link', async () => {
    const asked = await moveTo(/Friday, March 6/, /^2:00 PM/)
    assert.equal(asked.h1, 'Move your appointment')
    assert.match(asked.text, /From Thursday, March 5, 10:00 AM To Friday, March 6, 2:00 PM/)
    const [untouched] = await app.db('appointments').select('starts_at')
    assert.equal(untouched.starts_at, NOW + 2 * DAY + HOUR)

    const moved = await asked.button('Move my appointment')
    assert.equal(moved.path, booked.path)
    assert.match(moved.text, /Friday, March 6 2:00 PM to 3:00 PM/)
    const [row] = await app.db('appointments').select('starts_at', 'sequence', 'state')
    assert.deepEqual(row, { starts_at: NOW + 3 * DAY + 5 * HOUR, sequence: 1, state: 'booked' })
  })

  it('tells client and dietitian by mail, with the same event in a higher sequence', async () => {
    const [first] = await app.mails()
    const asked = await moveTo(/Friday, March 6/, /^2:00 PM/)
    await asked.button('Move my appointment')
    await app.work()
    const mails = (await app.mails()).slice(2)
    assert.equal(mails.length, 2)
    const uid = (text: string | null | undefined) => text?.match(/UID:(\S+)/)?.[1]
    for (const { calendar } of mails) {
      assert.equal(uid(calendar), uid(first?.calendar))
      assert.match(calendar ?? '', /SEQUENCE:1\r\n/)
    }
  })

  it('may overlap its own old time', async () => {
    const asked = await moveTo(thursday, /^10:30 AM/)
    const moved = await asked.button('Move my appointment')
    assert.match(moved.text, /10:30 AM to 11:30 AM/)
  })

  it('does not offer the time it has', async () => {
    const times = await booked.link('Move it')
    const onDay = await times.link(thursday)
    const offered = onDay.links.map(({ name }) => name)
    assert.ok(offered.includes('9:30 AM') && offered.includes('10:30 AM') && !offered.includes('10:00 AM'))
  })

  it('answers 409 with fresh times when somebody has taken the new one meanwhile', async () => {
    const asked = await moveTo(/Friday, March 6/, /^2:00 PM/)
    await book(visit(app), world.type, /Friday, March 6/, '2:30 PM')
    const before = await dump(app.db)
    const lost = await asked.button('Move my appointment')
    assert.equal(lost.status, 409)
    assert.match(lost.text, /Somebody just took that time/)
    assert.ok(
      lost.links.some(({ href }) => href.includes('slot=')),
      'fresh times',
    )
    assert.deepEqual(await dump(app.db), before)
    assert.match((await visitor.open(booked.path)).text, /Thursday, March 5 10:00 AM/)
  })

  it('pressed twice is one move, and never a second appointment', async () => {
    const asked = await moveTo(/Friday, March 6/, /^2:00 PM/)
    const [first, second] = await Promise.all([
      asked.button('Move my appointment'),
      asked.button('Move my appointment'),
    ])
    const third = await asked.button('Move my appointment')
    assert.deepEqual([first.path, second.path, third.path], [booked.path, booked.path, booked.path])
    assert.match(third.text, /Friday, March 6 2:00 PM/)
    const { appointments, appointment_changes } = counts(await dump(app.db))
    assert.deepEqual([appointments, appointment_changes], [1, 2])
  })

  it('of two people into the same time works for one', async () => {
    const rival = await book(visit(app), world.type, thursday, '1:00 PM')
    const slot = iso(NOW + 3 * DAY)
    const pages = await Promise.all(
      [booked, rival].map(({ path }) => visit(app).post(`${path}/reschedule`, { slot })),
    )
    assert.deepEqual(pages.map(({ status }) => status).sort(), [200, 409])
  })

  it('is refused for what is no slot', async () => {
    const before = await dump(app.db)
    const slots = [NOW - DAY, NOW + 2 * DAY + 10 * MINUTE, NOW + 400 * DAY, NOW + 2 * DAY + 12 * HOUR]
    for (const slot of [...slots.map(iso), '', 'soon', '2026-02-30T10:00:00Z']) {
      const page = await visitor.post(`${booked.path}/reschedule`, { slot })
      assert.equal(page.status, 422, slot)
      assert.match(page.text, /Please choose one of the times below|That time can’t be booked/)
    }
    assert.deepEqual(await dump(app.db), before)
  })

  it('closes with the deadline, and a page says how to reach the practice', async () => {
    const asked = await moveTo(/Friday, March 6/, /^2:00 PM/)
    app.clock.set(NOW + DAY + HOUR + MINUTE)
    const late = await asked.button('Move my appointment')
    assert.equal(late.status, 422)
    assert.match(late.text, /close 24 hours before.* call \+1 317 555 0100 or write to hello@maple\.example/)
    const page = await visitor.open(booked.path)
    assert.ok(!page.links.some(({ name }) => name === 'Move it' || name === 'Cancel it'))
    assert.equal((await visitor.open(`${booked.path}/reschedule`)).h1, 'Your appointment is booked')
    assert.match((await visitor.open(booked.path)).text, /Thursday, March 5 10:00 AM/)
  })

  it('stays with the type’s own promise, not with what the type says today', async () => {
    await app.db('appointment_types').update({ change_deadline_minutes: 10000 })
    assert.match((await visitor.open(booked.path)).text, /until 24 hours before/)
    assert.equal((await (await booked.link('Move it')).link(thursday)).status, 200)
  })
})
