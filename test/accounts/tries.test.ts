import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from '../../server/app.ts'
import { createPool } from '../../server/database/pool.ts'
import { anotherProcess, type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import { type Fields, visit } from '../support/page.ts'
import { PASSWORD, withPassword } from '../support/people.ts'

describe('tries from one address, behind a proxy', () => {
  let app: TestApp
  let front: Awaited<ReturnType<typeof anotherProcess>>

  beforeEach(async () => {
    app = await testApp()
    await make.world(await reset())
    front = await anotherProcess(app, '127.0.0.1', { TRUST_PROXY: '1' })
  })

  afterEach(() => front.end())

  const from = (address: string, path: string, fields: Fields) =>
    visit(front).post(path, fields, { 'x-forwarded-for': address })

  /** Posts until it is refused. @returns how often it was not */
  async function until429(address: string, path: string, fields: (n: number) => Fields) {
    for (let n = 0; n < 100; n += 1) {
      const page = await from(address, path, fields(n))
      if (page.status !== 429) continue
      assert.match(page.text, /too many tries\. Please try again in \d+ minutes/)
      assert.ok(Number(page.headers.get('retry-after')) > 0)
      return n
    }
    return 100
  }

  it('are refused after twenty links asked for, whatever the e-mail', async () => {
    const asked = await until429('203.0.113.7', '/sign-in/link', (n) => ({ email: `n${n}@example.com` }))
    assert.equal(asked, 20)
    assert.equal(
      (await from('203.0.113.8', '/sign-in/link', { email: 'a@example.com' })).path,
      '/sign-in/link-sent',
    )
    assert.equal((await app.db('sign_in_requests')).length, 21)
  })

  it('are refused after thirty wrong passwords, whatever the e-mail', async () => {
    const fields = (n: number) => ({ email: `n${n}@example.com`, password: 'not this one' })
    assert.equal(await until429('203.0.113.7', '/sign-in', fields), 30)
    assert.equal((await from('203.0.113.8', '/sign-in', fields(0))).status, 422)
  })

  it('are refused after sixty challenges for a passkey: each leaves a session', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    const statuses = []
    for (let n = 0; n < 61; n += 1)
      statuses.push((await visit(front).send('POST', '/sign-in/passkey/options', { headers })).status)
    assert.deepEqual([statuses.filter((status) => status === 200).length, statuses.at(-1)], [60, 429])
  })

  it('are refused after many links that lead nowhere', async () => {
    let status = 404
    let n = 0
    for (; n < 100 && status === 404; n += 1)
      status = (
        await visit(front).open(`/sign-in/links/${'A'.repeat(43)}`, { 'x-forwarded-for': '203.0.113.7' })
      ).status
    assert.equal(status, 429)
    assert.equal(n, 61)
  })
})

describe('tries that can’t be counted, as the database is away', () => {
  it('are not made: 503, also with the right password', async () => {
    const app = await testApp()
    const { dietitian } = await make.world(await reset())
    const email = await withPassword(app, dietitian.account_id)
    const pool = createPool('postgres://nobody@127.0.0.1:1/none', app.deps.log, 1)
    const server = createServer(createApp(app.deps, pool))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const visitor = visit({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
    try {
      for (const [path, fields] of [
        ['/sign-in', { email, password: PASSWORD }],
        ['/sign-in/link', { email }],
      ] as const) {
        const page = await visitor.post(path, fields)
        assert.equal(page.status, 503)
        assert.equal(page.headers.get('retry-after'), '10')
      }
      assert.deepEqual(await app.db('sign_in_requests'), [])
    } finally {
      server.closeAllConnections()
      server.close()
      await pool.end()
    }
  })
})
