import assert from 'node:assert/strict'
import { DAY, HOUR } from '../../server/clock.ts'
import { createSealer, makeSealingKey } from '../../server/sealing/seal.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { ana, book, signedIn } from '../support/people.ts'

const SENTENCE = /This text can’t be read: it was altered or its key is missing\./

describe('sealed values that were swapped, altered or lost their key', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor
  let already: number

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
    already = app.logged().length
  })

  const sealed = (id: string, text: string) =>
    sealer.seal({ table: 'appointments', column: 'brings_sealed', row: id }, text)

  async function appointment(text: string, hours: number) {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + DAY + hours * HOUR }
    const { id } = await make.appointment(app.db, of)
    await app
      .db('appointments')
      .where({ id })
      .update({ brings_sealed: sealed(id, text) })
    return id
  }
  const swap = (table: string, column: string) =>
    app.db.raw('update ?? a set ?? = b.?? from ?? b where a.id <> b.id', [
      table,
      column,
      column,
      table,
    ] as string[])

  const told = () =>
    app
      .logged()
      .slice(already)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ msg }) => msg === 'unreadable')

  it('what brings them: the rest of the page is there, and the log names who and which', async () => {
    const ids = [await appointment('Bloated since May', 1), await appointment('Itching hands', 3)]
    for (const id of ids)
      assert.match((await desk.open(`/practice/appointments/${id}`)).text, /Bloated since May|Itching hands/)
    await swap('appointments', 'brings_sealed')
    for (const id of ids) {
      const page = await desk.open(`/practice/appointments/${id}`)
      assert.equal(page.status, 200)
      assert.match(page.text, SENTENCE)
      assert.doesNotMatch(page.html, /Bloated|Itching/)
      assert.ok(page.buttons.includes('Cancel this appointment'))
    }
    const lines = told()
    assert.deepEqual(lines.map(({ row }) => row).sort(), ids.sort())
    const { account, table, column, why } = lines[0]
    assert.equal(account, world.dietitian.account_id)
    assert.deepEqual(
      [table, column, why],
      ['appointments', 'brings_sealed', 'A sealed value was altered or moved'],
    )
    assert.doesNotMatch(app.logged().slice(already), /Bloated|Itching/)
  })

  it('the message of an inquiry', async () => {
    const inquiries = [
      await make.inquiry(app.db, { message: 'One' }),
      await make.inquiry(app.db, { message: 'Two' }),
    ]
    await swap('inquiries', 'message_sealed')
    for (const { id } of inquiries) {
      const page = await desk.open(`/practice/inquiries/${id}`)
      assert.equal(page.status, 200)
      assert.match(page.text, SENTENCE)
      assert.ok(page.buttons.includes('Mark as answered'))
    }
    assert.equal(told().length, 2)
  })

  it('a value whose key is not here: the log names the key', async () => {
    const id = await appointment('x', 1)
    const place = { table: 'appointments', column: 'brings_sealed', row: id }
    const stranger = createSealer(makeSealingKey('lost'))
    await app.db('appointments').update({ brings_sealed: stranger.seal(place, 'x') })
    assert.match((await desk.open(`/practice/appointments/${id}`)).text, SENTENCE)
    assert.match(told()[0].why, /"lost"/)
  })

  it('the link behind a hold that was booked leads nowhere, and never to somebody else', async () => {
    const one = visit(app)
    const details = await (
      await (await one.open(`/book/${world.type.slug}`)).link(/Wednesday, March 4/)
    ).button('10:00 AM')
    await details.button('Book this appointment', ana)
    await book(visit(app), world.type, /Thursday, March 5/, '10:00 AM')
    assert.match((await one.open(details.path)).path, /^\/appointments\//)
    await swap('appointments', 'link_sealed')
    assert.equal((await one.open(details.path)).status, 404)
    assert.equal(told().length, 1)
  })
})
