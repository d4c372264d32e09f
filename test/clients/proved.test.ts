import assert from 'node:assert/strict'
import { DAY, iso } from '../../server/clock.ts'
import { answered } from '../chart/sent.ts'
import { signedInClient } from '../my/client.ts'
import { asks, makeForm } from '../requests/asking.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { hold, signedIn, signedInAsClient } from '../support/people.ts'

const THURSDAY = /Thursday, March 5/
const LINE = /Their chart opens once they confirm the appointment/

describe('a chart that somebody books their way to', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  /** Works in the practice, and sees the charts of their own clients alone. */
  let max: { id: string } & Record<string, unknown>
  let type: Awaited<ReturnType<typeof make.type>>
  let maya: { id: string } & Record<string, unknown>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { dietitian: { name: 'Dana Reed' } })
    max = await make.dietitian(db, { name: 'Max Gray', sees_all_charts: false, is_owner: false })
    await make.hours(db, max.id)
    type = await make.type(db, [max.id], { name: 'Talk' })
    maya = await make.client(db, {
      name: 'Maya Planted',
      email: 'maya@example.com',
      phone: '+1 312 555 0187',
    })
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW - 9 * DAY }
    await make.appointment(db, of, { client_id: maya.id, state: 'kept' })
    desk = await signedIn(app, max)
  })

  const typed = { name: 'Mallory', email: 'maya@example.com', place: 'video', brings: 'Typed while booking' }

  async function bookAsStranger(time = '10:00 AM'): Promise<Page> {
    const details = await hold(visit(app), type, THURSDAY, time)
    const booked = await details.button('Book this appointment', typed)
    assert.equal(booked.h1, 'Your appointment is booked')
    return booked
  }
  const idOf = async (of: object = { dietitian_id: max.id }): Promise<string> =>
    (await app.db('appointments').where(of).orderBy('created_at', 'desc').first('id')).id
  const chart = (path = '') => desk.open(`/practice/clients/${maya.id}${path}`)
  const isOpen = async () => (await chart()).status === 200
  const page = async () => desk.open(`/practice/appointments/${await idOf()}`)

  it('stays closed, on every page that could lead there', async () => {
    await make.ownForms(app.db)
    await answered(app.db, { clientId: maya.id, at: NOW - DAY, signs: [{ sign: 'anemia', kind: 'urgent' }] })
    await asks(app.db, type.id, await makeForm(app.db))
    await bookAsStranger()
    await app.work()
    assert.equal(await app.db('own_clients').where({ dietitian_id: max.id }).first(), undefined)
    for (const path of ['', '/forms', '/notes', '/appointments', '/files', '/details', '/audit', '/summary'])
      assert.equal((await chart(path)).status, 404, path)
    assert.equal((await chart('/booking')).status, 404)
    const id = await idOf()
    const posted = await desk.post(`/practice/clients/${maya.id}/notes`, { from: '', appointment: id })
    assert.equal(posted.status, 404)
    app.clock.set(NOW + 2 * DAY)
    desk = await signedIn(app, max)
    assert.match((await desk.open('/practice')).text, /Mallory Talk/)
    const paths = ['/practice', '/practice/calendar', '/practice/clients', '/practice/clients?q=Maya']
    paths.push('/practice/calendar/booking', `/practice/appointments/${id}`, '/practice/availability')
    paths.push(`/practice/appointments/${id}/reschedule`, '/practice/clients?show=signs', '/practice/notes')
    for (const path of paths) {
      const { html, ...shown } = await desk.open(path)
      assert.deepEqual([shown.path, shown.status], [path, 200])
      assert.doesNotMatch(html, /Planted|0187/, path)
      assert.ok(!html.includes(maya.id), path)
      if (path === '/practice') assert.doesNotMatch(html, /warning sign|Forms (asked|begun|sent)|First app/)
    }
    for (const { to_address, plain, calendar } of await app.mails())
      if (!to_address.includes('maya')) assert.doesNotMatch(`${plain} ${calendar}`, /Planted|0187/)
  })

  it('shows who it was booked for as typed, and can be moved, marked and cancelled', async () => {
    await bookAsStranger()
    const first = await page()
    assert.match(first.text, /Mallory.*Typed while booking/)
    assert.match(first.text, LINE)
    assert.ok(!first.links.some(({ href }) => href.startsWith('/practice/clients/')))
    const times = await first.link('Move it')
    const chosen = await (await times.link(/Friday, March 6/)).link('11:00 AM')
    assert.match((await chosen.button('Move this appointment')).text, /Moved by the practice/)
    app.clock.set(NOW + 4 * DAY)
    desk = await signedIn(app, max)
    assert.match((await (await page()).button('Kept')).text, /Kept/)
    assert.equal(await isOpen(), false)
    assert.doesNotMatch((await page()).text, /Your note/)
  })

  it('stays closed when whoever booked goes on from the page of the booking', async () => {
    const booked = await bookAsStranger()
    const token = booked.path.split('/').at(-1)
    const moved = await (await (await booked.link(/^Move it/)).link(/Friday, March 6/)).link('11:00 AM')
    await moved.button(/Move/)
    assert.equal(
      (
        await app
          .db('appointments')
          .where({ id: await idOf() })
          .first()
      ).sequence,
      1,
    )
    const again = await visit(app).open(`/book/${type.slug}?after=${token}`)
    const details = await (await again.link(/Saturday, March 7/)).button('10:00 AM')
    await details.button('Book this appointment', { place: 'video' })
    assert.equal(await isOpen(), false)
  })

  it('opens when the client says on their own page that it is theirs', async () => {
    await bookAsStranger()
    await app.work()
    const mail = (await app.mails()).find(({ to_address }) => to_address.includes('maya'))
    assert.match(mail?.plain ?? '', /please confirm on your own page that this appointment is yours/)
    const own = await (await signedInAsClient(app, maya)).open('/my')
    assert.equal(await isOpen(), false)
    const after = await own.button(/^Yes, it is mine/)
    assert.equal(after.path, '/my')
    assert.doesNotMatch(after.text, /Is this appointment yours/)
    assert.equal(await isOpen(), true)
    assert.doesNotMatch((await page()).text, LINE)
    const noted = await app.db('audit_entries').where({ action: 'appointment.confirmed' }).first()
    assert.deepEqual([noted.client_id, noted.subject_id], [maya.id, await idOf()])
  })

  it('does not open by somebody else’s word', async () => {
    await bookAsStranger()
    const other = await signedInClient(app)
    const answer = await other.visitor.post(`/my/appointments/${await idOf()}/confirmation`, {})
    assert.equal(answer.status, 404)
    assert.equal(await isOpen(), false)
  })

  it('opens when they send a form that it asked for', async () => {
    const form = await makeForm(app.db)
    await asks(app.db, type.id, form)
    await bookAsStranger()
    await app.work()
    await sendForm(form)
    assert.equal(await isOpen(), true)
  })

  it('stays closed by a form that was asked before, or that another appointment asks for', async () => {
    const form = await makeForm(app.db)
    await asks(app.db, type.id, form)
    await asks(app.db, world.type.id, form)
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + 20 * DAY }
    const { id } = await make.appointment(app.db, of, { client_id: maya.id })
    const asked = { clientId: maya.id, formId: form.id }
    await make.request(app.db, asked, { appointment_id: id, due_at: iso(of.startsAt) })
    await bookAsStranger()
    await app.work()
    assert.equal((await app.db('form_requests').first()).appointment_id, await idOf())
    await sendForm(form)
    assert.equal(await isOpen(), false)
  })

  async function sendForm({ slug }: { slug: string }) {
    const own = await signedInAsClient(app, maya)
    const section = await own.open(`/my/forms/${slug}/sections/1`)
    const review = await section.button(/Save|Look|Go on|Next|Check/i, {})
    const sent = await (review.path.endsWith('/review')
      ? review
      : await own.open(`/my/forms/${slug}/review`)
    ).button(/^Send/)
    assert.match(sent.path, /^\/my\/forms\/sent\//)
  }

  it('is open to whom it never was closed: who books first under a new address', async () => {
    const details = await hold(visit(app), type, THURSDAY, '10:00 AM')
    await details.button('Book this appointment', { ...typed, email: 'new@example.com' })
    const made = await app.db('clients').where({ email: 'new@example.com' }).first()
    assert.equal((await desk.open(`/practice/clients/${made.id}`)).status, 200)
    assert.doesNotMatch((await page()).text, LINE)
  })

  it('opens when they book from the page of an appointment that is surely theirs', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + 9 * DAY }
    const { token } = await make.appointment(app.db, of, { client_id: maya.id })
    const times = await visit(app).open(`/book/${type.slug}?after=${token}`)
    const details = await (await times.link(/Saturday, March 7/)).button('10:00 AM')
    await details.button('Book this appointment', { place: 'video' })
    assert.equal(await isOpen(), true)
  })

  it('opens when the practice books for a client of theirs', async () => {
    await app.db('clients').where({ id: maya.id }).update({ dietitian_id: max.id })
    const booking = await desk.open(`/practice/clients/${maya.id}/booking?date=2026-03-05&time=10:00`)
    await booking.button('Book this appointment', { place: 'video' })
    await app.db('clients').where({ id: maya.id }).update({ dietitian_id: null })
    assert.equal(await isOpen(), true)
  })

  it('opens when a colleague who sees all charts makes them the client’s dietitian, and who does not can’t', async () => {
    await bookAsStranger()
    const dana = await signedIn(app, world.dietitian)
    const details = await dana.open(`/practice/clients/${maya.id}/details`)
    assert.equal(details.value('dietitian'), '')
    const wrong = await details.button('Save these details', { dietitian: world.type.id })
    assert.equal(wrong.errorFor('dietitian'), 'Please choose a dietitian from the list.')
    const saved = await details.button('Save these details', { dietitian: String(max.id) })
    assert.equal(saved.value('dietitian'), max.id)
    assert.equal(await isOpen(), true)
    const own = await chart('/details')
    assert.equal(own.hasField('dietitian'), false)
    await own.button('Save these details', { phone: '+1 312 555 0100' })
    await desk.post(`/practice/clients/${maya.id}/details`, {
      ...{ name: 'Maya', email: 'maya@example.com', zone: 'UTC', revision: '2', dietitian: '' },
    })
    const row = await app.db('clients').where({ id: maya.id }).first()
    assert.deepEqual([row.name, row.dietitian_id], ['Maya', max.id])
  })
})
