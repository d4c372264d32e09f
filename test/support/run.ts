import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { connect } from '../../server/database/connect.ts'
import { startEmbedded } from '../../server/database/embedded.ts'
import { migrate } from '../../server/database/migrate.ts'
import { startJobs } from '../../server/jobs/worker.ts'
import { onServer } from './database.ts'
import { type Outcome, summary } from './reporter.ts'
import { dealt } from './shares.ts'

/**
 * npm run mocha: all tests, dealt out to a process a core, four at most. With arguments: what they name, in one
 * process. Each process has a Postgres to itself, or TEST_DATABASE_URL's, and there one migrated template database.
 * Postgres goes without fsync: nothing of it is to be kept.
 */
const root = path.join(import.meta.dirname, '../..')
const MOST_PROCESSES = 4
const flags = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']

type Server = { url: string; template: string; stop(): Promise<void> }

async function startServer(name: string): Promise<Server> {
  const given = process.env.TEST_DATABASE_URL
  const folder = path.join(root, '.data', name)
  const embedded = given ? undefined : await startEmbedded({ folder, log: () => {}, flags })
  const url = given ?? (embedded as { url: string }).url
  const template = `flora_template_${randomUUID().slice(0, 8)}`
  const stop = async () => {
    await onServer(`drop database if exists ${template} with (force)`, url)
    await embedded?.stop()
  }
  return { url, template, stop }
}

async function makeTemplate({ url, template }: Server): Promise<void> {
  await onServer(`create database ${template}`, url)
  const own = new URL(url)
  own.pathname = `/${template}`
  const db = connect(own.href)
  await migrate(db)
  await db.destroy()
  const jobs = await startJobs({ url: own.href, log: pino({ level: 'silent' }), isWorking: false })
  await jobs.stop()
}

function startMocha({ url, template }: Server, words: string[], stdio: StdioOptions): ChildProcess {
  const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js')
  const environment = {
    // Another seed makes up other input: a run is the same as the one before unless somebody wishes.
    FLORA_SEED: '1',
    ...process.env,
    FLORA_TEST_SERVER: url,
    FLORA_TEST_TEMPLATE: template,
    NODE_ENV: 'test',
    ...(process.stdout.isTTY && { MOCHA_COLORS: '1' }),
  }
  return spawn(process.execPath, [mocha, ...words], { cwd: root, stdio, env: environment })
}

const codeOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))

/** Prints suite by suite what each of several says, so that the lines of one stay together. */
function print(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) {
    let text = ''
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const end = text.lastIndexOf('\n\n') + 2
      if (end < 2) return
      process.stdout.write(text.slice(0, end))
      text = text.slice(end)
    })
    stream?.once('end', () => process.stdout.write(text))
  }
}

const nothing: Outcome = { passes: 0, failures: 0, pending: 0, words: '' }

/** One of several processes. @returns what it told at its end; a failure when it told nothing, or ended badly */
async function runShare(server: Server, files: string[]): Promise<Outcome> {
  const child = startMocha(server, files, ['ignore', 'pipe', 'pipe', 'ipc'])
  let told = nothing
  child.on('message', (outcome: Outcome) => {
    told = outcome
  })
  print(child)
  const code = await codeOf(child)
  if (told.words !== '' && (code === 0) === (told.failures === 0)) return told
  const words = `  A process ended with ${code} before its time. It had ${files.join(' ')}\n`
  return { ...told, failures: told.failures + 1, words: told.words + words }
}

async function runAll(): Promise<number> {
  const shares = await dealt(root, Math.min(availableParallelism(), MOST_PROCESSES))
  const servers: Server[] = []
  try {
    // One after the other: the first may have to make the user whom Postgres runs as.
    for (const [n] of shares.entries()) servers.push(await startServer(`test-${n + 1}`))
    await Promise.all(servers.map(makeTemplate))
    const outcomes = await Promise.all(servers.map((server, n) => runShare(server, shares[n] ?? [])))
    const sum = (of: 'passes' | 'failures' | 'pending') =>
      outcomes.reduce((total, outcome) => total + outcome[of], 0)
    for (const { words } of outcomes) console.log(words)
    const all = { passes: sum('passes'), failures: sum('failures'), pending: sum('pending') }
    console.log(summary(all))
    return all.failures > 0 ? 1 : 0
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()))
  }
}

async function runGiven(words: string[]): Promise<number> {
  const server = await startServer('test')
  try {
    await makeTemplate(server)
    const files = words.some((word) => word.endsWith('.ts')) ? [] : ['test/**/*.test.ts']
    return await codeOf(startMocha(server, [...words, ...files], 'inherit'))
  } finally {
    await server.stop()
  }
}

const words = process.argv.slice(2)
process.exit(words.length > 0 ? await runGiven(words) : await runAll())
