import assert from 'node:assert/strict'
import { request } from 'node:http'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { type Dump, dump } from '../support/dump.ts'
import { make } from '../support/make.ts'
import { type Answer, pageOf, visit } from '../support/page.ts'
import { type FormOf, forms } from './forms.ts'
import { SENTENCE } from './hostile.ts'

const FORM = 'application/x-www-form-urlencoded'

describe('a body that is no form of ours', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let before: Dump

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
  })

  /** Posts to each form that a stranger can reach; none of it may leave a trace. */
  async function everywhere(body: string, type: string, check: (answer: Answer, form: FormOf) => void) {
    for (const form of forms.filter(({ isPractice }) => !isPractice)) {
      await app.db('appointments').del()
      const path = await form.path(app.db, world)
      before = await dump(app.db)
      const answer = await visit(app).send('POST', path, { body, headers: { 'content-type': type } })
      check(answer, form)
      assert.match(answer.body, SENTENCE, form.name)
      assert.equal(pageOf(visit(app), answer, path).h1.length > 0, true, form.name)
      assert.deepEqual(await dump(app.db), before, form.name)
    }
  }

  it('is 415 when it is JSON, XML, text or a file', async () => {
    for (const type of [
      'application/json',
      'text/xml',
      'text/plain',
      'multipart/form-data; boundary=x',
      'nonsense',
    ])
      await everywhere('{"name":"Ana"}', type, ({ status }, { name }) =>
        assert.equal(status, 415, `${name}, ${type}`),
      )
  })

  it('is 413 when it is longer than 100 kB, and 200 kB of text is told to be shorter', async () => {
    const body = `name=${'x'.repeat(100 * 1024)}`
    await everywhere(body, FORM, ({ status, body: html }, { name }) => {
      assert.equal(status, 413, name)
      assert.match(html, /Please shorten what you wrote/)
    })
  })

  it('is 413 or 400 when it has a thousand fields', async () => {
    const body = Array.from({ length: 1000 }, (_, n) => `f${n}=x`).join('&')
    await everywhere(body, FORM, ({ status }, { name }) => assert.ok([400, 413].includes(status), name))
  })

  it('is 415 in a character set or a packing that we do not read', async () => {
    await everywhere('name=Ana', `${FORM}; charset=utf-7`, ({ status }, { name }) =>
      assert.equal(status, 415, name),
    )
    const packed = await visit(app).send('POST', '/get-in-touch', {
      body: new Uint8Array([1, 2, 3]),
      headers: { 'content-type': FORM, 'content-encoding': 'gzip' },
    })
    assert.equal(packed.status, 400)
    const odd = await visit(app).send('POST', '/get-in-touch', {
      body: 'name=Ana',
      headers: { 'content-type': FORM, 'content-encoding': 'snappy' },
    })
    assert.equal(odd.status, 415)
  })

  it('is answered when it never comes: an empty post is a form with nothing filled in', async () => {
    for (const path of ['/get-in-touch', '/sign-in', '/zone']) {
      const answer = await visit(app).send('POST', path)
      assert.equal(answer.status, 422, path)
      const page = pageOf(visit(app), answer, path)
      assert.match(page.title, /^Error: /)
    }
  })

  it('may come in pieces, without its length', async () => {
    const { port } = new URL(app.baseUrl)
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': FORM, 'transfer-encoding': 'chunked' }
      const post = request({ port, method: 'POST', path: '/get-in-touch', headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      post.on('error', reject)
      post.write('name=Ana&email=ana%40exam')
      post.end('ple.com&message=Hello')
    })
    assert.equal(status, 303)
    assert.equal((await app.db('inquiries').first('name')).name, 'Ana')
  })
})
