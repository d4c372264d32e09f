import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { HOUR, iso } from '../../server/clock.ts'
import { digestOf } from '../../server/notes/canonical.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { encode, type Page, type Visitor } from '../support/page.ts'
import { PASSWORD, signedIn } from '../support/people.ts'
import { makeDraftNote, makeNote } from './written.ts'

const LOOK = 'Look it over and sign'
const SIGN = 'Sign this addendum'
const slip = { reason: 'A slip of the pen', text: 'It was 19 g a day.' }

describe('an addendum to a note', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor
  let colleague: Visitor
  let clientId: string
  let path: string
  let id: string

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset(), { dietitian: { name: 'Robin Vale' } })
    clientId = (await make.client(app.db, { name: 'Ana Ruiz' })).id
    id = await makeNote(app.db, { clientId, accountId: world.dietitian.account_id })
    path = `/practice/notes/${id}`
    desk = await signedIn(app, world.dietitian)
    colleague = await signedIn(app, await make.dietitian(app.db, { name: 'Kim Lee', credentials: 'RDN' }))
  })

  const rows = () => app.db('note_addenda').orderBy('number')
  const textOf = (row: { id: string; content_sealed: Buffer }) =>
    sealer.open({ table: 'note_addenda', column: 'content_sealed', row: row.id }, row.content_sealed)

  async function sign(who: Visitor, fields = slip): Promise<Page> {
    const editor = await (await who.open(path)).link('Add an addendum')
    return (await editor.button(LOOK, fields)).button(SIGN, { password: PASSWORD })
  }

  it('is written with its reason, signed, and stands under the note that stays as it is', async () => {
    const before = await app.db('notes').first()
    app.clock.set(NOW + HOUR)
    const note = await sign(desk)
    assert.equal(note.path, path)
    assert.match(
      note.text,
      /9 g a day.*Addendum 1 ?Reason: A slip of the pen ?It was 19 g a day\. ?Signed by/,
    )
    assert.deepEqual(await app.db('notes').first(), before)
    const [row] = await rows()
    assert.equal(row.signed_at, NOW + HOUR)
    const text = textOf(row)
    assert.deepEqual(digestOf(text), row.sha256)
    const document = JSON.parse(text)
    assert.deepEqual(document.note, { id, sha256: before.sha256.toString('hex') })
    assert.equal(document.previousSha256, null)
    assert.deepEqual(document.content, slip)
  })

  it('follows the one before: print shows the note and all of them in order, by whom', async () => {
    await sign(desk)
    await sign(colleague, { reason: 'A result came', text: 'Ferritin 12.' })
    const [first, second] = await rows()
    assert.equal(JSON.parse(textOf(second)).previousSha256, first.sha256.toString('hex'))
    const print = await (await desk.open(path)).link('To print')
    const places = [
      '9 g a day',
      'Addendum 1',
      'It was 19 g',
      'Addendum 2',
      'Ferritin 12',
      'Kim Lee, RDN',
    ].map((words) => print.text.indexOf(words))
    assert.ok(places.every((place) => place >= 0))
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
    const noted = await app.db('audit_entries').where({ client_id: clientId }).pluck('action')
    for (const action of ['addendum.begun', 'addendum.signed', 'note.printed'])
      assert.ok(noted.includes(action), action)
  })

  it('of one is signed before the next begins, and nobody else reads the draft', async () => {
    await (await desk.open(`${path}/addenda`)).button('Save the draft', slip)
    const page = await colleague.open(path)
    assert.match(page.text, /Robin Vale is writing an addendum/)
    assert.doesNotMatch(page.text, /A slip of the pen/)
    const busy = await colleague.open(`${path}/addenda`)
    assert.equal(busy.status, 409)
    assert.doesNotMatch(busy.text, /A slip of the pen/)
    const fields = { reason: 'Mine', text: 'Of a colleague', base: '0', page: '', turn: '0' }
    const refused = await colleague.post(`${path}/addenda`, fields)
    assert.equal(refused.status, 409)
    assert.match(refused.text, /Robin Vale is writing .* Of a colleague/)
    await colleague.post(`${path}/addenda/discarding`, {})
    const other = await colleague.post(`${path}/addenda/signature`, { password: PASSWORD, base: '1' })
    assert.equal(other.path, path)
    assert.doesNotMatch(other.text, /A slip of the pen/)
    const [row, ...others] = await rows()
    assert.deepEqual([row.signed_at, others.length], [null, 0])
    assert.match((await desk.open('/practice/notes')).text, /Ana Ruiz Addendum, saved/)
    assert.match((await desk.open(path)).text, /You have begun an addendum/)
  })

  it('is never one to a draft', async () => {
    const draft = await makeDraftNote(app.db, { clientId, accountId: world.dietitian.account_id })
    const before = await dump(app.db, ['sessions'])
    const fields = { ...slip, password: PASSWORD, base: '0', page: '', turn: '0' }
    assert.equal((await desk.open(`/practice/notes/${draft}/addenda`)).status, 404)
    for (const end of ['', '/signature', '/discarding', '/signature/passkey', '/signature/passkey/options'])
      assert.equal((await desk.post(`/practice/notes/${draft}/addenda${end}`, fields)).status, 404, end)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('without reason or text is not signed', async () => {
    for (const fields of [
      { ...slip, reason: '' },
      { ...slip, text: ' ' },
    ]) {
      const look = await (await desk.open(`${path}/addenda`)).button(LOOK, fields)
      assert.match(look.text, /Before you can sign/)
      const refused = await desk.post(look.path, { password: PASSWORD, base: '1' })
      assert.equal(refused.status, 422)
    }
    const [row] = await rows()
    assert.equal(row.signed_at, null)
  })

  it('is signed with the password, as it was looked over', async () => {
    const look = await (await desk.open(`${path}/addenda`)).button(LOOK, slip)
    assert.equal((await look.button(SIGN, { password: 'wrong' })).status, 422)
    await (await desk.open(`${path}/addenda`)).button('Save the draft', { text: 'Changed' })
    const refused = await look.button(SIGN, { password: PASSWORD })
    assert.equal(refused.status, 409)
    assert.match(refused.text, /Changed/)
    await refused.button(SIGN, { password: PASSWORD })
    assert.match((await desk.open(path)).text, /Addendum 1 .*Changed/)
  })

  it('is saved while it is typed, and in two tabs the second is shown both', async () => {
    const [one, two] = [await desk.open(`${path}/addenda`), await desk.open(`${path}/addenda`)]
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    const quietly = async (page: Page, turn: string, text: string) => {
      const fields = {
        base: page.value('base') ?? '',
        page: page.value('page') ?? '',
        turn,
        reason: 'R',
        text,
      }
      const answer = await desk.send('POST', `${path}/addenda`, { headers, body: encode(fields) })
      return { status: answer.status, ...JSON.parse(answer.body) }
    }
    assert.deepEqual(await quietly(one, '1', 'One'), { status: 200, saved: '9:00 AM', revision: 1, base: 1 })
    assert.equal((await quietly(one, '2', 'One, two')).revision, 2)
    assert.equal((await quietly(two, '1', 'Other')).status, 409)
    const both = await two.button('Save the draft', { reason: 'R', text: 'Other' })
    assert.equal(both.status, 409)
    assert.match(both.text, /Saved meanwhile .*One, two/)
    assert.equal(both.value('text'), 'Other')
    await both.button('Save the draft')
    assert.equal(JSON.parse(textOf((await rows())[0])).text, 'Other')
  })

  it('typed into a page whose draft is signed meanwhile is not lost: it is the beginning of the next', async () => {
    const editor = await (await desk.open(`${path}/addenda`)).button('Save the draft', slip)
    await (await editor.button(LOOK)).button(SIGN, { password: PASSWORD })
    const late = await editor.button('Save the draft', { text: 'Typed too late' })
    assert.equal(late.status, 409)
    assert.equal(late.h1, 'Addendum 2')
    assert.equal(late.value('text'), 'Typed too late')
    await late.button('Save the draft')
    assert.deepEqual(
      (await rows()).map(({ number, signed_at }) => [number, signed_at === null]),
      [
        [1, false],
        [2, true],
      ],
    )
  })

  it('is thrown away while it is a draft, and of two that begin at once there is one', async () => {
    const page = { ...slip, base: '0', page: randomUUID(), turn: '0' }
    const [one, two] = await Promise.all([desk, colleague].map((who) => who.post(`${path}/addenda`, page)))
    assert.deepEqual([one?.status, two?.status].sort(), [200, 409])
    const winner = one?.status === 200 ? desk : colleague
    await (await winner.open(`${path}/addenda`)).button('Discard this draft')
    assert.deepEqual(await rows(), [])
    const noted = await app.db('audit_entries').where({ action: 'addendum.discarded' })
    assert.equal(noted.length, 1)
  })

  it('has the next number, also after hundreds of them', async () => {
    await app.db.raw(
      `insert into note_addenda (note_id, client_id, number, author_id, content_sealed, begun_at, saved_at, signed_at,
         signer_name, signer_credentials, sha256)
       select n.id, n.client_id, g, n.author_id, 'x', ?, ?, ?, 'Robin', '', decode(repeat('00', 32), 'hex')
       from notes n, generate_series(1, 501) g`,
      Array(3).fill(iso(NOW)),
    )
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    const body = encode({ ...slip, base: '0', page: randomUUID(), turn: '1' })
    assert.equal((await desk.send('POST', `${path}/addenda`, { body, headers })).status, 200)
    assert.equal((await app.db('note_addenda').max('number as last').first())?.last, 502)
  })

  it('that a colleague left behind is thrown away unread, and the next begins', async () => {
    await (await colleague.open(`${path}/addenda`)).button('Save the draft', slip)
    await desk.post(`${path}/addenda/discarding`, {})
    assert.equal((await rows()).length, 1)
    const [{ author_id: id }] = await rows()
    await app
      .db('accounts')
      .where({ id })
      .update({ disabled_at: new Date(NOW) })
    const page = await desk.open(path)
    assert.match(page.text, /Kim Lee began an addendum and left the practice/)
    assert.doesNotMatch(page.text, /A slip of the pen/)
    const after = await page.button('Discard their draft')
    assert.ok(after.links.some(({ name }) => name === 'Add an addendum'))
    assert.deepEqual(await rows(), [])
  })

  it('is nothing for who may not see the chart', async () => {
    const apart = await signedIn(app, await make.dietitian(app.db, { sees_all_charts: false }))
    const before = await dump(app.db, ['sessions'])
    for (const end of ['', '/signature'])
      assert.equal((await apart.open(`${path}/addenda${end}`)).status, 404)
    for (const end of ['', '/signature', '/discarding'])
      assert.equal((await apart.post(`${path}/addenda${end}`, { ...slip, password: PASSWORD })).status, 404)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })
})
