import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'
import { notePlace } from '../../server/notes/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { encode, type Page, type Visitor } from '../support/page.ts'
import { PASSWORD, signedIn, signedInAsClient } from '../support/people.ts'
import { untilSomebodyWaits } from '../support/waiting.ts'
import { makeDraftNote, makeNote, typed, whole } from './written.ts'

const LOOK = 'Look it over and sign'
const SIGN = 'Sign this note'
const NOTED = ['sessions', 'audit_entries', 'audit_head']

describe('writing a note', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let client: Awaited<ReturnType<typeof make.clientAccount>>
  let desk: Visitor
  let accountId: unknown

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset(), {
      type: { name: 'First talk' },
      dietitian: { name: 'Robin Vale', credentials: 'RD, LD' },
    })
    accountId = world.dietitian.account_id
    client = await make.clientAccount(app.db, { name: 'Ana Ruiz' })
    desk = await signedIn(app, world.dietitian)
  })

  const list = (who = desk) => who.open(`/practice/clients/${client.id}/notes`)
  const begin = async (fields = {}) => (await list()).button('Begin a note', fields)
  const of = () => ({ clientId: client.id, accountId, clientName: 'Ana Ruiz' })
  const appointment = (startsAt: number, given = {}) =>
    make.appointment(
      app.db,
      { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt },
      { client_id: client.id, ...given },
    )
  const row = (id?: string) =>
    app
      .db('notes')
      .modify((query) => id && query.where({ id }))
      .first()
  const kept = async (id?: string) => {
    const note = await row(id)
    return JSON.parse(sealer.open(notePlace(note.id), note.content_sealed))
  }
  const actions = () =>
    app.db('audit_entries').where({ client_id: client.id }).orderBy('position').pluck('action')

  const quietly = async (page: Page, fields: Record<string, string>, who = desk) => {
    const hidden = Object.fromEntries(['base', 'page'].map((name) => [name, page.value(name) ?? '']))
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    const body = encode({ appointment: '', turn: '1', go: 'stay', ...hidden, ...fields })
    const answer = await who.send('POST', page.path.split('?')[0] ?? '', { body, headers })
    return { status: answer.status, said: answer.status === 303 ? {} : JSON.parse(answer.body) }
  }

  it('goes from an appointment over a draft to a signed note that stays as it is', async () => {
    const { id: appointmentId } = await appointment(NOW - HOUR)
    const editor = await begin()
    assert.equal(editor.h1, 'Note')
    assert.equal(editor.value('appointment'), appointmentId)
    const look = await editor.button(LOOK, typed)
    assert.match(look.path, /\/signature$/)
    assert.match(look.text, /Low fiber intake, related to few whole grains, as shown by 9 g a day/)
    app.clock.set(NOW + 5 * MINUTE)
    const note = await look.button(SIGN, { password: PASSWORD })
    assert.equal(note.h1, 'Note of Mar 3, 2026')
    assert.match(note.text, /Signed by ?Robin Vale, RD, LD/)
    assert.match(note.text, /Tuesday, March 3, 2026 at 9:05 AM, Eastern Standard Time/)
    assert.match(note.text, /First talk on Tue, Mar 3, 8:00 AM/)
    assert.match(note.text, /The text is what was signed/)

    const signed = await row()
    assert.equal(signed.signed_at, NOW + 5 * MINUTE)
    const text = sealer.open(notePlace(signed.id), signed.content_sealed)
    assert.equal(createHash('sha256').update(text).digest('hex'), signed.sha256.toString('hex'))
    assert.ok(note.text.includes(signed.sha256.toString('hex')))
    const document = JSON.parse(text)
    assert.deepEqual(document.content, whole)
    assert.deepEqual(document.client, { id: client.id, name: 'Ana Ruiz' })
    assert.deepEqual(document.signer, { account: accountId, name: 'Robin Vale', credentials: 'RD, LD' })
    assert.equal(document.appointment.id, appointmentId)
    const noted = await actions()
    const [first, begun] = noted
    assert.deepEqual([first, begun], ['chart.read', 'note.begun'])
    assert.deepEqual(noted.slice(-2), ['note.signed', 'note.read'])
    assert.match(
      (await list()).text,
      /First talk on Tue, Mar 3, 8:00 AM ?Signed Mar 3, 2026 by Robin Vale, RD, LD/,
    )
  })

  it('keeps who signed as they were called that day', async () => {
    const editor = await begin()
    const note = await (await editor.button(LOOK, typed)).button(SIGN, { password: PASSWORD })
    await app.db('dietitians').update({ name: 'Robin Married', credentials: 'PhD' })
    await app.db('clients').where({ id: client.id }).update({ name: 'Ana Changed' })
    const again = await desk.open(note.path)
    assert.match(again.text, /Signed by ?Robin Vale, RD, LD/)
    const print = await again.link('To print')
    assert.match(print.text, /Client ?Ana Ruiz/)
  })

  it('is a draft of its author alone: nobody else finds it by any way', async () => {
    const id = await makeDraftNote(app.db, of(), { content: whole })
    const colleague = await signedIn(app, await make.dietitian(app.db))
    assert.doesNotMatch((await list(colleague)).text, /Not signed/)
    assert.match((await list()).text, /Your drafts .* Not signed/)
    const before = await dump(app.db, NOTED)
    for (const end of ['', '/signature', '/print', '/addenda', '/addenda/signature'])
      assert.equal((await colleague.open(`/practice/notes/${id}${end}`)).status, 404, end)
    for (const end of [
      '',
      '/signature',
      '/signature/passkey',
      '/signature/passkey/options',
      '/discarding',
      '/addenda',
      '/sharing',
      '/unsharing',
    ])
      assert.equal(
        (await colleague.post(`/practice/notes/${id}${end}`, { password: PASSWORD, base: '0' })).status,
        404,
        end,
      )
    const own = await signedInAsClient(app, client)
    assert.equal((await own.open(`/my/notes/${id}`)).status, 404)
    assert.equal((await own.open(`/practice/notes/${id}`)).status, 403)
    assert.deepEqual(await dump(app.db, [...NOTED, 'sign_in_links']), omit(before, 'sign_in_links'))
  })

  const omit = (dumped: Awaited<ReturnType<typeof dump>>, name: string) =>
    Object.fromEntries(Object.entries(dumped).filter(([table]) => table !== `public.${name}`))

  it('is of no use to a dietitian who may not see the chart, signed or not', async () => {
    const id = await makeNote(app.db, of())
    const other = await make.dietitian(app.db, { sees_all_charts: false })
    const colleague = await signedIn(app, other)
    const own = await makeDraftNote(app.db, { clientId: client.id, accountId: other.account_id })
    for (const path of [`notes/${id}`, `notes/${id}/print`, `notes/${own}`, `clients/${client.id}/notes`])
      assert.equal((await colleague.open(`/practice/${path}`)).status, 404, path)
    const counts = async () => (await app.db('notes')).length
    for (const path of [`clients/${client.id}/notes`, `notes/${own}/discarding`, `notes/${id}/sharing`])
      assert.equal((await colleague.post(`/practice/${path}`, {})).status, 404, path)
    assert.equal(await counts(), 2)
    assert.match((await colleague.open('/practice/notes')).text, /All you wrote is signed/)
    await app.db('clients').where({ id: client.id }).update({ dietitian_id: other.id })
    assert.equal((await colleague.open(`/practice/notes/${id}`)).status, 200)
    assert.match((await colleague.open('/practice/notes')).text, /Ana Ruiz/)
  })

  it('is saved while it is typed, and says when', async () => {
    const editor = await begin()
    const { status, said } = await quietly(editor, { assessment: 'Bloated' })
    assert.deepEqual([status, said], [200, { saved: '9:00 AM', revision: 1, base: 1 }])
    assert.equal((await kept()).assessment, 'Bloated')
    const same = await quietly(editor, { assessment: 'Bloated' })
    assert.equal(same.said.revision, 1)
    const again = await desk.open(editor.path)
    assert.equal(again.value('assessment'), 'Bloated')
    assert.match(again.text, /Saved 9:00 AM/)
    assert.doesNotMatch(app.logged(), /Bloated/)
  })

  it('knows its own save whose answer was lost, and an older one that comes late', async () => {
    const editor = await begin()
    await quietly(editor, { assessment: 'One', turn: '1' })
    const next = await quietly(editor, { assessment: 'One and two', turn: '2' })
    assert.equal(next.said.revision, 2)
    const late = await quietly(editor, { assessment: 'On', turn: '1' })
    assert.deepEqual([late.status, late.said.revision], [200, 2])
    assert.equal((await kept()).assessment, 'One and two')
  })

  it('in two tabs is never overwritten in silence: the second is shown both', async () => {
    const one = await begin()
    const two = await desk.open(one.path)
    await two.button('Save the draft', { assessment: 'Of the second tab', monitoring: 'Same' })
    const { status, said } = await quietly(one, { assessment: 'Of the first tab', monitoring: 'Same' })
    assert.deepEqual([status, said], [409, { conflict: true, changed: ['Assessment'], revision: 1 }])
    const both = await one.button('Save the draft', { assessment: 'Of the first tab', monitoring: 'Same' })
    assert.equal(both.status, 409)
    assert.match(both.title, /^Error: /)
    assert.match(both.text, /Saved meanwhile Assessment ?Of the second tab/)
    assert.equal(both.value('assessment'), 'Of the first tab')
    assert.equal((await kept()).assessment, 'Of the second tab')
    await both.button('Keep what I typed')
    assert.equal((await kept()).assessment, 'Of the first tab')
  })

  it('is not lost when the session ends: what was saved is there, and the same page goes on', async () => {
    const editor = await begin()
    await quietly(editor, { assessment: 'Typed before' })
    await app.db('sessions').del()
    const refused = await quietly(editor, { assessment: 'Typed before and after', turn: '2' })
    assert.equal(refused.status, 303)
    assert.equal((await kept()).assessment, 'Typed before')
    const again = await signedIn(app, world.dietitian)
    assert.equal((await again.open(editor.path)).value('assessment'), 'Typed before')
    const saved = await quietly(editor, { assessment: 'Typed before and after', turn: '3' }, again)
    assert.equal(saved.status, 200)
    assert.equal((await kept()).assessment, 'Typed before and after')
  })

  it('empty is not signed: what is missing is named, and the password is not even asked', async () => {
    const editor = await begin()
    const look = await editor.button(LOOK)
    assert.match(look.text, /Before you can sign Please write the assessment/)
    assert.ok(!look.buttons.includes(SIGN))
    const { base } = { base: String((await row()).revision) }
    for (const password of [PASSWORD, 'wrong']) {
      const refused = await desk.post(look.path, { password, base })
      assert.equal(refused.status, 422)
      assert.match(refused.text, /Something is still missing/)
    }
    assert.equal((await row()).signed_at, null)
    const back = look.links.find(({ name }) => name === 'Please write the intervention.')
    assert.ok(back?.href.endsWith('#field-intervention'))
    const half = await (await desk.open(editor.path)).button(LOOK, { ...typed, related1: '', none: 'yes' })
    assert.match(half.text, /wrote a nutrition problem and ticked that there is none/)
    assert.match(half.text, /what problem 1 is related to/)
    const none = { ...typed, problem1: '', related1: '', shown1: '', none: 'yes' }
    const fine = await (await desk.open(editor.path)).button(LOOK, none)
    await fine.button(SIGN, { password: PASSWORD })
    assert.match((await desk.open(editor.path)).text, /No nutrition problem at this time/)
  })

  it('changed since it was looked over is looked over again', async () => {
    const editor = await begin()
    const look = await editor.button(LOOK, typed)
    await (await desk.open(editor.path)).button('Save the draft', { assessment: 'Something else' })
    const refused = await look.button(SIGN, { password: PASSWORD })
    assert.equal(refused.status, 409)
    assert.match(refused.text, /It was changed since you opened this page/)
    assert.match(refused.text, /Something else/)
    assert.equal((await row()).signed_at, null)
    await refused.button(SIGN, { password: PASSWORD })
    assert.ok((await row()).signed_at)
  })

  it('is signed once, however often the button is pressed', async () => {
    const look = await (await begin()).button(LOOK, typed)
    const pages = await Promise.all([1, 2, 3].map(() => look.button(SIGN, { password: PASSWORD })))
    assert.deepEqual(
      pages.map(({ h1 }) => h1),
      Array(3).fill('Note of Mar 3, 2026'),
    )
    assert.equal((await actions()).filter((action) => action === 'note.signed').length, 1)
  })

  it('that is signed takes nothing more: what another tab had typed is shown, and not kept', async () => {
    const id = await makeDraftNote(app.db, of(), { content: whole })
    const [one, two] = [await desk.open(`/practice/notes/${id}`), await desk.open(`/practice/notes/${id}`)]
    await (await one.button(LOOK)).button(SIGN, { password: PASSWORD })
    const before = await dump(app.db, NOTED)
    const late = await two.button('Save the draft', { assessment: 'Typed too late' })
    assert.equal(late.status, 409)
    assert.match(late.text, /can’t be changed any more/)
    assert.match(late.text, /Typed too late/)
    const { status, said } = await quietly(two, { assessment: 'Typed too late' })
    assert.deepEqual([status, said], [409, { conflict: true, signed: `/practice/notes/${id}` }])
    await desk.post(`/practice/notes/${id}/discarding`, {})
    assert.deepEqual(await dump(app.db, NOTED), before)
  })

  it('that is discarded in one tab is told to the other, with what was typed there', async () => {
    const id = await makeDraftNote(app.db, of(), { content: whole })
    const [one, two] = [await desk.open(`/practice/notes/${id}`), await desk.open(`/practice/notes/${id}`)]
    await one.button('Discard this draft')
    const before = await dump(app.db, NOTED)
    assert.match(two.html, /data-gone hidden/)
    const { status, said } = await quietly(two, { assessment: 'Typed in the other tab' })
    assert.deepEqual([status, said], [404, { gone: true }])
    const late = await two.button('Save the draft', { assessment: 'Typed in the other tab' })
    assert.deepEqual([late.status, late.h1], [404, 'This draft is gone'])
    assert.match(late.text, /Typed in the other tab/)
    assert.deepEqual(await dump(app.db, NOTED), before)
  })

  it('about an appointment that another draft takes at the same moment is refused beside the field', async () => {
    const visit = await appointment(NOW - HOUR)
    const other = await appointment(NOW - 2 * HOUR)
    const first = await makeDraftNote(app.db, of(), { content: whole })
    const second = await makeDraftNote(app.db, of(), { content: whole, appointment_id: other.id })
    const page = await desk.open(`/practice/notes/${second}`)
    const trx = await app.db.transaction()
    await trx('notes').where({ id: first }).update({ appointment_id: visit.id })
    const saving = page.button('Save the draft', { appointment: visit.id })
    await untilSomebodyWaits(app.db)
    await trx.commit()
    const refused = await saving
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('appointment') ?? '', /begun another note about this appointment/)
  })

  it('begins empty, from a template, or as a copy of the last note', async () => {
    await makeNote(app.db, of(), { content: { ...whole, assessment: 'Older' }, signedAt: NOW - DAY })
    await makeNote(app.db, of(), { content: { ...whole, assessment: 'The last' } })
    const create = await desk.open('/practice/notes/templates/new')
    await create.button('Save the template', { name: 'First visit', assessment: 'History:', none: 'yes' })
    const page = await list()
    assert.match(page.text, /An empty note A copy of the last note Template: First visit/)
    const copy = await page.button('Begin a note', { from: 'last' })
    assert.equal(copy.value('assessment'), 'The last')
    assert.equal(copy.value('problem1'), 'Low fiber intake')
    await copy.button('Discard this draft')
    const [{ id }] = await app.db('note_templates')
    const fromTemplate = await begin({ from: id })
    assert.equal(fromTemplate.value('assessment'), 'History:')
    assert.equal(fromTemplate.value('none'), 'yes')
    await app.db('note_templates').del()
    const gone = await desk.post(`/practice/clients/${client.id}/notes`, { from: id, appointment: '' })
    assert.equal(gone.status, 422)
    assert.match(gone.errorFor('from') ?? '', /no longer there/)
  })

  it('begun twice for the same is the same draft', async () => {
    await appointment(NOW - HOUR)
    const [one, two] = await Promise.all([begin(), begin()])
    assert.equal(one.path.split('?')[0], two.path.split('?')[0])
    assert.equal((await app.db('notes')).length, 1)
    const again = await begin({ appointment: String((await row()).appointment_id) })
    assert.match(again.text, /You had begun a note for this already/)
    await begin({ appointment: '' })
    assert.equal((await app.db('notes')).length, 2)
  })

  it('is about an appointment of this client, or none', async () => {
    const { id } = await appointment(NOW - 2 * DAY)
    const cancelled = await appointment(NOW - 3 * DAY, { state: 'cancelled', cancelled_at: new Date(NOW) })
    const { id: foreign } = await make.appointment(app.db, {
      dietitianId: world.dietitian.id,
      typeId: world.type.id,
      startsAt: NOW - HOUR,
    })
    const editor = await begin({ appointment: '' })
    for (const appointment of [foreign, cancelled.id, randomUUID(), 'x']) {
      const posts = [
        desk.post(`/practice/clients/${client.id}/notes`, { from: '', appointment }),
        desk.post(editor.path, { ...typed, appointment, base: '0', page: '', turn: '0' }),
      ]
      for (const page of await Promise.all(posts)) {
        assert.equal(page.status, 422, appointment)
        assert.match(page.errorFor('appointment') ?? '', /Please choose among the appointments/)
      }
    }
    assert.equal((await row()).appointment_id, null)
    const saved = await editor.button('Save the draft', { appointment: id })
    assert.equal(saved.value('appointment'), id)
    const other = await begin({ appointment: '' })
    const taken = await other.button('Save the draft', { appointment: id, assessment: 'Kept' })
    assert.equal(taken.status, 422)
    assert.match(taken.errorFor('appointment') ?? '', /another note about this appointment/)
    assert.equal(taken.value('assessment'), 'Kept')
  })

  it('refuses what can’t be kept with a sentence, and keeps what was typed', async () => {
    const editor = await begin()
    const wrong: [string, string, RegExp][] = [
      ['assessment', 'x'.repeat(20_001), /at most 20000/],
      ['monitoring', 'a\0b', /can’t read/],
      ['problem3', 'x'.repeat(1001), /at most 1000/],
      ['shown2', 'a\0b', /can’t read/],
    ]
    for (const [field, value, words] of wrong) {
      const page = await desk.post(editor.path, { base: '0', [field]: value })
      assert.equal(page.status, 422, field)
      assert.match(page.errorFor(field) ?? '', words)
      if (!value.includes('\0')) assert.equal(page.value(field), value)
      assert.equal((await quietly(editor, { [field]: value })).status, 422)
    }
    assert.equal((await row()).revision, 0)
  })

  it('takes 20,000 characters of any script in each section, and shows HTML as text', async () => {
    const html = '<script>alert(1)</script> & "quotes"'
    for (const text of [
      '漢'.repeat(20_000),
      '🌿'.repeat(10_000),
      `${'a line\n'.repeat(2856)}${html}`.slice(0, 20_000),
    ]) {
      const editor = await begin()
      const fields = { ...typed, assessment: text, intervention: text, monitoring: text }
      const look = await editor.button(LOOK, fields)
      assert.equal(look.status, 200)
      const { content } = JSON.parse(
        await look
          .button(SIGN, { password: PASSWORD })
          .then(() => app.db('notes').whereNotNull('signed_at').orderBy('begun_at').first())
          .then((note) => sealer.open(notePlace(note.id), note.content_sealed)),
      )
      assert.equal(content.monitoring, text)
      await app.db.raw(
        'alter table notes disable trigger user; delete from notes; alter table notes enable trigger user',
      )
    }
    const note = await makeNote(app.db, of(), { content: { ...whole, assessment: html } })
    for (const end of ['', '/print']) {
      const page = await desk.open(`/practice/notes/${note}${end}`)
      assert.ok(page.text.includes(html))
      assert.doesNotMatch(page.html, /<script>alert/)
    }
  })

  it('of which the text was changed in the database says so, and is not shown as what was signed', async () => {
    const [id, other] = [await makeNote(app.db, of()), await makeNote(app.db, of())]
    await app.db.raw('alter table notes disable trigger user')
    const place = notePlace(id)
    const text = sealer.open(place, (await row(id)).content_sealed).replace('9 g', '1 g')
    await app
      .db('notes')
      .where({ id })
      .update({ content_sealed: sealer.seal(place, text) })
    await app.db('notes').where({ id: other }).update({ signer_name: 'Somebody Else' })
    await app.db.raw('alter table notes enable trigger user')
    const page = await desk.open(`/practice/notes/${id}`)
    assert.match(page.text, /its text does not fit the SHA-256/)
    assert.doesNotMatch(page.text, /1 g a day/)
    assert.match((await desk.open(`/practice/notes/${other}`)).text, /in the database is not what was signed/)
  })

  it('stands beside the intake, the last note and the snippets', async () => {
    await makeNote(app.db, of(), { content: { ...whole, assessment: 'What stood in the last' } })
    const create = await desk.open('/practice/notes/snippets/new')
    await create.button('Save the snippet', { name: 'Fiber', text: 'Please add 5 g of fiber a week.' })
    const editor = await begin({ appointment: '' })
    assert.match(editor.text, /Snippets .*Fiber.* ?Please add 5 g of fiber a week\./)
    assert.match(editor.text, /Last note Mar 3, 2026, Robin Vale, RD Assessment ?What stood in the last/)
    assert.match(editor.text, /Intake No intake was sent yet/)
  })

  it('waits in the list of what is not signed, from which one goes on', async () => {
    const page = await begin()
    await page.button('Save and finish later', { assessment: 'Later' })
    const waiting = await desk.open('/practice/notes')
    assert.match(waiting.text, /Ana Ruiz Note, saved Tue, Mar 3, 9:00 AM/)
    const again = await waiting.link(/Ana Ruiz/)
    assert.equal(again.value('assessment'), 'Later')
  })

  it('is listed page by page, and knows nothing of made-up ids', async () => {
    for (let n = 0; n < 21; n += 1) await makeNote(app.db, of(), { signedAt: NOW - n * HOUR })
    const first = await list()
    assert.equal(
      first.links.filter(({ href }) => href.startsWith('/practice/notes/') && !href.endsWith('templates'))
        .length,
      20,
    )
    const second = await first.link('Older')
    assert.equal(
      second.links.filter(({ href }) => href.startsWith('/practice/notes/') && !href.endsWith('templates'))
        .length,
      1,
    )
    assert.equal((await desk.open(`/practice/clients/${client.id}/notes?page=1000000000`)).status, 400)
    for (const id of ['x', randomUUID(), '__proto__', client.id])
      for (const path of [`notes/${id}`, `notes/${id}/signature`, `notes/${id}/print`, `notes/${id}/addenda`])
        assert.equal((await desk.open(`/practice/${path}`)).status, 404, path)
    for (const id of ['x', randomUUID()])
      assert.equal((await desk.open(`/practice/clients/${id}/notes`)).status, 404)
  })

  it('is thrown away while it is a draft', async () => {
    const editor = await begin()
    const after = await editor.button('Discard this draft')
    assert.equal(after.path, `/practice/clients/${client.id}/notes`)
    assert.deepEqual(await app.db('notes'), [])
    assert.equal((await actions()).filter((action) => action === 'note.discarded').length, 1)
  })
})
