import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { DAY, HOUR } from '../../server/clock.ts'
import { createSealer, makeSealingKey } from '../../server/sealing/seal.ts'
import {
  acknowledge,
  countOpenSigns,
  findSign,
  listOpenSigns,
  listSigns,
  listSignsOfSeries,
  openSign,
  PAGE,
  raiseSigns,
} from '../../server/signs/store.ts'
import { answered } from '../chart/sent.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'

const blood = { sign: 'blood-in-stool', kind: 'sign' } as const
const swelling = { sign: 'swelling-or-breathing', kind: 'urgent' } as const
const pregnancy = { sign: 'pregnancy', kind: 'caution' } as const

describe('warning signs that a response raised', () => {
  let app: TestApp
  let db: Knex
  let clientId: string
  let accountId: string
  let dietitianId: string

  beforeEach(async () => {
    app = await testApp()
    db = await reset()
    await make.practice(db)
    const robin = await make.dietitian(db, { name: 'Robin' })
    accountId = String(robin.account_id)
    dietitianId = robin.id
    clientId = (await make.client(db, { name: 'Maya' })).id
    await make.ownForms(db)
  })

  const opened = async () =>
    (await listSigns(db, clientId)).map((sign) => openSign(app.deps, sign, accountId))
  const names = async () => (await opened()).map(({ sign }) => sign)

  it('are kept sealed, urgent first, each once', async () => {
    await answered(db, { clientId, signs: [pregnancy, blood, swelling, blood] })
    assert.deepEqual(await names(), ['swelling-or-breathing', 'blood-in-stool', 'pregnancy'])
    const rows = await db('raised_signs').orderBy('position').select('position', 'kind', 'sign_sealed')
    assert.deepEqual(
      rows.map(({ position, kind }) => [position, kind]),
      [
        [0, 'urgent'],
        [1, 'sign'],
        [2, 'caution'],
      ],
    )
    for (const { sign_sealed } of rows) assert.ok(!sign_sealed.toString('latin1').includes('swelling'))
  })

  it('are not raised again by an amendment, but new ones are', async () => {
    const first = await answered(db, { clientId, signs: [blood] })
    const by = { clientId, accountId, word: 'Called them.' }
    await acknowledge(db, sealer, { ...by, id: (await listSigns(db, clientId))[0]?.id ?? '' }, NOW)
    const second = await answered(db, { clientId, amends: first, signs: [blood, swelling], at: NOW + DAY })
    await answered(db, { clientId, amends: second, signs: [swelling, blood], at: NOW + 2 * DAY })
    const all = await opened()
    assert.deepEqual(
      all.map(({ sign, acknowledgedBy, responseId }) => [sign, acknowledgedBy, responseId]),
      [
        ['swelling-or-breathing', null, second.id],
        ['blood-in-stool', 'Robin', first.id],
      ],
    )
    assert.equal((await listSignsOfSeries(db, first.seriesId)).length, 2)
    // Another response of the same client asks anew.
    await answered(db, { clientId, signs: [blood], at: NOW + 3 * DAY })
    assert.equal((await names()).filter((name) => name === 'blood-in-stool').length, 2)
  })

  it('are raised once more when what was kept before can’t be opened', async () => {
    const first = await answered(db, { clientId, signs: [blood] })
    const [{ id }] = await db('raised_signs').select('id')
    const place = { table: 'raised_signs', column: 'sign_sealed', row: id }
    const stranger = createSealer(makeSealingKey('lost'))
    await db.raw('alter table raised_signs disable trigger raised_signs_immutable')
    await db('raised_signs').update({ sign_sealed: stranger.seal(place, '{}') })
    await db.raw('alter table raised_signs enable trigger raised_signs_immutable')
    await answered(db, { clientId, amends: first, signs: [blood] })
    assert.deepEqual((await names()).sort(), ['blood-in-stool', null])
  })

  it('and nothing at all when there are none', async () => {
    const { id, seriesId } = await answered(db, { clientId })
    await raiseSigns(db, sealer, { clientId, responseId: id, seriesId, signs: [] }, NOW)
    assert.equal(await countOpenSigns(db, dietitianId), 0)
  })

  it('can only be of a response of this very client', async () => {
    const { id, seriesId } = await answered(db, { clientId })
    const other = (await make.client(db)).id
    const wrong = { clientId: other, responseId: id, seriesId, signs: [blood] }
    await assert.rejects(raiseSigns(db, sealer, wrong, NOW), { code: '23503' })
  })

  it('are acknowledged once, with a word that is sealed; of two at once one is first', async () => {
    await answered(db, { clientId, signs: [blood] })
    const [sign] = await listSigns(db, clientId)
    const id = sign?.id ?? ''
    const second = String((await make.dietitian(db, { name: 'Kim' })).account_id)
    const both = [accountId, second].map((by) =>
      acknowledge(db, sealer, { id, clientId, accountId: by, word: `Word of ${by}` }, NOW + HOUR),
    )
    assert.deepEqual((await Promise.all(both)).sort(), [false, true])
    const kept = await findSign(db, { id, clientId, dietitianId })
    assert.ok(kept)
    const { word, acknowledgedBy, acknowledgedAt } = openSign(app.deps, kept, accountId)
    assert.equal(acknowledgedAt, NOW + HOUR)
    assert.equal(word?.text, `Word of ${acknowledgedBy === 'Robin' ? accountId : second}`)
    assert.equal(await countOpenSigns(db, dietitianId), 0)
  })

  it('are nobody else’s', async () => {
    await answered(db, { clientId, signs: [blood] })
    const other = (await make.client(db)).id
    const id = (await listSigns(db, clientId))[0]?.id ?? ''
    assert.deepEqual(await listSigns(db, other), [])
    assert.equal(await findSign(db, { id, clientId: other, dietitianId }), undefined)
    assert.equal(await acknowledge(db, sealer, { id, clientId: other, accountId, word: 'x' }, NOW), false)
    assert.equal(await countOpenSigns(db, dietitianId), 1)
  })

  it('wait for the practice: urgent ones first, then the newest, a page at a time', async () => {
    const other = (await make.client(db, { name: 'Ben' })).id
    await answered(db, { clientId, signs: [pregnancy, swelling], at: NOW })
    await answered(db, { clientId: other, signs: [blood, swelling], at: NOW + DAY })
    const open = await listOpenSigns(db, dietitianId, 0)
    assert.deepEqual(
      open.map(({ clientName, kind }) => `${clientName}, ${kind}`),
      ['Ben, urgent', 'Maya, urgent', 'Ben, sign', 'Maya, caution'],
    )
    for (let n = 0; n < PAGE; n += 1) await answered(db, { clientId, slug: 'check-in', signs: [pregnancy] })
    assert.equal((await listOpenSigns(db, dietitianId, 0)).length, PAGE + 1)
    assert.equal((await listOpenSigns(db, dietitianId, 1)).length, 4)
    assert.equal(await countOpenSigns(db, dietitianId), PAGE + 4)
  })
})
