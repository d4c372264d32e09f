import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const PATH = '/practice/availability'

describe('time off and single days', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset(), { type: { name: 'First talk' } })
    desk = await signedIn(app, world.dietitian)
  })

  const addOff = async (typed: Record<string, string>) =>
    (await desk.open(PATH)).button('Add this time off', typed)
  const addDay = async (typed: Record<string, string>) =>
    (await desk.open(PATH)).button('Add this day', typed)
  const timesOf = async (day: string) => {
    const { body } = await desk.send(
      'GET',
      `/api/slots?type=${world.type.slug}&from=${day}&to=${day}&zone=America/Indiana/Indianapolis`,
    )
    return (JSON.parse(body).slots as { start: string }[]).map(({ start }) => start.slice(11, 16))
  }

  it('keep clients from booking, for part of a day or several days, and the booked is named', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    await make.appointment(app.db, { ...of, startsAt: NOW + 2 * DAY })
    assert.equal((await timesOf('2026-03-06')).length, 15)
    const day = await addOff({ off_from: '2026-03-06', off_from_time: '600', off_to_time: '960' })
    assert.match(day.text, /Your time off is saved/)
    assert.match(day.text, /Fri, Mar 6, 10:00 AM to 4:00 PM/)
    assert.deepEqual(await timesOf('2026-03-06'), ['09:00', '16:00'])
    const days = await addOff({ off_from: '2026-03-04', off_to: '2026-03-05', off_note: 'Conference' })
    assert.match(days.text, /Wed, Mar 4 to Thu, Mar 5 Conference/)
    assert.match(days.text, /1 booked appointment lies outside/)
    assert.match(days.text, /in your time off/)
    assert.deepEqual(await timesOf('2026-03-05'), [])
    const removed = await days.button('Remove the time off of Fri, Mar 6, 10:00 AM to 4:00 PM')
    assert.match(removed.text, /It is removed/)
    assert.equal((await timesOf('2026-03-06')).length, 15)
  })

  it('that overlap are both kept, and it is said', async () => {
    await addOff({ off_from: '2026-03-10', off_to: '2026-03-12' })
    const page = await addOff({ off_from: '2026-03-12', off_to: '2026-03-13' })
    assert.equal(page.text.match(/Overlaps with another/g)?.length, 2)
  })

  it('of 400 days are refused beside the field, and what was typed stays', async () => {
    const refused = await addOff({ off_from: '2026-03-10', off_to: '2027-04-13', off_note: 'A long walk' })
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('off_to') ?? '', /365 days long at most/)
    assert.equal(refused.value('off_note'), 'A long walk')
    assert.equal(refused.value('off_from'), '2026-03-10')
    const reversed = await addOff({ off_from: '2026-03-10', off_to: '2026-03-01' })
    assert.match(reversed.errorFor('off_to') ?? '', /lies before the first/)
    const long = await addOff({ off_from: '2026-03-10', off_note: 'x'.repeat(201) })
    assert.match(long.errorFor('off_note') ?? '', /at most 200/)
    assert.deepEqual(await app.db('time_off'), [])
  })

  it('close a day, give it other hours, or more of them', async () => {
    const closed = await addDay({ on: '2026-03-06' })
    assert.match(closed.text, /Fri, Mar 6 Closed/)
    assert.deepEqual(await timesOf('2026-03-06'), [])
    await addDay({ on: '2026-03-05', kind: 'instead', open_from: '600', open_to: '720', open_where: 'video' })
    assert.deepEqual(await timesOf('2026-03-05'), ['10:00', '10:30', '11:00'])
    const page = await addDay({ on: '2026-03-05', kind: 'extra', open_from: '1200', open_to: '1260' })
    assert.deepEqual(await timesOf('2026-03-05'), ['10:00', '10:30', '11:00', '20:00'])
    assert.match(page.text, /Thu, Mar 5 Open 10:00 AM to 12:00 PM \(by video\)/)
    await page.button(/^Remove, of Thu, Mar 5: No usual hours/)
    assert.equal((await timesOf('2026-03-05')).length, 16)
  })

  it('refuse hours that the day has already, and hours that end before they begin', async () => {
    const hours = { on: '2026-03-05', kind: 'extra', open_from: '1080', open_to: '1200' }
    await addDay(hours)
    const twice = await addDay({ ...hours, open_from: '1140', open_to: '1260' })
    assert.equal(twice.status, 422)
    assert.match(twice.errorFor('open_from') ?? '', /hours of its own at that time already/)
    assert.equal(twice.value('open_to'), '1260')
    const reversed = await addDay({ ...hours, open_to: '600' })
    assert.match(reversed.errorFor('open_to') ?? '', /end before they begin/)
    const past = await addDay({ on: '2026-03-02' })
    assert.equal(past.errorFor('on'), 'This day is over.')
    assert.equal((await desk.post(`${PATH}/exceptions`, { on: '2026-03-09', kind: 'x' })).status, 422)
    assert.equal((await app.db('date_exceptions')).length, 1)
  })

  it('are 400 at most, wherever the new one lies, and those that are over don’t count', async () => {
    const closed = (from: string, count: number) =>
      app.db.raw(
        `insert into date_exceptions (dietitian_id, on_date, kind)
         select ?, ?::date + n, 'closed' from generate_series(1, ?::int) n`,
        [world.dietitian.id, from, count],
      )
    await closed('2025-03-01', 300)
    await closed('2026-04-01', 398)
    const [one, two] = await Promise.all(['2026-03-20', '2027-12-01'].map((on) => addDay({ on })))
    assert.deepEqual([one?.status, two?.status], [200, 200])
    const refused = await addDay({ on: '2027-12-02' })
    assert.equal(refused.status, 422)
    assert.match(refused.text, /There are 400 of them already/)
    assert.equal((await addDay({ on: '2026-03-20' })).status, 200)
    assert.equal((await app.db('date_exceptions')).length, 700)
  })

  it('are closed once, however often the button is pressed', async () => {
    const page = await desk.open(PATH)
    await Promise.all([1, 2, 3].map(() => page.button('Add this day', { on: '2026-03-06' })))
    assert.equal((await app.db('date_exceptions')).length, 1)
  })

  it('are one’s own: nobody else removes them', async () => {
    const [off] = await app
      .db('time_off')
      .insert({ dietitian_id: world.dietitian.id, starts_at: iso(NOW), ends_at: iso(NOW + HOUR) })
      .returning('id')
    const [day] = await app
      .db('date_exceptions')
      .insert({ dietitian_id: world.dietitian.id, on_date: '2026-03-06', kind: 'closed' })
      .returning('id')
    const other = await signedIn(app, await make.dietitian(app.db))
    const before = await dump(app.db, ['sessions'])
    for (const path of [
      `time-off/${off.id}`,
      `exceptions/${day.id}`,
      'time-off/0',
      'exceptions/9e9',
      'time-off/x',
    ])
      assert.equal((await other.post(`${PATH}/${path}/removal`, {})).status, 404, path)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('and hours that change are noted: who, and when', async () => {
    await addOff({ off_from: '2026-03-10' })
    await addDay({ on: '2026-03-06' })
    await (await desk.open(PATH)).button('Save these hours')
    const entries = await app
      .db('audit_entries')
      .orderBy('position')
      .select('action', 'account_id', 'subject_id')
    const acts = entries.filter(({ action }) => /hours|timeoff/.test(action))
    assert.deepEqual(
      acts.map(({ action }) => action),
      ['timeoff.changed', 'hours.changed', 'hours.changed'],
    )
    for (const act of acts) {
      assert.equal(act.account_id, world.dietitian.account_id)
      assert.equal(act.subject_id, world.dietitian.id)
    }
  })
})
