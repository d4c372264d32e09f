import assert from 'node:assert/strict'
import { DAY } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { from, outside } from './outside.ts'

const WARNING = 40

describe('refused access is logged', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let already: number

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    already = app.logged().length
  })

  /** The warnings since the test began. The last line is written when the answer has left: before the next is here. */
  const refusals = async () => {
    await visit(app).open('/sign-in')
    const lines = app.logged().slice(already).trim().split('\n')
    return lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'refused')
  }

  it('somebody else’s record: who, what and when, and not which address', async () => {
    const colleague = await make.dietitian(app.db)
    const desk = await signedIn(app, colleague)
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + DAY }
    const { id } = await make.appointment(app.db, of)
    assert.equal((await desk.open(`/practice/appointments/${id}`)).status, 404)
    const [line, ...others] = await refusals()
    assert.equal(others.length, 0)
    assert.equal(line.level, WARNING)
    assert.ok(Math.abs(line.time - Date.now()) < 60_000)
    const { method, route, status, account } = line
    const expected = { method: 'GET', route: '/practice/appointments/:id', status: 404 }
    assert.deepEqual({ method, route, status, account }, { ...expected, account: colleague.account_id })
    assert.ok(!app.logged().slice(already).includes(id))
  })

  it('a form of another site', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    await visit(app).post('/get-in-touch', { name: 'Ana' }, headers)
    assert.deepEqual(
      (await refusals()).map(({ status, method }) => [status, method]),
      [[403, 'POST']],
    )
  })

  it('too many tries, without the address they came from', async () => {
    const behind = await outside(app)
    const fields = { name: 'Ana', email: 'ana@example.com', message: 'Hello' }
    for (let turn = 0; turn < 12; turn += 1)
      await visit(behind).post('/get-in-touch', fields, from('203.0.113.7'))
    const told = (await refusals()).map(({ status, route, account }) => [status, route, account])
    assert.deepEqual(told, Array(2).fill([429, '/get-in-touch', undefined]))
    assert.doesNotMatch(app.logged().slice(already), /203\.0\.113\.7|ana@example/)
    await behind.close()
  })

  it('a page that is none is no refusal', async () => {
    const desk = await signedIn(app, world.dietitian)
    assert.equal((await desk.open('/practice/nothing')).status, 404)
    assert.equal((await visit(app).open('/articles/nothing')).status, 404)
    assert.deepEqual(await refusals(), [])
  })
})
