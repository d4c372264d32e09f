import assert from 'node:assert/strict'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { cloneDatabase } from '../support/database.ts'
import { type Program, run, temporaryFolder } from '../support/program.ts'

const quiet = { LOG_LEVEL: 'silent', PORT: '0' }
const secrets = {
  SESSION_SECRET: 's'.repeat(40),
  SEALING_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
}

async function stop({ child, ended }: Program, signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
  child.kill(signal)
  return ended
}

const statusOf = async (address: string) => (await fetch(address, { redirect: 'manual' })).status

describe('Starting and stopping', () => {
  let place: Awaited<ReturnType<typeof temporaryFolder>>
  let settings: Record<string, string>

  beforeEach(async () => {
    place = await temporaryFolder()
    settings = { ...quiet, DATA_FOLDER: path.join(place.folder, 'data') }
  })
  afterEach(() => place.remove())

  it('opens with the sample, stops on Ctrl-C, and keeps its data and secrets', async () => {
    const first = run('server/main.ts', settings)
    const address = await first.opened
    assert.match(first.printed(), /outbox/)
    assert.match(first.printed(), /dana@bluetree\.example/)
    assert.match(await (await fetch(address)).text(), /Blue Tree Nutrition/)
    const form = { name: 'Ana', email: 'ana@example.com', message: 'A question' }
    await fetch(`${address}/get-in-touch`, { method: 'POST', body: new URLSearchParams(form) })
    const { mode } = await stat(path.join(settings.DATA_FOLDER as string, 'secrets.json'))
    assert.equal(mode & 0o777, 0o600)
    assert.equal(await stop(first), 0)

    const second = run('server/main.ts', settings)
    const again = await second.opened
    const signedIn = await fetch(`${again}/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ email: 'dana@bluetree.example', password: 'blue-tree-sample' }),
    })
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const list = await fetch(`${again}/practice/inquiries`, { headers: { cookie } })
    assert.match(await list.text(), /Ana/)
    assert.equal(await stop(second, 'SIGTERM'), 0)
  })

  it('comes back after it was killed, on the data it had', async () => {
    const first = run('server/main.ts', settings)
    await first.opened
    await stop(first, 'SIGKILL')
    const second = run('server/main.ts', settings)
    assert.equal(await statusOf(`${await second.opened}/book`), 200)
    assert.equal(await stop(second), 0)
  })

  it('says in one line that the port is taken, and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const program = run('server/main.ts', { ...settings, PORT: String(port) })
    assert.equal(await program.ended, 1)
    assert.match(program.printed(), /Flora could not start\. The port is taken/)
    assert.doesNotMatch(program.printed(), /\n\s+at /)
    other.close()
    const next = run('server/main.ts', settings)
    await next.opened
    assert.equal(await stop(next), 0)
  })

  it('finishes the request under way when it is stopped', async () => {
    const program = run('server/main.ts', settings)
    const address = new URL(await program.opened)
    const body = 'name=Ana&email=ana%40example.com&message=Hello'
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
      expect: '100-continue',
    }
    const slow = request({
      host: '127.0.0.1',
      port: address.port,
      path: '/get-in-touch',
      method: 'POST',
      headers,
    })
    slow.write(body.slice(0, 10))
    await once(slow, 'continue') // said when it is under way
    program.child.kill('SIGINT')
    slow.end(body.slice(10))
    const [answer] = await once(slow, 'response')
    answer.resume()
    assert.equal(answer.statusCode, 303)
    assert.equal(await program.ended, 0)
  })

  it('names all settings that are wrong, each in a line', async () => {
    const program = run('server/main.ts', { ...settings, PORT: 'many', LOG_LEVEL: 'loud', SMTP_URL: 'mail' })
    assert.equal(await program.ended, 1)
    for (const name of ['PORT', 'LOG_LEVEL', 'SMTP_URL'])
      assert.match(program.printed(), new RegExp(`^ +${name}: `, 'm'))
  })

  it('has neither sample nor sample sign-in in production, and says how to begin', async () => {
    const program = run('server/main.ts', { ...settings, NODE_ENV: 'production' })
    const address = await program.opened
    assert.match(program.printed(), /npm run setup/)
    assert.doesNotMatch(program.printed(), /bluetree/)
    assert.equal(await statusOf(address), 503)
    assert.equal(await stop(program), 0)
  })

  it('has neither on a database of one’s own', async () => {
    const { url, drop } = await cloneDatabase()
    const program = run('server/main.ts', { ...settings, ...secrets, DATABASE_URL: url })
    const address = await program.opened
    assert.doesNotMatch(program.printed(), /bluetree/)
    assert.equal(await statusOf(address), 503)
    assert.equal(await stop(program), 0)
    await drop()
  })

  it('sets a practice up from options, once, and its dietitian can be booked', async () => {
    const { url, drop } = await cloneDatabase()
    const own = { ...settings, ...secrets, DATABASE_URL: url }
    const options = [
      '--practice=Own Practice',
      '--zone=America/Chicago',
      '--dietitian=Ann Bee',
      '--email=ann@own.example',
    ]
    const weak = run('server/setup.ts', own, [...options, '--password=short'])
    assert.equal(await weak.ended, 1)
    assert.match(weak.printed(), /--password: .*at least 10/)
    const setup = run('server/setup.ts', own, [...options, '--password=a long enough one'])
    assert.equal(await setup.ended, 0, setup.printed())
    const again = run('server/setup.ts', own, [...options, '--password=a long enough one'])
    assert.equal(await again.ended, 1)
    assert.match(again.printed(), /There is a practice already: Own Practice/)

    const program = run('server/main.ts', own)
    assert.match(await (await fetch(`${await program.opened}/book/hello-call`)).text(), /Ann Bee/)
    assert.equal(await stop(program), 0)
    await drop()
  })
})
