import assert from 'node:assert/strict'
import { recordReading } from '../../server/audit/store.ts'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { walked } from './chain.ts'

describe('the page of who saw what of a client', () => {
  let app: TestApp
  let desk: Visitor
  let dietitian: Awaited<ReturnType<typeof make.world>>['dietitian']
  let client: Awaited<ReturnType<typeof make.clientAccount>>
  const path = () => `/practice/clients/${client.id}/audit`

  beforeEach(async () => {
    app = await testApp()
    await reset()
    dietitian = (await make.world(app.db)).dietitian
    client = await make.clientAccount(app.db, { name: 'Ana <b>Ruiz</b>' })
    desk = await signedIn(app, dietitian)
  })

  it('says who, what and when, the newest first, and that it was looked at', async () => {
    const about = { clientId: String(client.id), subjectId: crypto.randomUUID() }
    const note = { accountId: String(dietitian.account_id), action: 'note.signed', ...about } as const
    const sent = {
      accountId: String(client.account_id),
      role: 'client',
      action: 'response.sent',
      ...about,
    } as const
    const gone = { accountId: crypto.randomUUID(), action: 'file.read', ...about } as const
    const byLink = { accountId: null, role: 'client', action: 'appointment.cancelled', ...about } as const
    for (const [n, entry] of [note, sent, gone, byLink].entries())
      await recordReading(app.deps, entry, NOW + n * MINUTE)
    await recordReading(app.deps, { ...note, clientId: crypto.randomUUID(), action: 'note.shared' }, NOW)
    app.clock.set(NOW + 10 * MINUTE)
    const page = await desk.open(path())
    assert.equal(page.status, 200)
    const lines = [
      ['9:10 AM', dietitian.name, 'Dietitian', 'looked at who saw what'],
      ['9:03 AM', 'By the link in a mail', 'Client', 'cancelled an appointment'],
      ['9:02 AM', 'Somebody whose account is gone', 'Dietitian', 'opened a file'],
      ['9:01 AM', 'Ana <b>Ruiz</b>', 'Client', 'sent answers'],
      ['9:00 AM', dietitian.name, 'Dietitian', 'signed a note'],
    ].map(([time, who, role, what]) => `Mar 3, 2026 ${time}${who} ${role}${what}`)
    assert.ok(page.text.includes(lines.join(' ')), page.text)
    assert.doesNotMatch(page.html, /<b>Ruiz/)
    assert.doesNotMatch(page.text, /shared a note/)
    assert.deepEqual((await walked(app.db)).faults, [])
  })

  it('says in one line what one did several times on end, within a day, and when each time', async () => {
    const entry = { accountId: String(dietitian.account_id), action: 'chart.read', subjectId: null } as const
    const of = { ...entry, clientId: String(client.id) }
    for (const at of [NOW - DAY, NOW + MINUTE, NOW + 2 * MINUTE, NOW + 38 * MINUTE])
      await recordReading(app.deps, of, at)
    await recordReading(app.deps, { ...of, action: 'note.read' }, NOW + 39 * MINUTE)
    await recordReading(app.deps, { ...of, accountId: crypto.randomUUID() }, NOW + 40 * MINUTE)
    await recordReading(app.deps, of, NOW + 41 * MINUTE)
    app.clock.set(NOW + HOUR)
    const page = await desk.open(path())
    const lines = [
      `10:00 AM${dietitian.name} Dietitianlooked at who saw what`,
      `9:41 AM${dietitian.name} Dietitianopened the chart`,
      '9:40 AMSomebody whose account is gone Dietitianopened the chart',
      `9:39 AM${dietitian.name} Dietitianread a note`,
      `9:01 AM to 9:38 AM${dietitian.name} Dietitianopened the chart, 3 times9:38 AM · 9:02 AM · 9:01 AM`,
    ].map((line) => `Mar 3, 2026 ${line}`)
    const before = `Mar 2, 2026 9:00 AM${dietitian.name} Dietitianopened the chart`
    assert.ok(page.text.includes([...lines, before].join(' ')), page.text)
  })

  it('is paged, fifty entries at a time, of which none is lost', async () => {
    const entry = { accountId: null, role: 'operator', action: 'chart.read', subjectId: null } as const
    for (let n = 0; n < 60; n += 1)
      await recordReading(app.deps, { ...entry, clientId: String(client.id) }, NOW + n)
    const first = await desk.open(path())
    assert.match(first.text, /opened the chart, 49 times/) // and the line of looking
    assert.equal(first.text.match(/9:00 AM/g)?.length, 1 + 1 + 49)
    const second = await first.link('Older')
    assert.match(second.text, /opened the chart, 11 times/)
    assert.equal((await second.link('Newest')).path, path())
    for (const wrong of ['0', '-1', 'x', '1e3', '1000000000000000', '1&before=2'])
      assert.equal((await desk.open(`${path()}?before=${wrong}`)).status, 400, wrong)
  })

  it('is for those who may see the chart', async () => {
    const colleague = await make.dietitian(app.db, { sees_all_charts: false })
    const other = await signedIn(app, colleague)
    const count = async () => (await app.db('audit_entries').select('position')).length
    assert.equal((await other.open(path())).status, 404)
    assert.equal((await desk.open(`/practice/clients/${crypto.randomUUID()}/audit`)).status, 404)
    assert.equal((await desk.open('/practice/clients/x/audit')).status, 404)
    assert.equal(await count(), 0)
    await app.db('clients').where({ id: client.id }).update({ dietitian_id: colleague.id })
    assert.equal((await other.open(path())).status, 200)
    assert.equal(await count(), 1)
  })
})
