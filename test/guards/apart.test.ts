import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import type { Item, ResponseItem } from '../../server/forms/fhir.ts'
import { answered } from '../chart/sent.ts'
import { makeDraftNote, makeNote, whole } from '../notes/written.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { keepRows } from '../support/kept.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { type Row, table } from './table.ts'

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'One',
    item: [
      { linkId: 'name', type: 'string', text: 'Your name' },
      { linkId: 'paper', type: 'attachment', text: 'A paper', repeats: true },
    ],
  },
]

const BEN = /Ben-planted/i
const ANA = /Ana-planted/i

type Own = Awaited<ReturnType<typeof live>>
type World = Awaited<ReturnType<typeof make.world>>
type Forms = { open: Awaited<ReturnType<typeof make.form>>; done: Awaited<ReturnType<typeof make.form>> }

/** A client with something of everything: a draft and a sent form with a paper each, what is asked, a sign, notes. */
async function live(app: TestApp, forms: Forms, { dietitian, type }: World, word: string) {
  const { db } = app
  const client = await make.client(db, { name: `${word} Quimby`, email: `${word}@example.com` })
  const of = { clientId: client.id }
  await make.request(db, { ...of, formId: forms.open.id })
  const [draftFile, sentFile] = [randomUUID(), randomUUID()]
  const draft = await make.response(db, { ...of, form: forms.open }, { item: answersOf(word, draftFile) })
  const signs = [{ sign: 'anemia', kind: 'sign' as const }]
  const scores = { [`${word}-score`]: 7 }
  const item = answersOf(word, sentFile)
  const sent = await answered(db, { ...of, slug: forms.done.slug, item, signs, scores, at: NOW - DAY })
  await paper(app, { ...of, responseId: draft.id, id: draftFile }, word)
  await paper(app, { ...of, responseId: sent.id, id: sentFile }, word)
  const { id: request } = await make.request(db, { ...of, formId: forms.done.id })
  const planned = { every_weeks: 1, next_due_on: '2026-03-09', asked_by: dietitian.account_id }
  const [plan] = await db('form_plans')
    .insert({ client_id: client.id, form_id: forms.done.id, asked_at: iso(NOW), ...planned })
    .returning('id')
  const sign = await db('raised_signs').where({ client_id: client.id }).first('id')
  const ids = { request, plan: plan.id, sign: sign.id, draft: draft.id, sent: sent.id, draftFile, sentFile }
  const written = await write(app, { clientId: client.id, dietitian, typeId: type.id }, word)
  return { client, ...ids, ...written, visitor: await signedInAsClient(app, client) }
}

type Written = { clientId: string; dietitian: World['dietitian']; typeId: string }

/** Notes, an appointment of today that the practice has moved with a word about it, and a signed document. */
async function write({ db }: TestApp, { clientId, dietitian, typeId }: Written, word: string) {
  const by = { clientId, accountId: dietitian.account_id, clientName: word }
  const content = { ...whole, assessment: word, monitoring: word }
  const note = await makeNote(db, by, { content, isShared: true })
  const unshared = await makeNote(db, by, { content })
  const draftNote = await makeDraftNote(db, by, { content })
  const startsAt = NOW + (word.startsWith('Ana') ? HOUR : 3 * HOUR)
  const of = { dietitianId: dietitian.id, typeId, startsAt }
  const appointment = await make.appointment(db, of, { client_id: clientId, booked_name: word })
  const change = {
    appointment_id: appointment.id,
    at: iso(NOW),
    what: 'moved',
    by_role: 'dietitian',
    sequence: 1,
  }
  const [{ id }] = await db('appointment_changes')
    .insert({ ...change, by_account_id: dietitian.account_id, to_starts_at: iso(startsAt) })
    .returning('id')
  const sealed = (column: string) =>
    sealer.seal({ table: 'appointment_changes', column, row: String(id) }, `${word} said so`)
  await db('appointment_changes')
    .where({ id })
    .update({ reason_sealed: sealed('reason_sealed'), message_sealed: sealed('message_sealed') })
  const consent = await db('consent_versions').first('id')
  const signature = await make.signature(db, consent.id, clientId, { typed_name: word })
  return { note, unshared, draftNote, appointment: appointment.id, signature: signature.id }
}

const answersOf = (word: string, fileId: string): ResponseItem[] => [
  {
    linkId: 'one',
    item: [
      { linkId: 'name', answer: [{ valueString: word }] },
      {
        linkId: 'paper',
        answer: [{ valueAttachment: { url: `urn:uuid:${fileId}`, title: `${word}.pdf`, size: 40 } }],
      },
    ],
  },
]

type PaperOf = { clientId: string; responseId: string; id: string }

function paper({ db }: TestApp, { id, ...of }: PaperOf, word: string) {
  const sealed = (column: string, text: string) => sealer.seal({ table: 'files', column, row: id }, text)
  const content_sealed = sealed('content_sealed', `%PDF-1.4\n${word}\n%%EOF`)
  return make.file(db, of, { id, content_sealed, name_sealed: sealed('name_sealed', `${word}.pdf`) })
}

