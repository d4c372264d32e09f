import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Fhir } from 'fhir'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { byTag, readHtml } from '../support/html.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { type Downloaded, download, type Resource } from './downloading.ts'
import { plant } from './scene.ts'

const fhir = new Fhir()
// "info" says of a few value sets that the validator does not have them.
const wrongWith = (resource: object) =>
  fhir
    .validate(resource, { errorOnUnexpected: true })
    .messages.filter(({ severity }) => (severity as string) !== 'info')

/** Every reference anywhere inside. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, within]) =>
    name === 'reference' && typeof within === 'string' ? [within] : referencesIn(within),
  )
}

const extensionsOf = ({ extension }: Resource) =>
  (extension ?? []) as { url: string; [value: string]: unknown }[]
const has = (name: string) => (resource: Resource) =>
  extensionsOf(resource).some(({ url }) => url === `urn:flora:${name}`)

/** How many of each table a record holds; null: no part of it, for the reason that is said. */
const held: Record<string, ((record: Downloaded) => number) | null> = {
  appointments: ({ of }) => of('Appointment').length,
  consent_signatures: ({ of }) => of('Consent').length,
  files: ({ of }) => of('DocumentReference').length,
  form_plans: ({ of }) => of('Task').filter(({ intent }) => intent === 'plan').length,
  form_requests: ({ of }) => of('Task').filter(({ intent }) => intent === 'order').length,
  note_addenda: ({ of }) => of('Composition').filter(({ relatesTo }) => relatesTo).length,
  note_shares: ({ of }) => of('Composition').filter(has('shared')).length,
  notes: ({ of }) => of('Composition').filter(({ relatesTo }) => !relatesTo).length,
  raised_signs: ({ of }) => of('Flag').length,
  responses: ({ of }) => of('QuestionnaireResponse').length,
  scores: ({ of }) => of('Observation').length,
  sent_mails: ({ of }) => of('Communication').length,
  audit_entries: null, // of the practice's doing, and proof only where it is kept
  old_audit_entries: null, // the same, from before
  erasures: null, // there is none of somebody who is still there
  own_clients: null, // counted from the appointments, for lists
  sign_in_links: null, // secrets
}

