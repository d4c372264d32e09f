import assert from 'node:assert/strict'
import { lasting, type Raised } from '../../server/chart/head/lasting.ts'
import { DAY, HOUR } from '../../server/clock.ts'
import type { ResponseItem } from '../../server/forms/fhir.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { answered } from './sent.ts'

const sign = (given: Partial<Raised> = {}): Raised => ({
  kind: 'sign',
  sign: 'blood-in-stool',
  raisedAt: 10,
  acknowledgedAt: null,
  ...given,
})

describe('what holds of a client of all signs that were raised', () => {
  const caution = { kind: 'caution', sign: 'pregnancy', acknowledgedAt: 20 } as const

  it('is each once: one that waits before one that was acknowledged, else the latest', () => {
    const done = sign({ acknowledgedAt: 20 })
    const later = sign({ acknowledgedAt: 30 })
    assert.deepEqual(lasting([done, later], null), [later])
    assert.deepEqual(lasting([sign(), later], null), [sign()])
    assert.deepEqual(lasting([done, sign({ sign: 'weight-loss' })], null).length, 2)
  })

  it('is no longer a caution that was acknowledged, once a later intake does not say it', () => {
    const one = sign(caution)
    assert.deepEqual(lasting([one], null), [one])
    assert.deepEqual(lasting([one], { at: 10, cautions: ['pregnancy'] }), [one])
    assert.deepEqual(lasting([one], { at: 11, cautions: [] }), [])
    assert.deepEqual(lasting([one], { at: 9, cautions: [] }), [one], 'raised since that intake')
    assert.deepEqual(lasting([one], { at: 11, cautions: null }), [one], 'which can’t be read')
    const open = sign({ ...caution, acknowledgedAt: null })
    assert.deepEqual(lasting([open], { at: 11, cautions: [] }), [open], 'which waits')
    const warning = sign({ acknowledgedAt: 20 })
    assert.deepEqual(lasting([warning], { at: 11, cautions: [] }), [warning])
  })
})

describe('a sign that was acknowledged', () => {
  let app: TestApp
  let desk: Visitor
  let maya: { id: string }
  let path: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    const world = await make.world(db, { dietitian: { name: 'Robin' } })
    await make.ownForms(db)
    maya = await make.client(db, { name: 'Maya' })
    path = `/practice/clients/${maya.id}`
    app.clock.set(NOW + 2 * DAY)
    desk = await signedIn(app, world.dietitian)
  })

  const pregnant = (code: string): ResponseItem[] => [
    {
      linkId: 'history',
      item: [{ linkId: 'pregnant', answer: [{ valueCoding: { system: 'urn:flora:answer', code } }] }],
    },
  ]
  const signs = [
    { sign: 'pregnancy', kind: 'caution' },
    { sign: 'blood-in-stool', kind: 'sign' },
  ] as const
  async function acknowledgeAll(word: string) {
    for (const { id } of await app.db('raised_signs').whereNull('acknowledged_at').select('id'))
      assert.equal((await desk.post(`${path}/signs/${id}/acknowledgement`, { word })).status, 200)
  }
  const headOf = async (address: string) => (await desk.open(address)).text.split('Medicines')[0] ?? ''

  it('stays in the head of the chart, and cautions as long as the latest intake says so', async () => {
    const first = await answered(app.db, { clientId: maya.id, item: pregnant('pregnant'), signs })
    await acknowledgeAll('Called')
    for (const page of ['', '/forms', '/notes', '/audit', '/summary']) {
      const head = await headOf(`${path}${page}`)
      assert.match(head, /1 caution, acknowledged Mar 5, 2026/, page)
      assert.match(head, /Cautions Pregnant or breastfeeding Review before any elimination plan\./, page)
      assert.match(head, /1 warning sign, acknowledged Mar 5, 2026 Blood in the stool/, page)
    }
    await answered(app.db, { clientId: maya.id, item: pregnant('no'), amends: first, at: NOW + HOUR })
    const head = await headOf(path)
    assert.doesNotMatch(head, /Pregnant|elimination/)
    assert.match(head, /1 warning sign, acknowledged/)
    assert.match((await desk.open(path)).text, /2 acknowledged signs.*Pregnant or breastfeeding/)
  })

  it('stands in full beside a note that is being written', async () => {
    await answered(app.db, { clientId: maya.id, item: pregnant('pregnant'), signs })
    await acknowledgeAll('Sees Dr. A <today>')
    await answered(app.db, {
      clientId: maya.id,
      slug: 'check-in',
      signs: [{ sign: 'severe-belly-pain', kind: 'urgent' }],
      at: NOW + HOUR,
    })
    const editor = await (await desk.open(path)).button('Write a note')
    assert.match(
      editor.text,
      /Warning signs and cautions Severe belly pain now Urgent Severe belly pain at the time of answering/,
    )
    assert.match(
      editor.text,
      /Pregnant or breastfeeding Acknowledged Review before any elimination plan\. Is pregnant or breastfeeding, .*From Mar 3, 2026 ?, acknowledged Mar 5, 2026 by Robin Sees Dr\. A <today>/,
    )
  })
})
