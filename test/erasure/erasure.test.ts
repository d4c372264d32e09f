import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { digestOf } from '../../server/notes/canonical.ts'
import { sealedColumns } from '../../server/sealing/columns.ts'
import { walked } from '../audit/chain.ts'
import { type Planted, plant } from '../records/scene.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { type Dump, dump } from '../support/dump.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { lastMailTo, PASSWORD, signedIn, signedInAsClient } from '../support/people.ts'

const BUTTON = 'Delete for good'

describe('a client who is deleted for good', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let one: Awaited<ReturnType<typeof plant>>
  let desk: Visitor
  let path: string

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    await make.ownForms(app.db)
    one = await plant(app.db, world, 'Quorb')
    desk = await signedIn(app, world.dietitian)
    path = `/practice/clients/${one.client.id}/erasure`
  })

  const erase = async () =>
    (await desk.open(path)).button(BUTTON, { name: one.words.name, password: PASSWORD })

  /** What a table has, as bytes too: sealed words are opened. */
  async function everything(): Promise<string> {
    const { db } = app
    const opened: string[] = []
    for (const { table, column, key } of sealedColumns)
      for (const row of await db(table).whereNotNull(column).select(key, column))
        opened.push(String(sealer.openBytes({ table, column, row: String(row[key]) }, row[column])))
    return [...Object.values(await dump(db)).flat(), ...opened].join('\n')
  }

  /** Which of the words are somewhere in the database. */
  async function leftOf(words: Planted): Promise<string[]> {
    const all = await everything()
    return Object.entries(words)
      .filter(([, word]) => all.includes(word) || all.includes(JSON.stringify(word).slice(1, -1)))
      .map(([name]) => name)
  }

  /** Mails of every kind that name them, to them and to the practice. */
  async function mailAbout() {
    const { db } = app
    await make.inquiry(db, {
      name: one.words.name,
      email: one.words.email.toUpperCase(),
      message: 'Quorbquestion',
    })
    const mail = { from_address: 'a@b.example', subject: one.words.subject, html: 'x', at: iso(NOW) }
    const rows = [
      [`appointment:${one.past.id}:1:client`, `"Q" <${one.words.email}>`],
      [`appointment:${one.past.id}:1:dietitian`, 'robin@maple.example'],
      [`response:${one.first.id}:dietitian`, 'robin@maple.example'],
      [`account:${one.client.account_id}:email:1`, 'older@example.com'],
      ['sign-in:x', one.words.email],
    ]
    await db('outbox_mails').insert(
      rows.map(([key, to_address]) => ({ ...mail, key, to_address, plain: one.words.name })),
    )
    const another = {
      ...mail,
      subject: 'Hello',
      plain: 'Another',
      to_address: `x${one.words.email.toUpperCase()}`,
    }
    await db('outbox_mails').insert({ ...another, key: 'appointment:other:1:client' })
  }

  it('leaves only what the law keeps, and the page says what that is and until when', async () => {
    await signedInAsClient(app, one.client)
    await mailAbout()
    assert.deepEqual(await leftOf(one.words), Object.keys(one.words))
    const page = await desk.open(path)
    for (const words of [
      '2 signed notes',
      '1 signed addendum',
      '1 signed consent',
      'Until March 3, 2033.',
      '2 appointments',
      '3 forms that were sent or begun',
      '2 files',
      '1 note',
      '1 message to the practice',
    ])
      assert.ok(page.text.includes(words), words)

    const done = await page.button(BUTTON, { name: ` quorbNAME `, password: PASSWORD })
    assert.deepEqual([done.status, done.path], [200, path])
    assert.match(done.text, /Deleted on Mar 3, 2026/)
    assert.ok(!done.buttons.includes(BUTTON))

    const kept = ['name', 'note', 'secretNote', 'addendum', 'addendumReason', 'typed']
    assert.deepEqual((await leftOf(one.words)).sort(), kept.sort())
    assert.ok(!(await everything()).includes('Quorbquestion'))
    assert.deepEqual(await app.db('outbox_mails').pluck('plain'), ['Another'])
    const client = await app.db('clients').where({ id: one.client.id }).first()
    assert.equal(client.email, `erased-${client.id}@erased.invalid`)
    assert.deepEqual([client.account_id, client.born_on, client.phone, client.pronouns], [null, null, '', ''])
    assert.ok(client.archived_at)
    const emptied = [
      'appointments',
      'responses',
      'files',
      'scores',
      'raised_signs',
      'form_requests',
      'form_plans',
    ]
    for (const table of [...emptied, 'note_shares', 'sign_in_links'])
      assert.equal((await app.db(table).where({ client_id: client.id })).length, 0, table)
    assert.equal((await app.db('accounts').where({ id: one.client.account_id })).length, 0)
    assert.equal((await app.db('sessions').where({ account_id: one.client.account_id })).length, 0)
  })

  it('leaves notes that open, print and prove themselves as before', async () => {
    const { db } = app
    const before = await db('notes').where({ id: one.shared }).first()
    await erase()
    for (const address of [`/practice/notes/${one.shared}`, `/practice/notes/${one.shared}/print`]) {
      const note = await desk.open(address)
      assert.equal(note.status, 200)
      for (const word of [one.words.note, one.words.addendum, one.words.name])
        assert.ok(note.text.includes(word), word)
      assert.doesNotMatch(note.text, /not what was signed|isn’t what/)
      assert.match(note.text, /The text is what was signed/)
    }
    const after = await db('notes').where({ id: one.shared }).first()
    assert.deepEqual(after.content_sealed, before.content_sealed)
    const text = sealer.open(
      { table: 'notes', column: 'content_sealed', row: one.shared },
      after.content_sealed,
    )
    assert.deepEqual(digestOf(text), after.sha256)
    const signature = await desk.open(`/practice/consents/signatures/${one.signature}`)
    assert.ok(signature.text.includes(one.words.typed))
  })

  it('takes the appointment from a kept note, which says itself which one it was about', async () => {
    const { db } = app
    await db.raw('alter table notes disable trigger notes_immutable')
    await db('notes').where({ id: one.shared }).update({ appointment_id: one.past.id })
    await db.raw('alter table notes enable trigger notes_immutable')
    assert.equal((await erase()).status, 200)
    assert.equal((await db('notes').where({ id: one.shared }).first()).appointment_id, null)
    assert.match((await desk.open(`/practice/notes/${one.shared}`)).text, /The text is what was signed/)
  })

  it('is gone altogether when nothing is kept', async () => {
    const other = await plant(app.db, world, 'Zwieb', 3)
    const { db } = app
    await db.raw(
      'alter table notes disable trigger user; alter table note_addenda disable trigger user; alter table consent_signatures disable trigger user',
    )
    const of = { client_id: one.client.id }
    for (const table of ['notes', 'note_addenda'])
      await db(table)
        .where(of)
        .whereNotNull('signed_at')
        .update({ signed_at: iso(NOW - 2558 * DAY) })
    await db('consent_signatures')
      .where(of)
      .update({ signed_at: iso(NOW - 2558 * DAY) })
    await db.raw(
      'alter table notes enable trigger user; alter table note_addenda enable trigger user; alter table consent_signatures enable trigger user',
    )
    assert.doesNotMatch((await desk.open(path)).text, /What the law keeps/)
    const done = await erase()
    assert.equal(done.path, '/practice/clients?done=deleted')
    assert.match(done.text, /Deleted for good\. The audit keeps that it was done/)
    assert.deepEqual(await leftOf(one.words), [])
    assert.deepEqual(await leftOf(other.words), Object.keys(other.words))
    assert.equal((await desk.open(path)).status, 404)
    const [erasure] = await db('erasures')
    assert.equal(erasure.client_id, one.client.id)
    assert.deepEqual(erasure.kept, { notes: [], addenda: 0, signatures: [], until: null })
  })

  it('goes on the day after the law lets go, from the same page', async () => {
    await app.db('practice').update({ keeps_records_years: 1 })
    await erase()
    const before = await dump(app.db, OWN)
    const refused = await desk.post(path, { name: one.words.name, password: PASSWORD })
    assert.equal(refused.status, 409)
    assert.deepEqual(await dump(app.db, OWN), before)

    app.clock.set(NOW + 365 * DAY)
    const last = await signedIn(app, world.dietitian)
    assert.ok(!(await last.open(path)).buttons.includes(BUTTON))
    app.clock.set(NOW + 366 * DAY)
    const after = await signedIn(app, world.dietitian)
    const gone = await (await after.open(path)).button(BUTTON, { name: one.words.name, password: PASSWORD })
    assert.equal(gone.path, '/practice/clients?done=deleted')
    assert.deepEqual(await leftOf(one.words), [])
    assert.equal((await app.db('erasures')).length, 1)
  })

  it('is proved by the audit, as the last thing that was done', async () => {
    await erase()
    const { account_id } = world.dietitian
    const entries = await app.db('audit_entries').where({ client_id: one.client.id }).orderBy('position')
    const erased = entries.filter(({ action }) => action === 'client.erased')
    assert.deepEqual(
      erased.map((entry) => [entry.account_id, entry.role, entry.subject_id]),
      [[account_id, 'dietitian', one.client.id]],
    )
    assert.deepEqual((await walked(app.db)).faults, [])
    const [erasure] = await app.db('erasures')
    assert.deepEqual([erasure.account_id, erasure.at], [account_id, NOW])
    assert.equal(erasure.kept.until, '2033-03-03')
    assert.deepEqual(erasure.kept.notes.sort(), [one.shared, one.secret].sort())
    assert.equal((await desk.open(`/practice/clients/${one.client.id}/audit`)).status, 200)
  })

  it('gets no mail from jobs that were waiting', async () => {
    const { db } = app
    const change = await db('appointment_changes').where({ appointment_id: one.past.id }).first('id')
    const requestIds = await db('form_requests').where({ client_id: one.client.id }).pluck('id')
    const { id: inquiryId } = await make.inquiry(db, { email: one.words.email })
    const accountId = String(one.client.account_id)
    await db.transaction(async (trx) => {
      const { jobs } = app.deps
      await jobs.publish(trx, 'appointment.booked', { changeId: change.id })
      await jobs.publish(trx, 'appointment.cancelled', { changeId: change.id })
      await jobs.publish(trx, 'response.sent', { responseId: one.first.id })
      await jobs.publish(trx, 'form.asked', { requestIds })
      await jobs.publish(trx, 'inquiry.received', { inquiryId })
      await jobs.publish(trx, 'account.changed', { accountId, what: 'password', at: NOW })
    })
    await erase()
    assert.ok((await app.work(NOW + 400 * DAY)) > 5)
    assert.deepEqual(await app.mails(), [])
  })

  it('can book again as somebody new', async () => {
    await erase()
    const again = await make.client(app.db, { email: one.words.email, name: one.words.name })
    assert.notEqual(again.id, one.client.id)
  })

  const unchanged = async (
    ask: () => Promise<{ status: number; text: string }>,
    status: number,
    words: RegExp,
  ) => {
    const before = await dump(app.db, OWN)
    const page = await ask()
    assert.equal(page.status, status)
    assert.match(page.text, words)
    assert.deepEqual(await dump(app.db, OWN), before)
  }

  it('stays whole when the name or the password is not right', async () => {
    const page = await desk.open(path)
    await unchanged(
      () => page.button(BUTTON, { name: '', password: PASSWORD }),
      422,
      /Please type their name/,
    )
    await unchanged(
      () => page.button(BUTTON, { name: 'Somebody', password: PASSWORD }),
      422,
      /not their name/,
    )
    const wrong = await page.button(BUTTON, { name: one.words.name, password: 'wrong' })
    assert.equal(wrong.status, 422)
    assert.match(wrong.errorFor('password') ?? '', /not your password/)
    assert.equal(wrong.value('name'), one.words.name)
    assert.ok(!wrong.html.includes('value="wrong"'))
    assert.equal((await app.db('erasures')).length, 0)
  })

  for (const [when, startsAt, state] of [
    ['to come', NOW + 3 * DAY, 'booked'],
    ['later today', NOW + 2 * HOUR, 'booked'],
    ['over since this morning', NOW - 2 * HOUR, 'kept'],
  ] as const)
    it(`stays while an appointment is ${when}`, async () => {
      const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt }
      await make.appointment(app.db, of, { client_id: one.client.id, state })
      const page = await desk.open(path)
      assert.match(page.text, /They have an appointment on/)
      assert.ok(!page.buttons.includes(BUTTON))
      const typed = { name: one.words.name, password: PASSWORD }
      await unchanged(() => desk.post(path, typed), 409, /Please cancel it first/)
    })

  it('is deleted by an owner alone, who may see the chart', async () => {
    const typed = { name: one.words.name, password: PASSWORD }
    const colleague = await signedIn(app, await make.dietitian(app.db, { is_owner: false }))
    assert.equal((await colleague.post(path, typed)).status, 403)
    const blind = await signedIn(app, await make.dietitian(app.db, { sees_all_charts: false }))
    assert.equal((await blind.post(path, typed)).status, 404)
    assert.equal((await blind.open(path)).status, 404)
    const client = await signedInAsClient(app, one.client)
    assert.equal((await client.post(path, typed)).status, 403)
    assert.equal((await app.db('erasures')).length, 0)
  })

  it('is asked of an owner without a password by signing in again', async () => {
    await make.passkey(app.db, world.dietitian.account_id)
    const page = await desk.open(path)
    assert.equal(page.hasField('password'), false)
    app.clock.set(NOW + HOUR)
    const late = await desk.post(path, { name: one.words.name })
    assert.match(late.path, /^\/sign-in\/again\?returnTo=/)
    assert.equal((await app.db('erasures')).length, 0)
  })

  it('lets a client of the same name be', async () => {
    const other = await plant(app.db, world, 'Zwieb', 3)
    await app.db('clients').where({ id: other.client.id }).update({ name: one.words.name })
    const before = rowsOf(await dump(app.db), other.client.id)
    await erase()
    assert.deepEqual(rowsOf(await dump(app.db), other.client.id), before)
    assert.equal(await lastMailTo(app, 'erased.invalid'), undefined)
  })
})

/** What every look at a page writes. */
const OWN = ['sessions', 'audit_entries', 'audit_head', 'tries', 'sealing_keys']

const rowsOf = (dumped: Dump, id: string): string[] =>
  Object.entries(dumped)
    .filter(([name]) => !name.endsWith('audit_entries'))
    .flatMap(([, rows]) => rows.filter((row) => row.includes(id)))
