import assert from 'node:assert/strict'
import { DAY, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type SignedIn, signedInClient } from './client.ts'

describe('a client’s list of appointments', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let ana: SignedIn

  beforeEach(async () => {
    app = await testApp()
    await reset()
    world = await make.world(app.db, { type: { name: 'First visit' }, dietitian: { name: 'Dana Reed' } })
    ana = await signedInClient(app)
  })

  const appointment = (startsAt: number, given: Record<string, unknown> = {}) =>
    make.appointment(
      app.db,
      { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt },
      { client_id: ana.client.id, booked_name: 'Ana Ruiz', ...given },
    )
  const list = (query = '') => ana.visitor.open(`/my/appointments${query}`)
  const days = (html: string) => [...html.matchAll(/<h3>.*?(\w+ \d+), 2026/g)].map(([, day]) => day)

  it('says what will be here', async () => {
    const page = await list()
    assert.match(page.text, /Your appointments, past and coming, will stand here\./)
    assert.equal((await page.link('Book an appointment')).h1, 'Book an appointment')
  })

  it('tells in kind words what became of each', async () => {
    await appointment(NOW + 2 * DAY)
    await appointment(NOW + DAY, { state: 'cancelled', cancelled_at: iso(NOW) })
    await appointment(NOW - DAY, { state: 'no_show' })
    await appointment(NOW - 2 * DAY, { state: 'kept' })
    await appointment(NOW - 3 * DAY)
    await appointment(NOW - 60_000)
    const { text, html } = await list()
    assert.match(
      text,
      /Coming Thursday, March 5, 2026 8:00 AM to 9:00 AM · Booked Central Standard Time \(Chicago\) First visit with Dana Reed, by video/,
    )
    assert.match(text, /Tuesday, March 3, 2026 .* · Now .*Past and cancelled/)
    assert.match(text, /Wednesday, March 4, 2026 .* · Cancelled/)
    assert.match(text, /Monday, March 2, 2026 .* · We missed you/)
    assert.match(text, /Sunday, March 1, 2026 .* · We met/)
    assert.match(text, /Saturday, February 28, 2026 .* · Over/)
    assert.doesNotMatch(html, /no.show|kept/i)
  })

  it('leads to each appointment’s own page', async () => {
    const { token } = await appointment(NOW - 2 * DAY, { state: 'kept' })
    const own = await (await list()).link('Sunday, March 1, 2026')
    assert.equal(own.path, `/appointments/${token}`)
    assert.equal(own.h1, 'This appointment is over')
  })

  it('shows twenty a page, the latest first, each of them once', async () => {
    for (let day = 1; day <= 45; day += 1) await appointment(NOW - day * DAY, { state: 'kept' })
    const first = await list()
    assert.equal(days(first.html).length, 20)
    assert.equal(days(first.html)[0], 'March 2')
    const second = await first.link('Older')
    assert.equal(second.path, '/my/appointments?page=2')
    const third = await second.link('Older')
    assert.equal(days(third.html).length, 5)
    assert.ok(!third.links.some(({ name }) => name === 'Older'))
    const all = [first, second, third].flatMap(({ html }) => days(html))
    assert.equal(new Set(all).size, 45)
    assert.equal((await third.link('Newer')).path, second.path)
    assert.match((await list('?page=4')).text, /There are no more appointments/)
    for (const page of ['0', '-1', 'x', '1e3', '99999', ''])
      assert.equal((await list(`?page=${page}`)).status, 400)
  })

  it('leaves out what was only held', async () => {
    const held = { booked_at: null, booked_name: null, link_hash: null, link_sealed: null, place: null }
    const held_until = iso(NOW + DAY)
    await appointment(NOW + DAY, { ...held, state: 'held', held_until })
    await appointment(NOW + 2 * DAY, { ...held, state: 'lapsed', held_until })
    assert.match((await list()).text, /will stand here/)
    assert.match((await ana.my()).text, /Nothing is planned yet/)
  })

  it('shows an appointment whose secret can’t be opened any more, without links', async () => {
    const one: Record<string, unknown> = await appointment(NOW + 2 * DAY)
    const other = await appointment(NOW + 3 * DAY)
    await app
      .db('appointments')
      .where({ id: other.id })
      .update({ link_sealed: one.link_sealed as Buffer })
    const { status, text, links } = await list()
    assert.equal(status, 200)
    assert.match(text, /Friday, March 6, 2026/)
    assert.equal(links.filter(({ href }) => href.startsWith('/appointments/')).length, 1)
    const my = await ana.my()
    assert.match(my.text, /Friday, March 6.*Its links can’t be opened right now/)
    await app.db('appointments').update({ link_sealed: Buffer.from('nothing') })
    assert.match((await ana.my()).text, /Thursday, March 5.*can’t be opened/)
  })
})
