import assert from 'node:assert/strict'
import { HOUR, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { lastMailTo, PASSWORD, pathIn, signedIn, signedInAsClient } from '../support/people.ts'
import { makeDraftNote, makeNote, whole } from './written.ts'

describe('a note shared with its client', () => {
  let app: TestApp
  let desk: Visitor
  let ana: Visitor
  let ben: Visitor
  let email: string
  let of: { clientId: string; accountId: unknown }

  beforeEach(async () => {
    app = await testApp()
    const world = await make.world(await reset(), { dietitian: { name: 'Robin Vale', credentials: 'RD' } })
    const client = await make.clientAccount(app.db, { name: 'Ana Ruiz' })
    email = String(client.email)
    of = { clientId: client.id, accountId: world.dietitian.account_id }
    desk = await signedIn(app, world.dietitian)
    ana = await signedInAsClient(app, client)
    ben = await signedInAsClient(app, await make.clientAccount(app.db, { name: 'Ben Ortiz' }))
  })

  const told = async () => (await app.mails()).filter(({ subject }) => /something new/.test(String(subject)))

  it('is read by its client from then on, with the addenda that are signed, and by no other', async () => {
    const id = await makeNote(app.db, of)
    assert.equal((await ana.open(`/my/notes/${id}`)).status, 404)
    assert.ok(!(await ana.open('/my')).links.some(({ href }) => href === '/my/notes'))
    const note = await desk.open(`/practice/notes/${id}`)
    assert.match(
      (await note.button('Share with the client')).text,
      /Since Mar 3, 2026 Ana Ruiz can read this note/,
    )

    const shared = await (await (await ana.open('/my')).link('Notes from your dietitian')).link(
      'Note of Mar 3, 2026',
    )
    assert.match(shared.text, /Bloated after lunch.*Low fiber intake, related to few whole grains/)
    assert.match(shared.text, /Signed by Robin Vale, RD/)
    assert.equal((await ben.open(`/my/notes/${id}`)).status, 404)
    assert.doesNotMatch((await ben.open('/my/notes')).text, /Note of/)

    const editor = await desk.open(`/practice/notes/${id}/addenda`)
    const draft = await editor.button('Save the draft', { reason: 'A slip', text: 'It was 19 g.' })
    assert.doesNotMatch((await ana.open(shared.path)).text, /19 g/)
    await (await draft.button('Look it over and sign')).button('Sign this addendum', { password: PASSWORD })
    assert.match((await ana.open(shared.path)).text, /Addendum 1 ?Reason: A slip ?It was 19 g\./)
  })

  it('is theirs no longer once it is taken back; both are noted', async () => {
    const id = await makeNote(app.db, of)
    const share = () => desk.post(`/practice/notes/${id}/sharing`, {})
    await Promise.all([share(), share()])
    assert.equal((await ana.open(`/my/notes/${id}`)).status, 200)
    await (await desk.open(`/practice/notes/${id}`)).button('Stop sharing')
    assert.equal((await ana.open(`/my/notes/${id}`)).status, 404)
    assert.match((await ana.open('/my/notes')).text, /will stand here/)
    const noted = await app.db('audit_entries').where({ subject_id: id }).orderBy('position').pluck('action')
    assert.deepEqual(
      noted.filter((action: string) => action.endsWith('shared')),
      ['note.shared', 'note.unshared'],
    )
    await desk.post(`/practice/notes/${id}/unsharing`, {})
    assert.equal((await app.db('audit_entries').where({ action: 'note.unshared' })).length, 1)
  })

  it('is told of by a mail, once, which says nothing of what it is, and signs in to where it is read', async () => {
    const id = await makeNote(app.db, of)
    const first = await (await desk.open(`/practice/notes/${id}`)).button('Share with the client')
    assert.match(
      first.text,
      /Ana Ruiz can read this note now\. A mail tells them that there is something new/,
    )
    const mail = await lastMailTo(app, email)
    assert.equal(mail?.subject, 'There is something new for you at Maple Street Nutrition')
    assert.match(mail?.plain ?? '', /^Hello Ana Ruiz,\n\nThere is something new for you to read/)
    assert.match(mail?.plain ?? '', /\nhttp:\/\/localhost:3000\/my\/notes\n/)
    assert.doesNotMatch(`${mail?.plain}`.replace(/http:\S+/g, ''), /note|Bloated|fiber|health|Robin|RD/i)
    const path = pathIn(mail, '/sign-in/links/')
    const visitor = visit(app)
    await visitor.open(path)
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
    const answer = await visitor.send('POST', path, { headers: form })
    assert.deepEqual([answer.status, answer.location], [303, '/my/notes'])

    const count = (await app.mails()).length
    const off = await first.button('Stop sharing')
    assert.match(off.text, /Ana Ruiz can’t read this note any more\./)
    assert.doesNotMatch((await desk.open(first.path)).text, /can read this note now/, 'which is no longer so')
    const again = await off.button('Share with the client')
    assert.match(again.text, /They had a mail about it when it was first shared\./)
    await app.work()
    assert.equal((await app.mails()).length, count)
  })

  it('is not told of when it was taken back before the mail left; and is, when it is shared again', async () => {
    const id = await makeNote(app.db, of)
    const note = await (await desk.open(`/practice/notes/${id}`)).button('Share with the client')
    const off = await note.button('Stop sharing')
    await app.work()
    assert.deepEqual(await told(), [])
    await off.button('Share with the client')
    await app.work()
    assert.equal((await told()).length, 1)
  })

  it('is told of without a link that signs in, to whoever may not; and to who has no account with one', async () => {
    const without = await make.client(app.db, { email: 'new@example.com' })
    await desk.post(
      `/practice/notes/${await makeNote(app.db, { ...of, clientId: String(without.id) })}/sharing`,
      {},
    )
    assert.match((await lastMailTo(app, 'new@example.com'))?.plain ?? '', /\/sign-in\/links\//)
    await app
      .db('accounts')
      .where({ email })
      .update({ disabled_at: iso(NOW) })
    await desk.post(`/practice/notes/${await makeNote(app.db, of)}/sharing`, {})
    const mail = await lastMailTo(app, email)
    assert.doesNotMatch(mail?.plain ?? '', /sign-in|signs you in/)
    assert.match(mail?.plain ?? '', /Read it:\nhttp:\/\/localhost:3000\/my\/notes\n/)
  })

  it('is signed: a draft is not shared', async () => {
    const id = await makeDraftNote(app.db, of, { content: whole })
    assert.equal((await desk.post(`/practice/notes/${id}/sharing`, {})).status, 404)
    assert.deepEqual(await app.db('note_shares'), [])
  })

  it('says nothing of digests, other notes, or how the practice works', async () => {
    await makeNote(app.db, of, { content: { ...whole, assessment: 'Not for them' } })
    const id = await makeNote(app.db, of, { isShared: true })
    for (const path of ['/my/notes', `/my/notes/${id}`]) {
      const page = await ana.open(path)
      assert.equal(page.status, 200)
      assert.doesNotMatch(page.text, /SHA-256|Not for them/)
    }
  })

  it('that can’t be read says so, and takes nothing else away', async () => {
    const [id, fine] = [
      await makeNote(app.db, of, { isShared: true }),
      await makeNote(app.db, of, { isShared: true }),
    ]
    await app.db.raw('alter table notes disable trigger user')
    await app
      .db('notes')
      .where({ id })
      .update({ content_sealed: Buffer.from([1, 120, ...Buffer.alloc(60)]) })
    await app.db.raw('alter table notes enable trigger user')
    assert.match((await ana.open(`/my/notes/${id}`)).text, /can’t be read right now/)
    assert.match((await ana.open(`/my/notes/${fine}`)).text, /Oats at breakfast/)
    assert.match((await desk.open(`/practice/notes/${id}`)).text, /was altered or its key is missing/)
  })

  it('is listed page by page', async () => {
    for (let n = 0; n < 21; n += 1) await makeNote(app.db, of, { isShared: true, signedAt: NOW - n * HOUR })
    const first = await ana.open('/my/notes')
    assert.equal(first.links.filter(({ name }) => name.startsWith('Note of')).length, 20)
    assert.equal((await first.link('Older')).links.filter(({ name }) => name.startsWith('Note of')).length, 1)
    assert.equal((await ana.open('/my/notes?page=1000000000')).status, 400)
    for (const id of ['x', crypto.randomUUID()]) assert.equal((await ana.open(`/my/notes/${id}`)).status, 404)
  })
})
