import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Knex } from 'knex'
import { connect } from '../../server/database/connect.ts'
import { createSealer, makeSealingKey } from '../../server/sealing/seal.ts'
import { listUsedKeys } from '../../server/sealing/store.ts'
import { cloneDatabase } from '../support/database.ts'
import { type Program, run, temporaryFolder } from '../support/program.ts'

const quiet = { LOG_LEVEL: 'silent', PORT: '0' }
const k1 = makeSealingKey('k1')
const k2 = makeSealingKey('k2')

async function stop({ child, ended }: Program): Promise<number | null> {
  child.kill('SIGINT')
  return ended
}

/** Runs a command to its end. @returns its exit code and all that it printed */
async function done(script: string, settings: Record<string, string>, args: string[] = []) {
  const program = run(script, settings, args)
  return { code: await program.ended, printed: program.printed() }
}

async function refusal(settings: Record<string, string>): Promise<string> {
  const { code, printed } = await done('server/main.ts', settings)
  assert.equal(code, 1, printed)
  assert.doesNotMatch(printed, /\n\s+at /)
  assert.equal(printed.trim().split('\n').length, 1, 'one line')
  return printed.trim()
}

const form = { name: 'Ana', email: 'ana@example.com', message: 'Is it my gut?' }
const ask = (address: string) =>
  fetch(`${address}/get-in-touch`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) })

describe('Keys of a database of one’s own', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Knex
  let settings: (keys: string) => Record<string, string>

  beforeEach(async () => {
    ;({ url, drop } = await cloneDatabase())
    db = connect(url, 2)
    const own = { ...quiet, DATABASE_URL: url, SESSION_SECRET: 's'.repeat(40) }
    settings = (keys) => ({ ...own, SEALING_KEYS: keys })
    const about = [
      '--practice=Own',
      '--zone=America/Chicago',
      '--dietitian=Ann Bee',
      '--email=ann@own.example',
    ]
    const made = await done('server/setup.ts', settings(k1), [...about, '--password=a long enough one'])
    assert.equal(made.code, 0, made.printed)
  })
  afterEach(async () => {
    await db.destroy()
    await drop()
  })

  const start = async (keys: string) => {
    const program = run('server/main.ts', settings(keys))
    return { program, address: await program.opened }
  }
  const open = async (keys: string) => {
    const row = await db('inquiries').first('id', 'message_sealed')
    return createSealer(keys).open(
      { table: 'inquiries', column: 'message_sealed', row: row.id },
      row.message_sealed,
    )
  }

  it('a wrong, a missing and a retired key refuse the start in one line', async () => {
    const { program, address } = await start(k1)
    for (let turn = 0; turn < 3; turn += 1) assert.equal((await ask(address)).status, 303)
    assert.equal(await stop(program), 0)

    assert.match(
      await refusal(settings(makeSealingKey('k1'))),
      /^Flora could not start\. SEALING_KEYS has another key under the id k1 than this database was sealed with: /,
    )
    assert.equal(
      await refusal(settings(k2)),
      'Flora could not start. SEALING_KEYS lacks the key k1, which 4 values need.',
    )
    assert.match(await refusal(settings(`${k2},${makeSealingKey('k2')},${k1}`)), /names the key k2 twice/)
    const setup = await done('server/setup.ts', settings(k2))
    assert.equal(setup.code, 1)
    assert.match(setup.printed, /^SEALING_KEYS lacks the key k1/)
    assert.deepEqual(
      (await db('sealing_keys').select('id')).map(({ id }) => id),
      ['k1'],
    )
  })

  it('are rotated while two portals run, in the order that loses nothing', async () => {
    const before = await start(k1)
    await ask(before.address)
    // Nobody could open what is sealed with a key that only the command knows.
    const early = await done('server/keys.ts', settings(`${k2},${k1}`))
    assert.equal(early.code, 1)
    assert.match(early.printed, /^The portal has not been started with the key k2 yet/)
    assert.deepEqual(await listUsedKeys(db), ['k1'])
    await stop(before.program)

    const [second, first] = [await start(`${k1},${k2}`), await start(`${k2},${k1}`)]
    await ask(second.address)
    await ask(first.address)
    assert.deepEqual(await listUsedKeys(db), ['k1', 'k2'])
    await stop(second.program)
    const rotated = await done('server/keys.ts', settings(`${k2},${k1}`))
    assert.equal(rotated.code, 0, rotated.printed)
    assert.match(rotated.printed, /^inquiries\.message_sealed: 2 sealed anew$/m)
    assert.match(
      rotated.printed,
      /^No value needs k1 any more: remove it from SEALING_KEYS and start every process again\./m,
    )
    assert.match(rotated.printed, /^Everything is sealed with k2\.$/m)
    await ask(first.address)
    await stop(first.program)

    const after = await start(k2)
    assert.equal(await open(k2), form.message)
    const again = await done('server/keys.ts', settings(k2))
    assert.equal(again.code, 0)
    assert.match(again.printed, /message_sealed: 0 sealed anew/)
    await stop(after.program)
  })

  it('a value that can’t be opened is named, and the command says that it failed', async () => {
    const { program, address } = await start(`${k2},${k1}`)
    await stop(program)
    assert.ok(address)
    const id = crypto.randomUUID()
    const message_sealed = createSealer(k1).seal(
      { table: 'inquiries', column: 'message_sealed', row: 'other' },
      'x',
    )
    await db('inquiries').insert({
      id,
      name: 'A',
      email: 'a@example.com',
      message_sealed,
      created_at: new Date(),
    })
    const { code, printed } = await done('server/keys.ts', settings(`${k2},${k1}`))
    assert.equal(code, 1)
    assert.match(printed, new RegExp(`can’t be opened: inquiries\\.message_sealed of ${id}`))
    assert.match(printed, /1 value needs k1\. .*named above/)
    assert.doesNotMatch(printed, /No value needs k1/)
  })

  it('are not changed by the command where the settings name them', async () => {
    for (const option of ['--new', '--remove-old']) {
      const { code, printed } = await done('server/keys.ts', settings(k1), [option])
      assert.equal(code, 1)
      assert.match(printed, /^SEALING_KEYS is set by you, so change it there/)
    }
    const unknown = await done('server/keys.ts', settings(k1), ['--old'])
    assert.equal(unknown.code, 1)
    assert.doesNotMatch(unknown.printed, /\n\s+at /)
  })
})

