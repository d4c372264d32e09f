import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { connect } from '../../server/database/connect.ts'
import { cloneDatabase } from '../support/database.ts'

describe('what a connection asks again and again', () => {
  let db: Knex
  let drop: () => Promise<void>

  beforeEach(async () => {
    const clone = await cloneDatabase()
    drop = clone.drop
    db = connect(clone.url, 1)
    await db.raw('create table prepared_twice (id integer, word text)')
    await db.raw('insert into prepared_twice values (1, ?), (2, ?)', ['leaf', 'root'])
  })
  afterEach(async () => {
    await db.destroy()
    await drop()
  })

  const SQL = 'select word from prepared_twice where id = ?'

  const wordOf = async (id: number) => (await db.raw<{ rows: { word: unknown }[] }>(SQL, [id])).rows[0]?.word

  const prepared = async (like: string) => {
    const sql = 'select count(*) as count from pg_prepared_statements where statement like ?'
    const { rows } = await db.raw<{ rows: [{ count: number }] }>(sql, [like])
    return rows[0].count
  }

  it('is prepared by Postgres once, and answers as before', async () => {
    for (const id of [1, 2, 1, 2, 3, 1]) assert.equal(await wordOf(id), { 1: 'leaf', 2: 'root' }[id])
    assert.equal(await prepared('select word from prepared_twice%'), 1)
  })

  it('is prepared anew when a migration changed what it gives back', async () => {
    for (const id of [1, 2, 1, 2]) await wordOf(id)
    await db.raw('alter table prepared_twice alter word type integer using length(word)')
    await assert.rejects(wordOf(1), { code: '0A000' })
    for (const id of [1, 2, 1, 2]) assert.equal(await wordOf(id), 4)
  })

  it('may be refused, and is asked again all the same', async () => {
    for (const id of [1, 2, 1, 2]) await wordOf(id)
    const wrong = () => db.raw(SQL, ['one'])
    for (const _ of [1, 2]) await assert.rejects(wrong, { code: '22P02' })
    assert.equal(await wordOf(2), 'root')
  })

  it('fills the memory of Postgres up to a limit only, and several statements at once are left as they are', async () => {
    for (let n = 0; n < 200; n += 1)
      for (let again = 0; again < 3; again += 1) await db.raw(`select ?::integer as n${n}`, [n])
    const count = await prepared('select $1::integer%')
    assert.ok(count > 100 && count <= 120, `${count} prepared`)
    for (const _ of [1, 2, 3, 4]) await db.raw('select 1; select 2')
  })
})
