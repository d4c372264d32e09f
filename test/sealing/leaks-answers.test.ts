import assert from 'node:assert/strict'
import sharp from 'sharp'
import { DAY } from '../../server/clock.ts'
import { extensionUrl, FHIRPATH } from '../../server/forms/extensions.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { asked } from '../responses/asked.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Answer, type Page, pageOf, type Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { dumpAll, findIn } from './finding.ts'

/** Words that nobody else writes, wherever answers, files and what is said about them can be typed. */
const planted = {
  answer: 'Quackelhusten',
  'answer of several lines': 'Pflatschgrind',
  'answer in own words': 'Wurmelbauch',
  'answer in a row of a group': 'Schnodderkraut',
  'answer, written over later': 'Zappelmagen',
  'answer, refused': 'Krätzenbrumm',
  'answer, saved while typing': 'Gnatzflechte',
  'answer, in conflict with another device': 'Rülpsnarbe',
  'answer, discarded': 'Blubberdarm',
  'answer, at a bug': 'Fiepnessel',
  'answer, after it was sent': 'Kwetschpustel',
  'answer, changed in an amendment': 'Tropfwampe',
  'answer that is no longer asked': 'Murksquaddel',
  'name of a file': 'Schorfpapier',
  'what is in a file': 'Befundknirsch',
  'name of a file that is refused': 'Eiterzettel',
  'what is in a file that is refused': 'Gallenkritzel',
  'what a camera notes in a photo': 'Linsenknubbel',
  'word about a sign': 'Rückrufgemurmel',
  'word about a sign, refused': 'Seufzernotiz',
  'word about a sign, of the second': 'Doppelgebrumm',
}

const calculated = (expression: string) => [
  {
    url: extensionUrl('calculatedExpression'),
    valueExpression: { language: FHIRPATH, expression },
  },
]

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'One',
    item: [
      { linkId: 'name', type: 'string', text: 'Name', maxLength: 60 },
      { linkId: 'born', type: 'date', text: 'Born' },
      { linkId: 'lines', type: 'text', text: 'More' },
      {
        linkId: 'own',
        type: 'open-choice',
        text: 'Own',
        answerOption: [{ valueCoding: { code: 'a', display: 'A' } }],
      },
      {
        linkId: 'rows',
        type: 'group',
        text: 'Rows',
        repeats: true,
        item: [{ linkId: 'row', type: 'string', text: 'Row' }],
      },
      { linkId: 'soup', type: 'boolean', text: 'Soup?' },
      {
        linkId: 'which',
        type: 'string',
        text: 'Which soup?',
        enableWhen: [{ question: 'soup', operator: '=', answerBoolean: true }],
      },
      { linkId: 'paper', type: 'attachment', text: 'Papers', repeats: true },
      {
        linkId: 'blood',
        type: 'choice',
        text: 'Blood?',
        code: [{ system: 'urn:flora:fact', code: 'blood-in-stool' }],
        answerOption: [{ valueCoding: { system: 'urn:flora:answer', code: 'yes', display: 'Yes' } }],
      },
      {
        linkId: 'broken',
        type: 'decimal',
        text: 'A score that can’t be',
        readOnly: true,
        extension: calculated("%resource.repeat(item).where(linkId = 'name').answer.value - 1"),
      },
    ],
  },
]

const FIRST = '/my/forms/soup/sections/1'
const ON = ['name', 'born', 'lines', 'own', 'soup', 'paper', 'blood'].map((linkId) => `a:${linkId}`)

