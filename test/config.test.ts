import assert from 'node:assert/strict'
import { type Config, ConfigRefusal, readConfig } from '../server/config.ts'

const refusal = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigRefusal)
    return error.message.split('\n')
  }
  return []
}

const names = (environment: Record<string, string>) => refusal(environment).map((line) => line.split(':')[0])

const KEY = `k1:${Buffer.alloc(32, 1).toString('base64')}`
const SECRET = 's'.repeat(32)
const DATABASE = 'postgres://flora:x@db.example:5432/flora'
const own = { DATABASE_URL: DATABASE, SESSION_SECRET: SECRET, SEALING_KEYS: KEY }

describe('the settings', () => {
  it('need none on a fresh machine', () => {
    const config = readConfig({})
    const { port, host, baseUrl, databaseUrl, worker, trustProxy } = config
    assert.deepEqual(
      { port, host, baseUrl, databaseUrl, worker, trustProxy },
      {
        port: 3000,
        host: '127.0.0.1',
        baseUrl: 'http://localhost:3000',
        databaseUrl: undefined,
        worker: 'in-process',
        trustProxy: false,
      },
    )
    assert.throws(() => {
      ;(config as { port: number }).port = 1
    }, TypeError)
  })

  it('say all that is wrong at once, a line each', () => {
    const wrong = {
      PORT: 'many',
      BASE_URL: 'flora.example',
      DATABASE_URL: 'mysql://x',
      SMTP_URL: 'mail',
      SESSION_SECRET: 'short',
      SEALING_KEYS: 'k1:short',
      WORKER: 'maybe',
      TRUST_PROXY: 'true',
      LOG_LEVEL: 'loud',
    }
    assert.deepEqual(names(wrong).sort(), Object.keys(wrong).sort())
    for (const line of refusal(wrong)) assert.match(line, /^[A-Z_]+: .{8,}/)
  })

  it('never repeat a secret that is wrong', () => {
    const said = refusal({
      SESSION_SECRET: 'hunter2',
      DATABASE_URL: 'x://u:hunter2@y',
      SMTP_URL: 'x:hunter2',
    }).join()
    assert.doesNotMatch(said, /hunter2/)
  })

  it('count an empty variable as unset', () => {
    assert.deepEqual(readConfig({ PORT: '', DATABASE_URL: '', WORKER: '' }), readConfig({}))
  })

  it('ask for what a database of one’s own needs', () => {
    assert.deepEqual(names({ DATABASE_URL: DATABASE }), ['SESSION_SECRET', 'SEALING_KEYS'])
    assert.deepEqual(names(own), [])
  })

  it('ask who writes when mails leave, and where the portal is in production', () => {
    assert.deepEqual(names({ SMTP_URL: 'smtps://u:p@mail.example:465' }), ['MAIL_FROM'])
    const mail = { SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'Flora <hello@flora.example>' }
    assert.deepEqual(names({ ...mail, NODE_ENV: 'production' }), ['BASE_URL'])
    assert.deepEqual(names(mail), [])
  })

  it('ask how many proxies are in front when the address is https', () => {
    assert.deepEqual(names({ BASE_URL: 'https://flora.example' }), ['TRUST_PROXY'])
    const read = (TRUST_PROXY: string): Config['trustProxy'] => readConfig({ TRUST_PROXY }).trustProxy
    assert.deepEqual([read('1'), read('false'), read('10.0.0.0/8')], [1, false, '10.0.0.0/8'])
  })

  it('take the slashes off the end of the address', () => {
    assert.equal(readConfig({ BASE_URL: 'http://flora.example//' }).baseUrl, 'http://flora.example')
  })

  it('take several keys, the first for sealing', () => {
    const two = `${KEY},old_2:${Buffer.alloc(32, 2).toString('base64url')}`
    assert.equal(readConfig({ ...own, SEALING_KEYS: two }).sealingKeys, two)
  })
})
