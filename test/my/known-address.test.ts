import assert from 'node:assert/strict'
import { DAY, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, visit } from '../support/page.ts'
import { hold, ana as typed } from '../support/people.ts'
import { type SignedIn, signedInClient } from './client.ts'

const FRIDAY = /Friday, March 6/

describe('booking with an e-mail that has an account', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let zoe: SignedIn
  /** What stands for the client’s own appointments. */
  let theirs: string[]

  beforeEach(async () => {
    app = await testApp()
    await reset()
    world = await make.world(app.db, { type: { name: 'First visit' } })
    zoe = await signedInClient(app, { name: 'Zoë Quimby', phone: '+1 312 555 0187' })
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    const own = { client_id: zoe.client.id, booked_name: 'Zoë Quimby', booked_phone: '+1 312 555 0187' }
    const coming = await make.appointment(app.db, { ...of, startsAt: NOW + 2 * DAY }, own)
    const past = await make.appointment(app.db, { ...of, startsAt: NOW - 9 * DAY }, { ...own, state: 'kept' })
    theirs = [coming, past].flatMap(({ id, token }) => [id, token])
  })

  /** All pages that a stranger comes by, from the time to the appointment and what follows. */
  async function bookAsStranger(email: string, time: string): Promise<Page[]> {
    const visitor = visit(app)
    const details = await hold(visitor, world.type, FRIDAY, time)
    const refused = await details.button('Book this appointment', { ...typed, email, name: '' })
    const booked = await refused.button('Book this appointment', { ...typed, email, name: 'Mallory Gray' })
    assert.equal(booked.h1, 'Your appointment is booked')
    const links = [/^Move it/, /^Cancel it/, 'Add to calendar'] as const
    const further = await Promise.all(links.map((name) => booked.link(name)))
    const again = await visitor.open(`/book/${world.type.slug}?after=${booked.path.split('/').at(-1)}`)
    const known = await (await again.link(/Saturday, March 7/)).button(time)
    return [details, refused, booked, ...further, again, known]
  }

  const plain = (page: Page) =>
    page.html
      .replaceAll(/[\w-]{43}/g, 'TOKEN')
      .replaceAll(/[\w-]+@localhost/g, 'UID')
      .replaceAll(/\d+:\d\d [AP]M/g, 'TIME')
      .replaceAll(/\d{8}T\d{6}Z?/g, 'TIME')
      .replaceAll(/2026-03-[\d:TZ.]+/g, 'TIME')

  it('shows whoever booked nothing of the account: not a name, not a phone, not another appointment', async () => {
    for (const { html, path } of await bookAsStranger(String(zoe.client.email).toUpperCase(), '10:00 AM')) {
      assert.doesNotMatch(html, /Zoë|Quimby|0187|ends in 87/, path)
      for (const secret of [...theirs, zoe.client.id]) assert.ok(!html.includes(secret), path)
    }
  })

  it('looks the same as with an e-mail that nobody has', async () => {
    const known = await bookAsStranger(String(zoe.client.email), '10:00 AM')
    const unknown = await bookAsStranger('nobody@example.com', '2:00 PM')
    for (const [n, page] of known.entries()) {
      const other = unknown[n] as Page
      assert.equal(page.status, other.status)
      const email = String(zoe.client.email)
      const texts = [page, other].map((one) =>
        plain({ ...one, html: one.text })
          .replaceAll(email, 'EMAIL')
          .replaceAll('nobody@example.com', 'EMAIL'),
      )
      if (!/Pick a day|BEGIN:VCALENDAR/.test(page.html)) assert.equal(texts[0], texts[1], page.path)
    }
  })

  it('puts the appointment on the page of the client, with the name that was typed', async () => {
    await bookAsStranger(String(zoe.client.email), '10:00 AM')
    const my = await zoe.my()
    assert.equal(my.h1, 'Hello, Zoë Quimby')
    assert.match(
      my.text,
      /Your next appointment When Thursday, March 5.*Also coming Friday, March 6 .*Booked as Mallory Gray/,
    )
    assert.equal(my.text.match(/Booked as/g)?.length, 1)
    const [client] = await app.db('clients').where({ id: zoe.client.id })
    assert.deepEqual([client.name, client.phone], ['Zoë Quimby', '+1 312 555 0187'])
  })

  it('does not mark it when the same name was typed', async () => {
    await app.db('appointments').update({ booked_name: ' zoë quimby ' })
    assert.doesNotMatch((await zoe.my()).text, /Booked as/)
  })

  describe('the mail', () => {
    const mailTo = async (address: string) => {
      await app.work()
      return (await app.mails()).filter(({ to_address }) => to_address.includes(address))
    }

    it('goes to the address of the account alone, and leads once to the client’s own page', async () => {
      await bookAsStranger(String(zoe.client.email), '10:00 AM')
      const [mail] = await mailTo(String(zoe.client.email))
      const [, path = ''] = mail?.plain.match(/localhost:3000(\/sign-in\/links\/[\w-]{43})\n/) ?? []
      assert.ok(path, mail?.plain)
      assert.ok(mail?.html.includes(`href="http://localhost:3000${path}"`))
      assert.match(mail?.plain ?? '', /signs you in once, within 3 days\./)
      assert.ok(!mail?.calendar?.includes('/sign-in/'))
      const phone = visit(app)
      assert.equal((await phone.send('GET', path)).status, 200)
      const my = await (await phone.open(path)).button(/^Sign in|^Go to|^Open/)
      assert.equal(my.path, '/my')
      assert.equal(my.h1, 'Hello, Zoë Quimby')
      assert.notEqual((await visit(app).open(path)).path, '/my')
    })

    it('lasts 72 hours', async () => {
      await bookAsStranger(String(zoe.client.email), '10:00 AM')
      const [mail] = await mailTo(String(zoe.client.email))
      const [, path = ''] = mail?.plain.match(/localhost:3000(\/sign-in\/links\/[\w-]{43})\n/) ?? []
      app.clock.set(NOW + 3 * DAY)
      const late = await visit(app).open(path)
      assert.deepEqual(
        late.buttons.filter((name) => /^Sign in|^Go to|^Open/.test(name)),
        [],
      )
    })

    it('to the dietitian has no such link, nor have the mails of a move, a cancellation and a reminder', async () => {
      const visitor = visit(app)
      const details = await hold(visitor, world.type, FRIDAY, '10:00 AM')
      const booked = await details.button('Book this appointment', {
        ...typed,
        email: String(zoe.client.email),
      })
      const onDay = await (await booked.link('Move it')).link(FRIDAY)
      const moved = await (await onDay.link(/^3:00 PM/)).button('Move my appointment')
      await app.work(NOW + 4 * DAY)
      const cancel = await moved.link('Cancel it')
      await cancel.button('Cancel this appointment')
      await app.work(NOW + 4 * DAY)
      const mails = await app.mails()
      assert.ok(mails.length >= 6, String(mails.length))
      const having = mails.filter(({ plain }) => plain.includes('/sign-in/links/'))
      assert.deepEqual(
        having.map(({ subject }) => subject.replace(/on .* is/, 'is')),
        ['Your appointment is booked'],
      )
    })

    it('has no link that would lead nowhere: the account is disabled, or the address is a dietitian’s', async () => {
      await app
        .db('accounts')
        .where({ id: zoe.client.account_id })
        .update({ disabled_at: iso(NOW) })
      const [desk] = await app.db('accounts').where({ id: world.dietitian.account_id })
      for (const [email, time] of [
        [String(zoe.client.email), '10:00 AM'],
        [desk.email, '2:00 PM'],
      ] as const) {
        const details = await hold(visit(app), world.type, FRIDAY, time)
        await details.button('Book this appointment', { ...typed, email })
        const mails = await mailTo(email)
        assert.ok(mails.length > 0)
        for (const { plain } of mails) assert.ok(!plain.includes('/sign-in/links/'), plain)
      }
    })
  })
})
