import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { type Ledger, recordAct, recordReading } from '../../server/audit/store.ts'
import { connect } from '../../server/database/connect.ts'
import { rotateColumn } from '../../server/sealing/rotation.ts'
import { createSealer, makeSealingKey } from '../../server/sealing/seal.ts'
import { acceptKeys } from '../../server/sealing/store.ts'
import { cloneDatabase } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { entryOf, fill, walked } from './chain.ts'

describe('noting who saw or changed what', () => {
  let db: Knex
  let drop: () => Promise<void>
  let ledger: Ledger

  beforeEach(async () => {
    const own = await cloneDatabase()
    drop = own.drop
    db = connect(own.url, 16)
    ledger = { db, sealer }
  })
  afterEach(async () => {
    await db.destroy()
    await drop()
  })

  const act = (n: number, then: () => void = () => {}) =>
    db.transaction(async (trx) => {
      await recordAct({ db: trx, sealer }, entryOf(n), NOW)
      then()
    })
  const positions = () => db('audit_entries').orderBy('position').pluck('position')

  it('keeps who, what, whose and when, with the key made at the first entry', async () => {
    const one = entryOf(1)
    await recordReading(ledger, { ...one, role: 'client' }, NOW)
    await recordReading(ledger, { ...one, accountId: null, clientId: null, subjectId: null }, NOW + 1)
    const about = {
      account_id: one.accountId,
      action: one.action,
      client_id: one.clientId,
      subject_id: one.subjectId,
    }
    const rows = (await db('audit_entries').orderBy('position')).map(({ mac: _mac, ...row }) => row)
    assert.deepEqual(rows, [
      { position: 1, at: NOW, role: 'client', ...about },
      {
        ...{ position: 2, at: NOW + 1, role: 'dietitian', action: one.action },
        ...{ account_id: null, client_id: null, subject_id: null },
      },
    ])
    assert.equal((await db('audit_keys').select('id')).length, 1)
    assert.deepEqual((await walked(db)).faults, [])
  })

  it('many at once, with some that are taken back: no gap, one chain', async () => {
    const readings = Array.from({ length: 120 }, (_, n) => recordReading(ledger, entryOf(n), NOW + n))
    const acts = Array.from({ length: 40 }, (_, n) => act(n))
    const undone = Array.from({ length: 10 }, (_, n) =>
      act(n, () => {
        throw new Error('taken back')
      }),
    )
    const answers = await Promise.allSettled([...readings, ...acts, ...undone])
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 160)
    const all = await positions()
    assert.deepEqual(
      all,
      Array.from({ length: 160 }, (_, n) => n + 1),
    )
    const { count, faults, head } = await walked(db)
    assert.deepEqual({ count, faults, position: head.position }, { count: 160, faults: [], position: 160 })
    for (const { status, ...rest } of answers)
      if (status === 'rejected') assert.equal((rest as { reason: Error }).reason.message, 'taken back')
  })

  it('goes with its change: taken back together, and then the number is given to the next', async () => {
    await act(1)
    await assert.rejects(act(2, () => assert.fail('no')))
    await act(3)
    assert.deepEqual(await positions(), [1, 2])
    assert.deepEqual((await walked(db)).faults, [])
  })

  it('goes on in one chain when the key that seals is changed', async () => {
    await fill(ledger, 3)
    const old = `test:${Buffer.alloc(32, 7).toString('base64')}`
    const next = createSealer(`${makeSealingKey('k2')},${old}`)
    const column = { table: 'audit_keys', column: 'key_sealed', key: 'id' }
    await acceptKeys(db, next, NOW)
    assert.equal((await rotateColumn({ db, sealer: next }, column)).done, 1)
    await recordReading({ db, sealer: next }, entryOf(4), NOW)
    assert.deepEqual((await verified(next)).faults, [])
    await assert.rejects(recordReading(ledger, entryOf(5), NOW), { name: 'Unreadable' })
    assert.equal((await positions()).length, 4)
  })

  const verified = async (by: Ledger['sealer']) => {
    const { verifyChain } = await import('../../server/audit/verifying/store.ts')
    return (await verifyChain({ db, sealer: by }, { outside: undefined })) ?? assert.fail()
  }
})
