import assert from 'node:assert/strict'
import { request } from 'node:http'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { type Dump, dump } from '../support/dump.ts'
import { make } from '../support/make.ts'
import { type Answer, pageOf, visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { type FormOf, forms, isPublic, whoFills } from './forms.ts'
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
    for (const form of forms.filter(isPublic)) {
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

  describe('of somebody who has signed in', () => {
    /** The form takes files as well: its body may come in parts. */
    const takesParts = ({ path }: { path: string }) => /\/sections\/\d+$|\/import(ed)?$/.test(path)

    /** Posts to each form within; none of it may leave a trace but in the session. */
    async function everywhereWithin(
      { body, type }: { body: string; type: string },
      check: (answer: Answer, form: { name: string; path: string }) => void,
    ) {
      const desk = await signedIn(app, world.dietitian)
      const client = await whoFills(app, { isClient: true }, world.dietitian)
      for (const form of forms.filter((one) => !isPublic(one))) {
        await app.db('appointments').del()
        const path = await form.path(app.db, world)
        const stored = await dump(app.db, ['sessions', 'audit_entries'])
        const who = form.isClient ? client : desk
        const answer = await who.send('POST', path, { body, headers: { 'content-type': type } })
        check(answer, { name: form.name, path: path.split('?')[0] ?? '' })
        assert.match(answer.body, SENTENCE, form.name)
        assert.equal(pageOf(who, answer, path).h1.length > 0, true, form.name)
        assert.deepEqual(await dump(app.db, ['sessions', 'audit_entries']), stored, form.name)
      }
    }

    it('is 415 when it is JSON, XML or text', async () => {
      for (const type of ['application/json', 'text/xml', 'nonsense'])
        await everywhereWithin({ body: '{"name":"Ana"}', type }, ({ status }, { name }) =>
          assert.equal(status, 415, `${name}, ${type}`),
        )
    })

    it('is 415 when it comes in parts where no file is asked for, and 400 when the parts are none', async () => {
      const type = 'multipart/form-data; boundary=x'
      for (const body of ['{"name":"Ana"}', '--x\r\ncontent-disposition: form-data; name="title"\r\n\r\nA'])
        await everywhereWithin({ body, type }, ({ status }, form) =>
          assert.equal(status, takesParts(form) ? 400 : 415, form.name),
        )
      await everywhereWithin({ body: 'title=A', type: 'multipart/form-data' }, ({ status }, form) =>
        assert.equal(status, takesParts(form) ? 400 : 415, form.name),
      )
    })

    it('is 413 when it is longer than any form of ours, in one piece or in parts', async () => {
      const body = 'x'.repeat(7 * 1024 * 1024)
      await everywhereWithin({ body: `definition=${body}`, type: FORM }, ({ status }, { name }) =>
        assert.equal(status, 413, name),
      )
      const parts = `--x\r\ncontent-disposition: form-data; name="definition"\r\n\r\n${body}\r\n--x--\r\n`
      const type = 'multipart/form-data; boundary=x'
      await everywhereWithin({ body: parts, type }, ({ status }, form) =>
        assert.equal(status, takesParts(form) ? 413 : 415, form.name),
      )
    })

    it('is 413 when it has ten thousand fields', async () => {
      const names = Array.from({ length: 10_000 }, (_, n) => `a${n}:rows`)
      const body = names.map((name) => `${name}=x`).join('&')
      await everywhereWithin({ body, type: FORM }, ({ status }, { name }) =>
        assert.ok([400, 413].includes(status), `${name}: ${status}`),
      )
      const part = (name: string) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\nx\r\n`
      const parts = { body: `${names.map(part).join('')}--x--\r\n`, type: 'multipart/form-data; boundary=x' }
      await everywhereWithin(parts, ({ status }, form) =>
        assert.equal(status, takesParts(form) ? 413 : 415, form.name),
      )
    })
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
