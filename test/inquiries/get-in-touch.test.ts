import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { counts, dump } from '../support/dump.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const filled = {
  name: 'Ana Ruiz',
  email: 'ana@example.com',
  phone: '+1 317 555 0100',
  message: 'My skin itches.\nSince May.',
}

describe('getting in touch', () => {
  let app: TestApp
  let visitor: Visitor
  let dietitian: Awaited<ReturnType<typeof make.dietitian>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    dietitian = (await make.world(db)).dietitian
    visitor = visit(app)
  })

  const send = async (typed: Partial<typeof filled> & { website?: string } = {}) =>
    (await visitor.open('/get-in-touch')).button('Send my question', { ...filled, ...typed })

  it('keeps the message, tells the practice without it, and thanks', async () => {
    const thanks = await send()
    assert.equal(thanks.h1, 'Thank you')
    assert.equal(await app.work(), 1)
    const [mail] = await app.mails()
    assert.match(mail?.to_address ?? '', /hello@maple\.example/)
    assert.match(mail?.subject ?? '', /Ana Ruiz/)
    assert.doesNotMatch(JSON.stringify(mail), /itches/)

    const desk = await signedIn(app, dietitian)
    const list = await (await desk.open('/practice')).link(/1 inquiry to answer/)
    const inquiry = await list.link(/^Ana Ruiz/)
    assert.match(inquiry.text, /My skin itches\. Since May\./)
    assert.match(inquiry.text, /ana@example\.com/)
    const after = await inquiry.button('Mark as answered')
    assert.equal(after.path, '/practice/inquiries')
    assert.match(after.text, /All answered/)
  })

  it('keeps what was typed when something is missing', async () => {
    const page = await send({ name: '', email: 'ana@', message: ' ' })
    assert.equal(page.status, 422)
    assert.equal(page.errorFor('name'), 'Please tell us your name.')
    assert.match(page.errorFor('email') ?? '', /like name@example\.com/)
    assert.equal(page.errorFor('message'), 'Please write your question or message.')
    assert.equal(page.value('email'), 'ana@')
    assert.equal(page.value('phone'), filled.phone)
    assert.deepEqual(counts(await dump(app.db)).inquiries, undefined)
    assert.equal((await page.button('Send my question', filled)).h1, 'Thank you')
  })

  it('gives long text back whole, and takes 4,000 characters', async () => {
    const long = await send({ message: 'ä'.repeat(4001) })
    assert.equal(long.status, 422)
    assert.equal(long.value('message'), 'ä'.repeat(4001))
    assert.match(long.errorFor('message') ?? '', /at most 4000 characters/)
    assert.equal((await send({ message: 'ä'.repeat(4000) })).h1, 'Thank you')
  })

  it('thanks a machine that fills in everything, and keeps nothing of it', async () => {
    assert.equal((await send({ website: 'https://spam.example' })).h1, 'Thank you')
    assert.deepEqual(counts(await dump(app.db)).inquiries, undefined)
    assert.equal(await app.work(), 0)
  })

  it('notes who of the practice read a message, and when', async () => {
    const { id } = await make.inquiry(app.db)
    const desk = await signedIn(app, dietitian)
    await desk.open('/practice/inquiries')
    assert.deepEqual(await app.db('audit_entries').select('position'), [])
    await desk.open(`/practice/inquiries/${id}`)
    const [entry] = await app.db('audit_entries').select('account_id', 'action', 'subject_id')
    assert.deepEqual(entry, { account_id: dietitian.account_id, action: 'inquiry.read', subject_id: id })
  })

  it('lists what is open first, a page of 25 at a time', async () => {
    await make.inquiry(app.db, { name: 'Done Already', answered_at: '2026-03-02T10:00:00Z' })
    for (let n = 0; n < 26; n += 1) await make.inquiry(app.db)
    const desk = await signedIn(app, dietitian)
    const first = await desk.open('/practice/inquiries')
    assert.equal(first.links.filter(({ href }) => href.startsWith('/practice/inquiries/')).length, 25)
    assert.doesNotMatch(first.text, /Done Already/)
    const second = await first.link('Older')
    assert.match(second.text, /Done Already/)
    assert.equal((await second.link('Newer')).path, '/practice/inquiries?page=1')
  })

  it('marks a message as answered once, at the time it was', async () => {
    const { id } = await make.inquiry(app.db, { answered_at: '2026-03-02T10:00:00Z' })
    const desk = await signedIn(app, dietitian)
    await desk.post(`/practice/inquiries/${id}/answer`, {})
    const row = await app.db('inquiries').first('answered_at')
    assert.equal(row.answered_at, Date.parse('2026-03-02T10:00:00Z'))
  })
})
