import assert from 'node:assert/strict'
import sharp from 'sharp'
import type { Item } from '../../server/forms/fhir.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import { type Page, pageOf, type Visitor } from '../support/page.ts'
import { signedInAsClient } from '../support/people.ts'
import { asked, drafts, opened, sent } from './asked.ts'

const MIME = 'http://hl7.org/fhir/StructureDefinition/mimeType'
const SIZE = 'http://hl7.org/fhir/StructureDefinition/maxSize'

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'Your skin',
    item: [
      { linkId: 'name', type: 'string', text: 'Your name', required: true },
      {
        linkId: 'photo',
        type: 'attachment',
        text: 'A photo',
        extension: [
          { url: MIME, valueCode: 'image/jpeg' },
          { url: SIZE, valueDecimal: 1 },
        ],
      },
      { linkId: 'papers', type: 'attachment', text: 'Papers', repeats: true },
    ],
  },
]

const PATH = '/my/forms/skin/sections/1'
const PDF = Buffer.from('%PDF-1.4\nplanted words\n%%EOF\n')

type Part = { field: string; name: string; bytes: Buffer; type?: string }

describe('a form with files', () => {
  let app: TestApp
  let ana: Visitor
  let photo: Buffer
  let client: { id: string }

  before(async () => {
    photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#a04030' } })
      .jpeg()
      .toBuffer()
  })

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    const made = await asked(app, await make.form(db, items, { slug: 'skin', title: 'Skin' }))
    ana = made.ana
    client = made.client
  })

  /** Posts the page with files, as a browser does it. */
  async function send(page: Page, parts: Part[], fields: Record<string, string> = {}): Promise<Page> {
    const data = new FormData()
    const all = { go: 'next', ...fields }
    for (const name of ['base', 'draft', 'page', 'turn']) data.append(name, page.value(name) ?? '')
    for (const on of ['a:name', 'a:photo', 'a:papers']) data.append('on', on)
    for (const [name, value] of Object.entries(all)) data.append(name, value)
    for (const { field, name, bytes, type } of parts)
      data.append(field, new Blob([new Uint8Array(bytes)], { type: type ?? 'image/jpeg' }), name)
    const packed = new Response(data)
    const headers = {
      'content-type': packed.headers.get('content-type') ?? '',
      'sec-fetch-site': 'same-origin',
    }
    const body = new Uint8Array(await packed.arrayBuffer())
    const answer = await ana.send('POST', PATH, { body, headers })
    return answer.status === 303 ? ana.open(answer.location ?? '') : pageOf(ana, answer, PATH)
  }
  const aPhoto = (name = 'arm.png'): Part => ({ field: 'file:photo', name, bytes: photo })
  const aPaper = (name = 'lab.pdf'): Part => ({
    field: 'file:papers',
    name,
    bytes: PDF,
    type: 'application/pdf',
  })
  const files = () =>
    app.db('files').orderBy('created_at').select('id', 'link_id', 'content_type', 'bytes', 'response_id')

  it('keeps them sealed beside the answers, shows them by name, and gives them back to whose they are', async () => {
    const page = await ana.open(PATH)
    assert.match(page.html, /enctype="multipart\/form-data"/)
    const review = await send(page, [aPhoto('../my "arm".png'), aPaper()], { 'a:name': 'Ana' })
    assert.equal(review.h1, 'Look over your answers')
    const rows = await files()
    assert.deepEqual(rows.map((row) => row.link_id).sort(), ['papers', 'photo'])
    const link = review.links.find(({ name }) => name === 'my arm.jpg')
    assert.match(link?.href ?? '', /^\/my\/files\//)
    const answer = await ana.send('GET', link?.href ?? '')
    assert.equal(answer.headers.get('content-type'), 'image/jpeg')
    const ben = await signedInAsClient(app, await make.client(app.db))
    assert.equal((await ben.open(link?.href ?? '')).status, 404)
    const text = JSON.stringify(await app.db('files'))
    assert.doesNotMatch(text, /planted words/)
    await review.button('Send to your dietitian')
    const [row] = await sent(app)
    assert.match(JSON.stringify(opened(row)), /"title":"my arm\.jpg","size":\d+/)
    assert.equal((await files()).length, 2)
  })

  it('replaces the one file of a question, and takes one out', async () => {
    let page = await ana.open(PATH)
    await send(page, [aPhoto('one.jpg')], { 'a:name': 'Ana', go: 'stay' })
    page = await ana.open(PATH)
    await send(page, [aPhoto('two.jpg'), aPaper()], { 'a:name': 'Ana', go: 'stay' })
    page = await ana.open(PATH)
    assert.match(page.text, /two\.jpg/)
    assert.doesNotMatch(page.text, /one\.jpg/)
    assert.equal((await files()).length, 2)
    page = await page.button(/^Remove two\.jpg/, { 'a:name': 'Ana Maria' })
    assert.equal(page.path, PATH)
    assert.doesNotMatch(page.text, /two\.jpg/)
    assert.match(page.text, /lab\.pdf/)
    assert.equal(page.value('a:name'), 'Ana Maria')
    assert.equal((await files()).length, 1)
  })

  it('says beside the field what is wrong with a file, and keeps all else', async () => {
    const big = Buffer.concat([photo, Buffer.alloc(2_000_000)])
    const cases: [Part[], string, RegExp][] = [
      [[{ ...aPhoto(), bytes: big }], 'file:photo', /larger than 1 MB/],
      [[{ ...aPhoto(), bytes: Buffer.alloc(11_000_000) }], 'file:photo', /larger than/],
      [[{ ...aPhoto(), bytes: PDF }], 'file:photo', /Please send a photo/],
      [[{ ...aPhoto(), bytes: Buffer.from('<svg onload="alert(1)"/>') }], 'file:photo', /SVG/],
      [[{ ...aPaper(), bytes: Buffer.from('hello') }], 'file:papers', /Please send/],
      [[{ ...aPaper(), bytes: Buffer.from('%PDF-1.4 cut') }], 'file:papers', /cut off/],
      [[1, 2, 3, 4, 5, 6].map((n) => aPaper(`${n}.pdf`)), 'file:papers', /five at a time/],
    ]
    for (const [parts, field, words] of cases) {
      await app.db('files').del()
      await app.db('responses').del()
      const page = await send(await ana.open(PATH), parts, { 'a:name': 'Ana' })
      assert.equal(page.status, 422, String(words))
      assert.match(page.errorFor(field) ?? '', words)
      assert.equal(page.value('a:name'), 'Ana')
      assert.match(JSON.stringify(opened((await drafts(app))[0])), /"Ana"/)
      assert.equal((await files()).length, parts.length > 1 ? 5 : 0)
    }
  })

  it('takes ten files and no more', async () => {
    for (let turn = 0; turn < 2; turn += 1)
      await send(
        await ana.open(PATH),
        [1, 2, 3, 4, 5].map((n) => aPaper(`${turn}-${n}.pdf`)),
        { 'a:name': 'Ana', go: 'stay' },
      )
    assert.equal((await files()).length, 10)
    const page = await send(await ana.open(PATH), [aPaper('one-more.pdf')], {
      'a:name': 'Ana Maria',
      go: 'stay',
    })
    assert.equal(page.status, 422)
    assert.match(page.errorFor('file:papers') ?? '', /at most 10 files/)
    assert.equal((await files()).length, 10)
    assert.match(JSON.stringify(opened((await drafts(app))[0])), /"Ana Maria"/)
  })

  it('takes no file for a question that was not on the page, or that asks for none', async () => {
    const page = await send(
      await ana.open(PATH),
      [
        { ...aPaper(), field: 'file:name' },
        { ...aPaper(), field: 'file:nothing' },
        { ...aPaper(), field: 'x' },
      ],
      { 'a:name': 'Ana' },
    )
    assert.equal(page.h1, 'Look over your answers')
    assert.equal((await files()).length, 0)
  })

  it('asks for the file again when another device has changed the section', async () => {
    const [one, two] = [await ana.open(PATH), await ana.open(PATH)]
    await send(one, [], { 'a:name': 'Phone' })
    const page = await send(two, [aPhoto()], { 'a:name': 'Laptop' })
    assert.equal(page.status, 409)
    assert.match(page.errorFor('file:photo') ?? '', /Please choose this file again: arm\.jpg/)
    assert.equal(
      page.links.some(({ name }) => name === 'arm.jpg'),
      false,
    )
    assert.equal((await files()).length, 0)
  })

  it('goes with the draft when that is discarded, and stays with what was sent', async () => {
    await send(await ana.open(PATH), [aPhoto()], { 'a:name': 'Ana' })
    await (await ana.open('/my/forms/skin')).button('Discard it')
    assert.equal((await files()).length, 0)
    const review = await send(await ana.open(PATH), [aPhoto('kept.jpg')], { 'a:name': 'Ana' })
    const done = await review.button('Send to your dietitian')
    let page = await (await done.button('Change these answers')).link(/^Change: /)
    assert.match(page.text, /kept\.jpg/)
    page = await page.button(/^Remove kept\.jpg/)
    assert.doesNotMatch(page.text, /kept\.jpg/)
    await (await ana.open('/my/forms/skin/review')).button('Send the new version')
    assert.equal((await files()).length, 1)
    assert.match((await ana.open(done.path)).text, /kept\.jpg/)
    assert.equal((await app.db('files').where({ client_id: client.id })).length, 1)
  })

  it('that is no form at all is told so', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'sec-fetch-site': 'same-origin' }
    const bodies = [
      '',
      'nonsense',
      '--x\r\n',
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut',
      '--x--',
    ]
    for (const body of bodies) {
      const { status } = await ana.send('POST', PATH, { body, headers })
      assert.ok([200, 400, 422].includes(status), `${body}: ${status}`)
    }
    const without = await ana.send('POST', PATH, {
      body: 'x',
      headers: { ...headers, 'content-type': 'multipart/form-data' },
    })
    assert.equal(without.status, 400)
    const many = Array.from(
      { length: 4200 },
      (_, n) => `--x\r\nContent-Disposition: form-data; name="f${n}"\r\n\r\nv\r\n`,
    )
    assert.equal((await ana.send('POST', PATH, { body: `${many.join('')}--x--`, headers })).status, 413)
    const long = `--x\r\nContent-Disposition: form-data; name="a:name"\r\n\r\n${'v'.repeat(700_000)}\r\n--x--`
    assert.equal((await ana.send('POST', PATH, { body: long, headers })).status, 413)
    assert.equal(
      (await ana.send('POST', PATH, { body: '{}', headers: { 'content-type': 'application/json' } })).status,
      415,
    )
    assert.equal((await drafts(app)).length <= 1, true)
  })
})
