import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { type Cursor, cursorText, readCursor } from '../../server/chart/timeline/cursor.ts'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { namePlace } from '../../server/files/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Page, Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { answered, someAnswers } from './sent.ts'

describe('where a page of the timeline ends', () => {
  it('is written in an address and read again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.constantFrom(...'vhrqndemcf'),
        fc.uuid(),
        (at, letter, id) => {
          const cursor: Cursor = { at, key: `${letter}-${id}` }
          assert.deepEqual(readCursor(cursorText(cursor)), cursor)
        },
      ),
      { seed: 17, numRuns: 200 },
    )
  })

  it('is nothing else', () => {
    for (const text of [
      '',
      'x',
      '1',
      '1.',
      '1.v',
      '1.v-',
      '1.V-1',
      '1e5.v-1',
      `${'9'.repeat(15)}.v-1`,
      "1.v-1'",
      '1.v-1\n',
    ])
      assert.equal(readCursor(text), undefined, text)
  })
})

describe('the timeline of a chart', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>
  let maya: { id: string; email?: unknown }
  let path: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { type: { name: 'First talk' }, dietitian: { name: 'Robin' } })
    await make.ownForms(db)
    maya = await make.client(db, { name: 'Maya', email: 'maya@example.com' })
    path = `/practice/clients/${maya.id}`
    desk = await signedIn(app, world.dietitian)
  })

  const happened = (page: Page) => page.text.slice(page.text.indexOf('Everything Appointments'))

  async function everything() {
    const { db } = app
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    const visit = await make.appointment(
      db,
      { ...of, startsAt: NOW - 5 * DAY },
      { client_id: maya.id, state: 'kept', was_late: true },
    )
    const change = { appointment_id: visit.id, by_role: 'client', sequence: 0 }
    await db('appointment_changes').insert([
      { ...change, what: 'booked', at: iso(NOW - 9 * DAY), to_starts_at: iso(NOW - 6 * DAY) },
      {
        ...change,
        what: 'moved',
        at: iso(NOW - 8 * DAY),
        from_starts_at: iso(NOW - 6 * DAY),
        to_starts_at: iso(NOW - 5 * DAY),
      },
      { ...change, what: 'kept', at: iso(NOW - 4 * DAY), to_starts_at: iso(NOW - 5 * DAY) },
    ])
    await make.appointment(db, { ...of, startsAt: NOW + 2 * DAY }, { client_id: maya.id })
    const sent = await answered(db, { clientId: maya.id, item: someAnswers, at: NOW - 7 * DAY })
    await answered(db, { clientId: maya.id, slug: 'check-in', at: NOW - 3 * DAY })
    await answered(db, { clientId: maya.id, slug: 'gut-check-in', isDraft: true })
    const [form] = await db('forms').where({ slug: 'intake' }).select('id')
    await db('form_requests').insert({
      client_id: maya.id,
      form_id: form.id,
      due_at: iso(NOW),
      asked_at: iso(NOW - 10 * DAY),
    })
    const id = randomUUID()
    await db('files').insert({
      id,
      client_id: maya.id,
      response_id: sent.id,
      link_id: 'skin-photo',
      content_type: 'image/jpeg',
      bytes: 12_345,
      name_sealed: sealer.seal(namePlace(id), 'arm <b>.jpg'),
      content_sealed: Buffer.from('x'),
      created_at: iso(NOW - 7 * DAY - HOUR),
    })
    const consent = await make.consent(db, { accountId: world.dietitian.account_id }, { title: 'Terms' })
    await make.signature(db, consent.versionId, maya.id, { signed_at: iso(NOW - 6 * DAY) })
    const mail = { message_id: 'm', sent_at: iso(NOW - 2 * DAY), client_id: maya.id }
    await db('sent_mails').insert({ key: 'k', ...mail, subject: 'See you <soon>' })
    await note({ signed_at: iso(NOW - DAY) })
    return { visit, sent, fileId: id }
  }

  const note = (given: Record<string, unknown>) =>
    app.db('notes').insert({
      client_id: maya.id,
      author_id: world.dietitian.account_id,
      content_sealed: Buffer.from([0]),
      begun_at: iso(NOW - DAY),
      saved_at: iso(NOW - DAY),
      ...(given.signed_at
        ? { signer_name: 'Robin', signer_credentials: 'RD', sha256: Buffer.alloc(32) }
        : {}),
      ...given,
    })

  it('says what happened, the latest first, and what comes before it', async () => {
    await everything()
    const page = await desk.open(path)
    assert.equal(
      happened(page),
      [
        'Everything Appointments Forms Check-ins Notes Mails Consents Files',
        'Thursday, March 5, 2026 9:00 AM Coming: First talk By video, with Robin Booked',
        'Monday, March 2, 2026 9:00 AM Note signed by Robin Open: Note signed by Robin',
        'Sunday, March 1, 2026 9:00 AM Mail: See you <soon>',
        'Saturday, February 28, 2026 9:00 AM Sent: Weekly check-in',
        'Thursday, February 26, 2026 9:00 AM Appointment: First talk By video, with Robin Came late',
        'Wednesday, February 25, 2026 9:00 AM Signed: Terms version 1',
        'Tuesday, February 24, 2026 9:00 AM Sent: New client intake 8:00 AM File: arm <b>.jpg 12 KB',
        'Monday, February 23, 2026 9:00 AM Moved: First talk from Wed, Feb 25, 9:00 AM to Thu, Feb 26, 9:00 AM, by the client',
        'Sunday, February 22, 2026 9:00 AM Booked: First talk for Wed, Feb 25, 9:00 AM, by the client',
        'Saturday, February 21, 2026 9:00 AM Asked for: New client intake',
      ].join(' '),
    )
    assert.doesNotMatch(page.html, /<soon>|arm <b>/)
  })

  it('leads to what it tells of', async () => {
    const { visit, sent, fileId } = await everything()
    const page = await desk.open(path)
    const href = (name: string) => page.links.filter((link) => link.name === name).map((link) => link.href)
    assert.ok(href('First talk').includes(`/practice/appointments/${visit.id}`))
    assert.deepEqual(href('New client intake'), [`${path}/responses/${sent.id}`])
    assert.deepEqual(href('arm <b>.jpg'), [`/practice/files/${fileId}`])
    assert.match(href('Open: Note signed by Robin').join(), /^\/practice\/notes\//)
    assert.equal((await page.link('Terms')).status, 200)
  })

  it('is narrowed to a kind', async () => {
    await everything()
    const page = await desk.open(path)
    for (const [kind, words, lines] of [
      ['Appointments', /First talk/, 4],
      ['Forms', /New client intake/, 2],
      ['Check-ins', /Weekly check-in/, 1],
      ['Notes', /Note signed/, 1],
      ['Mails', /See you/, 1],
      ['Consents', /Terms/, 1],
      ['Files', /arm/, 1],
    ] as const) {
      const shown = await page.link(
        (kind === 'Appointments' ? /^Appointments$/ : new RegExp(`^${kind}$`)) as RegExp,
      )
      const narrowed = shown.path.includes('kind=')
        ? shown
        : await desk.open(`${path}?kind=${kind.toLowerCase()}`)
      assert.match(happened(narrowed), words)
      assert.equal(narrowed.html.match(/class="moment"/g)?.length, lines, kind)
    }
  })

  it('shows drafts of notes to who writes them alone', async () => {
    await note({})
    const kim = await signedIn(app, await make.dietitian(app.db))
    assert.match(happened(await desk.open(path)), /Your draft of a note/)
    assert.doesNotMatch(happened(await kim.open(path)), /draft/)
  })

  it('goes on by time, without a gap and without telling anything twice', async () => {
    const { db } = app
    const at = (n: number) => iso(NOW - Math.floor(n / 3) * MINUTE)
    const mails = Array.from({ length: 70 }, (_, n) => ({
      key: `k${n}`,
      message_id: 'm',
      sent_at: at(n),
      client_id: maya.id,
      subject: `Mail number ${n}.`,
    }))
    await db('sent_mails').insert(mails)
    for (let n = 0; n < 20; n += 1)
      await answered(db, { clientId: maya.id, slug: 'check-in', at: NOW - Math.floor(n / 2) * MINUTE })
    const seen: string[] = []
    let page = await desk.open(path)
    for (let turn = 0; ; turn += 1) {
      seen.push(...page.html.split('class="moment"').slice(1))
      if (!page.links.some(({ name }) => name === 'Older')) break
      assert.ok(turn < 5)
      page = await page.link('Older')
    }
    const told = seen.flatMap((line) => line.match(/Mail number \d+\./g) ?? [])
    assert.equal(told.length, 70)
    assert.equal(new Set(told).size, 70)
    assert.equal(seen.filter((line) => line.includes('Weekly check-in')).length, 20)
    assert.equal((await page.link('Newest')).path, path)
  })

  it('is of this client alone, and empty says what will be there', async () => {
    await everything()
    const other = await make.client(app.db)
    const page = await desk.open(`/practice/clients/${other.id}`)
    assert.match(happened(page), /will stand here, the latest first/)
    assert.doesNotMatch(page.html, /First talk|See you|Terms/)
  })

  it('hears of the mails that go to a client, and of nobody else’s', async () => {
    const [request] = await app
      .db('form_requests')
      .insert({
        client_id: maya.id,
        form_id: (await app.db('forms').where({ slug: 'intake' }).first('id')).id,
        due_at: iso(NOW + DAY),
        asked_at: iso(NOW),
      })
      .returning('id')
    await app.db.transaction((trx) => app.deps.jobs.publish(trx, 'form.asked', { requestIds: [request.id] }))
    await make.inquiry(app.db)
    await app.work()
    const [mail] = await app.db('sent_mails').select('client_id', 'subject')
    assert.equal(mail.client_id, maya.id)
    assert.match(happened(await desk.open(`${path}?kind=mails`)), /Mail: /)
    assert.match(
      happened(await desk.open(`${path}?kind=mails`)),
      new RegExp(String(mail.subject).slice(0, 12)),
    )
  })
})
