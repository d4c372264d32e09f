import assert from 'node:assert/strict'
import { HOUR, iso } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Page, Visitor } from '../support/page.ts'
import { lastMailTo, signedInAsClient } from '../support/people.ts'
import { asked, drafts, opened, sent } from './asked.ts'

const yesNo = ['yes', 'no'].map((code) => ({
  valueCoding: { system: 'urn:flora:answer', code, display: code },
}))
const sign = (code: string): Item => ({
  linkId: code,
  type: 'choice',
  text: code,
  code: [{ system: 'urn:flora:fact', code }],
  answerOption: yesNo,
})

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'About you',
    item: [{ linkId: 'name', type: 'string', text: 'Your name' }, sign('blood-in-stool'), sign('anemia')],
  },
]

describe('changing what was sent', () => {
  let app: TestApp
  let ana: Visitor
  let form: Awaited<ReturnType<typeof make.form>>
  let first: Page

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    form = await make.form(db, items, { slug: 'soup', title: 'Soup' })
    ana = (await asked(app, form)).ana
    const page = await ana.open('/my/forms/soup/sections/1')
    const review = await page.button('Save and look it over', { 'a:name': 'Ana', 'a:blood-in-stool': 'yes' })
    first = await review.button('Send to your dietitian')
  })

  it('makes a new version with what was there, and shows both', async () => {
    app.clock.set(NOW + HOUR)
    const review = await first.button('Change these answers')
    assert.equal(review.h1, 'Look over your answers')
    assert.match(review.text, /Your name Ana/)
    let page = await review.link('Change: About you')
    assert.equal(page.value('a:name'), 'Ana')
    page = await page.button('Save and go back to your answers', { 'a:name': 'Anabel' })
    const second = await page.button('Send the new version')
    assert.match(second.text, /Version 2, sent Tuesday, March 3, 2026 at 9:00 AM/)
    assert.match(second.text, /All versions Version 1, sent Tuesday, March 3, 2026 at 8:00 AM/)

    const rows = await sent(app)
    assert.deepEqual(
      rows.map(({ number }) => number),
      [1, 2],
    )
    assert.equal(rows[1].series_id, rows[0].id)
    assert.equal(rows[1].amends_id, rows[0].id)
    assert.deepEqual(
      rows.map((row) => opened(row).status),
      ['completed', 'amended'],
    )
    assert.match(JSON.stringify(opened(rows[0])), /"Ana"/)
    assert.match(JSON.stringify(opened(rows[1])), /"Anabel"/)

    const older = await second.link(/^Version 1/)
    assert.match(older.text, /You changed these answers later/)
    assert.match(older.text, /Your name Ana /)
    assert.equal(older.buttons.includes('Change these answers'), false)
    assert.equal((await older.link('Read the newest version')).path, `/my/forms/sent/${rows[1].id}`)
    assert.match((await ana.open('/my/forms')).text, /Soup Version 2, sent/)
    assert.equal((await lastMailTo(app, 'hello@maple.example'))?.subject, 'Changed answers from Ana Ruiz')
  })

  it('raises only signs that no version before it has raised', async () => {
    assert.equal((await app.db('raised_signs')).length, 1)
    let page = await (await first.button('Change these answers')).link('Change: About you')
    page = await page.button('Save and go back to your answers', { 'a:anemia': 'yes' })
    await page.button('Send the new version')
    const [one, two] = await sent(app)
    const signs = await app.db('raised_signs').select('response_id')
    assert.deepEqual(signs.map((row) => row.response_id).sort(), [one.id, two.id].sort())
  })

  it('is one draft at a time, and says so', async () => {
    await first.button('Change these answers')
    const before = await dump(app.db, ['sessions'])
    const again = await first.button('Change these answers')
    assert.equal(again.status, 409)
    assert.match(again.text, /You have begun this form again and not sent it yet/)
    assert.equal((await again.link('Go on with it')).path, '/my/forms/soup')
    assert.deepEqual(await dump(app.db, ['sessions']), before)
    const page = await ana.open('/my/forms')
    assert.match(page.text, /Begun Go on with “Soup” Changes that are not sent yet/)
    await (await ana.open('/my/forms/soup')).button('Discard it')
    assert.equal((await drafts(app)).length, 0)
    assert.equal((await sent(app)).length, 1)
    assert.equal((await first.button('Change these answers')).status, 200)
  })

  it('twice at once is one draft', async () => {
    const pages = await Promise.all([1, 2, 3].map(() => first.button('Change these answers')))
    assert.deepEqual(pages.map(({ status }) => status).sort(), [200, 409, 409])
    assert.equal((await drafts(app)).length, 1)
  })

  it('starts from the newest version, whichever page asked', async () => {
    await (await first.button('Change these answers')).button('Send the new version')
    const [, second] = await sent(app)
    const page = await first.button('Change these answers')
    assert.equal(page.path, `/my/forms/sent/${second.id}`)
    assert.equal((await drafts(app)).length, 0)
  })

  it('of a form that is not asked for any more is not possible', async () => {
    await app.db('forms').update({ archived_at: iso(NOW) })
    const page = await first.button('Change these answers')
    assert.equal(page.status, 409)
    assert.match(page.text, /isn’t asked for any more/)
    assert.equal((await drafts(app)).length, 0)
  })

  it('says when what was sent can’t be read', async () => {
    await app.db.raw('alter table responses disable trigger responses_immutable')
    await app.db('responses').update({ answers_sealed: Buffer.from([1, 120, ...Buffer.alloc(60)]) })
    await app.db.raw('alter table responses enable trigger responses_immutable')
    const page = await ana.open(first.path)
    assert.match(page.text, /can’t be read right now/)
    assert.equal(page.buttons.includes('Change these answers'), false)
    assert.equal((await ana.post(`${first.path.replace(/\?.*/, '')}/amendment`, {})).status, 409)
  })

  it('and reading it is for whose it is', async () => {
    const path = first.path.replace(/\?.*/, '')
    const ben = await signedInAsClient(app, await make.client(app.db, { name: 'Ben' }))
    const before = await dump(app.db, ['sessions'])
    assert.equal((await ben.open(path)).status, 404)
    assert.equal((await ben.post(`${path}/amendment`, {})).status, 404)
    for (const id of ['x', crypto.randomUUID(), form.id])
      assert.equal((await ana.open(`/my/forms/sent/${id}`)).status, 404)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
    await first.button('Change these answers')
    const [draft] = await drafts(app)
    assert.equal((await ana.open(`/my/forms/sent/${draft.id}`)).status, 404)
  })
})
