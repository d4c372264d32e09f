import assert from 'node:assert/strict'
import ICAL from 'ical.js'
import { DAY, HOUR } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { counts, dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { ana, hold } from '../support/people.ts'

const wednesday = /Wednesday, March 4/

describe('booking an appointment', () => {
  let app: TestApp
  let visitor: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { type: { slug: 'initial', name: 'Initial consultation' } })
    visitor = visit(app)
  })

  it('leads from the start to the booked appointment and its mails', async () => {
    const home = await visitor.open('/')
    const types = await home.link('Book an appointment')
    assert.equal(types.h1, 'Book an appointment')
    const times = await types.link('Initial consultation')
    assert.equal(times.h1, 'Initial consultation')
    const day = await times.link(wednesday)
    const details = await day.button('10:00 AM')
    assert.equal(details.h1, 'Almost there')
    assert.match(details.text, /We keep this time for you until 9:10 AM/)

    const booked = await details.button('Book this appointment', ana)
    assert.equal(booked.status, 200)
    assert.equal(booked.h1, 'Your appointment is booked')
    assert.match(booked.text, /Wednesday, March 4 10:00 AM to 11:00 AM/)
    assert.match(booked.path, /^\/appointments\/[\w-]{43}$/)

    assert.equal(await app.work(), 4)
    const mails = await app.mails()
    const to = (address: unknown) => mails.find(({ to_address }) => to_address.includes(String(address)))
    const account = await app.db('accounts').first('email')
    const mine = to(ana.email)
    const theirs = to(account.email)
    assert.ok(mine && theirs)
    assert.equal(mails.length, 2)
    assert.ok(mine.plain.includes(`http://localhost:3000${booked.path}`), 'the link to change or cancel')
    assert.ok(!theirs.plain.includes(booked.path), 'the client’s secret link is not the dietitian’s')
    assert.match(mine.plain, /10:00 AM/)

    const event = new ICAL.Component(ICAL.parse(mine.calendar ?? ''))
    const entry = new ICAL.Event(event.getFirstSubcomponent('vevent') as ICAL.Component)
    assert.equal(event.getFirstPropertyValue('method'), 'REQUEST')
    assert.equal(entry.startDate.toUnixTime() * 1000, NOW + DAY + HOUR)
  })

  it('shows both clocks where they differ, and books the time that was meant', async () => {
    const times = await visitor.open('/book/initial?zone=Europe/London&from=2026-03-04')
    const details = await times.button(/^3:00 PM/)
    assert.match(details.text, /3:00 PM to 4:00 PM Greenwich Mean Time \(London\)/)
    assert.match(details.text, /At the practice Wed, Mar 4, 10:00 AM/)
    const booked = await details.button('Book this appointment', ana)
    assert.match(booked.text, /3:00 PM to 4:00 PM Greenwich Mean Time \(London\)/)
    const row = await app.db('appointments').first('starts_at', 'zone')
    assert.deepEqual(row, { starts_at: NOW + DAY + HOUR, zone: 'Europe/London' })
    await app.work()
    const mine = (await app.mails()).find(({ to_address }) => to_address.includes(ana.email))
    assert.match(mine?.plain ?? '', /3:00 PM/)
  })

  it('keeps what was typed and says beside each field what is missing', async () => {
    const details = await hold(visitor, world.type, wednesday, '10:00 AM')
    const before = await dump(app.db)
    const typed = {
      name: ' ',
      email: 'ana at home',
      phone: 'call me',
      place: 'phone',
      brings: 'Hello <b>you</b>',
    }
    const again = await details.button('Book this appointment', { ...typed, reminders: null })
    assert.equal(again.status, 422)
    assert.match(again.title, /^Error: /)
    assert.equal(again.errorFor('name'), 'Please tell us your name.')
    assert.match(again.errorFor('email') ?? '', /like name@example\.com/)
    assert.match(again.errorFor('phone') ?? '', /with digits/)
    assert.equal(again.errorFor('brings'), undefined)
    for (const [name, value] of Object.entries(typed)) assert.equal(again.value(name), value)
    assert.equal(again.value('reminders'), undefined)
    assert.deepEqual(await dump(app.db), before)
    const booked = await again.button('Book this appointment', { ...ana, phone: '' })
    assert.equal(booked.h1, 'Your appointment is booked')
  })

  it('asks for a number to call when we meet by phone, and for a place', async () => {
    const details = await hold(visitor, world.type, wednesday, '10:00 AM')
    const noNumber = await details.button('Book this appointment', { ...ana, place: 'phone' })
    assert.equal(noNumber.status, 422)
    assert.equal(noNumber.errorFor('phone'), 'Please give the number that we should call.')
    const noPlace = await details.button('Book this appointment', { ...ana, place: null })
    assert.equal(noPlace.errorFor('place'), 'Please choose how we meet.')
  })

  it('turns the same hold into one appointment, however often the button is pressed', async () => {
    const details = await hold(visitor, world.type, wednesday, '10:00 AM')
    const [first, second] = await Promise.all([
      details.button('Book this appointment', ana),
      details.button('Book this appointment', ana),
    ])
    const third = await details.button('Book this appointment', { ...ana, name: 'Somebody Else' })
    assert.equal(first.h1, 'Your appointment is booked')
    assert.deepEqual([second.path, third.path], [first.path, first.path])
    const back = await visitor.open(details.path)
    assert.equal(back.path, first.path)
    const { appointments, appointment_changes, clients, 'pgboss.job': jobs } = counts(await dump(app.db))
    assert.deepEqual([appointments, appointment_changes, clients, jobs], [1, 1, 1, 4])
  })

  it('does not show or change the record of a client whose e-mail somebody types', async () => {
    await make.client(app.db, { email: 'ana@example.com', name: 'Ana Maria Ruiz', phone: '+1 317 555 0199' })
    const before = await app.db('clients').select()
    const details = await hold(visitor, world.type, wednesday, '10:00 AM')
    const typed = { ...ana, email: 'ANA@example.com', name: 'Mallory', phone: '+1 999 999 9999' }
    const booked = await details.button('Book this appointment', typed)
    assert.equal(booked.h1, 'Your appointment is booked')
    assert.doesNotMatch(booked.html, /Ana Maria|0199|ana@example/i)
    assert.deepEqual(await app.db('clients').select(), before)
    const row = await app.db('appointments').first('booked_name', 'client_id')
    assert.deepEqual(row, { booked_name: 'Mallory', client_id: before[0].id })
  })

  it('knows only secrets it gave out', async () => {
    const details = await hold(visitor, world.type, wednesday, '10:00 AM')
    const booked = await details.button('Book this appointment', ana)
    const token = booked.path.split('/').at(-1) as string
    const other = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
    const wrong = ['/book/holds/x', `/book/holds/${other}`, `/book/holds/${token}`, `/appointments/${other}`]
    for (const path of wrong) assert.equal((await visitor.open(path)).status, 404, path)
    const holdToken = details.path.split('/').at(-1)
    assert.equal((await visitor.open(`/appointments/${holdToken}`)).status, 404)
  })

  it('takes names of all the world, and they arrive in the mails as they were typed', async () => {
    const names = ['שרה לוי', 'Zoë 🌿 d’Été', 'ราตรี ใจดี', 'Ana <b>"Bold"</b> & Sons', 'n'.repeat(120)]
    for (const [index, name] of names.entries()) {
      const details = await hold(
        visit(app),
        world.type,
        wednesday,
        `${index + 10 > 12 ? index - 2 : index + 10}:00 ${index > 1 ? 'PM' : 'AM'}`,
      )
      const booked = await details.button('Book this appointment', {
        ...ana,
        name,
        email: `a${index}@example.com`,
      })
      assert.equal(booked.h1, 'Your appointment is booked', name)
    }
    assert.equal(await app.work(), 4 * names.length)
    const mails = await app.mails()
    for (const name of names)
      assert.ok(
        mails.some(({ plain }) => plain.includes(name)),
        name,
      )
    assert.ok(mails.every(({ html, subject }) => !html.includes('<b>"Bold"') && !/[\r\n]/.test(subject)))
  })
})
