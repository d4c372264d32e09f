import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { DAY, HOUR } from '../../server/clock.ts'
import { connect } from '../../server/database/connect.ts'
import { type SealedColumn, sealedColumns } from '../../server/sealing/columns.ts'
import { rotateColumn } from '../../server/sealing/rotation.ts'
import { createSealer, makeSealingKey, type Sealer } from '../../server/sealing/seal.ts'
import {
  acceptKeys,
  checkKeys,
  listKeysOf,
  listUsedKeys,
  listValues,
  replaceValues,
} from '../../server/sealing/store.ts'
import { cloneDatabase } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'

const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))

const k1 = makeSealingKey('k1')
const k2 = makeSealingKey('k2')
const only1 = createSealer(k1)
const only2 = createSealer(k2)
/** Started before the rotation, with the new key added; and started again with the new key first. */
const first1 = createSealer(`${k1},${k2}`)
const first2 = createSealer(`${k2},${k1}`)

const messages = sealedColumns.find(({ table }) => table === 'inquiries') as SealedColumn
const placeOf = (row: string) => ({ table: 'inquiries', column: 'message_sealed', row })

describe('rotating the keys', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Knex

  beforeEach(async () => {
    const own = await cloneDatabase()
    url = own.url
    drop = own.drop
    db = connect(url, 2)
  })
  afterEach(async () => {
    await db.destroy()
    await drop()
  })

  /** Inquiries as a portal with the first key has left them. @returns their ids, in order */
  async function fill(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => crypto.randomUUID()).sort()
    const rows = ids.map((id) => ({
      id,
      name: 'Writer',
      email: 'writer@example.com',
      message_sealed: only1.seal(placeOf(id), `text 0 of ${id}`),
      created_at: new Date(NOW).toISOString(),
    }))
    await db.batchInsert('inquiries', rows, 500)
    return ids
  }

  const rotateAll = async (sealer = first2) => {
    for (const column of sealedColumns) await rotateColumn({ db, sealer }, column)
  }
  const read = async (from: Knex, sealer: Sealer, id: string) => {
    const row = await from('inquiries').where({ id }).first('message_sealed')
    return sealer.open(placeOf(id), row.message_sealed)
  }

  it('seals every column anew; then the new key alone is enough', async () => {
    const { dietitian, type } = await make.world(db)
    const of = { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW + 2 * DAY }
    const { id } = await make.appointment(db, of)
    const seal = (column: string) => only1.seal({ table: 'appointments', column, row: id }, column)
    await db('appointments').update({
      brings_sealed: seal('brings_sealed'),
      link_sealed: seal('link_sealed'),
    })
    const [inquiry] = await fill(1)
    await acceptKeys(db, first2, NOW)
    await rotateAll()
    assert.deepEqual(await listUsedKeys(db), ['k2'])
    const row = await db('appointments').first('brings_sealed', 'link_sealed')
    for (const column of ['brings_sealed', 'link_sealed'])
      assert.equal(only2.open({ table: 'appointments', column, row: id }, row[column]), column)
    assert.equal(await read(db, only2, String(inquiry)), `text 0 of ${inquiry}`)
    await checkKeys(db, only2)
  })

  it('leaves what somebody wrote between reading and writing', async () => {
    const [id = '', other = ''] = await fill(2)
    const values = await listValues(db, messages, { keyId: 'k1', after: null, most: 10 })
    const fresh = values.map((value) => ({ ...value, fresh: first2.seal(placeOf(value.row), 'rotated') }))
    await db('inquiries')
      .where({ id })
      .update({ message_sealed: first1.seal(placeOf(id), 'newer') })
    await db('inquiries')
      .where({ id: other })
      .update({ answered_at: new Date(NOW) })
    assert.equal(await replaceValues(db, messages, fresh), 1)
    assert.equal(await read(db, first2, id), 'newer')
    assert.equal(await read(db, first2, other), 'rotated')
    assert.ok((await db('inquiries').where({ id: other }).first()).answered_at)
  })

  it('can be stopped after any batch, and goes on where it was', async () => {
    await fill(900)
    const stopping = new AbortController()
    const report = (_: SealedColumn, done: number) => done >= 400 && stopping.abort()
    const begun = await rotateColumn({ db, sealer: first2, stop: stopping.signal, report }, messages)
    assert.equal(begun.done, 400)
    assert.deepEqual(await listKeysOf(db, messages), ['k1', 'k2'])
    assert.equal((await rotateColumn({ db, sealer: first2 }, messages)).done, 500)
    assert.deepEqual(await listKeysOf(db, messages), ['k2'])
    assert.equal((await rotateColumn({ db, sealer: first2 }, messages)).done, 0)
  })

  it('names what can’t be opened, leaves it as it is, and does all the rest', async () => {
    const [id = '', swapped = ''] = await fill(450)
    const row = await db('inquiries').where({ id }).first('message_sealed')
    await db('inquiries').where({ id: swapped }).update({ message_sealed: row.message_sealed })
    const outcome = await rotateColumn({ db, sealer: first2 }, messages)
    assert.deepEqual(outcome, { done: 449, unreadable: [placeOf(swapped)] })
    assert.deepEqual(await listKeysOf(db, messages), ['k1', 'k2'])
    const kept = await db('inquiries').where({ id: swapped }).first('message_sealed')
    assert.deepEqual(kept.message_sealed, row.message_sealed)
  })

  it(`loses nothing while eight connections read and write (FLORA_SEED=${seed})`, async () => {
    const ids = await fill(3_000)
    const hot = ids.filter((_, position) => position % 300 === 0)
    let state = seed
    const pick = <T>(list: T[]): T => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return list[(state >>> 8) % list.length] as T
    }
    const world = { isRunning: false, reads: 0, writes: 0, isRestarted: false }
    /** By row, the last text that each of the eight has written. */
    const last = new Map<string, Map<number, string>>(ids.map((id) => [id, new Map()]))

    const work = async (worker: number) => {
      const own = connect(url, 1)
      for (let turn = 1; world.isRunning; turn += 1) {
        const id = pick(turn % 4 === 0 ? hot : ids)
        if (turn % 2 === 0) {
          // Half of them are processes that still have the old key first, until they are started again.
          const sealer = worker % 2 === 0 && !world.isRestarted ? first1 : first2
          const text = `text ${turn} by ${worker} of ${id}`
          const sealed = sealer.seal(placeOf(id), text)
          assert.equal(await own('inquiries').where({ id }).update({ message_sealed: sealed }), 1)
          last.get(id)?.set(worker, text)
          world.writes += 1
        } else {
          assert.ok((await read(own, pick([first1, first2]), id)).endsWith(` of ${id}`))
          world.reads += 1
        }
      }
      await own.destroy()
    }
    const start = () => {
      world.isRunning = true
      return Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(work))
    }
    const stop = (workers: Promise<unknown>) => {
      world.isRunning = false
      return workers
    }

    const workers = start()
    do await rotateColumn({ db, sealer: first2 }, messages)
    while (world.reads < 50 || world.writes < 50)
    await stop(workers)
    world.isRestarted = true
    const restarted = start()
    await rotateColumn({ db, sealer: first2 }, messages)
    assert.deepEqual(await listKeysOf(db, messages), ['k2'], 'the old key is not needed any more')
    await stop(restarted)

    assert.deepEqual(await listUsedKeys(db), ['k2'])
    await checkKeys(db, only2)
    for (const id of ids) {
      const text = await read(db, only2, id)
      const written = [...(last.get(id)?.values() ?? [])]
      assert.ok(written.length > 0 ? written.includes(text) : text === `text 0 of ${id}`, text)
    }
  })

  /** How many blocks of tables and indexes Postgres looks at for all that is asked meanwhile. */
  async function blocksFor(ask: () => Promise<void>): Promise<number> {
    const asked: string[] = []
    const hear = ({ sql }: { sql: string }) => void asked.push(sql)
    db.on('query', hear)
    await ask()
    db.removeListener('query', hear)
    let blocks = 0
    for (const sql of asked) {
      const { rows } = await db.raw(`explain (analyze, buffers, format json) ${sql}`)
      const [{ Plan: plan }] = rows[0]['QUERY PLAN']
      blocks += plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
    }
    return blocks
  }

  it('looks at a few blocks to say which keys are needed, also of 100,000 values', async () => {
    const insert = `insert into inquiries (name, email, message_sealed, created_at)
      select 'W', 'w@example.com', convert_to(case when n % 3 = 0 then E'\\x02k3' else E'\\x02k1' end || repeat(md5(n::text), 5),
        'UTF8'), ? from generate_series(?::int, ?::int) n`
    for (let first = 1; first < 100_000; first += 10_000)
      await db.raw(insert, [new Date(NOW).toISOString(), first, first + 9_999])
    await db.raw('analyze inquiries')
    const blocks = await blocksFor(async () => assert.deepEqual(await listUsedKeys(db), ['k1', 'k3']))
    assert.ok(blocks > 0 && blocks < 100, `${blocks} blocks`)
    await assert.rejects(checkKeys(db, only1), {
      name: 'KeyRefusal',
      message: 'SEALING_KEYS lacks the key k3, which 33,333 values need.',
    })
  })

  it('takes ids and keys as they were so far, and refuses another key under a known id', async () => {
    await acceptKeys(db, only1, NOW)
    await acceptKeys(db, first2, NOW + HOUR)
    const rows = await db('sealing_keys').orderBy('id').select('id', 'first_used_at')
    assert.deepEqual(rows, [
      { id: 'k1', first_used_at: NOW },
      { id: 'k2', first_used_at: NOW + HOUR },
    ])
    const wrong = createSealer(`${k1},${makeSealingKey('k2')}`)
    await assert.rejects(acceptKeys(db, wrong, NOW), /another key under the id k2/)
    await acceptKeys(db, only2, NOW) // no value needs k1
  })

  it('refuses a wrong key also where values are older than fingerprints', async () => {
    await fill(3)
    await assert.rejects(
      acceptKeys(db, createSealer(makeSealingKey('k1')), NOW),
      /another key under the id k1/,
    )
    assert.deepEqual(await db('sealing_keys'), [])
    await acceptKeys(db, only1, NOW)
  })

  it('two processes that start at once with different keys of one id: one of them is refused', async () => {
    const starts = [only1, createSealer(makeSealingKey('k1'))].map((sealer) => acceptKeys(db, sealer, NOW))
    const answers = (await Promise.allSettled(starts)).map(({ status }) => status)
    assert.deepEqual(answers.sort(), ['fulfilled', 'rejected'])
  })
})
