import assert from 'node:assert/strict'
import { DAY } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { answered } from '../chart/sent.ts'
import { makeDraftNote, makeNote, makePiece } from '../notes/written.ts'
import { makeForm } from '../requests/asking.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, visit } from '../support/page.ts'
import { ana, hold, signedIn, signedInAsClient } from '../support/people.ts'

const friday = /Friday, March 6/
/** New addresses of one visit; a calendar has no end. */
const MOST = 20

describe('a machine that opens every link it finds', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  /** Addresses that were opened before; not again, unless one asks for them. */
  let known: Set<string>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    known = new Set()
    await make.type(db, [world.dietitian.id], { slug: 'follow-up', listed: false, minutes: 30 })
    await make.article(db)
  })

  /** Opens what a page links to, and what those pages link to, twice each. @returns how many addresses it saw */
  async function crawl(start: string[], leaveOut: string[] = [], cookies = new Map<string, string>()) {
    const before = await dump(app.db, leaveOut)
    const machine = visit(app)
    for (const [name, value] of cookies) machine.cookies.set(name, value)
    const seen = new Set(start)
    for (const path of seen) {
      const [page] = [await machine.open(path), await machine.open(path)]
      assert.ok(page.status < 500, `${path}: ${page.status}`)
      known.add(path)
      for (const href of inside(page)) if (seen.size < MOST && !known.has(href)) seen.add(href)
    }
    assert.deepEqual(await dump(app.db, leaveOut), before)
    return seen.size
  }

  const inside = ({ links }: Page) =>
    links.flatMap(({ href }) => (href.startsWith('/') ? [href.replace(/#.*/, '')] : []))

  it('changes nothing on the way from the start to the booked appointment, nor in the mails', async () => {
    const visitor = visit(app)
    assert.ok((await crawl(['/', '/get-in-touch', '/sign-in'])) > 10)
    const details = await hold(visitor, world.type, friday, '10:00 AM')
    await crawl([details.path])
    const booked = await details.button('Book this appointment', ana)
    await crawl([booked.path, details.path])
    await app.work()
    const links = (await app.mails()).flatMap(({ html, plain }) =>
      [...`${html} ${plain}`.matchAll(/http:\/\/localhost:3000(\/[^\s"<>)]*)/g)].map(([, path = '']) => path),
    )
    assert.ok(links.includes(booked.path))
    await crawl([...new Set(links)])
    const move = await (await (await booked.link('Move it')).link(friday)).link(/^3:00 PM/)
    await crawl([move.path, (await booked.link('Cancel it')).path, `${booked.path}/invite.ics`])
    await move.button('Move my appointment')
    await crawl([booked.path])
    app.clock.set(NOW + 4 * DAY)
    await crawl([booked.path, details.path])
  })

  /** A client who is asked for a form, has begun a second and sent a third with a paper, which raised a sign. */
  async function answering() {
    const { db } = app
    const items: Item[] = [{ linkId: 'one', type: 'group', text: 'One', item: [question] }]
    const [asked, begun, sent] = [await make.form(db, items), await make.form(db, items), await makeForm(db)]
    const client = await make.client(db)
    const of = { clientId: client.id }
    for (const { id } of [asked, begun]) await make.request(db, { ...of, formId: id })
    await make.response(db, { ...of, form: begun })
    const fileId = crypto.randomUUID()
    const paper = { valueAttachment: { url: `urn:uuid:${fileId}`, title: 'lab.pdf', size: 14 } }
    const { id } = await answered(db, {
      clientId: client.id,
      slug: sent.slug,
      item: [{ linkId: 'one', answer: [paper] }],
      signs: [{ sign: 'anemia', kind: 'sign' }],
    })
    await make.file(db, { ...of, responseId: id }, { id: fileId })
    return { client, asked, begun, sent: id }
  }
  const question: Item = { linkId: 'soup', type: 'string', text: 'Soup?' }

  it('begins and changes nothing when it has a client’s session', async () => {
    const { client, asked, begun, sent } = await answering()
    const my = await signedInAsClient(app, client)
    await makeNote(app.db, { clientId: client.id, accountId: world.dietitian.account_id }, { isShared: true })
    const forms = [asked, begun].flatMap(({ slug }) =>
      ['', '/sections/1', '/review'].map((path) => `/my/forms/${slug}${path}`),
    )
    await crawl(
      ['/my', '/my/notes', '/my/forms', ...forms, `/my/forms/sent/${sent}`],
      ['sessions'],
      my.cookies,
    )
    assert.ok([...known].some((path) => path.startsWith('/my/files/')))
  })

  it('notes only its readings when it has a dietitian’s session', async () => {
    const { client, sent } = await answering()
    const { db } = app
    const { id: dietitianId, account_id: accountId } = world.dietitian
    await make.inquiry(db)
    await make.appointment(db, { dietitianId, typeId: world.type.id, startsAt: NOW })
    const of = { clientId: client.id, accountId }
    await makeNote(db, of, { isShared: true })
    await makeDraftNote(db, of)
    await makePiece(db, 'note_snippets', 'Five grams.')
    const { cookies } = await signedIn(app, world.dietitian)
    const chart = `/practice/clients/${client.id}`
    // The page on which an authenticator app is set up keeps the secret that it shows.
    const leaveOut = ['sessions', 'audit_entries', 'audit_head', 'authenticators']
    for (const start of [
      ['/practice', '/practice/calendar'],
      ['/practice/clients', `${chart}/responses/${sent}`, `${chart}/files`],
      [chart],
      ['/practice/notes', '/practice/notes/templates', `${chart}/notes`],
      ['/practice/availability', '/practice/appointment-types'],
      ['/practice/settings', '/practice/settings/people'],
      ['/practice/forms', '/practice/forms/new', '/practice/forms/import'],
      ['/practice/inquiries', '/practice/consents', '/practice/account'],
    ])
      await crawl(start, leaveOut, cookies)
    const actions = await db('audit_entries').distinct('action').orderBy('action').pluck('action')
    assert.deepEqual(actions, [
      'appointment.read',
      'audit.read',
      'chart.read',
      'clients.exported',
      'file.read',
      'inquiry.read',
      'note.printed',
      'note.read',
      'response.exported',
      'response.read',
      'summary.read',
    ])
  })
})
