import assert from 'node:assert/strict'
import { DAY, HOUR } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { ana, book, hold, signedIn } from '../support/people.ts'
import { dumpAll, findIn } from './finding.ts'

/** Words that nobody else writes, typed where people write about their health. */
const planted = {
  brings: 'Quorblemish',
  'brings, kept longer': 'Zwiebelgrimm',
  'brings, refused': 'Vexilgurgle',
  'brings, lost race': 'Plonkrash',
  'brings, in other letters': 'Grünköhlqualm',
  message: 'Murkelzyst',
  'message, refused': 'Fladdergut',
  'message, at a bug': 'Snorkelpox',
}

describe('what people write about their health', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let already: number

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    already = app.logged().length
  })

  /** All ways from a hold to an appointment and on, with something about health typed wherever it can be. */
  async function bookEverywhere() {
    const visitor = visit(app)
    const first = await hold(visitor, world.type, /Wednesday, March 4/, '9:00 AM')
    const refused = await first.button('Book this appointment', {
      ...ana,
      email: 'no',
      brings: planted['brings, refused'],
    })
    const longer = await refused.button('Keep it 10 minutes longer', {
      brings: planted['brings, kept longer'],
    })
    const booked = await longer.button('Book this appointment', { ...ana, brings: `I am ${planted.brings}` })
    assert.equal(booked.h1, 'Your appointment is booked')

    const late = await hold(visit(app), world.type, /Wednesday, March 4/, '11:00 AM')
    app.clock.set(NOW + HOUR)
    await book(visit(app), world.type, /Wednesday, March 4/, '11:00 AM')
    const lost = await late.button('Book this appointment', { ...ana, brings: planted['brings, lost race'] })
    assert.equal(lost.status, 409)

    const other = await hold(visit(app), world.type, /Thursday, March 5/, '9:00 AM')
    const second = await other.button('Book this appointment', {
      ...ana,
      brings: planted['brings, in other letters'],
    })
    const onDay = await (await second.link('Move it')).link(/Friday, March 6/)
    const moved = await (await onDay.link(/^2:00 PM/)).button('Move my appointment')
    await (await moved.link('Cancel it')).button('Cancel this appointment')
    return booked
  }

  async function writeEverywhere() {
    const fields = { name: 'Ana Plantain', email: ana.email, phone: '', website: '' }
    const page = await visit(app).post('/get-in-touch', { ...fields, message: `Is it ${planted.message}?` })
    assert.equal(page.path, '/get-in-touch/thanks')
    const wrong = { ...fields, email: 'no', message: planted['message, refused'] }
    assert.equal((await visit(app).post('/get-in-touch', wrong)).status, 422)
    await app.db.raw('alter table inquiries rename to inquiries_away')
    const broken = await visit(app)
      .post('/get-in-touch', { ...fields, message: planted['message, at a bug'] })
      .finally(() => app.db.raw('alter table inquiries_away rename to inquiries'))
    assert.equal(broken.status, 500)
  }

  /** The dietitian reads all of it, and the mails and reminders leave. */
  async function readEverywhere() {
    const desk = await signedIn(app, world.dietitian)
    const read: string[] = []
    for (const { id } of await app.db('appointments').where({ state: 'booked' }).select('id'))
      read.push((await desk.open(`/practice/appointments/${id}`)).text)
    for (const { id } of await app.db('inquiries').select('id'))
      read.push((await desk.open(`/practice/inquiries/${id}`)).text)
    await app.work()
    app.clock.set(NOW + DAY)
    await app.work(NOW + 30 * DAY)
    return read.join('\n')
  }

  it('is found nowhere in the database, nor in the logs, in no shape', async () => {
    await bookEverywhere()
    await writeEverywhere()
    const read = await readEverywhere()
    for (const word of [planted.brings, planted.message])
      assert.ok(read.includes(word), 'it is kept, and can be read')

    const texts: Record<string, string> = {
      ...(await dumpAll(app.db)),
      'the logs': app.logged().slice(already),
    }
    for (const [where, word] of Object.entries(planted)) assert.deepEqual(findIn(texts, word), [], where)
    const mails = Object.keys(texts).filter((name) => name === 'public.outbox_mails')
    assert.equal(mails.length, 1)
    assert.ok((texts['public.outbox_mails'] ?? '').length > 10_000, 'the mails are among what was looked at')
    assert.ok(Object.keys(texts).some((name) => name.startsWith('pgboss.')))
  })

  it('would have been found in any of these shapes', async () => {
    const word = 'Quorblemish'
    assert.deepEqual(findIn({ text: `I am ${word.toUpperCase()}` }, word), ['text'])
    for (let offset = 0; offset < 3; offset += 1) {
      const around = `${'.'.repeat(offset)}${word} and more`
      assert.deepEqual(findIn({ base64: Buffer.from(around).toString('base64') }, word), ['base64'])
      assert.deepEqual(findIn({ base64: Buffer.from(around).toString('base64url') }, word), ['base64'])
    }
    const account = await make.account(app.db)
    const secret = Buffer.from(`x${Buffer.from(`I am ${word}`).toString('base64')}`)
    await app
      .db('sealing_keys')
      .insert({ id: 'x', fingerprint: Buffer.alloc(32, word), first_used_at: new Date() })
    await app.db('sessions').insert({ sid: 's', sess: { secret: secret.toString() }, expire: new Date() })
    await app
      .db('accounts')
      .where({ id: account.id })
      .update({ password_hash: `${word}` })
    const found = findIn(await dumpAll(app.db), word)
    assert.deepEqual(found.sort(), ['public.accounts', 'public.sealing_keys', 'public.sessions'])
  })
})