describe('the whole record of a client', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let one: Awaited<ReturnType<typeof plant>>
  let other: Awaited<ReturnType<typeof plant>>
  let desk: Visitor
  let record: Downloaded
  let own: Downloaded

  before(async () => {
    app = await testApp()
    world = await make.world(await reset())
    await make.ownForms(app.db)
    one = await plant(app.db, world, 'Quorb')
    other = await plant(app.db, world, 'Zwieb', 3)
    desk = await signedIn(app, world.dietitian)
    record = await download(app, desk, `/practice/clients/${one.client.id}/record`)
    own = await download(app, await signedInAsClient(app, one.client), '/my/record')
  })

  const both = () => [record, own]

  it('is FHIR R4, each resource and the bundle', () => {
    for (const { bundle } of both()) {
      assert.deepEqual(wrongWith(bundle), [])
      for (const { resource } of bundle.entry)
        assert.deepEqual(wrongWith(resource), [], JSON.stringify(resource))
    }
    assert.notDeepEqual(wrongWith({ ...record.of('Appointment')[0], status: 'late' }), [])
  })

  it('has no reference that leads out of it, and no address twice', () => {
    for (const { bundle } of both()) {
      const addresses = bundle.entry.map(({ fullUrl }) => fullUrl)
      assert.equal(new Set(addresses).size, addresses.length)
      const references = bundle.entry.flatMap(({ resource }) => referencesIn(resource))
      assert.ok(references.length > 50)
      for (const reference of references)
        assert.ok(addresses.includes(`http://localhost:3000/fhir/${reference}`), reference)
      const asked = bundle.entry.map(({ resource }) => `${resource.url}|${resource.version}`)
      for (const { resource } of bundle.entry)
        if (resource.resourceType === 'QuestionnaireResponse')
          assert.ok(asked.includes(String(resource.questionnaire)))
    }
  })

  it('holds as many as there are in every table that has a client, but drafts', async () => {
    const tables = await app
      .db('information_schema.columns')
      .where({ table_schema: 'public', column_name: 'client_id' })
      .whereIn(
        'table_name',
        app.db('information_schema.tables').where({ table_type: 'BASE TABLE' }).select('table_name'),
      )
      .pluck('table_name')
    assert.deepEqual(tables.sort(), Object.keys(held).sort())
    const isSent: Record<string, string> = {
      responses: 'sent_at is not null',
      notes: 'signed_at is not null',
      note_addenda: 'signed_at is not null',
      files: 'response_id in (select id from responses where sent_at is not null)',
    }
    for (const [table, count] of Object.entries(held)) {
      if (!count) continue
      const rows = await app
        .db(table)
        .where({ client_id: one.client.id })
        .whereRaw(isSent[table] ?? 'true')
        .count('* as count')
      assert.ok(Number(rows[0]?.count) > 0, table)
      assert.equal(count(record), Number(rows[0]?.count), table)
    }
    const changes = await app
      .db('appointment_changes')
      .whereIn('appointment_id', [one.past.id, one.cancelled.id])
      .pluck('id')
    assert.deepEqual(
      record.of('Provenance').map(({ id }) => id),
      changes.map((id) => `change-${id}`),
    )
  })

  it('says everything that was written, on the page and in the bundle', () => {
    const { draft, draftNote, draftAddendum, hope, ...there } = one.words
    const hidden = ['content', 'email'] // the content is in the file; the address stands below
    for (const [what, word] of Object.entries(there)) {
      if (hidden.includes(what)) continue
      assert.ok(record.html.includes(word), `${what} on the page`)
      assert.ok(JSON.stringify(record.bundle).includes(word), `${what} in the bundle`)
    }
    assert.ok(record.text.includes(one.words.email))
    assert.ok(record.html.includes('Quorbhope &lt;b&gt; &amp; &#34;c&#34;'))
    assert.ok(JSON.stringify(record.bundle).includes(JSON.stringify(hope)))
    for (const word of [draft, draftNote, draftAddendum]) assert.ok(!record.text.includes(word), word)
  })

  it('has the files, where the answers and the page say they are', () => {
    const path = `files/${one.fileId}.pdf`
    assert.equal(String(record.parts.get(path)), one.words.content)
    assert.deepEqual([...record.parts.keys()].sort(), ['bundle.json', path, 'index.html'])
    assert.match(record.html, /; files lie in the folder “files”\./)
    const links = byTag(readHtml(record.html), 'a').map(({ attribs }) => attribs.href)
    assert.equal(links.filter((href) => href === path).length >= 1, true)
    assert.match(JSON.stringify(record.of('QuestionnaireResponse')), new RegExp(`"url":"${path}"`))
    assert.match(JSON.stringify(record.of('DocumentReference')), new RegExp(`"url":"${path}"`))
  })

  it('keeps what was signed, so that anybody can count its SHA-256 again', () => {
    for (const note of record.of('Composition')) {
      const textOf = (name: string) =>
        extensionsOf(note).find(({ url }) => url === `urn:flora:${name}`)?.valueString
      assert.equal(
        createHash('sha256')
          .update(String(textOf('signed-text')))
          .digest('hex'),
        textOf('sha256'),
      )
    }
    for (const consent of record.of('Consent')) {
      const { data } = consent.sourceAttachment as { data: string }
      const sha256 = extensionsOf(consent).find(({ url }) => url === 'urn:flora:sha256')?.valueString
      assert.equal(createHash('sha256').update(Buffer.from(data, 'base64')).digest('hex'), sha256)
    }
  })

  it('says how appointments went, and all versions of what was answered', () => {
    const states = Object.fromEntries(record.of('Appointment').map(({ id, status }) => [id, status]))
    assert.deepEqual(states, { [one.past.id]: 'fulfilled', [one.cancelled.id]: 'cancelled' })
    assert.ok(record.of('Appointment').filter(has('late')).length === 1)
    const statuses = record.of('QuestionnaireResponse').map(({ id, status }) => [id, status])
    assert.deepEqual(statuses, [
      [one.first.id, 'completed'],
      [one.amended.id, 'amended'],
    ])
  })

  it('holds nothing of anybody else', () => {
    for (const { parts } of both())
      for (const content of parts.values()) {
        assert.ok(!content.includes('Zwieb'))
        assert.ok(!content.includes(other.client.id))
      }
  })

  it('is one page without script, which needs nothing from elsewhere', () => {
    for (const { html } of both()) {
      assert.doesNotMatch(html, /<script|<link|<img|@import|url\(|\ssrc=|\sstyle=|\son\w+=/i)
      const tree = readHtml(html)
      assert.equal(byTag(tree, 'h1').length, 1)
      const ids = new Set(byTag(tree, 'h2').map(({ attribs }) => `#${attribs.id}`))
      const inside = byTag(tree, 'a')
        .map(({ attribs }) => attribs.href as string)
        .filter((href) => href.startsWith('#'))
      assert.ok(inside.length >= 8)
      for (const href of inside) assert.ok(ids.has(href), href)
    }
  })

  it('of the client themselves has their drafts, and nothing that the practice wrote for itself', () => {
    const { words } = one
    const practices = [words.reason, words.word, words.secretNote, words.draftNote, words.draftAddendum]
    for (const word of practices) assert.ok(!own.text.includes(word), word)
    const theirs = [
      words.draft,
      words.note,
      words.addendum,
      words.brings,
      words.message,
      words.amended,
      words.typed,
    ]
    for (const word of theirs) assert.ok(own.text.includes(word), word)
    const status = own.of('QuestionnaireResponse').map((response) => response.status)
    assert.deepEqual(status.sort(), ['amended', 'completed', 'in-progress'])
    const kinds = ({ of }: Downloaded) => of('Flag').map(({ category }) => JSON.stringify(category))
    assert.deepEqual(
      kinds(record),
      ['Urgent', 'Warning sign', 'Caution'].map((text) => `[{"text":"${text}"}]`),
    )
    assert.deepEqual(kinds(own), kinds(record).slice(0, 2))
    assert.ok(record.of('Flag').some(has('acknowledgement')))
    assert.ok(!own.of('Flag').some(has('acknowledgement')))
    assert.ok(own.of('Flag').every(({ status }) => status === 'active'))
    assert.doesNotMatch(own.html, /Acknowledged/)
  })

  it('is noted in the audit, whoever takes it', async () => {
    const entries = await app.db('audit_entries').where({ action: 'record.exported' }).orderBy('position')
    assert.deepEqual(
      entries.map(({ account_id, role, client_id }) => [account_id, role, client_id]),
      [
        [world.dietitian.account_id, 'dietitian', one.client.id],
        [one.client.account_id, 'client', one.client.id],
      ],
    )
  })

  it('is not for a dietitian who may not see the chart, nor for anybody else', async () => {
    const path = `/practice/clients/${one.client.id}/record`
    const colleague = await signedIn(app, await make.dietitian(app.db, { sees_all_charts: false }))
    assert.equal((await colleague.post(path, {})).status, 404)
    assert.equal((await visit(app).send('POST', path)).status, 303)
    const client = await signedInAsClient(app, other.client)
    assert.equal((await client.post(path, {})).status, 403)
    const count = await app.db('audit_entries').where({ action: 'record.exported' }).count()
    assert.equal(Number(count[0]?.count), 2)
  })

  it('speaks of no folder where there is no file', async () => {
    const client = await make.client(app.db)
    const empty = await download(app, desk, `/practice/clients/${client.id}/record`)
    assert.deepEqual([...empty.parts.keys()].sort(), ['bundle.json', 'index.html'])
    assert.match(empty.html, /\(FHIR R4\)\.<\/p>/)
    assert.doesNotMatch(empty.html, /folder/)
  })

  it('is a button on both pages', async () => {
    const details = await desk.open(`/practice/clients/${one.client.id}/details`)
    assert.ok(details.buttons.includes('Download everything'))
    const account = await (await signedInAsClient(app, one.client)).open('/my/account')
    assert.ok(account.buttons.includes('Download everything'))
  })

  it('says where something can’t be read, and goes on', async () => {
    const broken = Buffer.from([1, 120, ...Buffer.alloc(60)])
    const { db } = app
    await db.raw(
      'alter table responses disable trigger responses_immutable; alter table notes disable trigger notes_immutable',
    )
    await db('responses').where({ id: one.first.id }).update({ answers_sealed: broken })
    await db('notes').where({ id: one.shared }).update({ content_sealed: broken })
    await db.raw(
      'alter table responses enable trigger responses_immutable; alter table notes enable trigger notes_immutable',
    )
    await db('appointments').where({ id: one.past.id }).update({ brings_sealed: broken })
    const again = await download(app, desk, `/practice/clients/${one.client.id}/record`)
    assert.deepEqual(wrongWith(again.bundle), [])
    assert.equal(again.of('QuestionnaireResponse').filter(has('unreadable')).length, 1)
    assert.equal(again.of('Composition').filter(has('unreadable')).length, 1)
    assert.match(again.html, /This text can’t be read/)
    assert.ok(again.html.includes(one.words.amended) && again.html.includes(one.words.secretNote))
  })
})
