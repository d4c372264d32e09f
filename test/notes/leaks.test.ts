import assert from 'node:assert/strict'
import { dumpAll, findIn } from '../sealing/finding.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import { PASSWORD, signedIn, signedInAsClient } from '../support/people.ts'
import { typed } from './written.ts'

describe('what is written in notes', () => {
  let app: TestApp

  beforeEach(async () => {
    app = await testApp()
    await reset()
  })

  it('is found nowhere in the database nor in the logs, in no shape', async () => {
    const already = app.logged().length
    const { dietitian } = await make.world(app.db)
    const client = await make.clientAccount(app.db)
    const desk = await signedIn(app, dietitian)
    const planted: Record<string, string> = {}
    const plant = (where: string) => {
      planted[where] = `Plantword${Object.keys(planted).length}vexillum`
      return planted[where]
    }

    const snippet = await desk.open('/practice/notes/snippets/new')
    await snippet.button('Save the snippet', { name: 'One', text: plant('snippet') })
    const template = await desk.open('/practice/notes/templates/new')
    await template.button('Save the template', { name: 'One', assessment: plant('template') })
    const list = await desk.open(`/practice/clients/${client.id}/notes`)
    const editor = await list.button('Begin a note')
    const old = await desk.open(editor.path)
    await editor.button('Save the draft', { assessment: plant('draft') })
    await old.button('Save the draft', { monitoring: plant('conflict') })
    await desk.post(editor.path, { base: '0', appointment: 'x', intervention: plant('refused') })
    await app.db.raw('alter table note_snippets rename to snippets_away')
    const broken = await desk
      .post(editor.path, { base: '0', appointment: '', intervention: plant('at a bug') })
      .finally(() => app.db.raw('alter table snippets_away rename to note_snippets'))
    assert.equal(broken.status, 500)
    const fields = { ...typed, assessment: plant('signed'), problem1: plant('problem') }
    const look = await (await desk.open(editor.path)).button('Look it over and sign', fields)
    const note = await look.button('Sign this note', { password: PASSWORD })
    await note.button('Share with the client')
    await old.button('Save the draft', { monitoring: plant('too late') })
    const addendum = await desk.open(`${note.path}/addenda`)
    const filled = { reason: plant('reason'), text: plant('addendum') }
    const over = await addendum.button('Look it over and sign', filled)
    await over.button('Sign this addendum', { password: PASSWORD })
    await app.work()

    const read = await (await signedInAsClient(app, client)).open(note.path.replace('/practice', '/my'))
    for (const where of ['signed', 'problem', 'reason', 'addendum'])
      assert.ok(read.text.includes(planted[where] ?? '?'), `${where} is kept, and can be read`)
    const texts = { ...(await dumpAll(app.db)), 'the logs': app.logged().slice(already) }
    for (const [where, word] of Object.entries(planted)) assert.deepEqual(findIn(texts, word), [], where)
  })
})
