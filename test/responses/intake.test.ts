import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import type { Page, Typed } from '../support/page.ts'
import { asked, drafts, opened, sent } from './asked.ts'

const NEXT = 'Save and continue'

/** Every scale of the page that is shown, at the same number. */
function scales(page: Page, names: string[], value: string): Typed {
  for (const name of names) assert.ok(page.hasField(`a:${name}`), name)
  return Object.fromEntries(names.map((name) => [`a:${name}`, value]))
}

describe('the whole intake, without JavaScript', () => {
  let app: TestApp
  let form: { id: string }

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    await make.ownForms(db)
    form = await db('forms').where({ slug: 'intake' }).first('id')
  })

  it('is filled in over ten sections, looked over and sent', async () => {
    const { ana, client } = await asked(app, form)
    const start = await (await ana.open('/my/forms')).link(/New client intake/)
    assert.match(start.text, /10 sections About you/)
    let page = await start.link('Start')
    assert.equal(page.h1, 'About you')
    assert.match(page.text, /Section 1 of 10/)
    page = await page.button(NEXT, {
      'a:name': 'Ana',
      'a:date-of-birth': '1990-05-04',
      'a:country': 'us',
    })
    assert.equal(page.status, 422)
    page = await page.button(NEXT, { 'a:state': 'IN' })
    assert.equal(page.h1, 'What brings you')
    page = await page.button(NEXT, { 'a:hope': 'Eating\nwith friends' })
    assert.equal(page.h1, 'Health history')
    page = await page.button(NEXT)
    assert.equal(page.h1, 'Your gut now')
    const gut = ['belly-pain', 'bloating', 'gas', 'loose-stools', 'hard-stools', 'heartburn', 'nausea']
    page = await page.button(NEXT, scales(page, [...gut, 'gut-interference'], '4'))
    assert.equal(page.h1, 'Signs we always ask about')
    page = await page.button(NEXT, { 'a:blood-in-stool': 'yes', 'a:looser-stools': 'no' })
    assert.equal(page.h1, 'Your skin now')
    assert.match(page.text, /^New client intake .*talk to your physician.* Section 6 of 10/)
    page = await page.button(NEXT)
    for (const heading of ['Food and drink', 'Eating and you', 'Supplements', 'How we work together']) {
      assert.equal(page.h1, heading)
      page = await page.button(heading === 'How we work together' ? 'Save and look it over' : NEXT)
    }
    assert.equal(page.h1, 'Look over your answers')
    assert.match(page.text, /Gut score 40/)
    assert.match(page.text, /talk to your physician/)
    const done = await page.button('Send to your dietitian')
    assert.equal(done.h1, 'Thank you, it is sent')
    assert.match(done.text, /talk to your physician/)
    assert.match(done.text, /Eating with friends/)

    assert.equal((await drafts(app)).length, 0)
    const [row] = await sent(app)
    assert.equal(row.client_id, client.id)
    const response = opened(row)
    assert.equal(response.status, 'completed')
    assert.equal(response.extension, undefined)
    const scores = await app.db('scores').select('link_id', 'value', 'client_id')
    assert.deepEqual(scores, [{ link_id: 'gut-score', value: 40, client_id: client.id }])
    const signs = await app.db('raised_signs').where({ response_id: row.id })
    assert.deepEqual(
      signs.map(({ kind }) => kind),
      ['sign'],
    )
    const [request] = await app.db('form_requests')
    assert.equal(request.response_id, row.id)
    const list = await ana.open('/my/forms')
    assert.match(list.text, /Nothing to fill in right now/)
    assert.match(list.text, /Sent New client intake Sent Tuesday, March 3, 2026 at 8:00 AM/)
  })

  it('rendered and posted again unchanged changes nothing', async () => {
    const { ana } = await asked(app, form)
    const first = await (await ana.open('/my/forms/intake')).link('Start')
    await first.button('Save and finish later', { 'a:name': 'Ana' })
    const before = opened((await drafts(app))[0]).item
    for (let number = 1; number <= 10; number += 1) {
      const page = await ana.open(`/my/forms/intake/sections/${number}`)
      const saved = await page.button('Save and finish later')
      assert.equal(saved.status, 200, page.h1)
      assert.deepEqual(opened((await drafts(app))[0]).item, before, page.h1)
    }
    assert.equal((await drafts(app)).length, 1)
  })
})
