import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { makeDraft } from '../forms/drafts.ts'
import { makeDraftNote } from '../notes/written.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { unchanging } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { hostileIds, hostileQueries, SENTENCE } from './hostile.ts'
import { table } from './table.ts'

const NOTED_ANYWAY = ['sessions', 'audit_entries', 'audit_head']
const FITTING = [200, 303, 400, 404, 422]

const days = 'from=2026-03-04&to=2026-03-06'

/** The addresses that read a query, with valid values of all they read. */
const queries: Record<string, string> = {
  '/api/slots': `type=TYPE&${days}&zone=America/Chicago&with=DIETITIAN`,
  '/book/TYPE': 'from=2026-03-04&day=2026-03-05&zone=America/Chicago&with=DIETITIAN&after=LINK',
  '/appointments/LINK/reschedule':
    'from=2026-03-04&day=2026-03-05&zone=America/Chicago&slot=2026-03-06T15:00:00Z',
  '/zone': 'returnTo=/book',
  '/sign-in': 'returnTo=/practice',
  '/articles': 'page=1',
  '/outbox': 'before=5',
  '/practice/calendar': 'week=2026-03-02',
  '/practice/calendar/booking': 'q=ana&date=2026-03-06&time=15:00',
  '/practice/clients/CHART/booking': 'type=TYPE&from=2026-03-04&day=2026-03-05',
  '/practice/appointments/VISIT/reschedule': 'from=2026-03-04&day=2026-03-05',
  '/practice/availability': 'plan=2026-06-01&type=TYPE&saved=hours',
  '/practice/inquiries': 'page=1',
  '/my/appointments': 'page=1',
  '/practice/account': 'done=password',
  '/practice/consents/CONSENT/signatures': 'page=1',
  '/practice/clients': 'page=1&show=signs&q=a&done=deleted',
  '/practice/clients/list.csv': 'show=signs&q=a',
  '/practice/clients/CHART': 'kind=forms&before=1.v-1',
  '/practice/clients/CHART/forms': 'page=1',
  '/practice/clients/CHART/appointments': 'page=1',
  '/practice/clients/CHART/files': 'page=1',
  '/practice/clients/CHART/audit': 'before=5',
  '/practice/clients/CHART/notes': 'page=1',
  '/practice/notes/DRAFT': 'begun=before',
  '/practice/settings': 'done=saved',
  '/practice/settings/mails/booked': 'done=saved',
  '/practice/settings/mails/booked/preview': 'greeting=Dear&closing=Yours',
  '/practice/settings/people': 'done=invited',
  '/practice/settings/profile': 'done=joined',
  '/practice/forms': 'page=1&show=archived',
  '/practice/forms/BUILT/draft/sections/skin/questions/new': 'kind=scale',
  '/practice/forms/BUILT/draft/questions/itch': 'kind=number',
  '/my/notes': 'page=1',
  '/my/forms': 'page=1',
  '/my/forms/FORM': 'saved=1',
  '/my/forms/FORM/sections/1': 'saved=1&from=review',
  '/my/forms/sent/SENT': 'thanks=1',
}

/** Further ways to say the same, at the same addresses. */
const others: [path: string, query: string][] = [
  '/practice/clients/CHART/booking',
  '/practice/appointments/VISIT/reschedule',
].flatMap((path): [string, string][] => [
  [path, 'slot=2026-03-06T15:00:00Z'],
  [path, 'date=2026-03-06&time=15:00'],
])

/** Lists that are read page by page. */
const paged = Object.entries(queries).filter(([, query]) => /(^|&)page=1/.test(query))

const items: Item[] = [
  { linkId: 'one', type: 'group', item: [{ linkId: 'a', type: 'string', text: 'A' }] },
  { linkId: 'two', type: 'group', item: [{ linkId: 'b', type: 'string', text: 'B' }] },
]

const isForMachines = (address: string) => address.startsWith('/api/')

