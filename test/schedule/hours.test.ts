import assert from 'node:assert/strict'
import { DAY, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Page, Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const PATH = '/practice/availability'

describe('the weekly hours', () => {
  let app: TestApp
  let dietitian: Awaited<ReturnType<typeof make.dietitian>>
  let typeId: string
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.practice(db)
    dietitian = await make.dietitian(db)
    typeId = (await make.type(db, [dietitian.id], { name: 'First talk', slug: 'first-talk' })).id
    desk = await signedIn(app, dietitian)
  })

  const save = (page: Page, typed: Record<string, string | string[]>) =>
    page.button('Save these hours', typed)
  const kept = async (starts_on = '0001-01-01') =>
    (
      await app
        .db('weekly_hours')
        .where({ dietitian_id: dietitian.id, starts_on })
        .orderBy(['weekday', 'from_minute'])
    ).map((row) => [row.weekday, row.from_minute, row.to_minute, row.places?.join() ?? null])
  const monday = { 'd1-1-from': '540', 'd1-1-to': '720', 'd1-2-from': '780', 'd1-2-to': '1020' }

  it('are fifty plans at most, and all that are there are listed', async () => {
    const later = (from: string, count: number) =>
      app.db.raw(
        'insert into weekly_plans (dietitian_id, starts_on) select ?, ?::date + n from generate_series(1, ?::int) n',
        [dietitian.id, from, count],
      )
    await later('2026-04-01', 49)
    const refused = await save(await desk.open(PATH), { ...monday, starts_on: '2026-12-01' })
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('starts_on') ?? '', /There are 50 plans already/)
    await later('2027-04-01', 5)
    assert.match((await desk.open(PATH)).text, /Apr(il)? 6, 2027/)
  })

  it('are set up from nothing in one go: two windows, places, and copies of a day', async () => {
    const empty = await desk.open(PATH)
    assert.match(empty.text, /No hours yet/)
    assert.match(empty.text, /Nothing is free in the next four weeks/)
    const saved = await save(empty, {
      ...monday,
      'd1-1-where': 'video',
      'd1-copy': ['3', '4', '5'],
      'd2-1-from': '600',
      'd2-1-to': '900',
      'd2-1-where': 'in_person',
    })
    assert.match(saved.text, /Your hours are saved/)
    assert.match(saved.text, /33 hours a week/)
    const day = (weekday: number) => [
      [weekday, 540, 720, 'video'],
      [weekday, 780, 1020, null],
    ]
    assert.deepEqual(await kept(), [...day(1), [2, 600, 900, 'in_person'], ...[3, 4, 5].flatMap(day)])
    assert.equal(saved.value('d3-2-from'), '780')
    assert.equal(saved.value('d2-1-where'), 'in_person')
    assert.match(saved.text, /Tuesday, March 10 9 times in person/)
  })

  it('are shown beside the next four weeks as a client would see them, of the type one chooses', async () => {
    await make.hours(app.db, dietitian.id, [{ weekday: 3, from_minute: 540, to_minute: 720 }])
    await make.type(app.db, [dietitian.id], {
      name: 'Long talk',
      minutes: 180,
      slug: 'long-talk',
      listed: false,
    })
    await make.type(app.db, [], { name: 'Of others' })
    const page = await desk.open(PATH)
    assert.match(page.text, /20 times in the next four weeks/)
    assert.match(page.text, /Wednesday, March 4 9:00 AM to 11:00 AM/)
    assert.match(page.text, /Tuesday, March 3 nothing/)
    assert.ok(!page.text.includes('Of others'))
    const long = await page.link('Long talk')
    assert.match(long.text, /4 times in the next four weeks/)
    assert.match(long.text, /Wednesday, March 25 9:00 AM/)
    const clients = await (await long.link('First talk')).link(/The page that clients book on/)
    assert.match(clients.path, /^\/book\/first-talk\?with=dietitian-/)
  })

  it('that overlap or are reversed are refused at their row, and all that was chosen stays', async () => {
    const refused = await save(await desk.open(PATH), {
      ...monday,
      'd1-2-from': '700',
      'd4-1-from': '900',
      'd4-1-to': '600',
      'd5-1-from': '600',
    })
    assert.equal(refused.status, 422)
    assert.match(refused.title, /^Error: /)
    assert.equal(refused.errorFor('d1-2-from'), 'Monday: these hours overlap with 9:00 AM to 12:00 PM.')
    assert.equal(refused.errorFor('d4-1-to'), 'Thursday: these hours end before they begin.')
    assert.equal(refused.errorFor('d5-1-to'), 'Friday: please choose when it ends.')
    assert.equal(refused.value('d4-1-to'), '600')
    assert.equal(refused.value('d5-1-from'), '600')
    assert.deepEqual(await kept(), [])
    const saved = await save(refused, { 'd1-2-from': '780', 'd4-1-to': '960', 'd5-1-to': '660' })
    assert.match(saved.text, /Your hours are saved/)
    assert.equal((await kept()).length, 4)
  })

  it('take whatever is posted for what it is: nothing is saved, nothing breaks', async () => {
    const bodies: Record<string, string | string[]>[] = [
      {},
      { 'd1-1-from': ['540', 'x'], 'd1-1-to': '720', base: '0', plan: '0001-01-01' },
      { 'd1-1-from': '-5', 'd1-1-to': '99999', base: '0', plan: '0001-01-01' },
      { ...monday, base: '99999999999', plan: '0001-01-01' },
      { ...monday, base: '0', plan: '0001-01-01', starts_on: '2026-02-30' },
      { ...monday, base: '0', plan: '0001-01-01', starts_on: '2026-03-03' },
      { ...monday, base: '0', plan: '9999-01-01' },
      { ...monday, base: '0', plan: '\u0000' },
      { 'd1-copy': ['9', 'x', '1'], 'd1-1-where': 'x'.repeat(5000), base: 'x', plan: 'x' },
    ]
    for (const body of bodies) {
      const page = await desk.post(`${PATH}/hours`, body)
      assert.ok([409, 422].includes(page.status), `${JSON.stringify(body)}: ${page.status}`)
      assert.deepEqual(await kept(), [])
    }
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`f${n}`, 'x']))
    assert.equal((await desk.post(`${PATH}/hours`, many)).status, 413)
  })

  it('that two people change at once: the second is shown what changed, and nothing is overwritten', async () => {
    const [mine, theirs] = [await desk.open(PATH), await desk.open(PATH)]
    await save(theirs, { 'd1-1-from': '600', 'd1-1-to': '660', 'd2-1-from': '600', 'd2-1-to': '660' })
    const refused = await save(mine, {
      'd1-1-from': '540',
      'd1-1-to': '720',
      'd2-1-from': '600',
      'd2-1-to': '660',
    })
    assert.equal(refused.status, 409)
    assert.match(refused.text, /Somebody changed these hours in the meantime/)
    assert.match(refused.text, /Monday Saved: 10:00 AM to 11:00 AM Yours: 9:00 AM to 12:00 PM/)
    assert.doesNotMatch(refused.text, /Tuesday Saved: 10:00 AM/)
    assert.equal(refused.value('d1-1-from'), '540')
    assert.deepEqual((await kept())[0], [1, 600, 660, null])
    const taken = await refused.link('take what is saved')
    assert.equal(taken.value('d1-1-from'), '600')
    await save(refused, {})
    assert.deepEqual((await kept())[0], [1, 540, 720, null])
  })

  it('that others changed while a mistake was put right are not overwritten either', async () => {
    const mine = await desk.open(PATH)
    await save(await desk.open(PATH), { 'd2-1-from': '600', 'd2-1-to': '660' })
    const wrong = await save(mine, { 'd1-1-from': '540', 'd1-1-to': '500' })
    assert.equal(wrong.status, 422)
    const refused = await save(wrong, { 'd1-1-to': '720' })
    assert.equal(refused.status, 409)
    assert.match(refused.text, /Tuesday Saved: 10:00 AM to 11:00 AM Yours: Closed/)
    assert.deepEqual(await kept(), [[2, 600, 660, null]])
  })

  it('that are saved at the very same moment are those of one of them', async () => {
    const pages = await Promise.all([desk.open(PATH), desk.open(PATH), desk.open(PATH)])
    const answers = await Promise.all(
      pages.map((page, n) => save(page, { 'd1-1-from': String(540 + n * 60), 'd1-1-to': '1020' })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409])
    assert.equal((await kept()).length, 1)
  })

  it('can be others from a later day on; until then the present ones stay', async () => {
    await make.hours(app.db, dietitian.id, [{ weekday: 3, from_minute: 540, to_minute: 600 }])
    const page = await desk.open(PATH)
    const typed = { 'd3-1-from': '', 'd3-1-to': '', 'd4-1-from': '540', 'd4-1-to': '660' }
    const later = await save(page, { ...typed, starts_on: '2026-03-16' })
    assert.match(later.text, /Your hours are saved/)
    assert.match(later.path, /plan=2026-03-16/)
    assert.deepEqual(await kept(), [[3, 540, 600, null]])
    assert.deepEqual(await kept('2026-03-16'), [[4, 540, 660, null]])
    for (const seen of [
      /Wednesday, March 4 9:00 AM/,
      /Wednesday, March 11 9:00 AM/,
      /Thursday, March 19 9:00 AM/,
    ])
      assert.match(later.text, seen)
    assert.doesNotMatch(later.text, /Wednesday, March 18 9:00/)

    const twice = await save(page, { ...typed, starts_on: '2026-03-16' })
    assert.equal(twice.status, 422)
    assert.match(twice.errorFor('starts_on') ?? '', /other hours from that day on already/)

    const changed = await save(await (await desk.open(PATH)).link('From Mar 16'), { 'd4-1-to': '720' })
    assert.match(changed.path, /plan=2026-03-16/)
    assert.deepEqual(await kept('2026-03-16'), [[4, 540, 720, null]])
    const removed = await changed.button('Remove these later hours')
    assert.match(removed.text, /Those before them go on/)
    assert.deepEqual(await kept('2026-03-16'), [])
    assert.match(removed.text, /Wednesday, March 18 9:00 AM/)
  })

  it('that were to begin later and are gone by now: what was chosen stays on the page', async () => {
    await save(await desk.open(PATH), { 'd1-1-from': '540', 'd1-1-to': '600', starts_on: '2026-03-16' })
    const mine = await desk.open(`${PATH}?plan=2026-03-16`)
    await (await desk.open(`${PATH}?plan=2026-03-16`)).button('Remove these later hours')
    const refused = await save(mine, { 'd1-1-to': '660' })
    assert.equal(refused.status, 409)
    assert.match(refused.text, /no longer there/)
    assert.equal(refused.value('d1-1-to'), '660')
    assert.deepEqual(await kept(), [])
  })

  it('that have begun can’t be taken away, and a page of hours that are none is not found', async () => {
    await app.db('weekly_plans').insert({ dietitian_id: dietitian.id, starts_on: '2026-03-03' })
    for (const date of ['2026-03-03', '0001-01-01', '2026-04-01', 'x'])
      assert.equal((await desk.post(`${PATH}/plans/${date}/removal`, {})).status, 404, date)
    assert.equal((await desk.open(`${PATH}?plan=2026-04-01`)).status, 404)
    assert.equal(
      await app
        .db('weekly_plans')
        .where({ dietitian_id: dietitian.id })
        .then(({ length }) => length),
      2,
    )
  })

  it('say which booked appointments lie outside once they are saved, and leave them alone', async () => {
    await make.hours(app.db, dietitian.id)
    const of = { dietitianId: dietitian.id, typeId }
    const ana = await make.client(app.db, { name: 'Ana Example' })
    const inside = await make.appointment(app.db, { ...of, startsAt: NOW + 2 * DAY })
    const booked = await make.appointment(app.db, { ...of, startsAt: NOW + DAY }, { client_id: ana.id })
    const cancelled = { state: 'cancelled', cancelled_at: iso(NOW) }
    await make.appointment(app.db, { ...of, startsAt: NOW + 8 * DAY }, cancelled)
    const before = await app.db('appointments').orderBy('id')
    const page = await desk.open(PATH)
    assert.doesNotMatch(page.text, /lies? outside/)
    const saved = await save(page, { 'd3-1-from': '' })
    assert.match(saved.text, /1 booked appointment lies outside/)
    assert.match(saved.text, /Wed, Mar 4, 9:00 AM Ana Example, First talk, by video outside your hours/)
    assert.ok(saved.links.some(({ href }) => href === `/practice/appointments/${booked.id}`))
    assert.ok(!saved.links.some(({ href }) => href === `/practice/appointments/${inside.id}`))
    assert.deepEqual(await app.db('appointments').orderBy('id'), before)
    assert.equal(await app.work(), 0)
    const elsewhere = await save(saved, { 'd5-1-where': 'phone', 'd4-1-where': 'in_person' })
    assert.match(elsewhere.text, /2 booked appointments lie outside/)
    assert.match(elsewhere.text, /Thu, Mar 5, 9:00 AM .* not the place of these hours/)
  })

  it('say apart and quietly what the practice put outside, and said why', async () => {
    await make.hours(app.db, dietitian.id)
    const client = await make.client(app.db, { name: 'Ana Example' })
    const booking = `/practice/clients/${client.id}/booking`
    const early = await desk.open(`${booking}?date=2026-03-04&time=07:00`)
    await early.button('Book this appointment', { reason: 'She flies at nine' })
    const page = await desk.open(PATH)
    assert.doesNotMatch(page.text, /booked appointments? lies? outside/)
    assert.match(page.text, /1 appointment lies outside because you put it there .*Wed, Mar 4, 7:00 AM Ana/)
    assert.ok(!page.text.includes('flies'))
    const { id } = await app.db('appointments').first('id')
    const later = await desk.open(`/practice/appointments/${id}/reschedule?date=2026-03-05&time=09:00`)
    await later.button('Move this appointment')
    const saved = await save(await desk.open(PATH), { 'd4-1-from': '' })
    assert.match(saved.text, /1 booked appointment lies outside/)
    assert.doesNotMatch(saved.text, /you put it there/)
  })

  it('are one’s own: a colleague sees and changes theirs', async () => {
    await make.hours(app.db, dietitian.id, [{ weekday: 1, from_minute: 540, to_minute: 600 }])
    const colleague = await make.dietitian(app.db)
    const other = await signedIn(app, colleague)
    const theirs = await other.open(PATH)
    assert.match(theirs.text, /No hours yet/)
    await save(theirs, { 'd1-1-from': '600', 'd1-1-to': '660' })
    assert.deepEqual(await kept(), [[1, 540, 600, null]])
  })
})
