import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Fields, Page, Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const LEFT_OUT = ['sessions', 'audit_entries', 'audit_head', 'audit_keys']

/** Wednesday, 9:00 in Indianapolis. */
const MORNING = NOW + DAY

describe('the practice books', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>
  let client: Awaited<ReturnType<typeof make.client>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    client = await make.client(db, {
      name: 'Maya Sample',
      email: 'maya@example.com',
      phone: '+1 317 555 0111',
    })
    desk = await signedIn(app, world.dietitian)
  })

  const path = () => `/practice/clients/${client.id}/booking`
  const at = (start: number, more = '') => desk.open(`${path()}?slot=${iso(start)}${more}`)
  const typed = (date: string, time: string) => desk.open(`${path()}?date=${date}&time=${time}`)
  const press = (page: Page, fields = {}) => page.button('Book this appointment', fields)
  const booked = () => app.db('appointments').where({ state: 'booked' }).orderBy('created_at')
  const mailsTo = async (address: string) =>
    (await app.mails()).filter(({ to_address }) => to_address.includes(address))

  it('from the client’s page: a free time, three presses, and both get a mail with the invitation', async () => {
    const times = await desk.open(path())
    assert.equal(times.h1, 'Book an appointment')
    const chosen = await (await times.link(/Wednesday, March 4/)).link('10:00 AM')
    assert.match(chosen.text, /Wednesday, March 4, 2026, 10:00 AM to 11:00 AM/)
    assert.match(chosen.text, /For the client: Wed, Mar 4, 9:00 AM, Central Standard Time/)
    assert.ok(!chosen.hasField('reason'))
    const done = await press(chosen, { place: 'video' })
    assert.match(done.path, /^\/practice\/appointments\//)
    assert.equal(done.h1, 'Maya Sample')
    assert.match(done.text, /Booked by the practice/)
    assert.match(done.text, /Booked: Wed, Mar 4, 10:00 AM\. Maya Sample gets a mail with the time\./)
    assert.doesNotMatch((await desk.open(done.path.split('?')[0] ?? '')).text, /Maya Sample gets a mail/)

    const [row] = await booked()
    assert.equal(row.starts_at, MORNING + HOUR)
    assert.equal(row.ends_at, MORNING + 2 * HOUR)
    assert.deepEqual(
      [row.client_id, row.place, row.zone, row.type_name, row.booked_name, row.booked_phone, row.reminders],
      [client.id, 'video', 'America/Chicago', world.type.name, 'Maya Sample', '+1 317 555 0111', true],
    )
    await app.work()
    const [mail] = await mailsTo('maya@example.com')
    assert.match(mail?.plain ?? '', /Your appointment with .* is booked\. We look forward/)
    assert.match(mail?.calendar ?? '', /METHOD:REQUEST/)
    assert.equal((await app.mails()).length, 2)
    const entry = await app.db('audit_entries').where({ action: 'appointment.booked' }).first()
    assert.deepEqual([entry.subject_id, entry.client_id], [row.id, client.id])
  })

  it('with its own words: they stand in the mail, sealed in the database, and in the history', async () => {
    const message = 'As we said on the phone.\n\nSee you <soon> & bring your list.'
    const done = await press(await at(MORNING), { message, place: 'in_person', reminders: null })
    assert.match(done.text, /As we said on the phone\./)
    await app.work()
    const [mail] = await mailsTo('maya@example.com')
    assert.match(mail?.plain ?? '', /As we said on the phone\.\n\nSee you <soon> & bring your list\./)
    assert.match(mail?.html ?? '', /See you &lt;soon&gt; &amp; bring/)
    assert.doesNotMatch(mail?.plain ?? '', /is booked\. We look forward/)
    const rows = JSON.stringify(await dump(app.db, ['outbox_mails']))
    assert.doesNotMatch(rows, /As we said/)
    assert.equal((await booked())[0].reminders, false)
  })

  it('with nothing written: the usual words are sent', async () => {
    await press(await at(MORNING), { message: '  ' })
    await app.work()
    assert.match((await mailsTo('maya@example.com'))[0]?.plain ?? '', /is booked\. We look forward/)
    assert.equal((await app.db('appointment_changes').first()).message_sealed, null)
  })

  it('outside its own rules: a warning, a reason, and then it is booked', async () => {
    const page = await typed('2026-03-04', '07:10')
    assert.match(page.text, /This is outside your own rules/)
    assert.match(page.text, /outside your opening hours/)
    assert.match(page.text, /between the usual starts/)
    const without = await press(page, { message: 'Early bird' })
    assert.equal(without.status, 422)
    assert.match(without.errorFor('reason') ?? '', /Please say why/)
    assert.equal(without.value('message')?.trim(), 'Early bird')
    assert.equal((await booked()).length, 0)

    const done = await press(without, { reason: 'She flies at nine' })
    assert.match(done.text, /Reason: She flies at nine/)
    const [row] = await booked()
    assert.equal(row.starts_at, Date.parse('2026-03-04T12:10:00Z'))
    const change = await app.db('appointment_changes').first('id', 'reason_sealed')
    const place = { table: 'appointment_changes', column: 'reason_sealed', row: String(change.id) }
    assert.equal(sealer.open(place, change.reason_sealed), 'She flies at nine')
    await app.work()
    for (const { plain, html } of await app.mails()) assert.doesNotMatch(plain + html, /flies/)
  })

  it('over its own time off and past its own limit, but says so', async () => {
    const off = { starts_at: iso(MORNING), ends_at: iso(MORNING + 3 * HOUR) }
    await app.db('time_off').insert({ dietitian_id: world.dietitian.id, ...off })
    await app.db('dietitians').update({ daily_limit: 1 })
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    await make.appointment(app.db, { ...of, startsAt: MORNING + 5 * HOUR })
    const page = await at(MORNING)
    assert.match(page.text, /You have time off then/)
    assert.match(page.text, /Your limit of appointments for that day is reached/)
    await press(page, { reason: 'An emergency' })
    assert.equal((await booked()).length, 2)
  })

  it('keeps no reason that was not needed', async () => {
    const fields = { slot: iso(MORNING), place: 'video', reason: 'No need' }
    await desk.post(path(), fields)
    assert.equal((await booked()).length, 1)
    assert.equal((await app.db('appointment_changes').first()).reason_sealed, null)
  })

  it('never over another appointment, with or without a reason: other times are offered, what was typed stays', async () => {
    const page = await at(MORNING)
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    await make.appointment(app.db, { ...of, startsAt: MORNING + 30 * MINUTE })
    const lost = await press(page, { message: 'My words' })
    assert.equal(lost.status, 409)
    assert.match(lost.errorFor('slot') ?? '', /Somebody has that time/)
    assert.equal(lost.value('message')?.trim(), 'My words')
    const forced = await desk.post(path(), { slot: iso(MORNING), place: 'video', reason: 'I insist' })
    assert.equal(forced.status, 409)
    assert.equal((await booked()).length, 1)
    const fresh = iso(MORNING + 1.5 * HOUR).replace('.000Z', 'Z')
    const done = await press(lost, { slot: fresh })
    assert.match(done.path, /^\/practice\/appointments\//)
    const looked = await at(MORNING)
    assert.match(looked.text, /Somebody has that time/)
    assert.match(looked.text, /Free times/)
  })

  it('pressing twice books once', async () => {
    const page = await at(MORNING)
    const [one, two] = [await press(page), await press(page)]
    assert.equal(one.path, two.path)
    assert.equal((await booked()).length, 1)
  })

  it('not in the past, not in three years, and not at what is no time', async () => {
    const before = await dump(app.db, LEFT_OUT)
    const tries: [string, RegExp][] = [
      [`?slot=${iso(NOW - 10 * HOUR)}`, /too long ago/],
      [`?slot=${iso(NOW + 1000 * DAY)}`, /next two years/],
      ['?slot=tomorrow', /choose a time/],
      ['?date=2026-03-08&time=25:00', /choose the time.*like 14:30/],
      ['?date=2026-02-30&time=09:00', /choose the day.*like 2026-12-01/],
      ['?date=2026-03-01&time=09:00', /too long ago/],
      ['?date=&time=', /choose the day/],
    ]
    for (const [query, words] of tries) {
      const page = await desk.open(path() + query)
      assert.equal(page.status, 422, query)
      assert.match(page.text, words)
    }
    const posts: Fields[] = [
      {},
      { slot: 'x' },
      { slot: iso(NOW - 10 * HOUR), place: 'video', reason: 'Late' },
      { slot: iso(MORNING), place: 'moon' },
    ]
    for (const fields of posts) assert.equal((await desk.post(path(), fields)).status, 422)
    const long = { slot: iso(MORNING), place: 'video', message: 'x'.repeat(2001) }
    assert.match((await desk.post(path(), long)).errorFor('message') ?? '', /at most 2000 characters/)
    const noNumber = await desk.post(path(), { slot: iso(MORNING), place: 'phone', phone: '' })
    assert.match(noNumber.errorFor('phone') ?? '', /number that you will call/)
    assert.deepEqual(await dump(app.db, LEFT_OUT), before)
  })

  it('who came without an appointment, once it has begun: with a reason, and it can be marked', async () => {
    app.clock.set(NOW + 2.5 * HOUR)
    desk = await signedIn(app, world.dietitian)
    const page = await typed('2026-03-03', '10:00')
    assert.match(page.text, /outside your own rules.*It has begun already\. Why at this time/)
    assert.doesNotMatch(page.text, /sooner than|outside your opening hours/)
    assert.equal((await press(page)).status, 422)
    const done = await press(page, { reason: 'Walked in' })
    assert.match((await done.button('Kept')).text, /Marked as kept/)
    const [{ id }] = await app.db('appointments')
    const moving = await desk.open(`/practice/appointments/${id}/reschedule?slot=${iso(NOW + HOUR)}`)
    assert.doesNotMatch(moving.text, /begun already/)
  })

  it('any type that it offers: the one of last time, or a further talk, is chosen', async () => {
    const follow = await make.type(app.db, [world.dietitian.id], {
      name: 'Follow-up',
      minutes: 30,
      listed: false,
    })
    const chosen = async () => {
      const page = await desk.open(path())
      return (page.html.match(/aria-current="true">([^<]+)/)?.[1] ?? '').trim()
    }
    assert.equal(await chosen(), world.type.name)
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    await make.appointment(
      app.db,
      { ...of, startsAt: NOW - 7 * DAY },
      { client_id: client.id, state: 'kept' },
    )
    assert.equal(await chosen(), 'Follow-up')
    const page = await (await desk.open(path())).link(/^Type/)
    assert.match(page.path, new RegExp(`type=${world.type.slug}`))
    const other = await make.type(app.db, [(await make.dietitian(app.db)).id])
    assert.equal((await desk.open(`${path()}?type=${other.slug}`)).status, 404)
    assert.equal((await desk.open(`${path()}?type=nothing`)).status, 404)
    await app.db('appointment_types').where({ id: follow.id }).update({ active: false })
    assert.equal((await desk.open(`${path()}?type=${follow.slug}`)).status, 404)
  })

  it('nothing when it offers nothing, and says where to begin', async () => {
    const other = await signedIn(app, await make.dietitian(app.db))
    const page = await other.open(path())
    assert.match(page.text, /You offer no appointment type yet/)
    assert.equal((await other.post(path(), { slot: iso(MORNING), place: 'video' })).status, 422)
    assert.equal((await booked()).length, 0)
  })

  it('only for clients whom the dietitian may see', async () => {
    const colleague = await make.dietitian(app.db, { sees_all_charts: false })
    await make.hours(app.db, colleague.id)
    await app
      .db('appointment_type_dietitians')
      .insert({ appointment_type_id: world.type.id, dietitian_id: colleague.id })
    const other = await signedIn(app, colleague)
    assert.equal((await other.open(path())).status, 404)
    assert.equal((await other.post(path(), { slot: iso(MORNING), place: 'video' })).status, 404)
    assert.doesNotMatch((await other.open('/practice/calendar/booking?q=Maya')).text, /Maya/)
    assert.equal((await booked()).length, 0)
    await app.db('clients').where({ id: client.id }).update({ dietitian_id: colleague.id })
    const page = await other.post(path(), { slot: iso(MORNING), place: 'video' })
    assert.match(page.path, /^\/practice\/appointments\//)
    assert.equal((await booked())[0].dietitian_id, colleague.id)
  })

  it('from a free hour of the calendar: who it is for, then all is ready', async () => {
    const week = await desk.open('/practice/calendar')
    const choose = await week.link(/^Free from 10:00 AM to 11:00 AM: book/)
    assert.equal(choose.h1, 'Who is it for?')
    assert.match(choose.text, /An appointment on Tue, Mar 3, 10:00 AM/)
    const found = await choose.button('Search', { q: 'maya' })
    const page = await found.link(/^Maya Sample/)
    assert.match(page.text, /Tuesday, March 3, 2026, 10:00 AM/)
    const past = await desk.open(`/practice/calendar/booking?slot=${iso(NOW - 10 * HOUR)}`)
    assert.match(past.text, /too long ago/)
    const unknown = await choose.button('Search', { q: 'Nobody of this name' })
    assert.match(unknown.text, /Nobody by that name/)
    const long = await desk.open(`/practice/calendar/booking?q=${'x'.repeat(300)}`)
    assert.equal(long.status, 422)
    assert.match(long.errorFor('q') ?? '', /at most 200/)
  })

  it('beginning with who came lately, and nobody from the archive', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    await make.appointment(app.db, { ...of, startsAt: NOW - DAY }, { client_id: client.id })
    const gone = await make.client(app.db, { name: 'Gone Away' })
    await make.appointment(app.db, { ...of, startsAt: NOW - 2 * DAY }, { client_id: gone.id })
    await app
      .db('clients')
      .where({ id: gone.id })
      .update({ archived_at: iso(NOW) })
    const page = await desk.open('/practice/calendar/booking')
    assert.match(page.text, /Seen lately Maya Sample/)
    assert.doesNotMatch(page.text, /Gone Away/)
    const times = await page.link(/^Maya Sample/)
    assert.match(times.text, /Free times/)
  })

  it('and a time that somebody is just booking is theirs, until it runs out', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: MORNING }
    const held = {
      state: 'held',
      booked_at: null,
      booked_name: null,
      link_hash: null,
      link_sealed: null,
      place: null,
    }
    await make.appointment(app.db, of, { ...held, held_until: iso(NOW + 5 * MINUTE) })
    const fields = { slot: iso(MORNING), place: 'video' }
    assert.equal((await desk.post(path(), fields)).status, 409)
    app.clock.set(NOW + 6 * MINUTE)
    const page = await desk.post(path(), fields)
    assert.match(page.path, /^\/practice\/appointments\//)
  })
})
