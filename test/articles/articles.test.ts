import assert from 'node:assert/strict'
import { iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { byTag, readHtml, textOf } from '../support/html.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'

describe('the articles', () => {
  let app: TestApp
  let visitor: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset(), { dietitian: { name: 'Robin Vale' } })
    visitor = visit(app)
  })

  it('lead from the start to an article with its sources, and on to getting in touch', async () => {
    const sources = JSON.stringify([{ text: 'A review, 2019', url: 'https://example.org/review' }])
    const body = '## The gut\n\nWords.\n\n## The skin\n\nMore.\n\n## Six habits\n\nLast.'
    const author_id = world.dietitian.id
    await make.article(app.db, {
      title: 'Gut and skin',
      slug: 'gut-and-skin',
      body_markdown: body,
      sources,
      author_id,
    })
    const page = await (await visitor.open('/')).link('Read the article')
    assert.equal(page.h1, 'Gut and skin')
    assert.match(page.text, /By Robin Vale, RD/)
    assert.deepEqual(
      page.links
        .filter(({ href }) => href.startsWith('#'))
        .map(({ name }) => name)
        .slice(-4),
      ['The gut', 'The skin', 'Six habits', 'Sources'],
    )
    assert.match(page.text, /A review, 2019/)
    assert.ok(page.text.indexOf('Ask a question') < page.text.indexOf('Last.'), 'a way to act in the middle')
    assert.equal((await page.link('Ask a question')).h1, 'Get in touch')
  })

  it('appear when they are published, not before', async () => {
    await make.article(app.db, { title: 'Tomorrow', slug: 'tomorrow', published_at: iso(NOW + MINUTE) })
    await make.article(app.db, { title: 'Draft', slug: 'draft', published_at: null })
    for (const path of ['/', '/articles', '/articles.atom'])
      assert.doesNotMatch((await visitor.open(path)).html, /Tomorrow|Draft/)
    for (const path of ['/articles/tomorrow', '/articles/draft', '/articles/nothing'])
      assert.equal((await visitor.open(path)).status, 404, path)
    app.clock.set(NOW + MINUTE)
    assert.equal((await (await visitor.open('/articles')).link('Tomorrow')).h1, 'Tomorrow')
  })

  it('are listed newest first, twelve a page', async () => {
    for (let n = 0; n < 13; n += 1)
      await make.article(app.db, { title: `No. ${n}`, published_at: iso(NOW - n * MINUTE) })
    const first = await visitor.open('/articles')
    const titles = first.links.map(({ name }) => name).filter((name) => name.startsWith('No. '))
    assert.deepEqual([titles.length, titles[0]], [12, 'No. 0'])
    const second = await first.link('Older')
    assert.match(second.text, /No\. 12/)
    assert.equal((await second.link('Newer')).path, '/articles?page=1')
  })

  it('show what their author wrote as text, never as HTML', async () => {
    const body = '## <b>Bold</b>\n\n<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=y>'
    await make.article(app.db, { slug: 'odd', title: '<i>Odd</i> & more', body_markdown: body })
    const page = await visitor.open('/articles/odd')
    assert.equal(page.h1, '<i>Odd</i> & more')
    assert.match(page.text, /<script>alert\(1\)<\/script>/)
    assert.equal(byTag(page.tree, 'i', 'b', 'img').length, 0)
    assert.ok(page.links.every(({ href }) => !href.startsWith('javascript:')))
  })

  it('come as a feed that readers understand', async () => {
    await make.article(app.db, {
      slug: 'gut',
      title: 'Gut & "skin" <now>',
      published_at: iso(NOW - MINUTE),
      updated_at: iso(NOW),
    })
    const feed = await visitor.send('GET', '/articles.atom')
    assert.match(feed.headers.get('content-type') ?? '', /^application\/atom\+xml/)
    const tree = readHtml(feed.body)
    const [entry] = byTag(tree, 'entry')
    assert.ok(entry)
    assert.equal(byTag(entry, 'title').map(textOf)[0], 'Gut & "skin" <now>')
    assert.equal(byTag(entry, 'id').map(textOf)[0], 'http://localhost:3000/articles/gut')
    assert.equal(byTag(entry, 'updated').map(textOf)[0], iso(NOW))
    assert.equal(byTag(tree, 'author').length, 1)
  })
})
