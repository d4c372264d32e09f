import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { DAY, HOUR } from '../../server/clock.ts'
import { countToSign, listSigned, listToSign } from '../../server/consents/store.ts'
import { hostile, hostileTexts, SENTENCE } from '../guards/hostile.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { clear, reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedInAsClient } from '../support/people.ts'

const TEXT = '## What we keep\n\nYour name & “answers”, in 2 kinds:\n\n- one\n- two (c) – *ünïcode* 🌿'
const SIGN = 'Sign this document'

const digestOf = (text: string) => createHash('sha256').update(Buffer.from(text, 'utf8')).digest('hex')

describe('signing a consent', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let client: Awaited<ReturnType<typeof make.client>>
  let consent: Awaited<ReturnType<typeof make.consent>>
  let ana: Visitor
  let accountId: unknown

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    accountId = world.dietitian.account_id
    client = await make.client(db, { name: 'Ana Ruiz', email: 'ana@example.com' })
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + 2 * DAY }
    await make.appointment(db, of, { client_id: client.id })
    consent = await make.consent(
      db,
      { accountId, typeIds: [world.type.id] },
      { title: 'Privacy notice', body: TEXT },
    )
    ana = await signedInAsClient(app, client)
  })

  const path = (versionId = consent.versionId) => `/my/consents/${versionId}`
  const rows = () => app.db('consent_signatures')
  const post = (fields: Record<string, string>, versionId = consent.versionId) =>
    ana.post(`${path(versionId)}/signature`, {
      version: versionId,
      sha256: digestOf(TEXT),
      name: 'Ana Ruiz',
      ...fields,
    })
  const publish = (body: string, title = 'Privacy notice') =>
    make.version(app.db, consent.id, accountId, { title, body })

  it('keeps the exact text, its SHA-256, the name, the time and the address', async () => {
    const documents = await ana.open('/my/documents')
    assert.match(documents.text, /To read and sign Privacy notice For your coming appointment/)
    const page = await documents.link('Privacy notice')
    assert.equal(page.h1, 'Privacy notice')
    assert.match(page.text, /What we keep Your name & “answers”, in 2 kinds: one two \(c\) – ünïcode 🌿/)
    assert.equal(page.value('sha256'), digestOf(TEXT))
    app.clock.set(NOW + 90 * 1000)
    const signed = await page.button(SIGN, { name: '  Ana Maria Ruiz ' })
    assert.equal(signed.h1, 'Privacy notice')
    assert.match(signed.text, /You signed this/)
    assert.match(signed.text, /Ana Maria Ruiz/)
    assert.match(signed.text, /Tuesday, March 3, 2026 at 9:01 AM, Eastern Standard Time \(Indianapolis\)/)
    assert.match(signed.text, /2026-03-03 14:01:30 UTC/)
    assert.match(signed.text, new RegExp(digestOf(TEXT)))
    assert.match(signed.text, /Internet address (::ffff:)?127\.0\.0\.1/)

    const [row] = await rows()
    assert.equal(row.typed_name, 'Ana Maria Ruiz')
    assert.equal(row.signed_at, NOW + 90 * 1000)
    assert.match(row.address, /127\.0\.0\.1$/)
    assert.equal(row.client_id, client.id)
    const version = await app.db('consent_versions').where({ id: row.consent_version_id }).first()
    assert.equal(version.body_markdown, TEXT)
    assert.equal(row.text_sha256.toString('hex'), digestOf(version.body_markdown))
    assert.deepEqual(await listToSign(app.db, client.id, app.clock.now()), [])
    assert.equal(await countToSign(app.db, client.id, app.clock.now()), 0)
    assert.deepEqual(await listSigned(app.db, client.id), [
      { signatureId: row.id, title: 'Privacy notice', version: 1, signedAt: NOW + 90 * 1000 },
    ])
  })

  it('twice, from two tabs or at once, is one signature, shown again', async () => {
    const [first, second] = [await ana.open(path()), await ana.open(path())]
    const once = await first.button(SIGN, { name: 'Ana Ruiz' })
    const twice = await second.button(SIGN, { name: 'Somebody Else' })
    assert.equal(twice.path, once.path)
    assert.equal((await ana.open(path())).path, once.path)
    assert.equal((await rows()).length, 1)

    await clear(app.db, 'consent_signatures')
    const many = await Promise.all([post({}), post({}), post({}), post({})])
    assert.equal(new Set(many.map((page) => page.path)).size, 1)
    assert.equal((await rows()).length, 1)
  })

  it('needs a name, and keeps what was typed', async () => {
    const wrong: [string, RegExp][] = [
      ['', /Please type your full name/],
      ['   ', /Please type your full name/],
      ['x'.repeat(121), /at most 120 characters/],
      ['x'.repeat(10_000), /at most 120 characters/],
      ['a\0b', /can’t read/],
      ['a\nb', /can’t read/],
    ]
    const before = await dump(app.db, ['sessions'])
    for (const [name, words] of wrong) {
      const page = await post({ name })
      assert.equal(page.status, 422)
      assert.match(page.title, /^Error: /)
      assert.match(page.errorFor('name') ?? '', words)
      assert.match(page.text, /What we keep/)
    }
    assert.equal((await post({ name: 'x'.repeat(130) })).value('name'), 'x'.repeat(130))
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('is answered with a sentence, whatever stands in its fields', async () => {
    const fine = { version: consent.versionId, sha256: digestOf(TEXT), name: 'Ana Ruiz' }
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
    for (const [field, own] of Object.entries(fine)) {
      const others = new URLSearchParams(Object.entries(fine).filter(([name]) => name !== field))
      const kinds = Object.entries(field === 'name' ? hostileTexts : hostile)
      const posts = kinds.map(([kind, value]) => [kind, `${field}=${value}`])
      posts.push(['repeated', `${field}=%FF&${field}=${own}`], ['left out', ''], ['nested', `${field}[a]=x`])
      for (const [kind, body] of posts) {
        await clear(app.db, 'consent_signatures')
        const sent = { body: `${others}&${body}`, headers: form }
        const answer = await ana.send('POST', `${path()}/signature`, sent)
        const told = `${field}: ${kind}: ${answer.status}`
        assert.ok([303, 409, 422].includes(answer.status), told)
        assert.equal((await rows()).length, answer.status === 303 ? 1 : 0, told)
        assert.doesNotMatch(answer.body, /<script>alert/, told)
        if (answer.status !== 303) assert.match(answer.body, SENTENCE, told)
      }
    }
  })

  it('takes names as they are in the world, and shows them as text', async () => {
    for (const name of ['שירה כהן', 'Zoë 👩‍👩‍👧', '<b>"Ana" & Co</b>', `${'é'.repeat(119)}!`]) {
      await clear(app.db, 'consent_signatures')
      const page = await post({ name })
      assert.equal(page.status, 200)
      assert.ok(page.text.includes(name), name)
      assert.doesNotMatch(page.html, /<b>"Ana"/)
      assert.equal((await rows())[0].typed_name, name)
    }
  })

  it('in a text that is no longer the one shown is 409, with the text of today', async () => {
    const open = await ana.open(path())
    const next = await publish('A wholly new text.')
    const page = await open.button(SIGN, { name: 'Ana Ruiz' })
    assert.equal(page.status, 409)
    assert.match(page.text, /This document has changed since you opened it/)
    assert.match(page.text, /A wholly new text\./)
    assert.equal(page.value('name'), 'Ana Ruiz')
    assert.equal((await rows()).length, 0)
    const signed = await page.button(SIGN)
    assert.match(signed.text, /You signed this/)
    assert.equal((await rows())[0].consent_version_id, next.id)
  })

  it('with a hash or a version that is not the current one is 409, and nothing is signed', async () => {
    const other = await make.consent(
      app.db,
      { accountId, typeIds: [world.type.id] },
      { body: 'Another text.' },
    )
    const spoiled: Record<string, string>[] = [
      { sha256: digestOf('Another text.') },
      { sha256: '' },
      { sha256: 'x'.repeat(10_000) },
      { sha256: digestOf(TEXT).toUpperCase() },
      { version: other.versionId },
      { version: '' },
      { version: '__proto__' },
    ]
    for (const fields of spoiled) {
      const page = await post(fields)
      assert.equal(page.status, 409, JSON.stringify(fields))
      assert.match(page.text, /please read it again before you sign/)
    }
    const bare = await ana.send('POST', `${path()}/signature`, {
      headers: { 'sec-fetch-site': 'same-origin' },
    })
    assert.equal(bare.status, 409)
    assert.equal((await rows()).length, 0)
  })

  it('is asked again for a new version, and the old signature stays', async () => {
    await post({})
    const [old] = await listSigned(app.db, client.id)
    const next = await publish('Version two.', 'Privacy notice, renewed')
    assert.deepEqual(await listToSign(app.db, client.id, NOW), [
      { versionId: next.id, title: 'Privacy notice, renewed', askedFor: 'appointment', isAgain: true },
    ])
    const documents = await ana.open('/my/documents')
    assert.match(documents.text, /There is a new version\. Please read it and sign again\./)
    const page = await documents.link('Privacy notice, renewed')
    await page.button(SIGN, { name: 'Ana Ruiz' })
    assert.equal((await rows()).length, 2)
    assert.deepEqual((await listSigned(app.db, client.id)).map(({ version }) => version).sort(), [1, 2])
    const first = await ana.open(`/my/consents/signatures/${old?.signatureId}`)
    assert.match(first.text, /Version 1/)
    assert.match(first.text, new RegExp(digestOf(TEXT)))
  })

  it('an old address of an unsigned version leads to the current one', async () => {
    const next = await publish('Version two.')
    assert.equal((await ana.open(path())).path, path(next.id))
  })

  it('is only for documents that are asked of this client, right now', async () => {
    const { id: otherType } = await make.type(app.db, [world.dietitian.id])
    const notAsked = await make.consent(app.db, { accountId, typeIds: [otherType] }, { body: TEXT })
    const draft = await make.consent(app.db, { accountId, isDraft: true })
    const retired = await make.consent(app.db, { accountId }, { body: TEXT, retired_at: new Date(NOW) })
    const before = await dump(app.db, ['sessions'])
    for (const versionId of [notAsked.versionId, retired.versionId]) {
      assert.equal((await ana.open(path(versionId))).status, 404)
      assert.equal((await post({}, versionId)).status, 404)
    }
    assert.deepEqual(await dump(app.db, ['sessions']), before)
    assert.equal((await listToSign(app.db, client.id, NOW)).length, 1)
    assert.notEqual(draft.id, '')
    await app.db('appointments').update({ state: 'cancelled', cancelled_at: new Date(NOW) })
    assert.equal((await ana.open(path())).status, 404)
    assert.deepEqual(await listToSign(app.db, client.id, NOW), [])
  })

  it('is asked until the appointment is over; of everybody, always', async () => {
    const of = async (at: number) => (await listToSign(app.db, client.id, at)).map(({ title }) => title)
    assert.deepEqual(await of(NOW + 2 * DAY + HOUR - 1), ['Privacy notice'])
    assert.deepEqual(await of(NOW + 2 * DAY + HOUR), [])
    await make.consent(app.db, { accountId }, { title: 'For all' })
    assert.deepEqual(await of(NOW + 90 * DAY), ['For all'])
    const stranger = await make.client(app.db)
    assert.equal(await countToSign(app.db, stranger.id, NOW), 1)
  })

  it('belongs to who signed: another client finds nothing, a stranger is asked to sign in', async () => {
    const signed = await post({})
    const other = await signedInAsClient(app, await make.client(app.db, { email: 'other@example.com' }))
    for (const address of [signed.path, path()]) {
      assert.equal((await other.open(address)).status, 404, address)
      const { status, location } = await visit(app).send('GET', address)
      assert.equal(status, 303)
      assert.equal(location, `/sign-in?returnTo=${encodeURIComponent(address)}`)
    }
    const before = await dump(app.db, ['sessions'])
    const fields = { version: consent.versionId, sha256: digestOf(TEXT), name: 'Mallory' }
    assert.equal((await other.post(`${path()}/signature`, fields)).status, 404)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
    for (const id of ['x', '0'.repeat(36), crypto.randomUUID(), client.id]) {
      assert.equal((await ana.open(`/my/consents/signatures/${id}`)).status, 404)
      assert.equal((await ana.open(path(id))).status, 404)
    }
    assert.doesNotMatch((await other.open('/my/documents')).text, /Privacy notice/)
  })

  it('leaves no name, text or address in the log', async () => {
    await post({ name: 'Plantedname Logword' })
    assert.doesNotMatch(app.logged(), /Plantedname|What we keep|"127\.0\.0\.1"/)
  })
})
