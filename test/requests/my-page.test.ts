import assert from 'node:assert/strict'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { askForm } from '../../server/requests/store.ts'
import { type SignedIn, signedInClient } from '../my/client.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { makeForm, makeResponse } from './asking.ts'

describe('a client’s page tells which forms there are to fill in', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let ana: SignedIn

  beforeEach(async () => {
    app = await testApp()
    await reset()
    world = await make.world(app.db)
    ana = await signedInClient(app, { zone: 'America/Chicago' })
  })

  const ask = async (slug: string, dueAt: number, given: Record<string, unknown> = {}) => {
    const form = await makeForm(app.db, { slug, title: `The ${slug} & <more>` })
    const row = {
      client_id: ana.client.id,
      form_id: form.id,
      due_at: iso(dueAt),
      asked_at: iso(NOW),
      ...given,
    }
    await app.db('form_requests').insert(row)
    return form
  }
  const lines = async () =>
    (await ana.my()).links.filter(({ href }) => href.startsWith('/my/forms/')).map(({ name }) => name)

  it('the most urgent first, with the day and how long it takes', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + DAY }
    const { id } = await make.appointment(app.db, of, { client_id: ana.client.id, zone: 'Asia/Kathmandu' })
    await ask('check-in', NOW + 2 * DAY)
    await ask('intake', NOW + DAY, { appointment_id: id })
    await ask('diary', NOW - DAY)
    assert.deepEqual(await lines(), [
      'Fill in “The diary & <more>”',
      'Fill in “The intake & <more>”',
      'Fill in “The check-in & <more>”',
    ])
    const { text, html } = await ana.my()
    assert.match(text, /About 1 minute\. Was due on Monday, March 2\./)
    assert.match(text, /About 1 minute\. Before your appointment on Wednesday, March 4\./)
    assert.match(text, /About 1 minute\. By Thursday, March 5\./)
    assert.match(html, /href="\/my\/forms\/intake"/)
  })

  it('says so of one that is begun, and leaves out what was sent, withdrawn or archived', async () => {
    const begun = await ask('begun', NOW + DAY)
    await makeResponse(app.db, ana.client.id, begun)
    const sent = await ask('sent', NOW + DAY)
    const response_id = await makeResponse(app.db, ana.client.id, sent, NOW)
    await app
      .db('form_requests')
      .where({ form_id: sent.id })
      .update({ response_id, answered_at: iso(NOW) })
    await ask('withdrawn', NOW + DAY, { withdrawn_at: iso(NOW) })
    const archived = await ask('archived', NOW + DAY)
    await app
      .db('forms')
      .where({ id: archived.id })
      .update({ archived_at: iso(NOW) })
    assert.deepEqual(await lines(), ['Go on with “The begun & <more>”'])
  })

  it('and nothing of what is asked of somebody else', async () => {
    const other = await make.client(app.db)
    await ask('intake', NOW + HOUR, { client_id: other.id })
    assert.deepEqual(await lines(), [])
  })

  it('and of a form that has a new version, its title', async () => {
    const form = await ask('intake', NOW + HOUR)
    assert.deepEqual(await lines(), ['Fill in “The intake & <more>”'])
    const definition = { resourceType: 'Questionnaire', status: 'active', item: [] }
    const at = { created_at: iso(NOW), published_at: iso(NOW) }
    const version = {
      form_id: form.id,
      number: 2,
      version: '2',
      title: 'Second',
      definition,
      origin: 'built',
    }
    await app.db('form_versions').insert({ ...version, ...at })
    assert.deepEqual(await lines(), ['Fill in “Second”'])
  })

  it('in five queries, beside that for the session', async () => {
    await ask('intake', NOW + HOUR)
    await ana.my()
    const seen: string[] = []
    const note = ({ sql }: { sql: string }) => seen.push(sql)
    app.db.on('query', note)
    await ana.my()
    app.db.off('query', note)
    assert.ok(seen.length <= 5, seen.join('\n\n'))
  })
})

describe('asking', () => {
  it('is of nobody who is not there', async () => {
    const app = await testApp()
    const { dietitian } = await make.world(await reset())
    const form = await makeForm(app.db)
    const askedBy = String(dietitian.account_id)
    const of = { clientId: crypto.randomUUID(), formId: form.id, askedBy, dueAt: NOW }
    await assert.rejects(askForm(app.db, app.deps.jobs, of, NOW), { code: '23503' })
  })
})
