import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { signNamed } from '../../server/signs/table.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { lastMailTo } from '../support/people.ts'
import { asked, drafts, opened, sent } from './asked.ts'

const LATER = 'Save and finish later'
const SEND = 'Send to your dietitian'
const FIRST = '/my/forms/soup/sections/1'
const REVIEW = '/my/forms/soup/review'

const fact = (code: string) => [{ system: 'urn:flora:fact', code }]
const yesNo = ['yes', 'no'].map((code) => ({
  valueCoding: { system: 'urn:flora:answer', code, display: code },
}))
const CALCULATED = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression'
const twice = {
  language: 'text/fhirpath',
  expression: "%resource.descendants().where(linkId = 'spoons').answer.value * 2",
}

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'About you',
    item: [
      { linkId: 'name', type: 'string', text: 'Your name', required: true },
      { linkId: 'blood', type: 'choice', text: 'Blood?', code: fact('blood-in-stool'), answerOption: yesNo },
      { linkId: 'food', type: 'choice', text: 'Food?', code: fact('food-thoughts'), answerOption: yesNo },
      {
        linkId: 'why',
        type: 'string',
        text: 'Why?',
        required: true,
        enableWhen: [
          { question: 'food', operator: '=', answerCoding: { system: 'urn:flora:answer', code: 'yes' } },
        ],
      },
    ],
  },
  {
    linkId: 'two',
    type: 'group',
    text: 'Spoons',
    item: [
      { linkId: 'spoons', type: 'integer', text: 'How many?' },
      {
        linkId: 'double',
        type: 'decimal',
        text: 'Double score',
        readOnly: true,
        extension: [{ url: CALCULATED, valueExpression: twice }],
      },
    ],
  },
]