describe('Keys beside the embedded database', () => {
  let place: Awaited<ReturnType<typeof temporaryFolder>>
  let settings: Record<string, string>

  beforeEach(async () => {
    place = await temporaryFolder()
    settings = { ...quiet, DATA_FOLDER: path.join(place.folder, 'data') }
  })
  afterEach(() => place.remove())

  const secretsFile = () => path.join(settings.DATA_FOLDER as string, 'secrets.json')
  const keyIds = async () => {
    const { mode } = await stat(secretsFile())
    assert.equal(mode & 0o777, 0o600)
    return createSealer(JSON.parse(await readFile(secretsFile(), 'utf8')).sealingKeys).keyIds
  }
  const rotate = (...options: string[]) => done('server/keys.ts', settings, options)
  const start = async () => {
    const program = run('server/main.ts', settings)
    return { program, address: await program.opened }
  }

  it('are added, rotated and removed while the portal runs, with one restart', async () => {
    const first = await start()
    const secrets = JSON.parse(await readFile(secretsFile(), 'utf8'))
    const added = await rotate('--new')
    assert.equal(added.code, 0, added.printed)
    assert.match(added.printed, /has a new key, k2\./)
    assert.match(added.printed, /Now start the portal again, .* Then: npm run keys:rotate/)
    assert.deepEqual(await keyIds(), ['k2', 'k1'])
    assert.equal(JSON.parse(await readFile(secretsFile(), 'utf8')).sessionSecret, secrets.sessionSecret)
    for (const options of [[], ['--remove-old']]) {
      const early = await rotate(...options)
      assert.equal(early.code, 1)
      assert.match(early.printed, /has not been started with the key k2 yet/)
    }
    assert.equal((await ask(first.address)).status, 303)
    assert.equal(await stop(first.program), 0)

    const second = await start()
    const rotated = await rotate()
    assert.equal(rotated.code, 0, rotated.printed)
    assert.match(rotated.printed, /No value needs k1 any more: .*--remove-old/)
    assert.equal((await rotate('--remove-old')).code, 0)
    assert.deepEqual(await keyIds(), ['k2'])
    assert.equal((await ask(second.address)).status, 303)
    assert.equal(await stop(second.program), 0)

    const third = await start()
    assert.equal((await ask(third.address)).status, 303)
    assert.equal(await stop(third.program), 0)
  })

  it('are changed in one go while the portal is stopped, and an id is never used twice', async () => {
    await stop((await start()).program)
    const changed = await rotate('--new')
    assert.equal(changed.code, 0, changed.printed)
    assert.match(changed.printed, /Everything is sealed with k2\./)
    assert.equal((await rotate('--remove-old')).code, 0)
    assert.equal((await rotate('--new')).code, 0)
    assert.deepEqual(await keyIds(), ['k3', 'k2'])
    const { program, address } = await start()
    assert.equal((await ask(address)).status, 303)
    assert.equal(await stop(program), 0)
  })
})
