import assert from 'node:assert/strict'
import { DAY, HOUR } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { ana, book } from '../support/people.ts'

const LINE = /Before we meet, please read and sign: (.+)\.\nhttp:\/\/localhost:3000\/my\/documents\n/

describe('mails about an appointment', () => {
  let app: TestApp
  let accountId: unknown
  let typeId: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    const { dietitian, type } = await make.world(db)
    accountId = dietitian.account_id
    typeId = type.id
    await make.consent(db, { accountId }, { title: 'Privacy notice' })
    await make.consent(db, { accountId, typeIds: [typeId] }, { title: 'Terms & <b>money</b>' })
    await make.consent(db, { accountId, isDraft: true }, { title: 'A draft' })
    await book(visit(app), type, /Friday, March 6/, '3:00 PM')
  })

  const mailsTo = async (address: string) =>
    (await app.mails()).filter(({ to_address }) => to_address.includes(address))

  it('name what is still to be signed, and where, to the client alone', async () => {
    await app.work()
    const [mail] = await mailsTo(ana.email)
    assert.equal(mail?.plain.match(LINE)?.[1], 'Privacy notice, Terms & <b>money</b>')
    assert.match(mail?.html ?? '', /<a href="http:\/\/localhost:3000\/my\/documents"/)
    assert.doesNotMatch(mail?.html ?? '', /<b>money/)
    for (const other of await mailsTo('maple.example')) assert.doesNotMatch(other.plain + other.html, /sign/)
  })

  it('remind of what is left, and say nothing once all is signed', async () => {
    await app.work()
    const { id } = await app.db('clients').where({ email: ana.email }).first()
    const [first, second] = await app.db('consent_versions').orderBy('title')
    await make.signature(app.db, first.id, id)
    app.clock.set(NOW + DAY + 8 * HOUR)
    await app.work(NOW + DAY + 8 * HOUR)
    const reminder = (await mailsTo(ana.email)).at(-1)
    assert.match(reminder?.subject ?? '', /^Reminder/)
    assert.equal(reminder?.plain.match(LINE)?.[1], second.title)
    await make.signature(app.db, second.id, id)
    app.clock.set(NOW + 3 * DAY + 4 * HOUR)
    await app.work(NOW + 3 * DAY + 4 * HOUR)
    const last = (await mailsTo(ana.email)).at(-1)
    assert.notEqual(last?.plain, reminder?.plain)
    assert.doesNotMatch(last?.plain ?? '', /read and sign/)
  })

  it('of a cancellation ask for nothing', async () => {
    await app.work()
    const page = await visit(app).open(
      (await mailsTo(ana.email))[0]?.plain.match(/\/appointments\/[\w-]+/)?.[0] ?? '',
    )
    await (await page.link('Cancel it')).button('Cancel this appointment')
    await app.work()
    const mail = (await mailsTo(ana.email)).at(-1)
    assert.match(mail?.subject ?? '', /is cancelled/)
    assert.doesNotMatch(mail?.plain ?? '', /read and sign/)
  })
})
