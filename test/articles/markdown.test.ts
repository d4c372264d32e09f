import assert from 'node:assert/strict'
import { renderArticle } from '../../server/articles/markdown.ts'

describe('the text of an article', () => {
  it('is cut before its third chapter, where the call to action stands', () => {
    const { before, after, contents } = renderArticle('Start.\n\n## One\n\na\n\n## Two\n\nb\n\n## Three\n\nc')
    assert.deepEqual(
      contents.map(({ id }) => id),
      ['one', 'two', 'three'],
    )
    assert.match(before, /Start\.[\s\S]*<h2 id="one">[\s\S]*<h2 id="two">/)
    assert.match(after, /^<h2 id="three">/)
  })

  it('stays whole when it has fewer chapters', () => {
    const { before, after, contents } = renderArticle('## One\n\na\n\n### Not a chapter\n\nb')
    assert.equal(after, '')
    assert.match(before, /Not a chapter/)
    assert.equal(contents.length, 1)
  })

  it('gives each chapter an id of its own, whatever it is called', () => {
    const { contents } = renderArticle(
      ['Fiber', 'Fiber', 'Fiber!', '🌿', 'שינה', 'Crème brûlée'].map((t) => `## ${t}`).join('\n\n'),
    )
    const ids = contents.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length)
    assert.ok(
      ids.every((id) => /^[a-z][a-z0-9-]*$/.test(id)),
      ids.join(),
    )
    assert.equal(ids.at(-1), 'creme-brulee')
  })

  it('lets no HTML and no address that acts through', () => {
    const { before } = renderArticle(
      '<b>x</b> [a](javascript:alert(1)) [b](https://example.org) [c](data:text/html,x) [d](/book)',
    )
    assert.doesNotMatch(before, /<b>|href="(javascript|data)/)
    assert.match(before, /href="https:\/\/example\.org"/)
    assert.match(before, /href="\/book"/)
  })
})
