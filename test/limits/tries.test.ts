import assert from 'node:assert/strict'
import { createPool } from '../../server/database/pool.ts'
import { TooMany } from '../../server/web/errors.ts'
import { countTries } from '../../server/web/tries.ts'
import { testApp } from '../support/app.ts'
import { openTestDatabase, reset } from '../support/database.ts'

const limits = { account: { points: 3, seconds: 60 }, address: { points: 5, seconds: 60 } }

describe('counting tries', () => {
  const open = async () => {
    const { deps } = await testApp()
    await reset()
    const pool = createPool((await openTestDatabase()).url, deps.log, 4)
    return { pool, tries: countTries(pool, limits) }
  }
  let made: Awaited<ReturnType<typeof open>>
  beforeEach(async () => {
    made = await open()
  })
  afterEach(() => made.pool.end())

  const names = { account: 'Ana@example.com', address: '203.0.113.7' }

  it('take counts before the try, so that many at once can’t slip through', async () => {
    const { account } = names
    const all = Array.from({ length: 50 }, () => made.tries.take({ account }))
    const answers = await Promise.allSettled(all)
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 3)
    // Of two counts at once, whoever is among the first in one may come late in the other.
    const both = Array.from({ length: 50 }, () => made.tries.take({ ...names, account: 'ben@example.com' }))
    const others = await Promise.allSettled(both)
    assert.ok(others.filter(({ status }) => status === 'fulfilled').length <= 3)
    for (const answer of [...answers, ...others])
      if (answer.status === 'rejected') assert.ok(answer.reason instanceof TooMany)
  })

  it('a name is the same in capitals; other names and kinds are not touched', async () => {
    for (let turn = 0; turn < 3; turn += 1) await made.tries.take({ account: 'ana@EXAMPLE.com' })
    await assert.rejects(made.tries.take({ account: 'ana@example.com' }), TooMany)
    await made.tries.take({ account: 'ben@example.com' })
    await made.tries.take({ address: 'ana@example.com' })
  })

  it('the longest wait is told, in seconds', async () => {
    assert.equal(await made.tries.count(names), 0)
    for (let turn = 0; turn < 3; turn += 1) await made.tries.count(names)
    const wait = await made.tries.count(names)
    assert.ok(wait > 30 && wait <= 60, `${wait}`)
  })

  it('what proved good is given back or forgiven', async () => {
    for (let turn = 0; turn < 9; turn += 1) {
      await made.tries.take(names)
      await made.tries.forgive('account', names.account)
      await made.tries.giveBack('address', names.address)
    }
  })

  it('check only looks, fail only counts', async () => {
    for (let turn = 0; turn < 9; turn += 1) await made.tries.check(names)
    for (let turn = 0; turn < 3; turn += 1) await made.tries.fail(names)
    await assert.rejects(made.tries.check(names), TooMany)
    await made.tries.check({ address: names.address })
  })
})
