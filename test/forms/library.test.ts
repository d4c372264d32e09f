import assert from 'node:assert/strict'
import { DAY, iso, MINUTE } from '../../server/clock.ts'
import type { Questionnaire } from '../../server/forms/fhir.ts'
import { makeForm, makeResponse } from '../requests/asking.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Page, Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const FORMS = '/practice/forms'
const STRANGE = 'http://example.org/strange'

/** As one would find it published: several kinds of items, scores, a condition, and something we don't do. */
const sleep = {
  resourceType: 'Questionnaire',
  url: 'https://example.org/fhir/Questionnaire/evening-log',
  version: '2.1',
  name: 'EveningLog',
  title: 'Evening log',
  status: 'active',
  description: 'How the evening went.',
  copyright: 'An Example Clinic, CC BY 4.0',
  extension: [{ url: STRANGE, valueDecimal: 1.5 }],
  item: [
    {
      linkId: '/1',
      prefix: '1.',
      text: 'Before bed',
      type: 'group',
      item: [
        {
          linkId: '/1.1',
          text: 'Over the last two weeks, how often were you awake at midnight?',
          type: 'choice',
          answerOption: [0, 1, 2].map((score) => ({
            extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal: score }],
            valueCoding: {
              system: 'http://example.org/often',
              code: `often-${score}`,
              display: `Level ${score}`,
            },
          })),
        },
        {
          linkId: '/1.2',
          text: 'What kept you awake?',
          type: 'text',
          enableWhen: [
            {
              question: '/1.1',
              operator: '!=',
              answerCoding: { system: 'http://example.org/often', code: 'often-0' },
            },
          ],
        },
      ],
    },
    { linkId: '/2', text: 'Anything else?', type: 'string' },
  ],
}

const pretty = JSON.stringify(sleep, null, 2)

