import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { makeToken } from '../../server/sealing/seal.ts'
import { addressOf } from '../../server/web/addresses.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, visit } from '../support/page.ts'
import { from, type Outside, outside } from './outside.ts'

const HERE = '203.0.113.7'
const THERE = '198.51.100.9'
const inquiry = { name: 'Ana', email: 'ana@example.com', phone: '', message: 'Is it my gut?', website: '' }

describe('limits by address', () => {
  let app: TestApp
  let two: [Outside, Outside]
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    two = [await outside(app), await outside(app)]
  })
  afterEach(() => Promise.all(two.map((one) => one.close())))

  /** Turn by turn at the one process and the other. */
  const at = (turn: number) => visit(two[turn % 2] as Outside)
  const write = (turn: number, address: string) => at(turn).post('/get-in-touch', inquiry, from(address))
  const retryAfter = (page: Page) => Number(page.headers.get('retry-after'))

  const hold = async (turn: number, address: string) => {
    await app.db('appointments').del()
    const slot = iso(NOW + 3 * DAY + 3 * HOUR)
    return at(turn).post(`/book/${world.type.slug}/hold`, { slot, zone: 'UTC' }, from(address))
  }

  /** As if there had been so many already. */
  const count = (points: number) => app.db('tries').update({ points })

  it('ten messages an hour, at both processes together; the eleventh is kept in the form', async () => {
    for (let turn = 0; turn < 10; turn += 1) assert.equal((await write(turn, HERE)).status, 200)
    const refused = await write(10, HERE)
    assert.equal(refused.status, 429)
    assert.ok(retryAfter(refused) > 3500 && retryAfter(refused) <= 3600)
    assert.equal(refused.h1, 'Get in touch')
    assert.match(refused.errorFor('message') ?? '', /Many messages came .* again in 60 minutes, or reach us/)
    assert.equal(refused.value('message'), inquiry.message)
    assert.equal((await app.db('inquiries')).length, 10)
    assert.equal((await write(11, THERE)).status, 200)
    await app.db('tries').update({ expire: Date.now() - 1 })
    assert.equal((await write(12, HERE)).status, 200, 'when the hour is over')
  })

  it('sixty at once at two processes: ten get through, no more', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, (_, turn) => write(turn, HERE)))
    assert.equal(all.filter(({ status }) => status === 200).length, 10)
    assert.equal(all.filter(({ status }) => status === 429).length, 50)
    assert.equal((await app.db('inquiries')).length, 10)
  })

  it('a form that is not filled in rightly does not count', async () => {
    for (let turn = 0; turn < 15; turn += 1) {
      const page = await at(turn).post('/get-in-touch', { ...inquiry, message: '' }, from(HERE))
      assert.equal(page.status, 422)
    }
    assert.equal((await write(0, HERE)).status, 200)
  })

  it('sixty holds in ten minutes; then the page of times says so', async () => {
    for (let turn = 0; turn < 4; turn += 1) assert.equal((await hold(turn, HERE)).status, 200)
    assert.equal((await app.db('tries').first('points')).points, 4, 'of both processes')
    await count(58)
    for (let turn = 0; turn < 2; turn += 1) assert.equal((await hold(turn, HERE)).status, 200)
    const refused = await hold(60, HERE)
    assert.equal(refused.status, 429)
    assert.ok(retryAfter(refused) > 500 && retryAfter(refused) <= 600)
    assert.match(refused.text, /Please choose yours again in 10 minutes, or ask us/)
    assert.ok(refused.buttons.length > 5, 'the times are still there')
    assert.equal((await app.db('appointments')).length, 0)
    assert.equal((await hold(61, THERE)).status, 200)
  })

  it('sixty guessed links an hour; then not even a real one opens, elsewhere it does', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + 2 * DAY }
    const { token } = await make.appointment(app.db, of)
    const guesses = ['/appointments/', '/book/holds/', `/book/${world.type.slug}?after=`]
    for (let turn = 0; turn < 7; turn += 1) {
      if (turn === 6) await count(59)
      const page = await at(turn).open(`${guesses[turn % 3]}${makeToken()}`, from(HERE))
      assert.equal(page.status, turn % 3 === 2 ? 200 : 404)
    }
    for (const path of [`/appointments/${token}`, `/book/holds/${makeToken()}`]) {
      const refused = await at(0).open(path, from(HERE))
      assert.equal(refused.status, 429, path)
      assert.ok(retryAfter(refused) > 3500)
      assert.match(refused.text, /Your own link stays as it is: please open it again in 60 minutes\./)
    }
    assert.equal((await at(1).open(`/appointments/${token}`, from(THERE))).status, 200)
    assert.equal((await app.db('tries')).length, 1, 'a link that leads somewhere does not count')
  })

  it('what comes from this machine itself is not counted, unless a proxy passed it on', async () => {
    for (let turn = 0; turn < 15; turn += 1)
      assert.equal((await at(turn).post('/get-in-touch', inquiry)).status, 200)
    assert.equal((await app.db('tries')).length, 0)
    await visit(app).post('/get-in-touch', inquiry, from(HERE)) // a proxy that nobody told us of
    assert.equal((await app.db('tries')).length, 1)
  })

  it('keeps no address, only a hash of it', async () => {
    await write(0, HERE)
    const rows = await app.db('tries')
    assert.equal(rows.length, 1)
    assert.ok(!JSON.stringify(rows).includes(HERE))
  })

  it('when there is no count there is no try: 503, and nothing is written', async () => {
    const away = await outside(app, 'postgres://flora:x@127.0.0.1:1/flora')
    const slot = iso(NOW + 3 * DAY + 3 * HOUR)
    for (const [path, fields] of [
      ['/get-in-touch', inquiry],
      [`/book/${world.type.slug}/hold`, { slot, zone: 'UTC' }],
    ] as const) {
      const page = await visit(away).post(path, fields, from(HERE))
      assert.equal(page.status, 503)
      assert.ok(retryAfter(page) > 0)
    }
    assert.equal((await visit(away).open(`/appointments/${makeToken()}`, from(HERE))).status, 503)
    assert.equal((await app.db('inquiries')).length + (await app.db('appointments')).length, 0)
    await away.close()
  })
})

describe('the address that counts', () => {
  const cases: [string | undefined, string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
    [undefined, ''],
  ]
  for (const [ip, expected] of cases)
    it(`of ${ip ?? 'nothing'} is ${expected || 'nothing'}`, () => assert.equal(addressOf({ ip }), expected))
})
