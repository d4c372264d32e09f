import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { beginAudit, countOld } from '../../server/audit/starting/store.ts'
import { recordReading } from '../../server/audit/store.ts'
import { iso, MINUTE } from '../../server/clock.ts'
import { connect } from '../../server/database/connect.ts'
import { migrations } from '../../server/database/migrate.ts'
import { cloneDatabase, onServer } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { entryOf, walked } from './chain.ts'

describe('what was noted before there was a chain', () => {
  let db: Knex
  let drop: () => Promise<void>

  beforeEach(async () => {
    const own = await cloneDatabase()
    drop = own.drop
    db = connect(own.url, 4)
  })
  afterEach(async () => {
    await db.destroy()
    await drop()
  })

  const old = (n: number) => {
    const { accountId, action, clientId, subjectId } = entryOf(n)
    const who = { account_id: accountId, role: 'dietitian', client_id: clientId, subject_id: subjectId }
    return { at: iso(NOW + n * MINUTE), action, ...who }
  }

  it('is the beginning of it, whole and in order, at the first start and never again', async () => {
    const rows = Array.from({ length: 4500 }, (_, n) => old(n + 1))
    await db.batchInsert('old_audit_entries', rows, 500)
    assert.equal(await beginAudit({ db, sealer }, NOW), 4500)
    assert.equal(await countOld(db), 0)
    await recordReading({ db, sealer }, entryOf(4501), NOW)
    const kept = await db('audit_entries').orderBy('position')
    assert.deepEqual(
      kept.slice(0, 4500).map(({ mac: _mac, position: _position, at, ...row }) => ({ at: iso(at), ...row })),
      rows,
    )
    const { count, faults } = await walked(db)
    assert.deepEqual({ count, faults }, { count: 4501, faults: [] })

    await db('old_audit_entries').insert(old(1))
    assert.equal(await beginAudit({ db, sealer }, NOW), 0)
    assert.equal((await walked(db)).count, 4501)
    assert.equal(await countOld(db), 1)
  })

  it('is taken over once when two processes start together', async () => {
    await db.batchInsert(
      'old_audit_entries',
      Array.from({ length: 30 }, (_, n) => old(n + 1)),
      30,
    )
    const taken = await Promise.all([beginAudit({ db, sealer }, NOW), beginAudit({ db, sealer }, NOW)])
    assert.deepEqual(
      taken.sort((a, b) => a - b),
      [0, 30],
    )
    assert.deepEqual((await walked(db)).faults, [])
  })

  it('begins with nothing in a new database', async () => {
    assert.equal(await beginAudit({ db, sealer }, NOW), 0)
    assert.equal((await db('audit_keys').select('id')).length, 1)
  })
})

describe('a database from before there was a chain', () => {
  it('keeps what was noted, and says of each entry whose record it was', async () => {
    const name = `flora_before_${crypto.randomUUID().slice(0, 8)}`
    await onServer(`create database ${name}`)
    const own = new URL(process.env.FLORA_TEST_SERVER ?? '')
    own.pathname = `/${name}`
    const db = connect(own.href, 2)
    try {
      await migrateUntil(db, '20261122_11')
      const [client, colleague] = [crypto.randomUUID(), crypto.randomUUID()]
      const insert = (table: string, row: object) =>
        db(table)
          .insert(row)
          .returning('id')
          .then(([made]) => made.id as string)
      const at = iso(NOW)
      const account = await insert('accounts', { role: 'dietitian', email: 'd@example.com', created_at: at })
      for (const [id, email] of [
        [client, 'a@example.com'],
        [colleague, 'b@example.com'],
      ])
        await insert('clients', { id, name: 'Ana', email, zone: 'America/Chicago', created_at: at })
      const subject_id = await insert('inquiries', {
        ...{ name: 'Ana', email: 'a@example.com', created_at: at },
        message_sealed: sealer.seal({ table: 'inquiries', column: 'message_sealed', row: '1' }, 'x'),
      })
      const by = { at, account_id: account }
      await db('audit_entries').insert([
        { ...by, action: 'chart.read', subject_id: client },
        { ...by, action: 'inquiry.read', subject_id },
      ])
      await db.migrate.up({ ...migrations })
      await beginAudit({ db, sealer }, NOW)
      const rows = await db('audit_entries')
        .orderBy('position')
        .select('account_id', 'role', 'action', 'client_id')
      assert.deepEqual(rows, [
        { account_id: account, role: 'dietitian', action: 'chart.read', client_id: client },
        { account_id: account, role: 'dietitian', action: 'inquiry.read', client_id: null },
      ])
    } finally {
      await db.destroy()
      await onServer(`drop database ${name} with (force)`)
    }
  })

  async function migrateUntil(db: Knex, last: string): Promise<void> {
    for (;;) {
      const [, [name]] = await db.migrate.up(migrations)
      if (String(name).includes(last)) return
    }
  }
})
