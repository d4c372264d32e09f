import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { isPassword } from '../../server/accounts/password.ts'
import { connect } from '../../server/database/connect.ts'
import { makeSealingKey } from '../../server/sealing/seal.ts'
import { cloneDatabase } from '../support/database.ts'
import { make } from '../support/make.ts'
import { run } from '../support/program.ts'

describe('A dietitian who has lost every way to sign in', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Knex

  beforeEach(async () => {
    ;({ url, drop } = await cloneDatabase())
    db = connect(url, 2)
  })
  afterEach(async () => {
    await db.destroy()
    await drop()
  })

  const settings = () => ({
    DATABASE_URL: url,
    SESSION_SECRET: 's'.repeat(40),
    SEALING_KEYS: makeSealingKey(),
    LOG_LEVEL: 'silent',
  })

  async function recover(...args: string[]) {
    const program = run('server/recover.ts', settings(), args)
    return { code: await program.ended, printed: program.printed().trim() }
  }

  it('gets a new password from whoever runs the practice; factors and sessions are gone, and a mail is on its way', async () => {
    await make.practice(db)
    const account = await make.account(db, { email: 'ann@own.example', password_hash: 'old' })
    await make.dietitian(db, { account_id: account.id })
    await make.authenticator(db, account.id)
    const sess = JSON.stringify({ passport: { user: account.id } })
    await db('sessions').insert({ sid: 's1', sess, expire: '2100-01-01' })
    const { code, printed } = await recover('--email=Ann@own.example', '--password=seven quiet pears')
    assert.equal(code, 0, printed)
    const [row] = await db('accounts').where({ id: account.id }).select('password_hash')
    assert.equal(await isPassword(row.password_hash, 'seven quiet pears'), true)
    for (const table of ['authenticators', 'sessions'])
      assert.deepEqual(await db(table).select('*'), [], table)
    const { rows } = await db.raw("select data from pgboss.job where name = 'account-notice-mail'")
    assert.equal(rows[0].data.accountId, account.id)
  })

  it('is refused in one line: no such dietitian, a client, a password that everybody knows, no option', async () => {
    await make.practice(db)
    const { email } = await make.clientAccount(db)
    await make.account(db, { email: 'ann@own.example', password_hash: 'old' })
    const refusals = [
      await recover('--email=nobody@own.example', '--password=seven quiet pears'),
      await recover(`--email=${email}`, '--password=seven quiet pears'),
      await recover('--email=ann@own.example', '--password=password123'),
      await recover('--email=ann@own.example'),
      await recover(),
      await recover('--nonsense'),
    ]
    for (const { code, printed } of refusals) {
      assert.equal(code, 1, printed)
      assert.equal(printed.split('\n').length, 1, printed)
    }
    const [row] = await db('accounts').where({ email: 'ann@own.example' }).select('password_hash')
    assert.equal(row.password_hash, 'old')
  })
})
