import assert from 'node:assert/strict'
import { DAY } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { ana, hold, PASSWORD, signedIn } from '../support/people.ts'

const BRINGS = 'planted-word-eczema'
const MESSAGE = 'planted-word-bloating'
const friday = /Friday, March 6/

describe('what somebody says about their health', () => {
  let app: TestApp

  beforeEach(async () => {
    app = await testApp()
    await reset()
  })

  /** A whole life of an appointment and an inquiry, with everything that writes, mails and logs. */
  async function live() {
    const { dietitian, type } = await make.world(app.db)
    const visitor = visit(app)
    const asked = await visitor.open('/get-in-touch')
    await asked.button('Send my question', { ...pick(ana), email: 'not one', message: MESSAGE })
    await asked.button('Send my question', { ...pick(ana), message: MESSAGE })
    const details = await hold(visitor, type, friday, '10:00 AM')
    await details.button('Book this appointment', { ...ana, email: 'not one', brings: BRINGS })
    const booked = await details.button('Book this appointment', { ...ana, brings: BRINGS })
    await app.work()
    const move = await (await (await booked.link('Move it')).link(/Saturday, March 7/)).link(/^10:00 AM/)
    await move.button('Move my appointment')
    await app.work(NOW + 10 * DAY)
    const desk = await signedIn(app, dietitian)
    const read = await desk.open(`/practice/appointments/${(await app.db('appointments').first('id')).id}`)
    const inquiry = await desk.open(`/practice/inquiries/${(await app.db('inquiries').first('id')).id}`)
    await (await booked.link('Cancel it')).button('Cancel this appointment')
    await app.work()
    return { visitor, booked, read, inquiry, token: booked.path.split('/').at(-1) as string, details }
  }
  const pick = ({ name, email }: typeof ana) => ({ name, email })

  it('is shown to the dietitian and stored nowhere else but sealed: not in a mail, a job, a log or a column', async () => {
    const { read, inquiry, booked } = await live()
    assert.match(read.text, new RegExp(BRINGS))
    assert.match(inquiry.text, new RegExp(MESSAGE))
    assert.doesNotMatch(booked.html, new RegExp(BRINGS))

    const all = await dump(app.db)
    assert.ok((all['public.outbox_mails']?.length ?? 0) >= 7 && (all['pgboss.job']?.length ?? 0) >= 7)
    for (const [table, rows] of Object.entries(all))
      assert.doesNotMatch(rows.join('\n'), /planted-word/, table)
    const hex = (word: string) => Buffer.from(word).toString('hex')
    const stored = JSON.stringify(all)
    assert.ok(!stored.includes(hex(BRINGS)) && !stored.includes(hex(MESSAGE)), 'as bytes')
    assert.doesNotMatch(app.logged(), /planted-word/)
  })

  it('and who they are stays out of the log, with their addresses and secrets', async () => {
    const { token, details } = await live()
    const holdToken = details.path.split('/').at(-1) as string
    await visit(app).open(`/appointments/${token}?email=ana@example.com`)
    await visit(app).open('/nothing/ana@example.com')
    const log = app.logged()
    assert.ok(log.includes('/appointments/:token'), 'the pattern of the route is logged')
    for (const word of [token, holdToken, ana.name, ana.email, 'not one', PASSWORD])
      assert.ok(!log.includes(word), word)
  })

  it('and the secrets of links are stored hashed or sealed', async () => {
    const { token, details } = await live()
    const holdToken = details.path.split('/').at(-1) as string
    const all = await dump(app.db, ['outbox_mails'])
    for (const secret of [token, holdToken]) {
      const hex = Buffer.from(secret).toString('hex')
      const raw = Buffer.from(secret, 'base64url').toString('hex')
      for (const form of [secret, hex, raw]) assert.ok(!JSON.stringify(all).includes(form), form)
    }
  })

  it('is not told again by the page that refuses a bug', async () => {
    await make.world(app.db)
    const form = await visit(app).open('/get-in-touch')
    // Postgres quotes the whole row when a constraint refuses it.
    await app.db.raw('alter table inquiries add constraint broken check (false)')
    const page = await form
      .button('Send my question', { ...pick(ana), message: MESSAGE })
      .finally(() => app.db.raw('alter table inquiries drop constraint broken'))
    assert.equal(page.status, 500)
    assert.doesNotMatch(page.html, /planted-word|Error:|Ana|at .*\.ts/)
    const code = page.text.match(/Code: ([0-9a-f-]{36})/)?.[1]
    assert.ok(code && app.logged().includes(code), 'the code on the page leads to the line in the log')
    for (const word of ['planted-word', ana.name, ana.email]) assert.ok(!app.logged().includes(word), word)
  })
})
