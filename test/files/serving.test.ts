import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { iso } from '../../server/clock.ts'
import {
  findFileForDesk,
  insertFile,
  listFiles,
  removeFile,
  removeUnnamed,
} from '../../server/files/store.ts'
import type { NewFile } from '../../server/files/upload.ts'
import { type SignedIn, signedInClient } from '../my/client.ts'
import { type Made, makeForm, makeResponse } from '../requests/asking.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Answer, type Visitor, visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { pdf, photo } from './samples.ts'

describe('files of a client', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let ana: SignedIn
  let desk: Visitor
  let form: Made
  let draft: string

  beforeEach(async () => {
    app = await testApp()
    await reset()
    world = await make.world(app.db)
    ana = await signedInClient(app)
    desk = await signedIn(app, world.dietitian)
    form = await makeForm(app.db)
    draft = await makeResponse(app.db, ana.client.id, form)
  })

  const paper = (given: Partial<NewFile> = {}): NewFile => ({
    contentType: 'application/pdf',
    content: pdf('planted-word-rosacea'),
    name: 'planted-name.pdf',
    ...given,
  })
  const insert = async (file: NewFile = paper(), responseId = draft) => {
    const id = randomUUID()
    const of = { id, clientId: ana.client.id, responseId, linkId: 'photo', file }
    const inserted = await insertFile(app.db, sealer, of, NOW)
    return inserted.ok ? id : inserted.message
  }
  const send = () =>
    app
      .db('responses')
      .where({ id: draft })
      .update({ sent_at: iso(NOW) })
  const mine = (id: string, who = ana.visitor) => who.send('GET', `/my/files/${id}`)
  const atDesk = (id: string, who = desk) => who.send('GET', `/practice/files/${id}`)

  /** Kept by nobody, run by nothing, opened as no page. */
  function isSafe({ headers }: Answer) {
    assert.match(headers.get('content-disposition') ?? '', /^attachment; filename/)
    assert.equal(headers.get('content-security-policy'), "sandbox; default-src 'none'")
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.match(headers.get('x-robots-tag') ?? '', /noindex/)
  }

  it('are stored sealed, and nowhere else', async () => {
    await insert()
    const all = JSON.stringify(await dump(app.db))
    for (const word of ['planted-word-rosacea', 'planted-name']) {
      assert.ok(!all.includes(word), word)
      assert.ok(!all.includes(Buffer.from(word).toString('hex')), `${word}, as bytes`)
    }
    assert.doesNotMatch(app.logged(), /planted-/)
  })

  it('come back to their client as they were, as attachments that nothing runs', async () => {
    const answer = await mine(await insert())
    assert.equal(answer.status, 200)
    isSafe(answer)
    assert.equal(answer.headers.get('content-type'), 'application/pdf')
    assert.equal(answer.headers.get('content-disposition'), 'attachment; filename=planted-name.pdf')
    assert.equal(answer.body, pdf('planted-word-rosacea').toString())
  })

  it('have their names carried in every alphabet, and in no second header', async () => {
    const id = await insert(paper({ name: 'Befund „Größe“ 検査\r\nX-Evil: 1".pdf' }))
    const { headers } = await mine(id)
    assert.match(
      headers.get('content-disposition') ?? '',
      /filename\*=UTF-8''Befund%20%E2%80%9EGr%C3%B6%C3%9Fe/,
    )
    assert.equal(headers.get('x-evil'), null)
  })

  it('that are photos can be shown on a page of ours', async () => {
    const id = await insert(paper({ contentType: 'image/jpeg', content: await photo(), name: 'a.jpg' }))
    const answer = await mine(id)
    assert.equal(answer.headers.get('content-type'), 'image/jpeg')
    isSafe(answer)
  })

  it('are nobody else’s: not another client’s, not a stranger’s, not what no file is called', async () => {
    const id = await insert()
    await send()
    const { visitor: ben } = await signedInClient(app, { name: 'Ben Ortiz' })
    assert.equal((await mine(id, ben)).status, 404)
    assert.equal((await atDesk(id, ben)).status, 403)
    assert.equal((await mine(id, desk)).status, 403)
    for (const answer of [await mine(id, visit(app)), await atDesk(id, visit(app))])
      assert.match(answer.location ?? '', /^\/sign-in\?returnTo=/)
    for (const wrong of [randomUUID(), 'x', '../../etc/passwd', `${id}%00`, id.toUpperCase()])
      assert.equal((await mine(encodeURIComponent(wrong))).status, 404, wrong)
    assert.deepEqual(await app.db('audit_entries').select('position'), [])
  })

  it('are seen by the practice once they were sent, which is noted, and not before', async () => {
    const id = await insert()
    assert.equal((await atDesk(id)).status, 404)
    assert.equal(await findFileForDesk(app.db, { id, dietitianId: world.dietitian.id }), undefined)
    assert.deepEqual(await app.db('audit_entries').select('position'), [])
    await send()
    const answer = await atDesk(id)
    assert.equal(answer.status, 200)
    isSafe(answer)
    const entries = await app.db('audit_entries').select('account_id', 'action', 'subject_id')
    const account_id = world.dietitian.account_id
    assert.deepEqual(entries, [{ account_id, action: 'file.read', subject_id: id }])
  })

  it('that were altered or moved are not served, and the log says which', async () => {
    const [one, other] = [await insert(), await insert()]
    await app.db.raw(
      'update files set content_sealed = (select content_sealed from files where id = ?) where id = ?',
      [one, other],
    )
    const answer = await mine(other)
    assert.equal(answer.status, 500)
    assert.match(answer.body, /This file can’t be read/)
    assert.doesNotMatch(answer.body, /planted/)
    assert.match(app.logged(), new RegExp(`"column":"content_sealed","row":"${other}"`))
    assert.equal((await mine(one)).status, 200)
  })

  it('are at most ten to a draft, and 40 MB', async () => {
    const large = () => insert(paper({ content: Buffer.alloc(9_999_999, 1) }))
    const ids = await Promise.all([large(), large(), large(), large()])
    assert.equal(new Set(ids).size, 4)
    assert.match(await insert(), /at most 40 MB together/)
    await app.db('files').del()
    const answers = await Promise.all(Array.from({ length: 12 }, () => insert()))
    assert.equal(answers.filter((answer) => /at most 10 files/.test(answer)).length, 2)
    assert.equal((await app.db('files').select('id')).length, 10)
  })

  it('go to a draft of the client’s own, and to nothing that was sent', async () => {
    const other = await make.client(app.db)
    assert.match(await insert(paper(), await makeResponse(app.db, other.id, form)), /not kept/)
    await send()
    assert.match(await insert(), /not kept/)
    assert.deepEqual(await app.db('files').select('id'), [])
  })

  it('can be taken out of a draft by their client, and go with it; of what was sent, never', async () => {
    const [one, two, three] = [await insert(), await insert(), await insert()]
    const other = await make.client(app.db)
    assert.equal(await removeFile(app.db, { clientId: other.id, id: one }), false)
    assert.equal(await removeFile(app.db, { clientId: ana.client.id, id: one }), true)
    await removeUnnamed(app.db, { responseId: draft, named: [three] })
    assert.deepEqual(
      (await listFiles(app.db, draft)).map(({ id }) => id),
      [three],
    )
    await send()
    assert.equal(await removeFile(app.db, { clientId: ana.client.id, id: three }), false)
    await removeUnnamed(app.db, { responseId: draft, named: [] })
    assert.equal((await mine(three)).status, 200)
    assert.equal((await mine(two)).status, 404)
    const begun = await makeResponse(app.db, ana.client.id, form)
    await insert(paper(), begun)
    await app.db('responses').where({ id: begun }).del()
    assert.equal((await app.db('files').select('id')).length, 1)
  })

  it('stay with an amendment of what was sent, as those that are not its own', async () => {
    const before = await insert()
    await send()
    const amending = { series_id: draft, number: 2, amends_id: draft, sent_at: null, id: randomUUID() }
    const row = await app.db('responses').where({ id: draft }).first()
    await app.db('responses').insert({ ...row, ...amending, begun_at: iso(NOW), saved_at: iso(NOW) })
    const added = await insert(paper(), amending.id)
    const listed = async (id: string) =>
      (await listFiles(app.db, id)).map((file) => [file.id, file.isOwn]).sort()
    assert.deepEqual(
      await listed(amending.id),
      [
        [before, false],
        [added, true],
      ].sort(),
    )
    assert.deepEqual(await listed(draft), [[before, true]])
  })
})