describe('of two clients', () => {
  let app: TestApp
  let world: World
  let forms: Forms
  let ana: Own
  let ben: Own
  let desk: Visitor
  let kept: Awaited<ReturnType<typeof keepRows>>

  before(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    forms = { open: await make.form(db, items), done: await make.form(db, items) }
    await make.consent(db, { accountId: world.dietitian.account_id })
    ana = await live(app, forms, world, 'Ana-planted')
    ben = await live(app, forms, world, 'Ben-planted')
    desk = await signedIn(app, world.dietitian)
    kept = await keepRows(db)
  })
  afterEach(() => kept.restore())
  after(() => kept.forget())

  const all = (leaveOut: string[] = []) => dump(app.db, ['sessions', ...leaveOut])

  /** All rows that are of a client, or of what is theirs. */
  const rowsOf = async ({ client, ...ids }: Own) => {
    const mine = [client.id, ...Object.values(ids).filter((id) => typeof id === 'string')] as string[]
    const rows = Object.entries(await all(['audit_entries', 'audit_head'])).flatMap(([name, lines]) =>
      lines.map((line) => `${name} ${line}`),
    )
    return rows.filter((row) => mine.some((id) => row.includes(id)))
  }

  /** The addresses of what a client has, of a kind of route. */
  const addresses = (method: string, { client, ...ids }: Own, home = '/my'): string[] => {
    const named: Partial<Record<NonNullable<Row['of']>, string[]>> = {
      form: [forms.open.slug, forms.done.slug],
      response: [ids.draft, ids.sent],
      file: [ids.draftFile, ids.sentFile],
      client: [client.id],
      section: ['1'],
      sign: [ids.sign],
      request: [ids.request],
      plan: [ids.plan],
      note: [ids.note, ids.unshared],
      draftNote: [ids.draftNote],
      appointment: [ids.appointment],
      signature: [ids.signature],
    }
    return Object.entries(table)
      .filter(([name, { of }]) => name.startsWith(`${method} ${home}`) && (!of || named[of]))
      .flatMap(([name, { of, and }]) =>
        (of ? (named[of] as string[]) : ['']).map((id) =>
          name
            .replace(`${method} `, '')
            .replace(/:\w+/, id)
            .replace(/:\w+/, named[and ?? 'section']?.at(-1) ?? ''),
        ),
      )
  }

  it('neither finds anything of the other, whatever addresses and ids they ask for', async () => {
    const paths = [...addresses('GET', ben), ...addresses('GET', ana)]
    assert.ok(paths.length > 20)
    const mine = await Promise.all(paths.map((path) => ana.visitor.open(path)))
    for (const page of mine) assert.doesNotMatch(page.html + page.title, BEN, page.path)
    assert.ok(mine.some(({ html }) => ANA.test(html)))
    assert.match((await ana.visitor.open(`/my/files/${ana.draftFile}`)).html, ANA)
    for (const id of [ben.draftFile, ben.sentFile])
      assert.equal((await ana.visitor.open(`/my/files/${id}`)).status, 404)
    for (const id of [ben.draft, ben.sent, ana.draft])
      assert.equal((await ana.visitor.open(`/my/forms/sent/${id}`)).status, 404)
  })

  it('neither changes anything of the other, whatever they post', async () => {
    const before = await rowsOf(ben)
    const fields = { on: 'a:name', 'a:name': 'Mallory', digest: 'x', draft: ben.draft, detach: ben.draftFile }
    for (const path of [...addresses('POST', ben), ...addresses('POST', ana)])
      for (const go of ['next', 'later']) {
        const page = await ana.visitor.post(path, { ...fields, go })
        assert.ok(page.status < 500, path)
        assert.doesNotMatch(page.html, BEN, path)
      }
    assert.deepEqual(await rowsOf(ben), before)
  })

  it('neither by a save while typing, nor by a file that comes with it', async () => {
    const before = await rowsOf(ben)
    const path = `/my/forms/${forms.open.slug}/sections/1`
    const data = new FormData()
    const fields = { on: 'a:paper', draft: ben.draft, detach: ben.draftFile, go: 'stay' }
    for (const [name, value] of Object.entries(fields)) data.append(name, value)
    data.append('file:paper', new Blob(['%PDF-1.4\nMallory\n%%EOF\n']), 'mallory.pdf')
    const packed = new Response(data)
    const headers = { 'content-type': packed.headers.get('content-type') ?? '' }
    const body = new Uint8Array(await packed.arrayBuffer())
    for (const accept of ['application/json', 'text/html']) {
      const answer = await ana.visitor.send('POST', path, { body, headers: { ...headers, accept } })
      assert.ok(answer.status < 500)
      assert.doesNotMatch(answer.body, BEN)
    }
    assert.deepEqual(await rowsOf(ben), before)
  })

  it('the chart of one has nothing of the other', async () => {
    const chart = `/practice/clients/${ana.client.id}`
    const own = `${chart}/responses/${ana.sent}`
    const paths = addresses('GET', ana, '/practice').filter((path) => path.startsWith(chart))
    assert.ok(paths.length > 10 && paths.includes(`${own}/questionnaire-response.json`))
    for (const path of [...paths, `/practice/notes/${ana.note}`, `/practice/notes/${ana.draftNote}`]) {
      const page = await desk.open(path)
      assert.equal(page.status, 200, path)
      assert.match(page.html, ANA, path)
      assert.doesNotMatch(page.html, BEN, path)
    }
    assert.match((await desk.open(`/practice/files/${ana.sentFile}`)).html, ANA)
  })

  it('what is of one is not found in the chart of the other, and what was not sent in none', async () => {
    const before = await all(['audit_entries', 'audit_head'])
    const chart = `/practice/clients/${ana.client.id}`
    for (const id of [ben.sent, ben.draft, ana.draft])
      for (const end of ['', '/questionnaire-response.json']) {
        const page = await desk.open(`${chart}/responses/${id}${end}`)
        assert.equal(page.status, 404)
        assert.doesNotMatch(page.html, /-planted/)
      }
    for (const path of [
      `signs/${ben.sign}/acknowledgement`,
      `requests/${ben.request}/withdrawal`,
      `plans/${ben.plan}/stop`,
    ])
      assert.equal((await desk.post(`${chart}/${path}`, { word: 'Done.' })).status, 404, path)
    for (const id of [ana.draftFile, ben.draftFile])
      assert.equal((await desk.open(`/practice/files/${id}`)).status, 404)
    assert.deepEqual(await all(['audit_entries', 'audit_head']), before)
  })

  it('one who was disabled sees nothing any more, not even their own', async () => {
    await app
      .db('accounts')
      .where({ email: ana.client.email })
      .update({ disabled_at: iso(NOW) })
    const before = await all()
    for (const path of addresses('GET', ana)) {
      const answer = await ana.visitor.send('GET', path)
      assert.equal(answer.status, 303, path)
      assert.doesNotMatch(answer.body, ANA)
    }
    for (const path of addresses('POST', ana))
      assert.equal((await ana.visitor.send('POST', path)).status, 303, path)
    assert.deepEqual(await all(), before)
  })

  describe('for a dietitian who sees the charts of who comes to them, and Ana does,', () => {
    let attending: Visitor

    beforeEach(async () => {
      const limited = { sees_all_charts: false, is_owner: false }
      const dietitian = await make.dietitian(app.db, limited)
      const of = { dietitianId: dietitian.id, typeId: world.type.id, startsAt: NOW + 9 * DAY }
      await make.appointment(app.db, of, { client_id: ana.client.id })
      attending = await signedIn(app, dietitian)
    })

    it('nothing of Ben is on any page: not in a list, a search, a download, the day or the week', async () => {
      const { id: consent } = await app.db('consents').first('id')
      const searches = ['q=Quimby', 'q=Qimbi', 'q=example.com', 'show=signs', 'show=forms']
      const paths = [
        ...addresses('GET', ben, '/practice'),
        ...addresses('GET', ana, '/practice'),
        ...searches.map((query) => `/practice/clients?${query}`),
        ...searches.map((query) => `/practice/clients/list.csv?${query}`),
        '/practice/calendar/booking?q=Quimby',
        `/practice/consents/${consent}/signatures`,
        `/practice/forms/${forms.done.id}`,
      ]
      assert.ok(paths.length > 60)
      let own = 0
      for (const path of paths) {
        const page = await attending.open(path)
        assert.ok(page.status < 500, path)
        assert.doesNotMatch(page.html, BEN, path)
        if (ANA.test(page.html)) own += 1
      }
      assert.ok(own > 20, `${own} pages with something of Ana`)
    })

    it('nothing of Ben changes, and nothing of him is told, whatever they post', async () => {
      const before = await rowsOf(ben)
      const fields = { word: 'Read', form: forms.open.id, due: '2026-03-09', base: '0', name: 'Mallory' }
      for (const path of addresses('POST', ben, '/practice')) {
        const page = await attending.post(path, fields)
        assert.ok(page.status < 500, path)
        assert.doesNotMatch(page.html, BEN, path)
      }
      assert.deepEqual(await rowsOf(ben), before)
    })

    it('that there is a Ben is told to nobody who adds him again, but where to ask', async () => {
      const given = { name: 'Bennet', email: 'ben-planted@example.com', zone: 'UTC' }
      const page = await attending.post('/practice/clients', given)
      assert.equal(page.status, 409)
      assert.doesNotMatch(page.html, new RegExp(`Ben-planted(?!@)|${ben.client.id}`))
    })
  })
})
