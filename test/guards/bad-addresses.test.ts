import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { makeDraft } from '../forms/drafts.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { hostile, SENTENCE } from './hostile.ts'
import { table } from './table.ts'

const NOTED_ANYWAY = ['sessions', 'audit_entries']
const FITTING = [200, 303, 400, 404]

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
  '/practice/inquiries': 'page=1',
  '/my/appointments': 'page=1',
  '/practice/account': 'done=password',
  '/practice/consents/CONSENT/signatures': 'page=1',
  '/practice/clients': 'page=1&show=signs',
  '/practice/clients/CHART': 'page=1',
  '/practice/forms': 'page=1&show=archived',
  '/practice/forms/BUILT/draft/sections/skin/questions/new': 'kind=scale',
  '/practice/forms/BUILT/draft/questions/itch': 'kind=number',
  '/my/forms': 'page=1',
  '/my/forms/FORM': 'saved=1',
  '/my/forms/FORM/sections/1': 'saved=1&from=review',
  '/my/forms/sent/SENT': 'thanks=1',
}

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

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    const { dietitian, type } = await make.world(db)
    const of = { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW + 3 * DAY + 3 * HOUR }
    const { token } = await make.appointment(db, of)
    const consent = await make.consent(db, { accountId: dietitian.account_id })
    names = { TYPE: type.slug, DIETITIAN: String(dietitian.slug), LINK: token, CONSENT: consent.id }
    desk = await signedIn(app, dietitian)
    const client = await make.client(db)
    own = await signedInAsClient(app, client)
    names = { ...names, ...(await answering(client.id)), BUILT: await makeDraft(db), CHART: client.id }
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

  for (const [path, query] of Object.entries(queries)) {
    it(`${path} is answered with a page or a sentence, whatever its query says`, async () => {
      const before = await dump(app.db, NOTED_ANYWAY)
      const valid = new URLSearchParams(fill(query))
      assert.equal((await ask(`${fill(path)}?${valid}`, path)).status, 200)
      for (const [name, own] of valid) {
        const others = [...valid].filter(([other]) => other !== name)
        const rest = new URLSearchParams(others).toString()
        for (const [kind, value] of Object.entries(hostile))
          await ask(`${fill(path)}?${rest}&${name}=${value}`, `${path} ${name}: ${kind}`)
        await ask(`${fill(path)}?${rest}&${name}=${own}&${name}=${own}`, `${path} ${name}: repeated`)
        await ask(`${fill(path)}?${rest}&${name}[]=x&${name}[a]=x`, `${path} ${name}: nested`)
        await ask(`${fill(path)}?${rest}`, `${path} ${name}: left out`)
      }
      assert.deepEqual(await dump(app.db, NOTED_ANYWAY), before)
    })
  }

  it('a made-up id, slug or secret is nothing here, and never an error', async () => {
    const before = await dump(app.db, NOTED_ANYWAY)
    const paths = Object.keys(table).filter((name) => name.startsWith('GET') && name.includes('/:'))
    for (const [kind, value] of Object.entries(hostile)) {
      if (value === '' || kind === 'a folder above') continue
      await Promise.all(
        paths.map(async (name) => {
          const answer = await ask(name.replace('GET ', '').replace(/:\w+/, value), `${name}: ${kind}`)
          assert.ok([400, 404, 431].includes(answer.status), `${name}: ${kind}: ${answer.status}`)
        }),
      )
    }
    assert.deepEqual(await dump(app.db, NOTED_ANYWAY), before)
  })

  it('nor is the second one after a real first', async () => {
    const before = await dump(app.db, NOTED_ANYWAY)
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
      for (const [kind, value] of Object.entries(hostile)) {
        if (value === '') continue
        for (const end of ends) {
          const answer = await ask(`${path}${value}${end}`, `${path}: ${kind}`)
          assert.ok([400, 404, 431].includes(answer.status), `${path}: ${kind}: ${answer.status}`)
        }
      }
    assert.deepEqual(await dump(app.db, NOTED_ANYWAY), before)
  })

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