describe('the library of forms', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    desk = await signedIn(app, world.dietitian)
  })

  const look = async (text: string): Promise<Page> =>
    (await desk.open(`${FORMS}/import`)).button('Look at it', { text })
  const right = { ground: 'allowed', rights: 'Mail of the author, March 2' }
  const take = async (text: string, fields: Record<string, string> = right): Promise<Page> =>
    (await look(text)).button(/^Take/, fields)
  const versions = () => app.db('form_versions').orderBy('number')
  const sendFile = (bytes: Uint8Array<ArrayBuffer>) => {
    const edge = 'edge-of-a-part'
    const head = `--${edge}\r\ncontent-disposition: form-data; name="file"; filename="a.json"\r\n\r\n`
    const parts = [Buffer.from(head), Buffer.from(bytes), Buffer.from(`\r\n--${edge}--\r\n`)]
    return desk.send('POST', `${FORMS}/import`, {
      body: new Uint8Array(Buffer.concat(parts)),
      headers: { 'content-type': `multipart/form-data; boundary=${edge}`, 'sec-fetch-site': 'same-origin' },
    })
  }

  it('lists what there is, page by page, and what is archived apart', async () => {
    const empty = await desk.open(FORMS)
    assert.match(empty.text, /The forms that your clients fill in will stand here/)
    const form = await makeForm(app.db, { title: 'A diary' })
    for (let n = 10; n < 36; n += 1) await makeForm(app.db, { title: `Form ${n}` })
    await makeResponse(app.db, (await make.client(app.db)).id, form, NOW)
    const first = await desk.open(FORMS)
    assert.match(first.text, /A diary Version 1, Mar 3, 2026 1 response Built here/)
    const second = await first.link('Next')
    assert.match(second.text, /Form 35/)
    assert.doesNotMatch(second.text, /Form 12/)
    await app
      .db('forms')
      .where({ id: form.id })
      .update({ archived_at: iso(NOW) })
    assert.doesNotMatch((await desk.open(FORMS)).text, /A diary/)
    const archived = await (await desk.open(FORMS)).link('Archived forms')
    assert.match(archived.text, /A diary/)
    assert.doesNotMatch(archived.text, /Form 10/)
  })

  it('imports a published questionnaire: shows what it has and what is not supported, and asks for the right', async () => {
    const before = await dump(app.db, ['sessions'])
    const shown = await look(pretty)
    assert.equal(shown.h1, 'Evening log')
    assert.match(shown.text, /3 questions, version 2\.1/)
    assert.match(shown.text, /Sections 1\. Before bed More questions|Sections .*Before bed/)
    assert.match(shown.text, new RegExp(`What Flora does not support.*${STRANGE}`))
    assert.match(shown.text, /An Example Clinic, CC BY 4\.0/)
    assert.deepEqual(await dump(app.db, ['sessions']), before, 'looking keeps nothing')
    assert.equal(shown.value('slug'), 'evening-log')

    const form = await shown.button('Take this form', right)
    assert.equal(form.h1, 'Evening log')
    const [version] = await versions()
    assert.deepEqual(
      [version.number, version.version, version.origin, version.title, version.published_at],
      [1, '2.1', 'imported', 'Evening log', NOW],
    )
    assert.equal(version.rights, 'The author allows it: Mail of the author, March 2')
    assert.equal(version.published_by, world.dietitian.account_id)
    assert.match(form.text, /The author allows it: Mail of the author, March 2/)
  })

  it('exports the very text that came, to the character', async () => {
    const form = await take(pretty)
    const exported = await desk.send('GET', `${form.path}/versions/1/questionnaire.json`)
    assert.equal(exported.body, pretty)
    assert.deepEqual(JSON.parse(exported.body), sleep)
    assert.match(exported.headers.get('content-type') ?? '', /^application\/fhir\+json/)
    const disposition = exported.headers.get('content-disposition')
    assert.equal(disposition, 'attachment; filename=evening-log-version-1.json')
    assert.equal(exported.headers.get('cache-control'), 'no-store')
  })

  it('takes what it exported again, as the same', async () => {
    await make.ownForms(app.db)
    for (const { id, form_id, definition } of await versions()) {
      const path = `${FORMS}/${form_id}/versions/1/questionnaire.json`
      const { body } = await desk.send('GET', path)
      const next = body.replace('"version": "1.0.0"', '"version": "9.0.0"')
      assert.notEqual(next, body)
      const form = await take(next)
      assert.equal(form.path, `${FORMS}/${form_id}`)
      const [newer] = await app.db('form_versions').where({ form_id }).whereNot({ id })
      assert.deepEqual(newer.definition, { ...definition, version: '9.0.0' })
    }
  })

  it('takes a file as well as what is pasted, also one that begins with a byte order mark', async () => {
    for (const mark of ['', '\ufeff']) {
      const answer = await sendFile(new Uint8Array(Buffer.from(mark + pretty)))
      assert.equal(answer.status, 200)
      assert.match(answer.body, /Evening log/)
      assert.match(answer.body, /Take this form/)
    }
  })

  it('makes the next version of a form that has the same address, and refuses a version that is there', async () => {
    const form = await take(pretty)
    const shown = await look(pretty.replace('"2.1"', '"2.2"'))
    assert.match(shown.text, /becomes its next version at once/)
    assert.equal(shown.hasField('slug'), false)
    const again = await shown.button('Take it as the next version', right)
    assert.equal(again.path, form.path)
    assert.match(again.text, /Version 2 in use/)

    const before = await dump(app.db, ['sessions'])
    const refused = await take(pretty)
    assert.equal(refused.status, 409)
    assert.match(refused.text, /This version of the form is already there/)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('numbers one that names no version, and takes the same text once', async () => {
    const { version: _, ...bare } = sleep
    const form = await take(JSON.stringify(bare))
    assert.equal((await versions())[0].version, '1')
    assert.equal((await take(JSON.stringify(bare))).status, 409)
    await take(JSON.stringify({ ...bare, title: 'Another evening' }))
    assert.deepEqual(
      (await versions()).map((one) => [one.form_id, one.version]),
      [
        [form.path.split('/').at(-1), '1'],
        [form.path.split('/').at(-1), '2'],
      ],
    )
  })

  it('gives an address to one that has none, and takes it as a form of its own each time', async () => {
    const { url: _, ...bare } = sleep
    await take(JSON.stringify(bare))
    const refused = await take(JSON.stringify(bare))
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('slug') ?? '', /Another form has this short name/)
    await refused.button('Take this form', { ...right, slug: 'evening-two' })
    const urls = await app.db('forms').pluck('url')
    assert.equal(new Set(urls).size, 2)
    for (const url of urls) assert.match(url, /^urn:uuid:/)
  })

  it('takes one form when two import the same at once', async () => {
    const pages = await Promise.all([look(pretty), look(pretty)])
    const answers = await Promise.all(pages.map((page) => page.button('Take this form', right)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
    assert.equal((await versions()).length, 1)
    assert.equal((await app.db('forms')).length, 1)
  })

  it('asks by what right it is used, and for a short name that is free', async () => {
    await make.ownForms(app.db)
    const before = await dump(app.db, ['sessions'])
    const wrong: [string, string | null, RegExp][] = [
      ['ground', null, /by what right/],
      ['rights', '', /where it comes from/],
      ['rights', 'x'.repeat(401), /at most 400/],
      ['slug', '', /short name/],
      ['slug', 'Sleep Log', /small letters/],
      ['slug', 'sent', /taken/],
      ['slug', 'skin-check-in', /Another form has this short name/],
    ]
    for (const [field, value, words] of wrong) {
      const typed: Record<string, string | null> = { ...right, slug: 'evening', [field]: value }
      const page = await (await look(pretty)).button('Take this form', typed)
      assert.equal(page.status, 422, field)
      assert.match(page.title, /^Error: /)
      assert.match(page.errorFor(field) ?? '', words)
      if (value !== null) assert.equal(page.value(field), value)
      assert.equal(page.value('definition')?.replaceAll('\r\n', '\n'), pretty)
    }
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('refuses what can’t be taken, names why, and keeps what was pasted', async () => {
    const of = (more: object) => JSON.stringify({ ...sleep, ...more })
    const item = (more: object) => of({ item: [{ linkId: 'a', type: 'string', text: 'A', ...more }] })
    const wrong: [string, RegExp][] = [
      ['', /choose a file, or paste/],
      ['Evening log', /no JSON/],
      ['{"resourceType":"Patient"}', /no Questionnaire/],
      [of({ modifierExtension: [{ url: STRANGE, valueBoolean: true }] }), /modifierExtension/],
      [item({ type: 'hologram' }), /hologram/],
      [of({ item: [sleep.item[1], sleep.item[1]] }), /\/2/],
      [item({ enableWhen: [{ question: 'a', operator: '=', answerString: 'x' }] }), /a/],
      [of({ title: '' }), /title/],
      [of({ title: 'x'.repeat(201) }), /200 characters/],
      [of({ version: 'x'.repeat(61) }), /60 characters/],
      [of({ version: 'draft' }), /Its version is “draft”/],
      [of({ url: `https://example.org/${'x'.repeat(500)}` }), /500 characters/],
      [of({ title: 'a\u0000b' }), /character/],
      ['['.repeat(400_000), /no JSON|no Questionnaire|deep/],
    ]
    const before = await dump(app.db, ['sessions'])
    for (const [text, words] of wrong) {
      const page = await look(text)
      assert.equal(page.status, 422, text.slice(0, 2000))
      assert.match(page.title, /^Error: /)
      assert.match(page.text, words, text.slice(0, 60))
      assert.equal(page.value('text'), text.replaceAll('\n', '\r\n') && text)
      const direct = await desk.post(`${FORMS}/imported`, { ...right, slug: 'x', definition: text })
      assert.equal(direct.status, 422)
    }
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('says of one of 5 MB that it is too large, pasted or as a file, and of 20 MB too', async () => {
    const huge = JSON.stringify({ ...sleep, description: 'x'.repeat(5_000_000) })
    const pasted = await look(huge)
    assert.equal(pasted.status, 422)
    assert.match(pasted.errorFor('text') ?? '', /larger than 1 MB/)
    for (const size of [5_000_000, 11_000_000]) {
      const answer = await sendFile(new Uint8Array(Buffer.from(huge.padEnd(size))))
      assert.equal(answer.status, 422)
      assert.match(answer.body, /This is larger than 1 MB/)
    }
    assert.equal((await sendFile(new Uint8Array([0xff, 0xfe, 0x41]))).status, 422)
    const direct = await desk.post(`${FORMS}/imported`, { ...right, definition: huge })
    assert.equal(direct.status, 422)
    assert.equal((await desk.post(`${FORMS}/imported`, { definition: huge + huge })).status, 413)
    assert.equal((await app.db('forms')).length, 0)
  })

  it('takes just under 1 MB of any script', async () => {
    const item = Array.from({ length: 110 }, (_, n) => ({
      linkId: String(n),
      type: 'string',
      text: '漢'.repeat(3000),
    }))
    const form = await take(JSON.stringify({ ...sleep, item }))
    assert.equal(form.h1, 'Evening log')
    assert.deepEqual((await versions())[0].definition.item, item)
  })

  it('names a kind of question that it does not know how to ask, and takes the rest', async () => {
    const item = [...sleep.item, { linkId: 'who', type: 'reference', text: 'Who?' }]
    const shown = await look(JSON.stringify({ ...sleep, item }))
    assert.match(shown.text, /What Flora does not support.*who.*reference/)
    assert.equal((await shown.button('Take this form', right)).status, 200)
  })

  it('keeps hostile words as words', async () => {
    const nasty = '</textarea><script>alert(1)</script><b onclick=x>'
    const definition = {
      ...sleep,
      title: nasty,
      description: nasty,
      copyright: nasty,
      item: [
        { linkId: nasty, type: 'group', text: nasty, item: [{ linkId: 'b', type: 'string', text: nasty }] },
      ],
    }
    const shown = await look(JSON.stringify(definition))
    const form = await shown.button('Take this form', { ...right, slug: 'nasty' })
    const preview = await form.link(/Preview/)
    for (const page of [shown, form, preview, await desk.open(FORMS)]) {
      assert.equal(page.status, 200)
      assert.doesNotMatch(page.html, /<script>alert|<b onclick/)
      assert.match(page.text, /alert\(1\)/)
    }
    assert.deepEqual((await versions())[0].definition, definition)
  })

  it('shows each section of its own forms as a client sees it, and keeps nothing', async () => {
    await make.ownForms(app.db)
    const before = await dump(app.db, ['sessions'])
    for (const { form_id, title, definition } of await versions()) {
      const form = await desk.open(`${FORMS}/${form_id}`)
      let page = await form.link(/Preview/)
      const sections = (definition as Questionnaire).item?.length ?? 0
      for (let number = 1; number <= sections; number += 1) {
        assert.equal(page.status, 200)
        assert.match(page.text, new RegExp(`Section ${number} of ${sections}`))
        assert.doesNotMatch(page.html, /<form[^>]*post[^>]*my\/forms/)
        if (number < sections) page = await page.link('Next section')
      }
      assert.equal((await desk.open(`${form.path}/versions/1/sections/${sections + 1}`)).status, 404, title)
    }
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('archives a form: open requests are withdrawn, plans stop, and what was sent stays', async () => {
    const form = await makeForm(app.db, { title: 'Diary' })
    const client = await make.client(app.db)
    const of = { client_id: client.id, form_id: form.id, asked_at: iso(NOW) }
    await app.db('form_requests').insert({ ...of, due_at: iso(NOW + DAY) })
    const planned = { every_weeks: 1, next_due_on: '2026-03-09', asked_by: world.dietitian.account_id }
    await app.db('form_plans').insert({ ...of, ...planned })
    await makeResponse(app.db, client.id, form, NOW - DAY)

    const page = await desk.open(`${FORMS}/${form.id}`)
    assert.match(page.text, /Open requests are withdrawn/)
    const archived = await page.button('Archive this form')
    assert.match(archived.text, /Archived/)
    const request = await app.db('form_requests').first()
    assert.deepEqual([request.withdrawn_at, (await app.db('form_plans').first()).stopped_at], [NOW, NOW])
    assert.equal((await app.db('responses')).length, 1)
    await page.button('Archive this form')

    app.clock.set(NOW + MINUTE)
    const back = await archived.button('Bring it back')
    assert.match(back.text, /Version 1 in use/)
    assert.equal((await app.db('form_requests').first()).withdrawn_at, NOW, 'stays withdrawn')
  })

  it('is asked of who books certain types, by check boxes', async () => {
    const other = await make.type(app.db, [world.dietitian.id], { position: 1 })
    const form = await makeForm(app.db)
    const send = (fields: Record<string, string | string[]>) => desk.post(`${FORMS}/${form.id}/asked`, fields)
    const asked = () =>
      app
        .db('appointment_type_forms')
        .orderBy('again_after_days')
        .select('appointment_type_id', 'again_after_days')
    const both = [world.type.id, other.id]
    await send({ types: both, again: '90' })
    assert.deepEqual(
      (await asked()).map((one) => one.again_after_days),
      [90, 90],
    )
    await app
      .db('appointment_type_forms')
      .where({ appointment_type_id: other.id })
      .update({ again_after_days: 10 })
    const page = await desk.open(`${FORMS}/${form.id}`)
    assert.equal(page.value('again'), 'keep')
    await page.button('Save who is asked')
    await send({ types: other.id, again: 'keep' })
    assert.deepEqual(await asked(), [{ appointment_type_id: other.id, again_after_days: 10 }])
    for (const types of ['x', crypto.randomUUID(), 'a\0b']) {
      const refused = await send({ types: [world.type.id, types], again: 'never' })
      assert.equal(refused.status, 422)
      assert.match(refused.text, /Please choose (again|among)/)
    }
    assert.equal((await send({ types: other.id, again: 'often' })).status, 422)
    await send({ again: 'never' })
    assert.deepEqual(await asked(), [])
  })

  it('knows no form or version that is none', async () => {
    const { id } = await makeForm(app.db)
    const paths = [
      crypto.randomUUID(),
      'x',
      `${id}/versions/2`,
      `${id}/versions/0`,
      `${id}/versions/1e0`,
      `${id}/versions/1/sections/x`,
      `${id}/versions/99999999999/questionnaire.json`,
      `${id}/versions/2/questionnaire.json`,
    ]
    for (const path of paths) assert.equal((await desk.open(`${FORMS}/${path}`)).status, 404, path)
  })
})
