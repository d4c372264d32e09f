import assert from 'node:assert/strict'
import { DAY, iso } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { answered } from './sent.ts'

describe('asking a client for a form, at the desk', () => {
  let app: TestApp
  let desk: Visitor
  let accountId: unknown
  let maya: { id: string }
  let path: string
  let form: Record<string, string>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    const { dietitian } = await make.world(db)
    accountId = dietitian.account_id
    await make.ownForms(db)
    maya = await make.client(db, { name: 'Maya' })
    path = `/practice/clients/${maya.id}`
    desk = await signedIn(app, dietitian)
    form = Object.fromEntries((await db('forms').select('slug', 'id')).map(({ slug, id }) => [slug, id]))
  })

  const ask = async (fields: Record<string, string>) =>
    (await desk.open(`${path}/forms`)).button('Ask for this form', fields)
  const acts = async () =>
    (await app.db('audit_entries').whereNot({ action: 'chart.read' }).orderBy('position')).map((row) => [
      row.account_id,
      row.action,
      row.subject_id,
    ])

  it('is done once, with a day, and the day is the practice’s to its end', async () => {
    const page = await ask({ form: form.intake ?? '', due: '2026-03-06' })
    assert.match(page.text, /Asked for “New client intake”, due Fri, Mar 6\. Maya gets a mail about it now\./)
    assert.match(page.text, /Asked for New client intake Asked Due Fri, Mar 6, 11:59 PM/)
    const [row] = await app.db('form_requests').select()
    assert.equal(page.path, `${path}/forms?done=asked&id=${row.id}`)
    assert.equal(row.due_at, Date.parse('2026-03-06T23:59:00-05:00'))
    assert.deepEqual([row.client_id, row.asked_by, row.plan_id], [maya.id, accountId, null])
    assert.deepEqual(await acts(), [[accountId, 'form.asked', row.id]])
  })

  it('suggests a week from now', async () => {
    assert.equal((await desk.open(`${path}/forms`)).value('due'), '2026-03-10')
  })

  it('shows whether it is begun or overdue, and no longer once it was sent', async () => {
    const request = (days: number, slug: string) =>
      app.db('form_requests').insert({
        client_id: maya.id,
        form_id: form[slug],
        due_at: iso(NOW + days * DAY),
        asked_at: iso(NOW - 9 * DAY),
      })
    await request(-1, 'intake')
    await request(2, 'check-in')
    await request(-2, 'gut-check-in')
    await answered(app.db, { clientId: maya.id, slug: 'check-in', isDraft: true })
    await answered(app.db, { clientId: maya.id, slug: 'gut-check-in', isDraft: true })
    const page = await desk.open(`${path}/forms`)
    assert.match(page.text, /New client intake Overdue/)
    assert.match(page.text, /Weekly check-in Begun Due Thu, Mar 5, 9:00 AM Saved Tue, Mar 3, 9:00 AM/)
    assert.match(page.text, /Gut check-in Begun, overdue/)
    const sent = await answered(app.db, { clientId: maya.id })
    const done = { response_id: sent.id, answered_at: iso(NOW) }
    await app.db('form_requests').where({ form_id: form.intake }).update(done)
    assert.doesNotMatch((await desk.open(`${path}/forms`)).text, /Overdue/)
  })

  it('is taken back, once; what was sent stays asked', async () => {
    const page = await ask({ form: form['check-in'] ?? '', due: '2026-03-06' })
    const after = await page.button('Withdraw: Weekly check-in')
    assert.match(after.text, /Withdrawn\. The form is no longer asked of them\..*No form is open/)
    assert.equal((await page.button('Withdraw: Weekly check-in')).path, `${path}/forms?done=withdrawn`)
    assert.doesNotMatch((await desk.open(page.path)).text, /gets a mail/, 'which is no longer so')
    const [row] = await app.db('form_requests').select()
    assert.equal(row.withdrawn_at, NOW)
    assert.deepEqual(
      (await acts()).map(([, action]) => action),
      ['form.asked', 'form.withdrawn'],
    )
  })

  it('is done regularly, until it is stopped; the page says from when and how often', async () => {
    const page = await ask({ form: form['check-in'] ?? '', due: '2026-03-09', weeks: '2' })
    assert.match(page.text, /“Weekly check-in” is asked for every 2 weeks, first on Mar 9, 2026/)
    assert.match(page.text, /Asked regularly Weekly check-in Every 2 weeks, next on Mar 9, 2026/)
    const [plan] = await app.db('form_plans').select()
    assert.deepEqual([plan.client_id, plan.every_weeks, plan.asked_by], [maya.id, 2, accountId])
    const again = await desk.post(`${path}/requests`, {
      form: form['check-in'] ?? '',
      due: '2026-03-09',
      weeks: '1',
    })
    assert.equal(again.status, 409)
    assert.match(again.errorFor('form') ?? '', /asked of them regularly already/)
    const after = await page.button('Stop asking: Weekly check-in')
    assert.match(after.text, /Stopped\. They are not asked for this form regularly any more\./)
    assert.doesNotMatch(after.text, /Asked regularly/)
    assert.equal((await page.button('Stop asking: Weekly check-in')).path, `${path}/forms?done=stopped`)
    assert.deepEqual(await acts(), [
      [accountId, 'plan.started', plan.id],
      [accountId, 'plan.stopped', plan.id],
    ])
  })

  it('says when it was asked first, though the next time is later by now', async () => {
    const page = await ask({ form: form['check-in'] ?? '', due: '2026-03-03', weeks: '1' })
    await app.work()
    assert.match(
      (await desk.open(page.path)).text,
      /is asked for every week, first on Mar 3, 2026.*Every week, next on Mar 10, 2026/,
    )
    for (const wrong of ['done=asked', 'done=asked&id=x', 'done=asked&id=a&id=b', 'done=__proto__', 'done='])
      assert.doesNotMatch((await desk.open(`${path}/forms?${wrong}`)).text, /is asked for every/)
  })

  it('is not done twice at once', async () => {
    const fields = { form: form.intake ?? '', due: '2026-03-06' }
    const page = await desk.open(`${path}/forms`)
    const both = await Promise.all([1, 2].map(() => page.button('Ask for this form', fields)))
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
    const late = both.find(({ status }) => status === 409)
    assert.match(late?.errorFor('form') ?? '', /asked of them already/)
    assert.equal((await app.db('form_requests').select()).length, 1)
  })

  it('refuses what makes no sense, with a sentence, and keeps what was typed', async () => {
    const fine = { form: form.intake ?? '', due: '2026-03-06', weeks: '' }
    await app
      .db('forms')
      .where({ slug: 'skin-check-in' })
      .update({ archived_at: iso(NOW) })
    const wrong: [string, string, RegExp][] = [
      ['form', '', /Please choose a form/],
      ['form', 'x', /can no longer be asked for/],
      ['form', crypto.randomUUID(), /can no longer be asked for/],
      ['form', form['skin-check-in'] ?? '', /can no longer be asked for/],
      ['due', '', /Please say until when/],
      ['due', '2026-02-30', /like 2026-12-01/],
      ['due', 'tomorrow', /like 2026-12-01/],
      ['due', '2026-03-02', /today or a later day/],
      ['due', '2028-03-03', /within the next two years/],
      ['weeks', '0', /from 1 to 52/],
      ['weeks', '53', /from 1 to 52/],
      ['weeks', '100', /from 1 to 52/],
      ['weeks', 'x', /from 1 to 52/],
      ['weeks', '1.5', /from 1 to 52/],
    ]
    const before = await dump(app.db, ['sessions', 'audit_entries', 'audit_head'])
    for (const [field, value, words] of wrong) {
      const page = await desk.post(`${path}/requests`, { ...fine, [field]: value })
      assert.equal(page.status, 422, `${field} ${value}`)
      assert.match(page.title, /^Error: /)
      assert.match(page.errorFor(field) ?? '', words)
      if (field !== 'form') assert.equal(page.value(field), value)
    }
    assert.deepEqual(await dump(app.db, ['sessions', 'audit_entries', 'audit_head']), before)
    assert.equal((await desk.post(`${path}/requests`, { ...fine, due: '2026-03-03' })).status, 200)
  })

  it('is of one client: what another was asked is not found by this one’s path', async () => {
    const other = await make.client(app.db)
    const due = { due_at: iso(NOW + DAY), asked_at: iso(NOW) }
    const [request] = await app
      .db('form_requests')
      .insert({ client_id: other.id, form_id: form.intake, ...due })
      .returning('id')
    const planned = { every_weeks: 1, next_due_on: '2026-03-09', asked_by: accountId, asked_at: iso(NOW) }
    const [plan] = await app
      .db('form_plans')
      .insert({ client_id: other.id, form_id: form.intake, ...planned })
      .returning('id')
    const before = await dump(app.db, ['sessions'])
    for (const address of [
      `requests/${request.id}/withdrawal`,
      `requests/${crypto.randomUUID()}/withdrawal`,
      'requests/x/withdrawal',
      `plans/${plan.id}/stop`,
      `plans/${request.id}/stop`,
      'plans/x/stop',
    ])
      assert.equal((await desk.post(`${path}/${address}`, {})).status, 404, address)
    for (const id of [crypto.randomUUID(), 'x'])
      assert.equal(
        (await desk.post(`/practice/clients/${id}/requests`, { form: form.intake ?? '' })).status,
        404,
      )
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })
})
