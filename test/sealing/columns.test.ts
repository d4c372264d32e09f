import assert from 'node:assert/strict'
import { sealedColumns } from '../../server/sealing/columns.ts'
import { createSealer, keyIdOf, makeSealingKey } from '../../server/sealing/seal.ts'
import { testDatabase } from '../support/database.ts'

type Row = { table: string; column: string; key: string }

describe('the list of sealed columns', () => {
  it('is what the schema has: every bytea whose name ends in _sealed, with the key of its table', async () => {
    const db = await testDatabase()
    const { rows } = await db.raw<{ rows: Row[] }>(
      `select c.relname as "table", a.attname as "column", k.attname as key
       from pg_attribute a
       join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
       join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
       join pg_index i on i.indrelid = c.oid and i.indisprimary
       join pg_attribute k on k.attrelid = c.oid and k.attnum = any(i.indkey)
       where a.atttypid = 'bytea'::regtype and a.attname like '%\\_sealed'`,
    )
    const named = (list: readonly Row[]) =>
      list.map(({ table, column, key }) => `${table}.${column} of ${key}`)
    assert.deepEqual(named(sealedColumns).sort(), named(rows).sort())
  })

  it('has an index for each, by which the values of a key are found', async () => {
    const db = await testDatabase()
    for (const { table, column, key } of sealedColumns) {
      const found = await db('pg_indexes')
        .where({ tablename: table })
        .where('indexdef', 'like', `%(sealing_key_of(${column}), ${key}) WHERE (${column} IS NOT NULL)`)
      assert.equal(found.length, 1, `create index on ${table} (sealing_key_of(${column}), ${key}) where …`)
    }
  })

  it('SQL and the program read the same key off a value, and SQL stands any bytes', async () => {
    const db = await testDatabase()
    const sealer = createSealer(makeSealingKey('of-2026_a'))
    const place = { table: 't', column: 'c', row: '1' }
    const bytes = [sealer.seal(place, 'x'), Buffer.alloc(0), Buffer.from([255, 1]), Buffer.from([3, 0, 200])]
    for (const sealed of bytes) {
      const { rows } = await db.raw('select sealing_key_of(?) as id', [sealed])
      if (sealed.length > 10) assert.equal(rows[0].id, keyIdOf(sealed))
      assert.equal(typeof rows[0].id, 'string')
    }
  })
})
