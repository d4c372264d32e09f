import assert from 'node:assert/strict'
import { iso, MINUTE } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { asked, drafts, opened } from './asked.ts'

const CALCULATED = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression'
const HIDDEN = 'http://hl7.org/fhir/StructureDefinition/questionnaire-hidden'
const NEXT = 'Save and continue'
const LATER = 'Save and finish later'

const coding = (code: string) => ({ valueCoding: { system: 'urn:maple', code, display: code } })
const expression = (text: string) => ({ valueExpression: { language: 'text/fhirpath', expression: text } })

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'About you',
    item: [
      { linkId: 'name', type: 'string', text: 'Your name', required: true, maxLength: 20 },
      { linkId: 'born', type: 'date', text: 'Date of birth' },
      { linkId: 'soup', type: 'choice', text: 'Soup', answerOption: [coding('hot'), coding('cold')] },
      {
        linkId: 'which',
        type: 'string',
        text: 'Which soup?',
        enableWhen: [{ question: 'soup', operator: '=', answerCoding: { system: 'urn:maple', code: 'hot' } }],
      },
      {
        linkId: 'fixed',
        type: 'string',
        text: 'Kept',
        readOnly: true,
        initial: [{ valueString: 'as it is' }],
      },
      { linkId: 'secret', type: 'string', text: 'Unseen', extension: [{ url: HIDDEN, valueBoolean: true }] },
      { linkId: 'spoons', type: 'integer', text: 'Spoons' },
      {
        linkId: 'twice',
        type: 'integer',
        text: 'Twice as many',
        readOnly: true,
        extension: [
          {
            url: CALCULATED,
            ...expression("%resource.descendants().where(linkId = 'spoons').answer.value * 2"),
          },
        ],
      },
    ],
  },
  {
    linkId: 'two',
    type: 'group',
    text: 'Medicines',
    item: [
      {
        linkId: 'medicines',
        type: 'group',
        text: 'Medicine',
        repeats: true,
        item: [
          { linkId: 'what', type: 'string', text: 'Which one?' },
          { linkId: 'since', type: 'date', text: 'Since when?' },
        ],
      },
    ],
  },
  {
    linkId: 'three',
    type: 'group',
    text: 'Hot soups',
    enableWhen: [{ question: 'soup', operator: '=', answerCoding: { system: 'urn:maple', code: 'hot' } }],
    item: [{ linkId: 'more', type: 'string', text: 'More about it' }],
  },
]

const FIRST = '/my/forms/soup/sections/1'
const SECOND = '/my/forms/soup/sections/2'

