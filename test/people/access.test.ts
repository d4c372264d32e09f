import assert from 'node:assert/strict'
import { DAY, iso } from '../../server/clock.ts'
import { answered } from '../chart/sent.ts'
import { makeForm, makeResponse } from '../requests/asking.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { encode, type Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

/** A client of the first dietitian, with something of everything. */
async function setClient(app: TestApp, world: Awaited<ReturnType<typeof make.world>>) {
  const { db } = app
  const client = await make.client(db, { name: 'Maya Hidden' })
  const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
  await make.appointment(db, { ...of, startsAt: NOW + 2 * DAY }, { client_id: client.id })
  const { account_id: accountId } = world.dietitian
  const consent = await make.consent(db, { accountId, typeIds: [world.type.id] })
  const signature = await make.signature(db, consent.versionId, client.id)
  const form = await makeForm(db)
  const asked = { client_id: client.id, form_id: form.id, asked_at: iso(NOW) }
  const [request] = await db('form_requests')
    .insert({ ...asked, due_at: iso(NOW + DAY) })
    .returning('id')
  const [plan] = await db('form_plans')
    .insert({ ...asked, every_weeks: 1, next_due_on: '2026-03-09', asked_by: accountId })
    .returning('id')
  const signs = [{ sign: 'anemia', kind: 'sign' as const }]
  const response = await answered(db, { clientId: client.id, slug: form.slug, signs })
  const responseId = await makeResponse(db, client.id, await makeForm(db), NOW)
  const file = await make.file(db, { clientId: client.id, responseId })
  const other = await makeForm(db)
  const sign = await db('raised_signs').first('id')
  const chart = `/practice/clients/${client.id}`
  const writing: Record<string, Record<string, string>> = {
    [`${chart}/signs/${sign.id}/acknowledgement`]: { word: 'Called them' },
    [`${chart}/requests`]: { form: other.id, due: '2026-03-09', weeks: '' },
    [`${chart}/requests/${request.id}/withdrawal`]: {},
    [`${chart}/plans/${plan.id}/stop`]: {},
  }
  return {
    client,
    consent,
    writing,
    reading: [
      chart,
      `${chart}/responses/${response.id}`,
      `${chart}/responses/${response.id}/questionnaire-response.json`,
      `/practice/files/${file.id}`,
      `/practice/consents/signatures/${signature.id}`,
    ],
  }
}

describe('a dietitian who sees their own clients', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let colleague: Awaited<ReturnType<typeof make.dietitian>>
  let theirs: Visitor
  let set: Awaited<ReturnType<typeof setClient>>

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    colleague = await make.dietitian(app.db, { sees_all_charts: false, is_owner: false })
    theirs = await signedIn(app, colleague)
    set = await setClient(app, world)
  })

  const post = (path: string, body: Record<string, string>) =>
    theirs.send('POST', path, {
      body: encode(body),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    })

  it('finds nothing of anybody else’s, and changes nothing', async () => {
    const before = await dump(app.db, ['sessions'])
    for (const path of set.reading) assert.equal((await theirs.send('GET', path)).status, 404, path)
    for (const [path, body] of Object.entries(set.writing))
      assert.equal((await post(path, body)).status, 404, path)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('reads of them in no list: not today, not among who has signed', async () => {
    for (const path of ['/practice', '/practice/clients', `/practice/consents/${set.consent.id}/signatures`])
      assert.doesNotMatch((await theirs.open(path)).html, /Maya Hidden/, path)
  })

  it('reads and writes once the client is theirs, by an appointment or assigned to them', async () => {
    for (const path of set.reading) assert.equal((await theirs.send('GET', path)).status, 404, path)
    await app.db('clients').where({ id: set.client.id }).update({ dietitian_id: colleague.id })
    for (const path of set.reading) assert.equal((await theirs.send('GET', path)).status, 200, path)
    await app.db('clients').where({ id: set.client.id }).update({ dietitian_id: null })
    const of = { dietitianId: colleague.id, typeId: world.type.id, startsAt: NOW + 4 * DAY }
    await make.appointment(app.db, of, {
      client_id: set.client.id,
      state: 'cancelled',
      cancelled_at: iso(NOW),
    })
    for (const [path, body] of Object.entries(set.writing))
      assert.equal((await post(path, body)).status, 303, path)
  })

  it('sees all as soon as they may, and nothing as soon as they may not', async () => {
    const path = `/practice/settings/people/${colleague.id}`
    const owner = await signedIn(app, world.dietitian)
    await (await owner.open(path)).button('Save what they may do', { charts: 'all' })
    for (const read of set.reading) assert.equal((await theirs.send('GET', read)).status, 200, read)
    assert.match((await theirs.open('/practice/clients')).html, /Maya Hidden/)
    await (await owner.open(path)).button('Save what they may do', { charts: 'own' })
    for (const read of set.reading) assert.equal((await theirs.send('GET', read)).status, 404, read)
  })
})