describe('bad input in an address', () => {
  let app: TestApp
  let names: Record<string, string>
  let desk: Visitor
  let own: Visitor
  let unchanged: ReturnType<typeof unchanging>

  before(async () => {
    app = await testApp()
    const db = await reset()
    const { dietitian, type } = await make.world(db)
    const of = { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW + 3 * DAY + 3 * HOUR }
    const { token, id: visitId } = await make.appointment(db, of)
    const consent = await make.consent(db, { accountId: dietitian.account_id })
    await db('weekly_plans').insert({ dietitian_id: dietitian.id, starts_on: '2026-06-01' })
    names = { TYPE: type.slug, DIETITIAN: String(dietitian.slug), LINK: token, CONSENT: consent.id }
    desk = await signedIn(app, dietitian)
    const client = await make.client(db)
    own = await signedInAsClient(app, client)
    names = { ...names, ...(await answering(client.id)), BUILT: await makeDraft(db), CHART: client.id }
    const note = { clientId: client.id, accountId: dietitian.account_id }
    names = { ...names, VISIT: visitId, DRAFT: await makeDraftNote(db, note) }
    unchanged = unchanging(db, NOTED_ANYWAY)
  })

  /** The client has begun a form, and sent another. */
  async function answering(clientId: string) {
    const { db } = app
    const [form, other] = [await make.form(db, items), await make.form(db, items)]
    await make.response(db, { clientId, form })
    const sent = await make.response(db, { clientId, form: other }, { sent_at: iso(NOW) })
    return { FORM: form.slug, SENT: sent.id }
  }

  const fill = (text: string) => text.replace(/[A-Z]{4,}/g, (name) => names[name] ?? name)

  const ask = async (address: string, told: string) => {
    const who = address.startsWith('/practice') ? desk : address.startsWith('/my') ? own : visit(app)
    const answer = await who.send('GET', address)
    // Node itself refuses more than 16 kB of headers, before any page of ours.
    if (address.length > 16_384) {
      assert.equal(answer.status, 431, told)
      return answer
    }
    assert.ok(FITTING.includes(answer.status), `${told}: ${answer.status}`)
    if (answer.status >= 400)
      assert.match(answer.body, isForMachines(address) ? /"error":"[A-Z][^"]+\."/ : SENTENCE, told)
    assert.doesNotMatch(answer.body, /<script>alert/, told)
    if (answer.location) assert.match(answer.location, /^\/(?!\/)/, told)
    return answer
  }

  for (const [path, query] of [...Object.entries(queries), ...others]) {
    it(`${path}?${query} is answered with a page or a sentence, whatever it says`, () =>
      unchanged(async () => {
        const valid = new URLSearchParams(fill(query))
        assert.equal((await ask(`${fill(path)}?${valid}`, path)).status, 200)
        for (const [name, own] of valid) {
          const rest = new URLSearchParams([...valid].filter(([other]) => other !== name)).toString()
          for (const [kind, value] of Object.entries(hostileQueries))
            await ask(`${fill(path)}?${rest}&${name}=${value}`, `${path} ${name}: ${kind}`)
          await ask(`${fill(path)}?${rest}&${name}=${own}&${name}=${own}`, `${path} ${name}: repeated`)
          await ask(`${fill(path)}?${rest}&${name}[]=x&${name}[a]=x`, `${path} ${name}: nested`)
          await ask(`${fill(path)}?${rest}`, `${path} ${name}: left out`)
        }
      }))
  }

  it('a page that no list has is 400', async () => {
    for (const [path] of paged)
      for (const page of ['1000000000', '0', '-1', '1e9', '1.5', '01', ''])
        assert.equal((await ask(`${fill(path)}?page=${page}`, path)).status, 400, `${path} ${page}`)
  })

  it('a day that is none is 400, or said beside its field', async () => {
    const dates: [path: string, name: string][] = [
      ['/practice/calendar', 'week'],
      ['/practice/clients/CHART/booking', 'from'],
      ['/practice/clients/CHART/booking', 'day'],
      ['/practice/clients/CHART/booking', 'date'],
      ['/practice/appointments/VISIT/reschedule', 'date'],
      ['/book/TYPE', 'from'],
    ]
    for (const [path, name] of dates)
      for (const day of ['2026-02-29', '2026-04-31', '2026-00-10', '2026-1-5', '10000-01-01', '20260305']) {
        const { status } = await ask(`${fill(path)}?${name}=${day}`, `${path} ${name} ${day}`)
        assert.ok([400, 422].includes(status), `${path} ${name} ${day}: ${status}`)
      }
  })

  it('a made-up id, slug or secret is nothing here, and never an error', () =>
    unchanged(async () => {
      const paths = Object.keys(table).filter((name) => name.startsWith('GET') && name.includes('/:'))
      for (const [kind, value] of Object.entries(hostileIds))
        for (const name of paths) {
          const answer = await ask(name.replace('GET ', '').replace(/:\w+/, value), `${name}: ${kind}`)
          assert.ok([400, 404, 431].includes(answer.status), `${name}: ${kind}: ${answer.status}`)
        }
    }))

  it('nor is the second one after a real first', () =>
    unchanged(async () => {
      const { FORM, CHART, BUILT } = names
      const second: Record<string, string[]> = {
        [`/my/forms/${FORM}/sections/`]: [''],
        [`/practice/clients/${CHART}/responses/`]: ['', '/questionnaire-response.json'],
        [`/practice/forms/${BUILT}/versions/`]: ['', '/sections/1', '/questionnaire.json'],
        [`/practice/forms/${BUILT}/versions/1/sections/`]: [''],
        [`/practice/forms/${BUILT}/draft/sections/`]: ['', '/questions/new'],
        [`/practice/forms/${BUILT}/draft/questions/`]: ['', '/kinds'],
        [`/practice/forms/${BUILT}/draft/scores/`]: [''],
        [`/practice/forms/${BUILT}/draft/preview/sections/`]: [''],
      }
      for (const [path, ends] of Object.entries(second))
        for (const [kind, value] of Object.entries(hostileIds))
          for (const end of ends) {
            const answer = await ask(`${path}${value}${end}`, `${path}: ${kind}`)
            assert.ok([400, 404, 431].includes(answer.status), `${path}: ${kind}: ${answer.status}`)
          }
    }))

  it('broken percent-encoding is 400, with the way back', async () => {
    for (const path of [
      '/articles/%',
      '/articles/%E0%A4%A',
      '/book/%FF',
      '/appointments/%C3%28',
      '/book/holds/%zz',
    ])
      assert.equal((await ask(path, path)).status, 400, path)
    for (const path of ['/%', '/practice/appointments/%'])
      assert.ok((await ask(path, path)).status >= 400, path)
  })

  it('the answer for machines names the field that is wrong', async () => {
    const wrong: Record<string, string> = {
      type: 'type=nothing&from=2026-03-04&to=2026-03-05&zone=America/Chicago',
      from: 'type=TYPE&from=2026-02-30&to=2026-03-05&zone=America/Chicago',
      to: 'type=TYPE&from=2026-03-04&to=2026-03-03&zone=America/Chicago',
      zone: 'type=TYPE&from=2026-03-04&to=2026-03-05&zone=Mars/Olympus',
      with: 'type=TYPE&from=2026-03-04&to=2026-03-05&zone=America/Chicago&with=nobody',
    }
    for (const [field, query] of Object.entries(wrong)) {
      const answer = await visit(app).send('GET', `/api/slots?${fill(query)}`)
      assert.equal(answer.status, 400)
      const body = JSON.parse(answer.body)
      assert.equal(body.field, field)
      assert.match(body.error, /^[A-Z].+\.$/)
    }
    assert.equal((await visit(app).send('GET', '/api/slots')).status, 400)
  })
})
