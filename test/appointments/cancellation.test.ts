import assert from 'node:assert/strict'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { ana, book } from '../support/people.ts'

const thursday = /Thursday, March 5/
const STARTS = NOW + 2 * DAY + HOUR

describe('cancelling an appointment', () => {
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

  it('is asked once more, gives the time back and tells both', async () => {
    const asked = await booked.link('Cancel it')
    assert.equal(asked.h1, 'Cancel this appointment?')
    assert.equal((await app.db('appointments').first('state')).state, 'booked')
    const done = await asked.button('Cancel this appointment')
    assert.equal(done.path, booked.path)
    assert.equal(done.h1, 'This appointment is cancelled')

    await app.work()
    const mails = (await app.mails()).slice(2)
    assert.equal(mails.length, 2)
    for (const { calendar } of mails) {
      assert.match(calendar ?? '', /METHOD:CANCEL\r\n/)
      assert.match(calendar ?? '', /SEQUENCE:1\r\n/)
    }
    const again = await book(visit(app), world.type, thursday, '10:00 AM')
    assert.notEqual(again.path, booked.path)
  })

  it('pressed twice cancels once', async () => {
    const asked = await booked.link('Cancel it')
    const [first] = await Promise.all([1, 2].map(() => asked.button('Cancel this appointment')))
    assert.equal(first?.h1, 'This appointment is cancelled')
    const third = await asked.button('Cancel this appointment')
    assert.equal(third.h1, 'This appointment is cancelled')
    const what = await app.db('appointment_changes').orderBy('id').pluck('what')
    assert.deepEqual(what, ['booked', 'cancelled'])
  })

  it('works to the minute of the deadline and not after it', async () => {
    const asked = await booked.link('Cancel it')
    app.clock.set(STARTS - DAY + MINUTE)
    const before = await dump(app.db)
    const late = await asked.button('Cancel this appointment')
    assert.equal(late.status, 422)
    assert.match(late.text, /close 24 hours before.*call \+1 317 555 0100 or write to hello@maple\.example/)
    assert.deepEqual(await dump(app.db), before)
    assert.equal((await visitor.open(`${booked.path}/cancellation`)).h1, 'Your appointment is booked')

    app.clock.set(STARTS - DAY)
    assert.equal((await asked.button('Cancel this appointment')).h1, 'This appointment is cancelled')
  })

  it('is not possible once the appointment has begun or is over', async () => {
    app.clock.set(STARTS + MINUTE)
    const page = await visitor.post(`${booked.path}/cancellation`, {})
    assert.equal(page.status, 422)
    assert.match(page.text, /It has begun/)
    await app.db('appointments').update({ state: 'kept' })
    const over = await visitor.post(`${booked.path}/cancellation`, {})
    assert.equal(over.status, 422)
    assert.equal(over.h1, 'This appointment is over')
  })

  it('leaves nothing to move: the old links show what happened', async () => {
    const move = await (await booked.link('Move it')).link(thursday)
    const ask = await move.link(/^11:30 AM/)
    await (await booked.link('Cancel it')).button('Cancel this appointment')
    const late = await ask.button('Move my appointment')
    assert.equal(late.status, 422)
    assert.equal(late.h1, 'This appointment is cancelled')
    assert.equal((await visitor.open(`${booked.path}/reschedule`)).h1, 'This appointment is cancelled')
    assert.equal((await app.db('appointments').where({ state: 'booked' })).length, 0)
  })

  it('and moving at once: one of them happens, and the page says which', async () => {
    const ask = await (await (await booked.link('Move it')).link(thursday)).link(/^11:30 AM/)
    const cancel = await booked.link('Cancel it')
    const pages = await Promise.all([
      ask.button('Move my appointment'),
      cancel.button('Cancel this appointment'),
    ])
    const what = await app.db('appointment_changes').orderBy('id').pluck('what')
    const { state } = await app.db('appointments').first('state')
    // Whoever cancels has seen the time that they cancel: what was moved meanwhile is asked about once more.
    assert.equal(what.join(), state === 'cancelled' ? 'booked,cancelled' : 'booked,moved')
    const late = pages[state === 'cancelled' ? 0 : 1] as Page
    assert.match(late.text, state === 'cancelled' ? /is cancelled/ : /11:30 AM/)
  })

  it('leaves an invitation file that takes the event out of the calendar', async () => {
    const file = await visitor.send('GET', `${booked.path}/invite.ics`)
    assert.match(file.headers.get('content-type') ?? '', /^text\/calendar/)
    assert.match(file.headers.get('content-disposition') ?? '', /attachment/)
    assert.match(file.body, /METHOD:PUBLISH\r\n[\s\S]*SEQUENCE:0\r\n[\s\S]*DTSTART:20260305T150000Z\r\n/)
    assert.ok(!file.body.includes(ana.brings))
    await (await booked.link('Cancel it')).button('Cancel this appointment')
    const gone = await visitor.send('GET', `${booked.path}/invite.ics`)
    assert.match(gone.body, /METHOD:CANCEL\r\n/)
    assert.match(gone.body, /SEQUENCE:1\r\n/)
  })
})
