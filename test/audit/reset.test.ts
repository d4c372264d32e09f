import assert from 'node:assert/strict'
import { tables, testDatabase } from '../support/database.ts'

/** What the program makes once and does not lose between two tests. */
const STAY = ['audit_head', 'audit_keys', 'migrations', 'migrations_lock']

describe('between two tests', () => {
  it('every table is emptied: what is not on the list would stay behind', async () => {
    const db = await testDatabase()
    const found = await db('information_schema.tables')
      .where({ table_schema: 'public', table_type: 'BASE TABLE' })
      .pluck('table_name')
    const emptied = tables.filter((name) => !name.includes('.'))
    assert.deepEqual(found.filter((name) => !STAY.includes(name)).sort(), emptied.sort())
  })
})
