import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import express from 'express'
import { useViews } from '../../server/web/engine.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'flora-views-'))
const app = express()
useViews(app, folder, (file) => `/${file}`)

const write = (name: string, text: string) => writeFileSync(path.join(folder, `${name}.ejs`), text)

let pages = 0
/** A page with this text, without a layout around it. */
function draw(text: string, locals: object = {}): Promise<string> {
  pages += 1
  const name = `page${pages}`
  write(name, `<% page.layout = 'none' %>${text}`)
  return new Promise((done, fail) => {
    app.render(name, locals, (error, html) => (error ? fail(error) : done(html)))
  })
}

describe('a view', () => {
  after(() => rmSync(folder, { recursive: true }))
  before(() => {
    write('row', '<%= word %>/<%= title %>/<%= locals.other || "none" %>;')
    write('deep', "<%- include('row') %>")
    write('same', '<% const word = "own" %><%= word %>')
  })

  it('writes what it is given so that it is text and nothing else', async () => {
    const locals = { text: `<b>&"'`, none: null, missing: undefined, number: 0 }
    assert.equal(
      await draw('<%= text %>|<%- text %>|<%= none %><%= missing %>|<%= number %>', locals),
      `&lt;b&gt;&amp;&#34;&#39;|<b>&"'||0`,
    )
  })

  it('shows in its parts what they are given, and what the page has', async () => {
    const text = "<% for (const word of words) { %><%- include('row', { word, ...more }) %><% } %>"
    const locals = { words: ['a', 'b'], title: 'T', more: {} }
    assert.equal(await draw(text, locals), 'a/T/none;b/T/none;')
    assert.equal(await draw(text, { ...locals, more: { other: 'x', title: 'own' } }), 'a/own/x;b/own/x;')
  })

  it('shows in the parts of a part what that was given', async () => {
    assert.equal(await draw("<%- include('deep', { word: 'w' }) %>", { title: 'T' }), 'w/T/none;')
  })

  it('may have names of its own that the page has too', async () => {
    assert.equal(
      await draw("<%- include('same', { word: 'theirs' }) %><%= word %>", { word: 'page' }),
      'ownpage',
    )
  })

  it('fails at a name that nobody gave, and says where', async () => {
    await assert.rejects(draw('\n<p>\n<%= nobody %>'), /page\d+\.ejs:3 nobody is not defined/)
    await assert.rejects(draw("<%- include('row', { title: 'T' }) %>"), /row\.ejs:1 word is not defined/)
    assert.equal(await draw('<% if (false) { %><%= nobody %><% } %>fine'), 'fine')
  })
})
