import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import type { Knex } from 'knex'
import { headFile, writeHeadFile } from '../../server/audit/outside/file.ts'
import { findHead } from '../../server/audit/outside/store.ts'
import { connect } from '../../server/database/connect.ts'
import { cloneDatabase } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { run, temporaryFolder } from '../support/program.ts'
import { fill, tamper, walked } from './chain.ts'

const ENTRIES = 12
const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** A copy of the audit that somebody with all rights on the database, and without the key, has worked on. */
describe('a copy of the audit', () => {
  let db: Knex
  let url: string
  let drop: () => Promise<void>
  let place: Awaited<ReturnType<typeof temporaryFolder>>

  before(async () => {
    ;({ url, drop } = await cloneDatabase())
    db = connect(url, 2)
    await fill({ db, sealer }, ENTRIES)
    await db.raw('create table untouched as select * from audit_entries')
    await db.raw('create table untouched_head as select * from audit_head')
  })
  after(async () => {
    await db.destroy()
    await drop()
  })
  beforeEach(async () => {
    place = await temporaryFolder()
    await tamper(
      db,
      'audit_entries',
      'delete from audit_entries; insert into audit_entries select * from untouched',
    )
    await tamper(
      db,
      'audit_head',
      'delete from audit_head; insert into audit_head select * from untouched_head',
    )
    await writeHeadFile(headFile(place.folder), await findHead(db), NOW)
  })
  afterEach(() => place.remove())

  /** npm run audit:verify, on the copy. */
  async function verify(...args: string[]) {
    const settings = {
      DATABASE_URL: url,
      DATA_FOLDER: place.folder,
      SESSION_SECRET: 's'.repeat(40),
      SEALING_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    }
    const program = run('server/audit.ts', settings, args)
    return { code: await program.ended, printed: program.printed() }
  }

  const refuses = async (words: RegExp, ...args: string[]) => {
    const { code, printed } = await verify(...args)
    assert.match(printed, words)
    assert.match(printed, /The audit is NOT whole/)
    assert.equal(code, 1)
  }
  const entries = (sql: string) => tamper(db, 'audit_entries', sql)
  const cutTail = async (position: number) => {
    await entries(`delete from audit_entries where position > ${position}`)
    await tamper(
      db,
      'audit_head',
      `update audit_head set (position, mac) = (select position, mac from audit_entries where position = ${position})`,
    )
  }

  it('that nobody touched is whole, with its number and its head', async () => {
    const { code, printed } = await verify()
    const { mac } = await findHead(db)
    assert.match(printed, /^The audit is whole: 12 entries\./)
    assert.ok(printed.includes(`12:${mac.toString('hex')}`))
    assert.match(printed, /audit-head belongs to it, at entry 12\./)
    assert.equal(code, 0)
  })

  it('with one bit flipped: the command names the entry', async () => {
    await entries(
      'update audit_entries set mac = set_bit(mac, 100, 1 - get_bit(mac, 100)) where position = 5',
    )
    await refuses(/^Entry 5 is not as it was written.*\n.*NOT whole/)
  })

  it(`with anything changed anywhere: the walk names the entry (FLORA_SEED=${seed})`, async () => {
    const fields: Record<string, string> = {
      at: `at + interval '1 microsecond'`,
      account_id: 'gen_random_uuid()',
      role: `case role when 'client' then 'dietitian' else 'client' end`,
      action: `action || '.'`,
      client_id: 'case when client_id is null then gen_random_uuid() end',
      subject_id: 'null',
      mac: 'set_byte(mac, BYTE, (get_byte(mac, BYTE) + 1) % 256)',
    }
    const change = fc.record({
      position: fc.integer({ min: 1, max: ENTRIES }),
      field: fc.constantFrom(...Object.keys(fields)),
      byte: fc.nat({ max: 31 }),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({ position, field, byte }) => {
        const value = (fields[field] ?? '').replaceAll('BYTE', String(byte))
        await entries(`update audit_entries set ${field} = ${value} where position = ${position}`)
        assert.deepEqual((await walked(db)).faults, [{ because: 'changed', position }])
        await entries(`delete from audit_entries; insert into audit_entries select * from untouched`)
      }),
      { seed, numRuns: 40 },
    )
  })

  it('with one entry cut out: the command names the gap', async () => {
    await entries('delete from audit_entries where position = 7')
    await refuses(/^Entry 7 is missing: it was cut out\.\n.*NOT whole/)
  })

  it('with the gap closed by other numbers: the command names where', async () => {
    await entries(
      'delete from audit_entries where position = 7; update audit_entries set position = position - 1 where position > 7',
    )
    await refuses(/^Entry 7 is not as it was written/)
  })

  it('with the tail cut off: the command says after which entry, by the head outside', async () => {
    await cutTail(9)
    await refuses(/^The tail is cut off after entry 9: the head outside says that there are 12 entries\./)
    assert.deepEqual((await walked(db)).faults, [], 'the chain alone says nothing')
  })

  it('with the tail cut off and the file gone: not called whole; a head from the log says where', async () => {
    const head = (await readFile(headFile(place.folder), 'utf8')).split(' ')[0]
    await cutTail(9)
    await place.remove()
    const { code, printed } = await verify()
    assert.match(printed, /no head outside to compare it with/)
    assert.equal(code, 1)
    await refuses(/^The tail is cut off after entry 9/, `--head=${head}`)
  })

  it('that was restored from a backup is accepted once by whoever runs it, which is noted', async () => {
    const before = await readFile(headFile(place.folder), 'utf8')
    await cutTail(9)
    const accepted = await verify('--accept')
    assert.match(accepted.printed, /^The audit is whole: 9 entries\..*It is accepted as it stands\./s)
    assert.equal(accepted.code, 0)
    const aside = (await readdir(place.folder)).find((name) => /^audit-head\.\d+$/.test(name))
    assert.equal(await readFile(path.join(place.folder, String(aside)), 'utf8'), before)
    const last = await db('audit_entries').orderBy('position', 'desc').first()
    assert.deepEqual([last.position, last.role, last.action], [10, 'operator', 'audit.accepted'])
    assert.equal((await verify()).code, 0)
    await entries('update audit_entries set subject_id = null where position = 2')
    await refuses(/^Entry 2 is not/, '--accept')
  })

  it('that is another chain than the head outside: the command says so', async () => {
    await writeHeadFile(headFile(place.folder), { position: 8, mac: Buffer.alloc(32, 1) }, NOW)
    await refuses(/^The head outside belongs to another chain: its entry 8 is not the one here\./)
  })

  it('with a head outside that can’t be read, or a key that is not here: one plain line', async () => {
    await writeFile(headFile(place.folder), 'x')
    assert.match((await verify()).printed, /audit-head does not hold a head of the audit\.\n$/)
    await tamper(db, 'audit_keys', `update audit_keys set key_sealed = '\\x0474657374'`)
    const key = (await verify('--head=1:'.padEnd(73, '0'))).printed
    await tamper(db, 'audit_keys', 'delete from audit_keys')
    assert.match(key, /^The key of the audit can’t be opened: .*\n$/)
    const without = (await verify('--head=1:'.padEnd(73, '0'))).printed
    assert.match(without, /^The key of the audit is missing/)
  })
})
