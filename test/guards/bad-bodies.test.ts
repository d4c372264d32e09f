import assert from 'node:assert/strict'
import { request } from 'node:http'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { unchanging } from '../support/dump.ts'
import { make } from '../support/make.ts'
import { type Answer, pageOf, type Visitor, visit } from '../support/page.ts'
import { type FormOf, forms, isPublic, type World, whoFills } from './forms.ts'
import { SENTENCE } from './hostile.ts'

const FORM = 'application/x-www-form-urlencoded'
const PARTS = 'multipart/form-data; boundary=x'

const part = (name: string, value: string) =>
  `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

const MUCH = 'x'.repeat(7 * 1024 * 1024)
const MORE_THAN_A_NOTE = 'x'.repeat(800 * 1024)
const names = Array.from({ length: 10_000 }, (_, n) => `a${n}:rows`)
const MANY_FIELDS = names.map((name) => `${name}=x`).join('&')
const MANY_PARTS = `${names.map((name) => part(name, 'x')).join('')}--x--\r\n`

describe('a body that is no form of ours', () => {
  let app: TestApp
  let world: World
  let client: Visitor
  let desk: Visitor

  before(async () => {
    app = await testApp()
    world = await make.world(await reset())
    client = await whoFills(app, { isClient: true }, world.dietitian)
    desk = await whoFills(app, { isPractice: true }, world.dietitian)
  })

  /** One of the forms that are posted to the same place is enough. */
  const once = new Map(forms.map((form) => [form.path, form]))

  const pathOf = async (form: FormOf): Promise<string> => {
    await app.db.raw('delete from appointment_changes; delete from appointments')
    const made = await form.path(app.db, world)
    return typeof made === 'string' ? made : made.path
  }

  /** The form takes files as well: its body may come in parts. */
  const takesParts = (path: string) => /\/sections\/\d+$|\/import(ed)?$|\/logo$/.test(path)

  for (const form of once.values())
    it(`in ${form.name} leaves no trace`, async () => {
      const who = isPublic(form) ? visit(app) : form.isClient ? client : desk
      const path = await pathOf(form)
      const [page = ''] = path.split('?')
      const unchanged = unchanging(app.db, ['sessions', 'audit_entries', 'audit_head'])
      const refused = async (type: string, body: string, ...statuses: number[]) => {
        const headers = { 'content-type': type }
        const answer: Answer = await unchanged(() => who.send('POST', path, { body, headers }))
        assert.ok(statuses.includes(answer.status), `${answer.status} to ${body.length} bytes of ${type}`)
        assert.match(answer.body, SENTENCE)
        assert.notEqual(pageOf(who, answer, path).h1, '')
        return answer
      }
      for (const type of ['application/json', 'text/xml', 'text/plain', 'nonsense', `${FORM}; charset=utf-7`])
        await refused(type, '{"name":"Ana"}', 415)

      const inParts = takesParts(page)
      for (const body of ['{"name":"Ana"}', '--x\r\ncontent-disposition: form-data; name="title"\r\n\r\nA'])
        await refused(PARTS, body, inParts ? 400 : 415)
      await refused('multipart/form-data', 'title=A', inParts ? 400 : 415)

      const long = await refused(FORM, `definition=${inParts ? MUCH : MORE_THAN_A_NOTE}`, 413)
      assert.match(long.body, /Please shorten what you wrote/)
      await refused(
        PARTS,
        `${part('definition', inParts ? MUCH : MORE_THAN_A_NOTE)}--x--\r\n`,
        inParts ? 413 : 415,
      )
      await refused(FORM, MANY_FIELDS, 400, 413)
      await refused(PARTS, MANY_PARTS, inParts ? 413 : 415)
      if (isPublic(form)) {
        await refused(FORM, `name=${'x'.repeat(100 * 1024)}`, 413)
        await refused(FORM, names.slice(0, 1000).join('&'), 400, 413)
      }
    })

  it('is refused in a packing that we do not read, or that is broken', async () => {
    const body = new Uint8Array([1, 2, 3])
    for (const [packing, status] of [
      ['gzip', 400],
      ['snappy', 415],
    ] as const) {
      const headers = { 'content-type': FORM, 'content-encoding': packing }
      assert.equal((await visit(app).send('POST', '/get-in-touch', { body, headers })).status, status)
    }
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
    await app.db('inquiries').del()
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
