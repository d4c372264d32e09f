import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import type { Page, Visitor } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { expression, form, item, type Loose, when } from './imported.ts'

const ENDLESS = "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.matches('^(a+)+$')"
const right = { ground: 'allowed', rights: 'Mail of the author' }

const section = (linkId: string, ...items: Loose[]): Loose => ({
  linkId,
  type: 'group',
  text: linkId,
  item: items,
})

/** Expressions that never end, beside a question that is asked. */
const endless: Record<string, Loose> = {
  'a score': form(
    [
      section(
        'one',
        item('name', 'string', { required: true }),
        item('score', 'decimal', {
          readOnly: true,
          extension: [expression('calculatedExpression', `iif(${ENDLESS}, 1, 2)`)],
        }),
      ),
    ],
    { title: 'A score' },
  ),
  'a condition': form(
    [
      section(
        'one',
        item('name', 'string', { required: true }),
        item('more', 'string', { required: true, extension: [expression('enableWhenExpression', ENDLESS)] }),
      ),
    ],
    { title: 'A condition' },
  ),
}

describe('a form that was made to hurt', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
  })

  /** Brought in by its page, named there, and taken all the same. */
  async function take(definition: Loose): Promise<Page> {
    const page = await desk.open('/practice/forms/import')
    const shown = await page.button('Look at it', { text: JSON.stringify(definition) })
    assert.equal(shown.status, 200)
    assert.match(shown.text, /took too long/)
    return shown.button('Take this form', right)
  }

  async function ask(formId: unknown): Promise<Visitor> {
    const client = await make.client(app.db)
    await make.request(app.db, { clientId: client.id, formId })
    return signedInAsClient(app, client)
  }

  for (const [what, definition] of Object.entries(endless))
    it(`by an expression without end in ${what} is named, previewed, asked for, filled in and sent`, async () => {
      const { length: said } = app.logged()
      const taken = await take(definition)
      const preview = await taken.link(/Preview/)
      assert.equal(preview.status, 200)
      const { id, slug } = await app.db('forms').first('id', 'slug')
      const my = await ask(id)
      const path = `/my/forms/${slug}`
      const page = await my.open(`${path}/sections/1`)
      assert.equal(page.status, 200)
      // A condition that can't be worked out asks rather than not.
      const typed = { 'a:name': 'Ana', ...(page.hasField('a:more') ? { 'a:more': 'More' } : {}) }
      const review = await page.button(/^Save and (look|continue)/, typed)
      assert.equal(review.h1, 'Look over your answers')
      const sent = await review.button('Send to your dietitian')
      assert.match(sent.path, /\/my\/forms\/sent\//)
      assert.match(sent.text, /Ana/)
      assert.deepEqual(await app.db('scores').select('value'), [])
      assert.doesNotMatch(app.logged().slice(said), /"status":5\d\d/)
    })

  it('by its size and conditions in a chain is filled in and sent', async () => {
    const chain = Array.from({ length: 390 }, (_, n) =>
      item(
        `q${n}`,
        'boolean',
        n > 0 ? { enableWhen: [when(`q${n - 1}`, '=', { answerBoolean: true })] } : {},
      ),
    )
    const many = Array.from({ length: 1500 }, (_, n) => item(`r${n}`, 'string', { repeats: true }))
    const definition = form([section('one', ...chain), section('two', ...many)], { title: 'Large' })
    const page = await desk.open('/practice/forms/import')
    const shown = await page.button('Look at it', { text: JSON.stringify(definition) })
    await shown.button('Take this form', right)
    const { id, slug } = await app.db('forms').first('id', 'slug')
    const my = await ask(id)
    for (const number of [1, 2]) {
      const path = `/my/forms/${slug}/sections/${number}`
      const opened = await my.open(path)
      assert.equal(opened.status, 200)
      const names = Array.from({ length: 390 }, (_, n) => `a:${number === 1 ? 'q' : 'r'}${n}`)
      const fields = Object.fromEntries(names.map((name) => [name, 'true']))
      const marks = { base: opened.value('base') ?? '', draft: opened.value('draft') ?? '' }
      const saved = await my.post(path, { on: names, ...fields, ...marks, go: 'later' })
      assert.equal(saved.path, `/my/forms/${slug}?saved=${number}`)
    }
    const review = await my.open(`/my/forms/${slug}/review`)
    const sent = await review.button('Send to your dietitian')
    assert.match(sent.path, /\/my\/forms\/sent\//)
  })

  it('does not keep forms of ours waiting, nor anything else', async () => {
    await make.ownForms(app.db)
    await take(endless['a score'] as Loose)
    const bad = await app.db('forms').where('slug', 'like', '%score%').first('id', 'slug')
    const own = await app.db('forms').where({ slug: 'check-in' }).first('id', 'slug')
    const mine = await ask(own.id)
    const others = await Promise.all(Array.from({ length: 12 }, () => ask(bad.id)))
    await mine.open(`/my/forms/${own.slug}/sections/1`)
    let isDone = false
    const busy = Promise.all(
      others.map((my) =>
        my.post(`/my/forms/${bad.slug}/sections/1`, { on: 'a:name', 'a:name': 'Ana', go: 'next' }),
      ),
    ).then((pages) => {
      isDone = true
      return pages
    })
    let turns = 0
    while (!isDone && turns < 50) {
      turns += 1
      const page = await mine.open(`/my/forms/${own.slug}/sections/1`)
      assert.equal(page.status, 200)
      await page.button('Save and finish later')
      await desk.open('/practice')
    }
    for (const page of await busy) assert.ok(page.status < 500, String(page.status))
    assert.ok(turns > 1, 'ours, and all else, while theirs were waiting')
  })
})
