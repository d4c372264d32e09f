import assert from 'node:assert/strict'
import { bomb, commented, polyglot, svg } from '../files/samples.ts'
import { everything, answers as possible } from '../guards/everything.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { make } from '../support/make.ts'
import { type Fields, type Page, pageOf, type Visitor } from '../support/page.ts'
import { asked, drafts, opened, sent } from './asked.ts'

const FIRST = '/my/forms/all/sections/1'
const REVIEW = '/my/forms/all/review'
const WRONG = /planted-wrong/

/** Posts nobody would make who only uses the page. */
describe('a section that somebody posts by hand', () => {
  let app: TestApp
  let ana: Visitor

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    ana = (await asked(app, await make.form(db, everything, { slug: 'all', title: 'All' }))).ana
  })

  const post = async (fields: Fields) => {
    const page = await ana.open(FIRST)
    const marks = { base: page.value('base') ?? '', draft: page.value('draft') ?? '' }
    return ana.post(FIRST, { ...marks, go: 'next', ...fields })
  }
  const kept = async () => JSON.stringify((await drafts(app)).map(opened))

  it('can’t choose what was not offered, in any of the ways of choosing', async () => {
    const choices = ['yes', 'one', 'own', 'several', 'list', 'form', 'where', 'scale'].map(
      (name) => `a:${name}`,
    )
    for (const name of choices)
      for (const value of ['planted-wrong', 'A', '-1', '11', '__proto__', 'o0', '+others']) {
        const page = await post({ on: [name, 'a:line'], 'a:line': 'Kept', [name]: value })
        assert.equal(page.status, 422, `${name} ${value}`)
        assert.ok(page.errorFor(name), `${name} ${value}`)
        assert.equal(page.value('a:line'), 'Kept')
      }
    assert.doesNotMatch(await kept(), /planted-wrong|valueCoding/)
    // A number beyond the scale is kept to be mended, and never sent.
    const review = await ana.open(REVIEW)
    assert.match(review.text, /must be from 0 to 10/)
    assert.ok(!review.buttons.includes('Send to your dietitian'))
    const unit = await post({ on: 'a:weight', 'a:weight': '70', 'unit:weight': 'planted-wrong' })
    assert.match(unit.errorFor('a:weight') ?? '', /unit/)
    assert.doesNotMatch(await kept(), WRONG)
  })

  it('can’t choose together what rules each other out, nor send it', async () => {
    const page = await post({ on: ['a:several', 'a:own'], 'a:own': 'a', 'a:several': ['a', 'none'] })
    assert.equal(page.status, 422)
    assert.match(page.errorFor('a:several') ?? '', /can’t be chosen together/)
    await ana.post(FIRST, { on: [], go: 'later', base: page.value('base') ?? '' })
    const review = await ana.open(REVIEW)
    const [row] = await drafts(app)
    const answer = await ana.post('/my/forms/all/response', {
      draft: row.id,
      digest: review.value('digest') ?? '',
    })
    assert.equal(answer.status, 422)
    assert.equal((await sent(app)).length, 0)
  })

  it('can’t answer what is hidden, only shown, calculated, off, elsewhere, or no question', async () => {
    const names = [
      'kept',
      'unseen',
      'double',
      'off',
      'last',
      'all',
      'rows',
      'top',
      'nothing',
      '__proto__',
      '',
    ]
    const fields = Object.fromEntries(names.map((name) => [`a:${name}`, 'planted-wrong']))
    const on = [...names.map((name) => `a:${name}`), 'a:own', 'a:count']
    await post({ on, ...fields, 'a:own': 'b', 'a:count': '4', 'on:kept': 'x', 'other:kept': 'planted-wrong' })
    assert.doesNotMatch((await kept()).replace(/"linkId":"off"[^}]*\}\]/, ''), WRONG)
    const review = await (await ana.open(REVIEW)).button('Send to your dietitian')
    assert.match(review.path, /sent/)
    const [row] = await sent(app)
    const text = JSON.stringify(opened(row))
    assert.doesNotMatch(text, /planted-wrong|"unseen"|"off"|"last"/)
    assert.match(text, /"linkId":"double"[^}]*"valueDecimal":8/)
  })

  it('can’t name rows that can’t be, nor ten thousand of them', async () => {
    const rows = [
      ...['a999999:what', 'a-1:what', 'a1.5:what', 'a0.0.0.0:dose', 'a01:what', 'a9999999:what', 'a1e3:what'],
      ...['a__proto__:what', 'a0.999999:dose', `a${'0.'.repeat(400)}0:what`, `a${'9'.repeat(900)}:what`],
    ]
    for (const name of rows) {
      const page = await post({ on: ['a:own', 'a:rows', name], 'a:own': 'a', [name]: 'planted-wrong' })
      assert.ok([200, 413, 422].includes(page.status), `${name}: ${page.status}`)
    }
    const many = Array.from({ length: 3800 }, (_, n) => [`a${n}:what`, 'x'] as const)
    const page = await ana.post(FIRST, { on: 'a:rows', ...Object.fromEntries(many) })
    assert.ok([200, 409, 413, 422].includes(page.status), String(page.status))
    const times = (name: string) => Array<string>(3800).fill(possible[name] ?? '')
    for (const name of ['a:words', 'a:much', 'a:several', 'a:line', 'a:day']) {
      const answer = await post({ on: ['a:own', name], 'a:own': 'a', [name]: times(name) })
      assert.ok([200, 413, 422].includes(answer.status), `${name}: ${answer.status}`)
    }
    assert.ok((await kept()).length < 20_000)
    for (const wish of ['add', 'remove', 'detach'])
      for (const name of [...rows, 'a:all', 'a:line', 'x', '__proto__', '\u0000', 'a:rows'])
        assert.ok((await post({ on: 'a:own', 'a:own': 'a', [wish]: name })).status < 500, `${wish} ${name}`)
    const [row] = await drafts(app)
    assert.equal((await ana.open(FIRST)).status, 200)
    assert.ok(row.answers_sealed.length < 20_000)
  })

  it('is told the same by a save while typing', async () => {
    const json = { accept: 'application/json' }
    const base = (await ana.open(FIRST)).value('base') ?? ''
    const wrong: Fields = { on: ['a:one', 'a:kept', 'a:unseen', 'a:day'], 'a:kept': 'planted-wrong' }
    const fields = {
      ...wrong,
      'a:one': 'planted-wrong',
      'a:unseen': 'planted-wrong',
      'a:day': 'planted-wrong',
    }
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...json }
    const body = new URLSearchParams({ base, go: 'stay' })
    for (const [name, value] of Object.entries(fields))
      for (const one of [value].flat()) body.append(name, one)
    const answer = await ana.send('POST', FIRST, { body: body.toString(), headers })
    assert.equal(answer.status, 200)
    assert.match(JSON.parse(answer.body).saved, /can’t read yet/)
    assert.doesNotMatch(answer.body + (await kept()), WRONG)
  })

  it('can’t be told which draft or page it is of with anything but our own', async () => {
    const before = await dump(app.db, ['sessions'])
    for (const draft of ['x', '\u0000', '__proto__', crypto.randomUUID(), 'x'.repeat(5000)]) {
      const response = await ana.post('/my/forms/all/response', { draft, digest: draft })
      assert.ok([200, 404, 409].includes(response.status), draft)
      assert.ok((await ana.post('/my/forms/all/discarding', { draft })).status < 500)
    }
    assert.deepEqual(await dump(app.db, ['sessions']), before)
    for (const mark of ['x', '\u0000', '9'.repeat(400), '-1', '__proto__'])
      for (const name of ['base', 'page', 'turn', 'from', 'go', 'draft']) {
        const page = await post({ on: 'a:line', 'a:line': `Typed ${mark}`, [name]: mark })
        assert.ok(page.status < 500, `${name} ${mark}`)
      }
  })

  /** Posts a file for a question that takes pictures and papers. */
  async function attach(name: string, bytes: Buffer, type: string): Promise<Page> {
    const page = await ana.open(FIRST)
    const data = new FormData()
    for (const field of ['base', 'draft', 'page', 'turn']) data.append(field, page.value(field) ?? '')
    for (const on of ['a:paper', 'a:own']) data.append('on', on)
    data.append('a:own', 'a')
    data.append('go', 'stay')
    data.append('file:paper', new Blob([new Uint8Array(bytes)], { type }), name)
    const packed = new Response(data)
    const headers = { 'content-type': packed.headers.get('content-type') ?? '' }
    const body = new Uint8Array(await packed.arrayBuffer())
    const answer = await ana.send('POST', FIRST, { body, headers })
    return answer.status === 303 ? ana.open(answer.location ?? '') : pageOf(ana, answer, FIRST)
  }

  it('can’t bring a bomb or a drawing with a program, and of a polyglot only the picture', async () => {
    for (const [name, bytes, type, words] of [
      ['bomb.png', bomb(), 'image/png', /more dots than we can read/],
      ['drawing.svg', svg, 'image/svg+xml', /SVG, which can hold a program/],
      ['drawing.jpg', svg, 'image/jpeg', /SVG, which can hold a program/],
      ['page.html', Buffer.from('<html><script>alert(1)</script>'), 'text/html', /Please send/],
    ] as const) {
      const page = await attach(name, bytes, type)
      assert.equal(page.status, 422, name)
      assert.match(page.errorFor('file:paper') ?? '', words)
    }
    assert.equal((await app.db('files')).length, 0)
    for (const bytes of [await polyglot(), await commented()]) {
      assert.equal((await attach('<script>alert(1)</script>.html', bytes, 'text/html')).status, 200)
      const [file] = await app.db('files').select('id', 'content_type')
      const answer = await ana.send('GET', `/my/files/${file.id}`)
      assert.equal(answer.headers.get('content-type'), 'image/jpeg')
      assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename=.*\.jpg/)
      assert.match(answer.headers.get('content-security-policy') ?? '', /^sandbox/)
      assert.doesNotMatch(answer.body, /planted-script|<html/)
      assert.doesNotMatch((await ana.open(FIRST)).html, /<script>alert/)
      await app.db('files').del()
    }
  })
})
