import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { DAY } from '../../server/clock.ts'
import { listToSign } from '../../server/consents/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Page, Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const TEXT = '# Privacy\n\nWe keep *little*.\n\n- your name\n- your answers'

describe('writing consents', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor
  let accountId: unknown

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { type: { name: 'First talk' } })
    accountId = world.dietitian.account_id
    desk = await signedIn(app, world.dietitian)
  })

  const write = async (fields: { title: string; body: string }): Promise<Page> =>
    (await desk.open('/practice/consents/new')).button('Save the draft', fields)
  const versions = () => app.db('consent_versions').orderBy('number')

  it('goes from a draft over its preview to a version that clients are asked for', async () => {
    const list = await desk.open('/practice/consents')
    assert.match(list.text, /will stand here/)
    const empty = await list.link('Write a new one')
    const draft = await empty.button('Save the draft', { title: 'Privacy notice', body: TEXT })
    assert.equal(draft.h1, 'Privacy notice')
    assert.match(draft.text, /clients see nothing of it/)
    const preview = await draft.button('Save and preview', { title: 'Privacy', body: `${TEXT}\n\nBye.` })
    assert.equal(preview.h1, 'Privacy')
    assert.match(preview.text, /We keep little\. your name your answers Bye\./)
    assert.equal((await versions()).length, 0)
    const consent = await preview.button('Publish version 1')
    assert.match(consent.text, /Version 1 .*0 signed/)
    const [version] = await versions()
    assert.equal(version.body_markdown, `${TEXT}\n\nBye.`)
    assert.equal(version.sha256.toString('hex'), createHash('sha256').update(`${TEXT}\n\nBye.`).digest('hex'))
    assert.equal(version.published_by, accountId)
    assert.equal(version.published_at, NOW)
    const shown = await consent.link('Version 1')
    assert.match(shown.text, new RegExp(version.sha256.toString('hex')))
    const again = await desk.open(`${consent.path}/preview`)
    assert.match(again.text, /nothing new to publish/)
    assert.deepEqual(
      again.buttons.filter((name) => name.startsWith('Publish')),
      [],
    )
  })

  it('says that a new version asks everybody again, and does so', async () => {
    const consent = await make.consent(app.db, { accountId }, { title: 'Terms', body: 'One.' })
    const client = await make.client(app.db)
    await make.signature(app.db, consent.versionId, client.id)
    assert.deepEqual(await listToSign(app.db, client.id, NOW), [])
    const page = await desk.open(`/practice/consents/${consent.id}`)
    const preview = await page.button('Save and preview', { title: 'Terms', body: 'Two.' })
    assert.match(preview.text, /A new version asks everybody again/)
    await preview.button('Publish version 2')
    const [asked] = await listToSign(app.db, client.id, NOW)
    assert.equal(asked?.title, 'Terms')
    assert.equal(asked?.isAgain, true)
  })

  it('publishes once, however often the button is pressed, and only what was looked at', async () => {
    const draft = await write({ title: 'Terms', body: 'One.' })
    const preview = await desk.open(`${draft.path}/preview`)
    await Promise.all([1, 2, 3].map(() => preview.button('Publish version 1')))
    assert.equal((await versions()).length, 1)

    await draft.button('Save the draft', { title: 'Terms', body: 'Two.' })
    const looked = await desk.open(`${draft.path}/preview`)
    await draft.button('Save the draft', { title: 'Terms', body: 'Three, by a colleague.' })
    const refused = await looked.button('Publish version 2')
    assert.equal(refused.status, 409)
    assert.match(refused.text, /The draft has changed since you looked at it/)
    assert.match(refused.text, /Three, by a colleague/)
    assert.equal((await versions()).length, 1)
    await refused.button('Publish version 2')
    assert.deepEqual(
      (await versions()).map((version) => version.body_markdown),
      ['One.', 'Three, by a colleague.'],
    )
  })

  it('keeps HTML as text, links to the web alone, and one h1', async () => {
    const body = [
      '<script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      '![a picture](https://evil.example/p.png)',
      '[a link](javascript:alert(1)) [another](https://example.org/)',
      '# A heading',
      'Price: (c) 2 -- 3 "x"',
    ].join('\n\n')
    const draft = await write({ title: '<i>Terms</i>', body })
    const preview = await desk.open(`${draft.path}/preview`)
    assert.doesNotMatch(
      preview.html,
      /<script>|<img src=x|<i>|javascript:alert\(1\)"|evil\.example\/p\.png" ?\/?>.*img/,
    )
    assert.doesNotMatch(preview.html, /<img[^>]*evil/)
    assert.match(preview.text, /<script>alert\(1\)<\/script>/)
    assert.match(preview.html, /<h2>A heading<\/h2>/)
    assert.equal(preview.h1, '<i>Terms</i>')
    assert.ok(preview.text.includes('Price: (c) 2 -- 3 "x"'))
  })

  it('refuses what can’t be kept, with a sentence, and keeps what was typed', async () => {
    const fine = { title: 'Terms', body: 'One.' }
    const wrong: [string, string, RegExp][] = [
      ['title', '', /Please give the document a title/],
      ['title', 'x'.repeat(121), /at most 120/],
      ['title', 'a\0b', /can’t read/],
      ['body', '', /Please write the text/],
      ['body', ' \n ', /Please write the text/],
      ['body', 'x'.repeat(20_001), /at most 20000/],
      ['body', 'a\0b', /can’t read/],
    ]
    const consent = await make.consent(app.db, { accountId, isDraft: true })
    const before = await dump(app.db, ['sessions'])
    for (const address of ['/practice/consents', `/practice/consents/${consent.id}/draft`])
      for (const [field, value, words] of wrong) {
        const page = await desk.post(address, { ...fine, [field]: value })
        assert.equal(page.status, 422, `${address} ${field}`)
        assert.match(page.title, /^Error: /)
        assert.match(page.errorFor(field) ?? '', words)
        if (!value.includes('\0')) assert.equal(page.value(field), value)
      }
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('takes 20,000 characters of any script, line ends and right to left included', async () => {
    const texts = [
      'x'.repeat(20_000),
      `${'a line\n'.repeat(2857)}x`.slice(0, 20_000),
      '漢'.repeat(20_000),
      '🌿'.repeat(10_000),
      'שלום עולם '.repeat(2000).slice(0, 20_000).trimEnd(),
    ]
    for (const body of texts) {
      const page = await write({ title: 'Long', body })
      assert.equal(page.status, 200, `${body.slice(0, 5)} ${page.text.slice(0, 80)}`)
      assert.equal((await app.db('consents').orderBy('position', 'desc').first()).draft_body, body)
      assert.equal((await desk.open(`${page.path}/preview`)).status, 200)
    }
  })

  it('is asked of everybody or of who books certain types, by check boxes', async () => {
    const other = await make.type(app.db, [world.dietitian.id], { name: 'Second talk', position: 1 })
    const consent = await make.consent(app.db, { accountId, typeIds: [other.id] })
    const page = await desk.open(`/practice/consents/${consent.id}`)
    const send = (fields: Record<string, string | string[]>) => desk.post(`${page.path}/asked`, fields)
    const asked = async () => {
      const { asked_of_everybody } = await app.db('consents').first()
      const links = await app.db('appointment_type_consents').pluck('appointment_type_id')
      return [asked_of_everybody, links.sort()]
    }
    assert.match(page.text, /Every client Clients who book First talk Second talk/)
    await page.button('Save who is asked')
    assert.deepEqual(await asked(), [false, [other.id]])
    await send({ types: [world.type.id, other.id] })
    assert.deepEqual(await asked(), [false, [world.type.id, other.id].sort()])
    await send({ everybody: 'yes', types: world.type.id })
    assert.deepEqual(await asked(), [true, [world.type.id]])
    for (const types of ['x', crypto.randomUUID(), 'a\0b', 'x'.repeat(10_000)]) {
      const refused = await send({ types: [world.type.id, types] })
      assert.equal(refused.status, 422)
      assert.match(refused.text, /Please choose (again|among)/)
    }
    assert.deepEqual(await asked(), [true, [world.type.id]])
    await send({})
    assert.deepEqual(await asked(), [false, []])
  })

  it('is no longer asked for when the practice says so, and again when it says that', async () => {
    const consent = await make.consent(app.db, { accountId })
    const client = await make.client(app.db)
    const page = await desk.open(`/practice/consents/${consent.id}`)
    const retired = await page.button('Stop asking for it')
    assert.match(retired.text, /No longer asked/)
    assert.deepEqual(await listToSign(app.db, client.id, NOW), [])
    assert.match((await desk.open('/practice/consents')).text, /No longer asked/)
    await retired.button('Ask for it again')
    assert.equal((await listToSign(app.db, client.id, NOW)).length, 1)
    assert.equal((await desk.post(`${page.path}/retirement`, { retired: 'perhaps' })).status, 422)
  })

  it('lists how many have signed and how many who are coming have not', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    const [coming, twice, past, signer] = [1, 2, 3, 4].map((n) => ({ n })) as { n: number }[]
    const clients = []
    for (const { n } of [coming, twice, past, signer] as { n: number }[])
      clients.push(await make.client(app.db, { name: `Client Number ${n}` }))
    const starts: [number, number][] = [
      [0, 1],
      [1, 2],
      [1, 3],
      [2, -3],
      [3, 4],
    ]
    for (const [who, days] of starts)
      await make.appointment(app.db, { ...of, startsAt: NOW + days * DAY }, { client_id: clients[who]?.id })
    const consent = await make.consent(app.db, { accountId }, { title: 'Terms' })
    const signature = await make.signature(app.db, consent.versionId, String(clients[3]?.id))

    const list = await desk.open('/practice/consents')
    assert.match(list.text, /Terms Version 1, Dec 31, 2025 1 signed 2 not yet/)
    const page = await list.link('2 not yet: Terms')
    assert.match(page.text, /1 client signed version 1; 2 still to sign/)
    assert.match(
      page.text,
      /Client Number 1 ?Appointment Wed, Mar 4.* Not yet Client Number 2 ?.*Thu, Mar 5.* Not yet/,
    )
    assert.match(page.text, /Client Number 4 ?Version 1, .* Signed/)
    assert.doesNotMatch(page.text, /Client Number 3/)
    assert.deepEqual(await app.db('audit_entries').where({ action: 'signature.read' }), [])

    const read = await page.link(/Client Number 4/)
    assert.match(read.text, new RegExp(String(signature.typed_name)))
    assert.match(read.text, /203\.0\.113\.7/)
    assert.match(read.text, /Eastern Standard Time \(Indianapolis\)/)
    const [entry] = await app.db('audit_entries').where({ action: 'signature.read' })
    assert.equal(entry.subject_id, signature.id)
    assert.equal(entry.account_id, accountId)
  })

  it('shows who has signed page by page', async () => {
    const consent = await make.consent(app.db, { accountId })
    for (let n = 0; n < 51; n += 1) {
      const client = await make.client(app.db, { name: `Person ${String(n).padStart(2, '0')}` })
      await make.signature(app.db, consent.versionId, client.id, { signed_at: new Date(NOW - n * 60_000) })
    }
    const seen: string[] = []
    let page = await desk.open(`/practice/consents/${consent.id}/signatures`)
    for (;;) {
      seen.push(...(page.text.match(/Person \d\d/g) ?? []))
      if (!page.links.some(({ name }) => name === 'Older')) break
      page = await page.link('Older')
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 51 }, (_, n) => `Person ${String(n).padStart(2, '0')}`),
    )
    assert.equal((await desk.open(`${page.path.split('?')[0]}?page=99`)).status, 200)
    assert.equal((await desk.open(`${page.path.split('?')[0]}?page=x`)).status, 400)
  })

  it('knows nothing of made-up ids', async () => {
    const consent = await make.consent(app.db, { accountId })
    for (const id of ['x', crypto.randomUUID(), '__proto__', consent.versionId])
      for (const path of [`${id}`, `${id}/preview`, `${id}/signatures`, `signatures/${id}`])
        assert.equal((await desk.open(`/practice/consents/${path}`)).status, 404, path)
    assert.equal((await desk.open(`/practice/consents/versions/${consent.id}`)).status, 404)
  })
})
