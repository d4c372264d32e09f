import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const HOME = '/practice/notes/templates'

describe('templates and snippets for notes', () => {
  let app: TestApp
  let desk: Visitor
  let colleague: Visitor

  beforeEach(async () => {
    app = await testApp()
    const { dietitian } = await make.world(await reset())
    desk = await signedIn(app, dietitian)
    colleague = await signedIn(app, await make.dietitian(app.db))
  })

  const begun = async (kind: 'template' | 'snippet', fields: Record<string, string>) =>
    (await (await desk.open(HOME)).link(`New ${kind}`)).button(`Save the ${kind}`, fields)

  it('are made, found by name, changed and removed by everybody of the practice', async () => {
    assert.match((await desk.open(HOME)).text, /A template is a note that is begun already/)
    await begun('template', { name: 'Zinc', assessment: 'History:' })
    const list = await begun('template', { name: 'first visit', problem1: 'Low fiber', none: 'yes' })
    assert.equal(list.path, HOME)
    await begun('snippet', { name: 'Fiber', text: 'Five grams.\nMore.' })
    const theirs = await colleague.open(HOME)
    assert.match(theirs.text, /Templates New template first visit Zinc Snippets New snippet Fiber/)
    const template = await theirs.link('first visit')
    assert.deepEqual([template.value('problem1'), template.value('none')], ['Low fiber', 'yes'])
    await template.button('Save the template', { name: 'First visit' })
    const snippet = await (await colleague.open(HOME)).link('Fiber')
    assert.equal(snippet.value('text'), 'Five grams.\nMore.')
    await snippet.button('Remove this snippet')
    await (await (await desk.open(HOME)).link('Zinc')).button('Remove this template')
    assert.match((await desk.open(HOME)).text, /First visit Snippets/)
    assert.equal((await app.db('audit_entries').where({ action: 'template.changed' })).length, 6)
  })

  it('changed by two are told to the second, who loses nothing', async () => {
    await begun('template', { name: 'First visit', assessment: 'History:' })
    await begun('snippet', { name: 'Fiber', text: 'Five grams.' })
    for (const [kind, name, field, heading] of [
      ['template', 'First visit', 'assessment', 'Assessment'],
      ['snippet', 'Fiber', 'text', 'Text'],
    ] as const) {
      const [one, two] = [
        await (await desk.open(HOME)).link(name),
        await (await colleague.open(HOME)).link(name),
      ]
      await two.button(`Save the ${kind}`, { [field]: 'Theirs' })
      const refused = await one.button(`Save the ${kind}`, { [field]: 'Mine' })
      assert.equal(refused.status, 409)
      assert.match(refused.text, new RegExp(`Saved meanwhile .*${heading} ?Theirs`))
      assert.equal(refused.value(field), 'Mine')
      await refused.button(`Save the ${kind}`)
      assert.equal((await (await desk.open(HOME)).link(name)).value(field), 'Mine')
      const stale = await one.button(`Remove this ${kind}`)
      assert.equal(stale.status, 409)
      assert.match(stale.text, /so it is not removed/)
      const gone = await (await desk.open(HOME)).link(name)
      await gone.button(`Remove this ${kind}`)
      assert.equal((await gone.button(`Save the ${kind}`)).status, 404)
    }
  })

  it('refuse what can’t be kept, and keep what was typed', async () => {
    const wrong: [string, Record<string, string>, string, RegExp][] = [
      ['templates', { name: '' }, 'name', /Please give it a name/],
      ['templates', { name: 'x'.repeat(81) }, 'name', /at most 80/],
      ['templates', { name: 'a', assessment: 'x'.repeat(20_001) }, 'assessment', /at most 20000/],
      ['snippets', { name: 'a', text: '' }, 'text', /Please write the text/],
      ['snippets', { name: 'a', text: 'x'.repeat(5001) }, 'text', /at most 5000/],
    ]
    for (const [kind, fields, field, words] of wrong) {
      const page = await desk.post(`/practice/notes/${kind}`, fields)
      assert.equal(page.status, 422)
      assert.match(page.errorFor(field) ?? '', words)
      assert.equal(page.value(field), fields[field])
    }
    assert.deepEqual([await app.db('note_templates'), await app.db('note_snippets')], [[], []])
    for (const kind of ['templates', 'snippets'])
      for (const id of ['x', crypto.randomUUID()])
        assert.equal((await desk.open(`/practice/notes/${kind}/${id}`)).status, 404)
  })
})
