import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { connect } from '../../server/database/connect.ts'
import { cloneDatabase } from '../support/database.ts'
import { run, temporaryFolder } from '../support/program.ts'

describe('npm run audit:verify where there is nothing', () => {
  const secrets = { SESSION_SECRET: 's'.repeat(40), SEALING_KEYS: `k:${'A'.repeat(43)}=` }
  let place: Awaited<ReturnType<typeof temporaryFolder>>

  beforeEach(async () => {
    place = await temporaryFolder()
  })
  afterEach(() => place.remove())

  async function verify(settings: Record<string, string>) {
    const program = run('server/audit.ts', settings)
    return { code: await program.ended, printed: program.printed().trim() }
  }

  it('says so in one line, and makes no folder', async () => {
    const folder = path.join(place.folder, 'none')
    const { code, printed } = await verify({ DATA_FOLDER: folder })
    assert.equal(code, 1)
    assert.equal(
      printed,
      `There is nothing to verify: ${folder} holds no database. Set DATA_FOLDER or DATABASE_URL to what the portal runs on.`,
    )
    assert.deepEqual(await readdir(place.folder), [])
  })

  it('makes no table in a database that is empty', async () => {
    const { url, drop } = await cloneDatabase()
    const db = connect(url, 1)
    try {
      await db.raw('drop schema public cascade; create schema public')
      const { code, printed } = await verify({ DATA_FOLDER: place.folder, DATABASE_URL: url, ...secrets })
      assert.equal(code, 1)
      assert.match(printed, /^There is nothing to verify: This database is empty\./)
      const { rows } = await db.raw("select 1 from information_schema.tables where table_schema = 'public'")
      assert.deepEqual(rows, [])
    } finally {
      await db.destroy()
      await drop()
    }
  })
})