describe('what clients answer, and what is said about it,', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let ana: Visitor
  let client: { id: string }
  let already: number

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    const form = await make.form(db, items, { slug: 'soup', title: 'Soup' })
    const made = await asked(app, form)
    ana = made.ana
    client = made.client
    already = app.logged().length
  })

  type Part = { name: string; bytes: Buffer | string }

  async function send(page: Page, fields: Record<string, string>, parts: Part[] = []): Promise<Page> {
    const data = new FormData()
    for (const name of ['base', 'draft', 'page', 'turn']) data.append(name, page.value(name) ?? '')
    for (const name of ON) data.append('on', name)
    for (const [name, value] of Object.entries(fields)) data.append(name, value)
    for (const { name, bytes } of parts)
      data.append('file:paper', new Blob([new Uint8Array(Buffer.from(bytes))]), name)
    const packed = new Response(data)
    const headers = { 'content-type': packed.headers.get('content-type') ?? '' }
    const body = new Uint8Array(await packed.arrayBuffer())
    const answer: Answer = await ana.send('POST', FIRST, { body, headers })
    return answer.status === 303 ? ana.open(answer.location ?? '') : pageOf(ana, answer, FIRST)
  }

  async function photo() {
    const plain = { width: 20, height: 20, channels: 3 as const, background: '#a04030' }
    const exif = { IFD0: { ImageDescription: planted['what a camera notes in a photo'] } }
    return sharp({ create: plain }).withExif(exif).jpeg().toBuffer()
  }

  /** A draft, in every way that one is saved, refused, lost and found again. */
  async function begin() {
    const blank = await ana.open(FIRST)
    const refused = await blank.button('Save and continue', {
      'a:name': planted['answer, refused'].repeat(10),
      'a:born': planted['answer, refused'],
    })
    assert.equal(refused.status, 422)
    await refused.button('Save and finish later', { 'a:name': planted['answer, discarded'], 'a:born': '' })
    await (await ana.open('/my/forms/soup')).button(/^Discard/)
    const [one, other] = [await ana.open(FIRST), await ana.open(FIRST)]
    await one.button('Save and finish later', { 'a:name': planted['answer, written over later'] })
    const conflict = { 'a:name': planted['answer, in conflict with another device'] }
    assert.equal((await other.button('Save and continue', conflict)).status, 409)
    const open = await ana.open(FIRST)
    const typing = { on: 'a:name', 'a:name': planted['answer, saved while typing'], go: 'stay' }
    const json = { accept: 'application/json' }
    const base = { base: open.value('base') ?? '', draft: open.value('draft') ?? '', page: 'x', turn: '1' }
    assert.equal((await ana.post(FIRST, { ...typing, ...base }, json)).status, 200)
    await app.db.raw('alter table responses rename to responses_away')
    const atBug = { on: 'a:name', 'a:name': planted['answer, at a bug'], go: 'next' }
    const broken = await ana
      .post(FIRST, atBug)
      .finally(() => app.db.raw('alter table responses_away rename to responses'))
    assert.equal(broken.status, 500)
  }

  async function answerAll() {
    const more = { 'a:soup': 'true', 'a:which': planted['answer that is no longer asked'] }
    const kept = await (await ana.open(FIRST)).button('Save and continue', { 'a:soup': 'true' })
    await kept.button('Save and finish later', more)
    const rows = { 'a0:row': planted['answer in a row of a group'] }
    await (await ana.open(FIRST)).button('Save and finish later', { ...rows, 'a:soup': 'false' })
    const refusedFile = {
      name: `${planted['name of a file that is refused']}.svg`,
      bytes: `<svg xmlns="http://www.w3.org/2000/svg">${planted['what is in a file that is refused']}</svg>`,
    }
    const paper = {
      name: `${planted['name of a file']}.pdf`,
      bytes: `%PDF-1.4\n${planted['what is in a file']}\n%%EOF\n`,
    }
    const answers = {
      'a:name': planted.answer,
      'a:lines': `It was\n${planted['answer of several lines']}`,
      'other:own': planted['answer in own words'],
      'a:own': '+other',
      'a:soup': 'false',
      'a:blood': 'yes',
    }
    const files = [paper, { name: 'skin.jpg', bytes: await photo() }, refusedFile]
    const page = await send(await ana.open(FIRST), { ...answers, go: 'next' }, files)
    assert.equal(page.status, 422, 'the drawing is refused')
  }

  /** Sends it; what comes too late is typed too; and it is changed once. */
  async function sendAll() {
    const late = await ana.open(FIRST)
    const sent = await (await ana.open('/my/forms/soup/review')).button('Send to your dietitian')
    assert.match(sent.path, /\/my\/forms\/sent\//)
    const closed = await late.button('Save and continue', { 'a:name': planted['answer, after it was sent'] })
    assert.equal(closed.status, 409)
    const review = await sent.button('Change these answers')
    const section = await ana.open(FIRST)
    await section.button('Save and finish later', { 'a:name': planted['answer, changed in an amendment'] })
    assert.equal(review.h1, 'Look over your answers')
    const again = await (await ana.open('/my/forms/soup/review')).button(/^Send/)
    return [sent.path, again.path].map((path) => path.split(/[/?]/)[4] as string)
  }

  /** The dietitian reads and exports all of it, and says something about the sign; the mails leave. */
  async function readAll(ids: string[]) {
    const desk = await signedIn(app, world.dietitian)
    const chart = `/practice/clients/${client.id}`
    const read = [await desk.open('/practice'), await desk.open(chart)]
    for (const id of ids)
      for (const end of ['', '/questionnaire-response.json'])
        read.push(await desk.open(`${chart}/responses/${id}${end}`))
    for (const id of await app.db('files').pluck('id')) read.push(await desk.open(`/practice/files/${id}`))
    const sign = await app.db('raised_signs').first('id')
    const acknowledge = (word: string) => desk.post(`${chart}/signs/${sign.id}/acknowledgement`, { word })
    const refused = await acknowledge(planted['word about a sign, refused'].repeat(100))
    assert.equal(refused.status, 422)
    read.push(await acknowledge(planted['word about a sign']))
    assert.equal((await acknowledge(planted['word about a sign, of the second'])).status, 409)
    await app.work()
    app.clock.set(NOW + DAY)
    await app.work(NOW + 30 * DAY)
    return read.map(({ html }) => html).join('\n')
  }

  it('is found nowhere in the database, nor in the logs, in no shape', async () => {
    await begin()
    await answerAll()
    const read = await readAll(await sendAll())
    const shown = [
      'answer',
      'answer of several lines',
      'answer in own words',
      'answer in a row of a group',
    ] as const
    const files = ['name of a file', 'what is in a file', 'answer, changed in an amendment'] as const
    for (const where of [...shown, ...files, 'word about a sign'] as const)
      assert.ok(read.includes(planted[where]), `${where}: it is kept, and can be read`)
    assert.ok(!read.includes(planted['what a camera notes in a photo']))

    const logs = app.logged().slice(already)
    assert.match(logs, /expressions of a form failed/)
    const texts: Record<string, string> = { ...(await dumpAll(app.db)), 'the logs': logs }
    for (const [where, word] of Object.entries(planted)) assert.deepEqual(findIn(texts, word), [], where)
    assert.equal(texts['public.responses']?.split('\n').length, 2)
    assert.equal(texts['public.files']?.split('\n').length, 2)
    assert.match(texts['public.outbox_mails'] ?? '', /Ana Ruiz/)
  })

  it('nor is what somebody tried to import, when it was refused', async () => {
    const desk = await signedIn(app, world.dietitian)
    const word = 'Importknorz'
    const texts = [
      `{"resourceType": "${word}"}`,
      `not JSON: ${word}`,
      JSON.stringify({ title: word.repeat(30) }),
    ]
    for (const text of texts)
      for (const [path, field] of [
        ['/practice/forms/import', 'text'],
        ['/practice/forms/imported', 'definition'],
      ] as const)
        assert.equal((await desk.post(path, { [field]: text })).status, 422)
    const found = { ...(await dumpAll(app.db)), 'the logs': app.logged().slice(already) }
    assert.deepEqual(findIn(found, word), [])
  })

  it('nor in the answer to an error, whatever the database says of it', async () => {
    const page = await ana.open(FIRST)
    // Postgres quotes the whole row when a constraint refuses it.
    await app.db.raw('alter table responses add constraint broken check (false)')
    const broken = await page
      .button('Save and continue', { 'a:name': planted.answer })
      .finally(() => app.db.raw('alter table responses drop constraint broken'))
    assert.equal(broken.status, 500)
    assert.doesNotMatch(broken.html, new RegExp(planted.answer))
    assert.deepEqual(findIn({ logs: app.logged().slice(already) }, planted.answer), [])
  })
})