describe('sending a form', () => {
  let app: TestApp
  let ana: Visitor
  let client: { id: string }
  let world: Awaited<ReturnType<typeof make.world>>
  let form: Awaited<ReturnType<typeof make.form>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    form = await make.form(db, items, { slug: 'soup', title: 'Soup and eczema' })
    const made = await asked(app, form)
    ana = made.ana
    client = made.client
  })

  const fill = async (typed: Record<string, string>, number = 1) =>
    (await ana.open(`/my/forms/soup/sections/${number}`)).button(LATER, typed)
  const events = async () => app.db('pgboss.job').where({ name: 'response-mail-to-dietitian' })

  it('keeps it as it was looked over, with scores, signs and the request it answers, and never changes it', async () => {
    await fill({ 'a:name': 'Ana', 'a:blood': 'yes', 'a:food': 'no' })
    await fill({ 'a:spoons': '4' }, 2)
    app.clock.set(NOW + HOUR)
    const review = await ana.open(REVIEW)
    assert.match(review.text, /Your name Ana .*Blood\? yes .*How many\? 4 Double score 8/)
    const done = await review.button(SEND)
    assert.equal(done.h1, 'Thank you, it is sent')

    const [row] = await sent(app)
    assert.equal(row.sent_at, NOW + HOUR)
    const response = opened(row)
    assert.equal(response.status, 'completed')
    assert.equal(response.authored, iso(NOW + HOUR))
    assert.equal(response.questionnaire, `${form.url}|1`)
    assert.deepEqual(
      response.item?.map(({ linkId }) => linkId),
      ['one', 'two'],
    )
    assert.doesNotMatch(JSON.stringify(response), /why/)
    assert.deepEqual(
      await app.db('scores').select('response_id', 'link_id', 'label', 'value', 'at', 'client_id'),
      [
        {
          response_id: row.id,
          link_id: 'double',
          label: 'Double score',
          value: 8,
          at: NOW + HOUR,
          client_id: client.id,
        },
      ],
    )
    const [sign, ...more] = await app.db('raised_signs')
    assert.deepEqual(more, [])
    assert.equal(sign.kind, 'sign')
    const place = { table: 'raised_signs', column: 'sign_sealed', row: sign.id }
    const said = JSON.parse(sealer.open(place, sign.sign_sealed)).sign
    assert.match(signNamed(said)?.name ?? '', /blood/i)
    const [request] = await app.db('form_requests')
    assert.deepEqual([request.response_id, request.answered_at], [row.id, NOW + HOUR])
    await assert.rejects(app.db('responses').update({ saved_at: iso(NOW) }), /never changed/)
    assert.equal((await ana.open('/my/forms/soup')).path, `/my/forms/sent/${row.id}`)
  })

  it('needs what is required, and leads to each of it and back', async () => {
    await fill({ 'a:food': 'yes' })
    await fill({ 'a:spoons': '1' }, 2)
    const review = await ana.open(REVIEW)
    assert.match(review.title, /^Error: /)
    assert.match(review.text, /2 things are still needed/)
    assert.equal(review.buttons.includes(SEND), false)
    const before = await dump(app.db, ['sessions'])
    const [row] = await drafts(app)
    const forced = await ana.post('/my/forms/soup/response', { draft: row.id, digest: 'anything' })
    assert.equal(forced.status, 422)
    assert.match(forced.text, /Some answers are still needed/)
    assert.deepEqual(await dump(app.db, ['sessions']), before)

    const links = review.links.filter(({ href }) => /sections\/1\?from=review#/.test(href))
    assert.deepEqual(links.map(({ href }) => href.split('#')[1]).slice(0, 2), ['a-name', 'a-why'])
    let page = await review.link('Your name')
    const back = 'Save and go back to your answers'
    page = await page.button(back, { 'a:name': 'Ana' })
    assert.equal(page.status, 422)
    page = await page.button(back, { 'a:why': 'Because' })
    assert.equal(page.path, REVIEW)
    assert.equal((await page.button(SEND)).h1, 'Thank you, it is sent')
  })

  it('“Change” leads back to all answers, also after one more question', async () => {
    await fill({ 'a:name': 'Ana' })
    let page = await (await ana.open(REVIEW)).link('Change: About you')
    page = await page.button('Save and go back to your answers', { 'a:food': 'yes' })
    assert.match(page.text, /One more question/)
    page = await page.button('Save and go back to your answers', { 'a:why': 'So' })
    assert.equal(page.path, REVIEW)
  })

  it('twice, from two tabs or at once, is one response, shown again', async () => {
    await fill({ 'a:name': 'Ana', 'a:blood': 'yes' })
    const tabs = [await ana.open(REVIEW), await ana.open(REVIEW), await ana.open(REVIEW)]
    const pages = await Promise.all(tabs.map((tab) => tab.button(SEND)))
    const late = await (tabs[0] as (typeof tabs)[0]).button(SEND)
    const [row, ...more] = await sent(app)
    assert.deepEqual(more, [])
    for (const page of [...pages, late]) {
      assert.equal(page.status, 200)
      assert.equal(page.path.replace(/\?.*/, ''), `/my/forms/sent/${row.id}`)
    }
    assert.equal((await app.db('raised_signs')).length, 1)
    assert.equal((await events()).length, 1)
  })

  it('what was changed since it was looked over is looked over again', async () => {
    await fill({ 'a:name': 'Ana' })
    const review = await ana.open(REVIEW)
    await fill({ 'a:name': 'Anabel' })
    const again = await review.button(SEND)
    assert.equal(again.status, 409)
    assert.match(again.text, /Your answers have changed since you opened this page/)
    assert.match(again.text, /Your name Anabel/)
    assert.equal((await sent(app)).length, 0)
    assert.equal((await again.button(SEND)).h1, 'Thank you, it is sent')
    assert.match(JSON.stringify(opened((await sent(app))[0])), /Anabel/)
  })

  it('leaves out what is no longer asked, whatever the draft still holds', async () => {
    let page = await (await ana.open(FIRST)).button('Save and continue', { 'a:name': 'Ana', 'a:food': 'yes' })
    page = await page.button('Save and continue', { 'a:why': 'A planted reason' })
    await fill({ 'a:food': 'no' })
    assert.match(JSON.stringify(opened((await drafts(app))[0])), /planted/)
    await (await ana.open(REVIEW)).button(SEND)
    assert.doesNotMatch(JSON.stringify(opened((await sent(app))[0])), /planted/)
    assert.equal((await app.db('raised_signs')).length, 0)
    assert.equal(page.h1, 'Spoons')
  })

  it('says calm advice at once, and nothing of what is better talked about', async () => {
    const page = await (await ana.open(FIRST)).button('Save and continue', {
      'a:name': 'Ana',
      'a:blood': 'yes',
    })
    assert.equal(page.h1, 'Spoons')
    const { heading, text } = signNamed('blood-in-stool')?.client ?? { heading: '', text: '' }
    assert.notEqual(heading, '')
    for (const where of [page, await ana.open(FIRST), await ana.open(REVIEW)])
      assert.ok(where.text.includes(heading) && where.text.includes(text), where.path)
    assert.equal((await ana.open('/my/forms/soup/sections/2')).text.includes(heading), false)
    const later = await fill({ 'a:blood': 'yes' })
    assert.ok(later.text.includes(heading))
    const calm = await fill({ 'a:blood': 'no' })
    assert.equal(calm.text.includes(heading), false)
    await (await ana.open(FIRST)).button('Save and continue', { 'a:food': 'yes' })
    await fill({ 'a:why': 'So' })
    const done = await (await ana.open(REVIEW)).button(SEND)
    assert.doesNotMatch(done.html, /class="advice/)
    assert.deepEqual(await app.db('raised_signs').pluck('kind'), ['caution'])
  })

  it('writes to the dietitian of the next appointment that a form came in, without a word of health', async () => {
    const other = await make.dietitian(app.db, { name: 'Kim Other' })
    const type = await make.type(app.db, [other.id])
    const of = { dietitianId: other.id, typeId: type.id, startsAt: NOW + 3 * DAY }
    await make.appointment(app.db, of, { client_id: client.id })
    await fill({ 'a:name': 'Plantedname', 'a:blood': 'yes' })
    await (await ana.open(REVIEW)).button(SEND)
    const { email } = await app.db('accounts').where({ id: other.account_id }).first('email')
    const mail = await lastMailTo(app, email)
    assert.equal(mail?.subject, 'A form came in from Ana Ruiz')
    const [row] = await sent(app)
    assert.ok(mail?.plain.includes(`/practice/clients/${client.id}/responses/${row.id}`))
    assert.doesNotMatch(`${mail?.plain}${mail?.html}${mail?.subject}`, /eczema|blood|Plantedname|Soup/i)
    await app.db('pgboss.job').update({ state: 'created' })
    await app.work()
    const mails = (await app.mails()).filter(({ subject }) => /form came in/.test(subject))
    assert.equal(mails.length, 1)
  })

  it('writes to whoever asked for it, and else to the practice', async () => {
    await app.db('form_requests').update({ asked_by: world.dietitian.account_id })
    await fill({ 'a:name': 'Ana' })
    await (await ana.open(REVIEW)).button(SEND)
    const { email } = await app.db('accounts').where({ id: world.dietitian.account_id }).first('email')
    assert.match((await lastMailTo(app, email))?.subject ?? '', /A form came in/)

    const { ana: ben } = await asked(app, form, { name: 'Ben Ortiz' })
    await (await ben.open(FIRST)).button(LATER, { 'a:name': 'Ben' })
    await (await ben.open(REVIEW)).button(SEND)
    assert.equal((await lastMailTo(app, 'hello@maple.example'))?.subject, 'A form came in from Ben Ortiz')
  })

  it('without a draft, or a form that was never asked, comes to nothing', async () => {
    assert.equal((await ana.post('/my/forms/soup/response', {})).path, '/my/forms/soup')
    assert.equal((await ana.open(REVIEW)).path, '/my/forms/soup')
    const { slug } = await make.form(app.db, items)
    const before = await dump(app.db, ['sessions'])
    for (const path of ['', '/sections/1', '/review']) {
      const page = await ana.open(`/my/forms/${slug}${path}`)
      assert.equal(page.status, 404, path)
    }
    assert.match((await ana.open(`/my/forms/${slug}`)).text, /This form isn’t asked of you/)
    for (const path of ['/sections/1', '/response', '/discarding'])
      assert.equal((await ana.post(`/my/forms/${slug}${path}`, { 'a:name': 'x', on: 'a:name' })).status, 404)
    for (const odd of ['nothing', 'sent', 'SOUP', "x'--", '%00'])
      assert.ok([400, 404].includes((await ana.open(`/my/forms/${odd}`)).status), odd)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('of a form whose request was taken back is possible for who had begun it', async () => {
    await fill({ 'a:name': 'Ana' })
    await app.db('form_requests').update({ withdrawn_at: iso(NOW) })
    assert.equal((await (await ana.open(REVIEW)).button(SEND)).h1, 'Thank you, it is sent')
    const [request] = await app.db('form_requests')
    assert.equal(request.response_id, null)
  })

  it('lists what was sent, the newest first, a page at a time', async () => {
    for (let n = 1; n <= 22; n += 1)
      await make.response(app.db, { clientId: client.id, form }, { sent_at: iso(NOW - n * DAY) })
    const page = await ana.open('/my/forms')
    assert.equal(page.links.filter(({ href }) => href.startsWith('/my/forms/sent/')).length, 20)
    assert.match(page.text, /Sent Soup and eczema Sent Monday, March 2, 2026/)
    const older = await page.link('Older')
    assert.equal(older.links.filter(({ href }) => href.startsWith('/my/forms/sent/')).length, 2)
    assert.equal((await ana.open('/my/forms?page=0')).status, 400)
  })

  it('leaves no answer and no name of a form in the log', async () => {
    await fill({ 'a:name': 'Plantedname', 'a:blood': 'yes' })
    await (await ana.open(REVIEW)).button(SEND)
    await app.work()
    assert.doesNotMatch(app.logged(), /Plantedname|eczema|blood|soup/i)
    const rows = JSON.stringify(await dump(app.db, ['form_versions', 'forms']))
    assert.doesNotMatch(rows, /Plantedname/)
  })
})
