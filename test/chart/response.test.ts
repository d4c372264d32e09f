import assert from 'node:assert/strict'
import { DAY, iso } from '../../server/clock.ts'
import { contentPlace, namePlace } from '../../server/files/store.ts'
import { FACT_SYSTEM } from '../../server/forms/facts.ts'
import { fileUrl } from '../../server/responses/attachments.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { answered, someAnswers } from './sent.ts'

const blood = { sign: 'blood-in-stool', kind: 'sign' } as const

describe('what a client sent, at the dietitian’s desk', () => {
  let app: TestApp
  let desk: Visitor
  let accountId: unknown
  let maya: { id: string }

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    const { dietitian } = await make.world(db)
    accountId = dietitian.account_id
    await make.ownForms(db)
    maya = await make.clientAccount(db, { name: 'Maya <O’Neil>' })
    desk = await signedIn(app, dietitian)
  })

  const pathOf = ({ id }: { id: string }) => `/practice/clients/${maya.id}/responses/${id}`
  const jsonOf = (sent: { id: string }) => `${pathOf(sent)}/questionnaire-response.json`
  const actions = async () =>
    (await app.db('audit_entries').orderBy('position').select()).map((row) => [
      row.account_id,
      row.action,
      row.subject_id,
    ])

  const photo = async (responseId: string, id: string) => {
    await app.db('files').insert({
      id,
      client_id: maya.id,
      response_id: responseId,
      link_id: 'skin-photo',
      content_type: 'image/jpeg',
      bytes: 12_345,
      name_sealed: sealer.seal(namePlace(id), 'arm.jpg'),
      content_sealed: sealer.seal(contentPlace(id), Buffer.from('jpeg')),
      created_at: iso(NOW),
    })
  }

  it('is read in full: the signs first, the scores, every question and answer, as text', async () => {
    const sent = await answered(app.db, {
      clientId: maya.id,
      item: someAnswers,
      signs: [blood],
      scores: { 'gut-score': 41.25 },
    })
    const page = await (await desk.open(`/practice/clients/${maya.id}/forms`)).link(
      /^New client intake Tuesday/,
    )
    assert.equal(page.path, pathOf(sent))
    assert.equal(page.h1, 'New client intake')
    assert.match(page.text, /Maya <O’Neil> Sent Tuesday, March 3, 2026 at 9:00 AM/)
    const places = [/Blood in the stool/, /Gut score 41\.3/, /About you/, /What name do you go by\?/].map(
      (words) => page.text.search(words),
    )
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
    )
    assert.ok(!places.includes(-1), String(places))
    for (const words of ['they/them', 'Maya <b>"M"</b>', 'Planted-hope & <script>alert(1)</script>'])
      assert.ok(page.text.includes(words), words)
    assert.doesNotMatch(page.html, /<script>alert|<b>"M"/)
    assert.doesNotMatch(page.text, /What changed since|Versions/)
  })

  it('has its signs acknowledged from there', async () => {
    const sent = await answered(app.db, { clientId: maya.id, signs: [blood] })
    const page = await desk.open(pathOf(sent))
    const chart = await page.button('Acknowledge this sign', { word: 'Called' })
    assert.equal(chart.path, `/practice/clients/${maya.id}?done=acknowledged`)
    assert.match((await desk.open(pathOf(sent))).text, /Acknowledged by .* Called/)
  })

  it('says what an amendment changed, and keeps every version', async () => {
    const hope = (text: string) => [
      { linkId: 'goals', item: [{ linkId: 'hope', answer: [{ valueString: text }] }] },
    ]
    const first = await answered(app.db, { clientId: maya.id, item: hope('Sleep <well>'), signs: [blood] })
    const second = await answered(app.db, {
      clientId: maya.id,
      item: hope('Eat & sleep'),
      amends: first,
      at: NOW + DAY,
    })
    const page = await desk.open(pathOf(second))
    assert.match(page.text, /version 2 of 2/)
    assert.match(page.text, /Blood in the stool/)
    assert.match(page.text, /What changed since the version before .* Sleep <well> became Eat & sleep/)
    assert.match(page.text, /Version 2, sent Wed, Mar 4, 9:00 AM \(this one\)/)
    const old = await page.link(/^Version 1/)
    assert.equal(old.path, pathOf(first))
    assert.match(old.text, /The client has changed these answers since/)
    assert.doesNotMatch(old.text, /Eat & sleep|What changed/)
    assert.equal((await old.link('See the newest version')).path, pathOf(second))
  })

  it('shows files by their names, and leads to them', async () => {
    const id = crypto.randomUUID()
    const valueAttachment = { contentType: 'image/jpeg', url: fileUrl(id), title: 'arm.jpg', size: 12_345 }
    const sent = await answered(app.db, {
      clientId: maya.id,
      item: [{ linkId: 'skin', item: [{ linkId: 'skin-photo', answer: [{ valueAttachment }] }] }],
    })
    await photo(sent.id, id)
    const page = await desk.open(pathOf(sent))
    assert.match(page.text, /arm\.jpg 12 KB/)
    const file = page.links.find(({ name }) => name === 'arm.jpg')
    assert.equal(file?.href, `/practice/files/${id}`)
    assert.equal((await desk.send('GET', file?.href ?? '')).status, 200)
  })

  it('is noted as read before it is shown, and as exported before it is handed out', async () => {
    const sent = await answered(app.db, { clientId: maya.id, item: someAnswers })
    await desk.open(pathOf(sent))
    await desk.send('GET', jsonOf(sent))
    assert.deepEqual(await actions(), [
      [accountId, 'response.read', sent.id],
      [accountId, 'response.exported', sent.id],
    ])
    await app.db.raw('alter table audit_entries rename to audit_away')
    try {
      for (const path of [pathOf(sent), jsonOf(sent)]) {
        const answer = await desk.send('GET', path)
        assert.equal(answer.status, 500)
        assert.doesNotMatch(answer.body, /Planted/)
      }
    } finally {
      await app.db.raw('alter table audit_away rename to audit_entries')
    }
  })

  it('is downloaded as FHIR: as it is kept, with whose it is, of which form, and when', async () => {
    const sent = await answered(app.db, { clientId: maya.id, item: someAnswers })
    const answer = await desk.send('GET', jsonOf(sent))
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/fhir\+json/)
    assert.match(
      answer.headers.get('content-disposition') ?? '',
      new RegExp(`^attachment; filename=questionnaire-response-${sent.id}.json$`),
    )
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.deepEqual(JSON.parse(answer.body), {
      resourceType: 'QuestionnaireResponse',
      id: sent.id,
      questionnaire: 'urn:flora:form:intake|1.0.0',
      status: 'completed',
      subject: { reference: `Patient/${maya.id}` },
      authored: iso(NOW),
      item: someAnswers,
    })
    const page = await desk.open(pathOf(sent))
    assert.ok(page.links.some(({ href }) => href === jsonOf(sent)))
  })

  it('is not found as a draft, with another client’s path, or with an id that is none', async () => {
    const sent = await answered(app.db, { clientId: maya.id, item: someAnswers })
    const draft = await answered(app.db, { clientId: maya.id, slug: 'check-in', isDraft: true })
    const other = await make.client(app.db)
    const before = await dump(app.db, ['sessions'])
    for (const id of [draft.id, crypto.randomUUID(), 'x'])
      for (const path of [pathOf({ id }), jsonOf({ id })])
        assert.equal((await desk.send('GET', path)).status, 404, path)
    const elsewhere = pathOf(sent).replace(maya.id, other.id)
    for (const path of [elsewhere, `${elsewhere}/questionnaire-response.json`])
      assert.equal((await desk.send('GET', path)).status, 404, path)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('is not for the client, whose own it is, nor for a stranger', async () => {
    const sent = await answered(app.db, { clientId: maya.id, item: someAnswers })
    const my = await signedInAsClient(app, maya)
    const before = await dump(app.db, ['sessions'])
    for (const path of [pathOf(sent), jsonOf(sent), `/practice/clients/${maya.id}`, '/practice/clients']) {
      const refused = await my.send('GET', path)
      assert.equal(refused.status, 403)
      assert.doesNotMatch(refused.body, /Planted|Maya/)
      assert.equal((await visit(app).send('GET', path)).status, 303)
    }
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('that can’t be opened is said so, and the rest of the page is there', async () => {
    const first = await answered(app.db, { clientId: maya.id, item: someAnswers })
    const sent = await answered(app.db, { clientId: maya.id, amends: first, scores: { 'gut-score': 10 } })
    await app.db.raw('alter table responses disable trigger responses_immutable')
    await app.db.raw(
      'update responses a set answers_sealed = b.answers_sealed from responses b where a.id <> b.id',
    )
    await app.db.raw('alter table responses enable trigger responses_immutable')
    const already = app.logged().length
    const page = await desk.open(pathOf(sent))
    assert.equal(page.status, 200)
    assert.match(page.text, /This text can’t be read: it was altered or its key is missing\./)
    assert.match(page.text, /Gut score 10/)
    assert.ok(!page.links.some(({ href }) => href.endsWith('.json')))
    const download = await desk.send('GET', jsonOf(sent))
    assert.equal(download.location, pathOf(sent))
    const told = app.logged().slice(already)
    assert.match(told, /unreadable/)
    assert.doesNotMatch(told, /Planted|Maya|they\/them/)
  })

  it('leaves nothing of the answers in the log, or in clear in the database', async () => {
    const already = app.logged().length
    const sent = await answered(app.db, { clientId: maya.id, item: someAnswers, signs: [blood] })
    await desk.open(`/practice/clients/${maya.id}`)
    const page = await desk.open(pathOf(sent))
    await page.button('Acknowledge this sign', { word: 'Planted-word' })
    await desk.send('GET', jsonOf(sent))
    await desk.post(`/practice/clients/${maya.id}/requests`, { form: 'Planted-form', due: 'Planted-day' })
    assert.doesNotMatch(app.logged().slice(already), /Planted|blood-in-stool|they\/them/)
    for (const [table, rows] of Object.entries(await dump(app.db)))
      assert.doesNotMatch(rows.join('\n'), /Planted/, table)
  })
})

describe('the forms that come with Flora', () => {
  it('ask for pronouns and itch where the chart looks for them', async () => {
    await testApp()
    const db = await reset()
    await make.ownForms(db)
    const text = (slug: string) =>
      db('current_form_versions as v')
        .join('forms as f', 'f.id', 'v.form_id')
        .where('f.slug', slug)
        .first('v.definition')
        .then(({ definition }) => JSON.stringify(definition))
    assert.ok((await text('intake')).includes(JSON.stringify({ system: FACT_SYSTEM, code: 'pronouns' })))
    for (const slug of ['intake', 'check-in', 'skin-check-in']) {
      assert.ok((await text(slug)).includes(JSON.stringify({ system: FACT_SYSTEM, code: 'itch' })))
      assert.ok((await text(slug)).includes('"linkId":"skin-score"'))
    }
  })
})
