import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Knex } from 'knex'
import { pino } from 'pino'
import { headFile, readHeadFile } from '../../server/audit/outside/file.ts'
import { keepHeadOutside } from '../../server/audit/outside/keeping.ts'
import { findHead } from '../../server/audit/outside/store.ts'
import { reset } from '../support/database.ts'
import { fixedClock, sealer } from '../support/fixed.ts'
import { temporaryFolder } from '../support/program.ts'
import { fill } from './chain.ts'

describe('the head of the audit outside the database', () => {
  let db: Knex
  let place: Awaited<ReturnType<typeof temporaryFolder>>
  let logged: string[]

  beforeEach(async () => {
    db = await reset()
    place = await temporaryFolder()
    logged = []
  })
  afterEach(() => place.remove())

  /** A process that runs while something is done. */
  async function during(work: () => Promise<unknown>, folder = path.join(place.folder, 'data')) {
    const log = pino({ base: undefined }, { write: (line: string) => void logged.push(line) })
    const outside = keepHeadOutside({ db, log, clock: fixedClock(), folder })
    await work().finally(outside.stop)
    return headFile(folder)
  }

  it('is in the file and in the log when the process stops, and in no other file', async () => {
    const file = await during(() => fill({ db, sealer }, 3))
    const { position, mac } = await findHead(db)
    assert.equal(await readFile(file, 'utf8'), `3:${mac.toString('hex')} 2026-03-03T14:00:00.000Z\n`)
    assert.deepEqual(await readHeadFile(file), { position, mac })
    assert.deepEqual(await readdir(path.dirname(file)), ['audit-head'])
    const line = JSON.parse(logged.at(-1) ?? '')
    assert.deepEqual([line.msg, line.position, line.mac], ['audit head', 3, mac.toString('hex')])
  })

  it('moves on with the chain, from one process to the next', async () => {
    await during(() => fill({ db, sealer }, 2))
    const file = await during(() => fill({ db, sealer }, 2))
    assert.equal(((await readHeadFile(file)) as { position: number }).position, 4)
    assert.ok(logged.every((line) => JSON.parse(line).level < 50))
  })

  it('is not overwritten when the chain never had it: that is what proves a cut tail', async () => {
    const file = await during(() => fill({ db, sealer }, 5))
    const before = await readFile(file, 'utf8')
    await reset()
    for (const entries of [0, 3, 9]) {
      logged = []
      await during(() => fill({ db, sealer }, entries))
      assert.equal(await readFile(file, 'utf8'), before)
      assert.match(logged.join(''), /does not go on from the head outside.*audit:verify/)
    }
    await writeFile(file, 'not a head')
    await during(() => fill({ db, sealer }, 1))
    assert.equal(await readFile(file, 'utf8'), 'not a head')
  })

  it('does no harm where it can’t be written, and says so once', async () => {
    await writeFile(path.join(place.folder, 'data'), 'a file in its place')
    await during(() => fill({ db, sealer }, 2))
    assert.equal(logged.length, 1)
    assert.match(logged.join(''), /could not be kept outside/)
    assert.equal((await findHead(db)).position, 2)
  })
})