describe('saving a section', () => {
  let app: TestApp
  let ana: Visitor
  let form: Awaited<ReturnType<typeof make.form>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    form = await make.form(db, items, { slug: 'soup', title: 'Soup' })
    ana = (await asked(app, form)).ana
  })

  const kept = async () => {
    const [row] = await drafts(app)
    return row && opened(row)
  }
  const answers = async () => JSON.stringify((await kept())?.item ?? [])

  it('leads on over the sections that the answers ask for', async () => {
    let page = await (await ana.open('/my/forms/soup')).link('Start')
    assert.match(page.text, /Section 1 of 2/)
    page = await page.button(NEXT, { 'a:name': 'Ana', 'a:soup': 'hot' })
    assert.equal(page.status, 200)
    assert.equal(page.path, FIRST)
    assert.match(
      page.text,
      /One more question, from what you answered\. Your answers are saved\. Which soup\?/,
    )
    page = await page.button(NEXT, { 'a:which': 'Leek' })
    assert.match(page.path, /sections\/2\?saved=1$/)
    assert.match(page.text, /Section 2 of 3/)
    page = await page.button(NEXT)
    assert.equal(page.h1, 'Hot soups')
    assert.equal((await page.button('Save and look it over')).h1, 'Look over your answers')
  })

  it('shows calculated values, and none that the browser made up', async () => {
    const page = await (await ana.open(FIRST)).button(LATER, { 'a:spoons': '3' })
    assert.equal(page.path, '/my/forms/soup?saved=1')
    assert.match((await ana.open(FIRST)).text, /Twice as many 6/)
    const open = await ana.open(FIRST)
    const forged = {
      'a:twice': '99',
      'a:fixed': 'forged',
      'a:secret': 'forged',
      'a:unknown': 'x',
      __proto__: 'x',
    }
    const on = ['a:name', 'a:spoons', 'a:twice', 'a:fixed', 'a:secret', 'a:unknown']
    const base = open.value('base') ?? ''
    await ana.post(FIRST, { on, base, go: 'later', 'a:name': 'Ana', 'a:spoons': '4', ...forged })
    const text = await answers()
    assert.doesNotMatch(text, /99|forged|unknown/)
    assert.match(text, /"as it is"/)
    assert.match(text, /"valueInteger":8/)
  })

  it('keeps what was fine when something is not, and shows again what was typed', async () => {
    const typed = { 'a:born': 'last <spring>', 'a:spoons': '2' }
    const page = await (await ana.open(FIRST)).button(NEXT, typed)
    assert.equal(page.status, 422)
    assert.match(page.title, /^Error: /)
    assert.match(page.text, /2 things need another look/)
    assert.match(page.text, /All else on this page is saved\./)
    assert.equal(page.value('a:born'), 'last <spring>')
    assert.match(page.errorFor('a:born') ?? '', /date/i)
    assert.match(page.errorFor('a:name') ?? '', /Please answer/)
    assert.match(await answers(), /"spoons","answer":\[\{"valueInteger":2\}\]/)
    const next = await page.button(NEXT, { 'a:born': '1990-05-04', 'a:name': 'Ana' })
    assert.equal(next.h1, 'Medicines')
    assert.match(await answers(), /1990-05-04/)
  })

  it('without a look at what is needed, to finish later', async () => {
    const page = await (await ana.open(FIRST)).button(LATER, { 'a:soup': 'cold' })
    assert.equal(page.h1, 'Soup')
    assert.match(page.text, /Saved, 8:00 AM/)
    assert.match(page.text, /1 of \d answered/)
    const again = await page.link('Go on where you stopped')
    assert.equal(again.path, FIRST)
    assert.equal(again.value('a:soup'), 'cold')
    assert.match((await ana.open('/my/forms')).text, /Go on with “Soup”/)
  })

  it('does not take what can’t be read for saved when it is to be finished later', async () => {
    const page = await (await ana.open(FIRST)).button(LATER, { 'a:born': 'soon' })
    assert.equal(page.status, 422)
    assert.equal(page.value('a:born'), 'soon')
  })

  it('goes on where one stopped, on any device', async () => {
    await (await ana.open(FIRST)).button(NEXT, { 'a:name': 'Ana', 'a:soup': 'cold' })
    const start = await ana.open('/my/forms/soup')
    const page = await start.link('Go on where you stopped')
    assert.equal(page.path, SECOND)
    await page.button('Save and look it over')
    const review = await (await ana.open('/my/forms/soup')).link('Go on where you stopped')
    assert.equal(review.h1, 'Look over your answers')
  })

  it('adds and removes rows, and keeps what was typed in the others', async () => {
    let page = await ana.open(SECOND)
    page = await page.button(/^Add/, { 'a0:what': 'Iron', 'a0:since': '2025-01-01' })
    assert.equal(page.path, SECOND)
    assert.equal(page.value('a0:what'), 'Iron')
    page = await page.button(/^Add/, { 'a1:what': 'Zinc' })
    page = await page.button(/^Remove.*1$/)
    assert.equal(page.value('a0:what'), 'Zinc')
    assert.doesNotMatch(await answers(), /Iron/)
    assert.equal((await drafts(app)).length, 1)
  })

  it('removes a row with something in it that can’t be read', async () => {
    let page = await (await ana.open(SECOND)).button(/^Add/, { 'a0:what': 'Iron' })
    page = await page.button(/^Remove.*2$/, { 'a1:since': 'ages ago' })
    assert.equal(page.path, SECOND)
    assert.equal(page.hasField('a1:since'), false)
    assert.equal(page.value('a0:what'), 'Iron')
  })

  it('refuses what was not offered, and keeps all else', async () => {
    const page = await ana.open(FIRST)
    const on = ['a:name', 'a:soup', 'a:spoons']
    const fields = { on, base: page.value('base') ?? '', go: 'next', 'a:name': 'Ana', 'a:spoons': '1' }
    const answer = await ana.post(FIRST, { ...fields, 'a:soup': 'lukewarm' })
    assert.equal(answer.status, 422)
    const text = await answers()
    assert.match(text, /Ana/)
    assert.doesNotMatch(text, /lukewarm|"soup"/)
  })

  it('is calm about ten thousand rows and a text without end', async () => {
    const before = await dump(app.db, ['sessions'])
    const rows = (count: number) => Array.from({ length: count }, (_, n) => [`a${n}:what`, 'x'] as const)
    const many = await ana.post(SECOND, Object.fromEntries(rows(10_000)))
    assert.equal(many.status, 413)
    const long = await ana.post(SECOND, { 'a0:what': 'x'.repeat(700_000) })
    assert.equal(long.status, 413)
    assert.deepEqual(await dump(app.db, ['sessions']), before)

    const base = (await ana.open(SECOND)).value('base') ?? ''
    const on = ['a:medicines', ...rows(1200).map(([name]) => name)]
    const some = await ana.post(SECOND, { base, on, go: 'next', ...Object.fromEntries(rows(1200)) })
    assert.ok([200, 413, 422].includes(some.status), String(some.status))
    assert.ok((await answers()).length < 100_000)
  })

  it('only looking changes nothing', async () => {
    await (await ana.open(FIRST)).button(LATER, { 'a:name': 'Ana' })
    const before = await dump(app.db, ['sessions'])
    for (const path of [
      '',
      '/sections/1',
      '/sections/2',
      '/sections/3',
      '/review',
      '?saved=1',
      '/sections/1?from=review',
    ])
      assert.equal((await ana.open(`/my/forms/soup${path}`)).status, 200, path)
    await ana.open('/my/forms')
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('has sections that are there, and leads past those that are not asked', async () => {
    for (const number of ['0', '4', '99', '1.5', 'x', '-1', '1e0', ''])
      assert.equal((await ana.open(`/my/forms/soup/sections/${number}`)).status, 404, number)
    assert.equal((await ana.open('/my/forms/soup/sections/3')).path, '/my/forms/soup')
    await (await ana.open(SECOND)).button('Save and look it over')
    assert.equal((await ana.open('/my/forms/soup/sections/3')).h1, 'Look over your answers')
  })

  it('goes on with the version it was begun in, when there is a newer one', async () => {
    await (await ana.open(FIRST)).button(LATER, { 'a:name': 'Ana' })
    await make.formVersion(app.db, { ...form, item: [{ linkId: 'new', type: 'string', text: 'All new' }] })
    const page = await (await ana.open('/my/forms/soup')).link('Go on where you stopped')
    assert.equal(page.value('a:name'), 'Ana')
    assert.equal((await page.button(NEXT, { 'a:soup': 'cold' })).h1, 'Medicines')
    const [row] = await drafts(app)
    assert.equal(row.form_version_id, form.versionId)
  })

  it('after the time of the client, not of the practice, and with the day when it was another', async () => {
    await (await ana.open(FIRST)).button(LATER, { 'a:name': 'Ana' })
    app.clock.set(NOW + 3 * 60 * MINUTE)
    assert.match((await ana.open(FIRST)).text, /Saved 8:00 AM/)
    app.clock.set(NOW + 20 * 60 * MINUTE)
    assert.match((await ana.open(FIRST)).text, /Saved Tue, Mar 3, 8:00 AM/)
  })

  it('can be discarded; what another page shows is left alone', async () => {
    await (await ana.open(FIRST)).button(LATER, { 'a:name': 'Ana' })
    const page = await ana.open('/my/forms/soup')
    await ana.post('/my/forms/soup/discarding', { draft: crypto.randomUUID() })
    await ana.post('/my/forms/soup/discarding', {})
    assert.equal((await drafts(app)).length, 1)
    const list = await page.button('Discard it')
    assert.equal(list.path, '/my/forms')
    assert.equal((await drafts(app)).length, 0)
    assert.match(list.text, /Fill in “Soup”/)
    assert.equal((await ana.open(FIRST)).value('a:name'), '')
  })

  it('of a form that is archived meanwhile keeps what was typed, and says that it can’t be sent', async () => {
    const first = await ana.open(FIRST)
    await app.db('forms').update({ archived_at: iso(NOW) })
    const page = await first.button(NEXT, { 'a:name': 'Ana', 'a:soup': 'cold' })
    assert.equal(page.h1, 'Medicines')
    await page.button('Save and look it over')
    const review = await ana.open('/my/forms/soup/review')
    assert.match(review.text, /isn’t asked for any more/)
    assert.equal(review.buttons.includes('Send to your dietitian'), false)
    const [row] = await drafts(app)
    const answer = await ana.post('/my/forms/soup/response', { draft: row.id, digest: 'x' })
    assert.equal(answer.status, 409)
    assert.match(answer.text, /isn’t asked for any more/)
    assert.match(answer.text, /Your name Ana/)
    assert.match((await ana.open('/my/forms')).text, /Not asked for any more/)
  })

  it('says so when it can’t be read, and begins anew after it was discarded', async () => {
    await (await ana.open(FIRST)).button(LATER, { 'a:name': 'Ana' })
    await app.db('responses').update({ answers_sealed: Buffer.from([1, 120, ...Buffer.alloc(60)]) })
    const page = await ana.open(FIRST)
    assert.equal(page.path, '/my/forms/soup')
    assert.match(page.text, /can’t be read right now/)
    assert.equal((await ana.post(FIRST, { on: 'a:name', 'a:name': 'Ben' })).path, '/my/forms/soup')
    await page.button('Discard it')
    assert.equal((await ana.open(FIRST)).value('a:name'), '')
  })
})
