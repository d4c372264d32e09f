import assert from 'node:assert/strict'
import { HtmlValidate, StaticConfigLoader } from 'html-validate'
import { byTag, controlsOf, type Element, findAll, labelOf, nameOf, textOf } from '../support/html.ts'
import type { Page } from '../support/page.ts'
import type { Kind } from './scene.ts'

const validator = new HtmlValidate(
  new StaticConfigLoader({ root: true, extends: ['html-validate:standard'] }),
)

/** What every page of ours keeps to, whatever it shows. */
export async function checkPage(page: Page, kind: Kind): Promise<void> {
  checkFrame(page)
  checkControls(page)
  checkInline(page)
  checkHeaders(page, kind)
  await checkHtml(page)
}

function checkFrame({ tree, title, h1, status }: Page) {
  const [html] = byTag(tree, 'html')
  assert.equal(html?.attribs.lang, 'en')
  assert.equal(byTag(tree, 'h1').length, 1)
  assert.notEqual(h1, '')
  assert.match(title, /^\S.* · \S/)
  assert.equal(byTag(tree, 'main').length, 1)
  if (status === 422 && byTag(tree, 'form').some(({ attribs }) => 'novalidate' in attribs))
    assert.match(title, /^Error: /)
}

const UNSEEN = ['hidden', 'submit', 'button']

function checkControls({ tree }: Page) {
  for (const control of controlsOf(tree)) {
    if (UNSEEN.includes(control.attribs.type ?? '')) continue
    assert.notEqual(labelOf(tree, control), '', `A field without a label: ${control.attribs.name}`)
  }
  for (const one of byTag(tree, 'a', 'button', 'summary'))
    assert.notEqual(nameOf(one) || nameOnceShown(one), '', 'A link or button without a name')
  for (const one of findAll(tree, ({ attribs }) => /^#./.test(attribs.href ?? '')))
    assert.ok(findAll(tree, ({ attribs }) => `#${attribs.id}` === one.attribs.href).length === 1, nameOf(one))
  for (const one of byTag(tree, 'iframe')) assert.ok(one.attribs.title)
  for (const one of findAll(tree, ({ attribs }) => 'aria-describedby' in attribs))
    for (const id of one.attribs['aria-describedby']?.split(' ') ?? [])
      assert.ok(findAll(tree, ({ attribs }) => attribs.id === id).length === 1, `Nothing has the id ${id}`)
}

/** Of a button that is hidden until its script is there. */
const nameOnceShown = ({ attribs, children }: Element) =>
  'hidden' in attribs ? children.map(textOf).join('') : ''

function checkInline({ tree }: Page) {
  for (const script of byTag(tree, 'script')) assert.match(script.attribs.src ?? '', /^\/assets\//)
  assert.equal(byTag(tree, 'style').length, 0)
  const inline = findAll(tree, ({ attribs }) =>
    Object.keys(attribs).some((name) => /^(on|style$)/.test(name)),
  )
  assert.deepEqual(
    inline.map(({ name }) => name),
    [],
  )
  const elsewhere = findAll(
    tree,
    ({ attribs, name }) => name !== 'a' && /^(https?:)?\/\//.test(attribs.src ?? attribs.href ?? ''),
  )
  assert.deepEqual(
    elsewhere.map(({ name }) => name),
    [],
  )
}

function checkHeaders({ headers }: Page, kind: Kind) {
  const policy = headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.doesNotMatch(policy, /unsafe|\*|data:/)
  for (const part of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"])
    assert.ok(policy.includes(part), part)
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(headers.get('referrer-policy'), 'no-referrer')
  assert.equal(headers.get('x-powered-by'), null)
  if (kind !== 'public') assert.equal(headers.get('cache-control'), 'no-store')
  if (kind !== 'public') assert.match(headers.get('x-robots-tag') ?? '', /noindex/)
}

async function checkHtml({ html }: Page) {
  const { results } = await validator.validateString(html)
  const said = results.flatMap(({ messages }) =>
    messages.map((one) => `${one.line}:${one.column} ${one.ruleId} ${one.message}`),
  )
  assert.deepEqual(said, [])
}
