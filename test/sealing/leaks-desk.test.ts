import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { dumpAll, findIn } from './finding.ts'

/** Words that nobody else writes, wherever the practice can say why, or something to a client. */
const planted = {
  'reason, refused': 'Grummelschub',
  'reason of a booking': 'Nachtbauchkneif',
  'reason of a booking, lost': 'Zwackdarmpech',
  'reason of a move': 'Blähtermin',
  'reason of a move, at a bug': 'Juckpanne',
  'reason that was not needed': 'Krustenlos',
  'message, refused': 'Wundgruß',
  'message, lost': 'Fleckenfunk',
  'note on time off': 'Eigenschnupf',
  'note on time off, refused': 'Hustenhader',
  'search for a client': 'Suchpustel',
}

/** What goes to the client on purpose: into their mail, and nowhere else in clear. */
const told = {
  'message of a booking': 'Willkommkringel',
  'message of a move': 'Umzugsschnörkel',
  'message of a cancellation': 'Absagekrickel',
}

const EARLY = NOW + 4 * DAY - 7 * HOUR

describe('what the practice writes about appointments and about itself', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let client: { id: string } & Record<string, unknown>
  let desk: Visitor
  let already: number

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    client = await make.client(app.db)
    desk = await signedIn(app, world.dietitian)
    already = app.logged().length
  })

  const open = (start: number): Promise<Page> =>
    desk.open(`/practice/clients/${client.id}/booking?type=${world.type.slug}&slot=${iso(start)}`)

  /** Books at night, which takes a reason: refused first, then lost to somebody else, then done. */
  async function book() {
    const page = await open(EARLY)
    const refused = await page.button('Book this appointment', {
      reason: planted['reason, refused'].repeat(100),
      message: planted['message, refused'].repeat(200),
    })
    assert.equal(refused.status, 422)
    const late = await open(EARLY + 2 * HOUR)
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: EARLY + 2 * HOUR }
    await make.appointment(app.db, of)
    const lost = await late.button('Book this appointment', {
      reason: planted['reason of a booking, lost'],
      message: planted['message, lost'],
    })
    assert.equal(lost.status, 409)
    const given = { reason: planted['reason of a booking'], message: told['message of a booking'] }
    return (await open(EARLY)).button('Book this appointment', given)
  }

  async function move(path: string) {
    const page = await desk.open(`${path}/reschedule?slot=${iso(EARLY + 5 * HOUR)}`)
    await app.db.raw('alter table appointment_changes rename to changes_away')
    const fields = { slot: iso(EARLY + 5 * HOUR), base: '0', reason: planted['reason of a move, at a bug'] }
    const broken = await desk
      .post(`${path}/reschedule`, fields)
      .finally(() => app.db.raw('alter table changes_away rename to appointment_changes'))
    assert.equal(broken.status, 500)
    const given = { reason: planted['reason of a move'], message: told['message of a move'] }
    const moved = await page.button('Move this appointment', given)
    assert.equal(moved.path, `${path}?done=moved`)
    return moved
  }

  async function takeTimeOff() {
    const off = { off_from: '2026-03-20', off_from_time: '', off_to: '', off_to_time: '', type: '' }
    const path = '/practice/availability/time-off'
    const refused = { ...off, off_from: 'x', off_note: planted['note on time off, refused'] }
    assert.equal((await desk.post(path, refused)).status, 422)
    return desk.post(path, { ...off, off_note: planted['note on time off'] })
  }

  it('is found nowhere in the database nor in the logs, and a message in its mail alone', async () => {
    const booked = await book()
    const moved = await move(booked.path.replace('?done=booked', ''))
    const within = { type: world.type.slug, place: 'video', slot: iso(NOW + 6 * DAY) }
    const unneeded = { ...within, reason: planted['reason that was not needed'] }
    assert.equal((await desk.post(`/practice/clients/${client.id}/booking`, unneeded)).status, 200)
    await desk.open(`/practice/clients?q=${planted['search for a client']}`)
    await desk.open(`/practice/calendar/booking?q=${planted['search for a client']}`)
    const off = await takeTimeOff()
    await app.work()
    const cancelled = await moved.button(/^Cancel/, { message: told['message of a cancellation'] })
    await app.work()
    app.clock.set(NOW + DAY)
    await app.work(NOW + 30 * DAY)

    const kept = ['reason of a booking', 'reason of a move'] as const
    for (const where of kept)
      assert.ok(cancelled.html.includes(planted[where]), `${where} is kept, and can be read`)
    for (const word of Object.values(told)) assert.ok(cancelled.html.includes(word), word)
    assert.ok(off.text.includes(planted['note on time off']))

    const texts: Record<string, string> = {
      ...(await dumpAll(app.db)),
      'the logs': app.logged().slice(already),
    }
    for (const [where, word] of Object.entries(planted)) assert.deepEqual(findIn(texts, word), [], where)
    for (const [where, word] of Object.entries(told))
      assert.deepEqual(findIn(texts, word), ['public.outbox_mails'], where)
    const mails = (await app.mails()).filter(({ to_address }) => to_address.includes(String(client.email)))
    for (const { subject, calendar } of mails)
      for (const word of Object.values(told)) assert.ok(!`${subject} ${calendar}`.includes(word), word)
    for (const [where, word] of Object.entries(told))
      assert.equal(mails.filter(({ plain }) => plain.includes(word)).length, 1, where)
  })

  it('is not told by the page of the appointment that the client has', async () => {
    await book()
    await app.work()
    const [mail] = (await app.mails()).filter(({ to_address }) => to_address.includes(String(client.email)))
    const link = mail?.plain.match(/\/appointments\/[\w-]{43}/)?.[0] ?? ''
    const page = await visit(app).open(link)
    assert.equal(page.status, 200)
    assert.doesNotMatch(page.html, new RegExp(planted['reason of a booking']))
  })
})
