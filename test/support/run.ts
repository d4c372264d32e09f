import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { pino } from 'pino'
import { connect } from '../../server/database/connect.ts'
import { startEmbedded } from '../../server/database/embedded.ts'
import { migrate } from '../../server/database/migrate.ts'
import { startJobs } from '../../server/jobs/worker.ts'
import { onServer } from './database.ts'

/**
 * npm run mocha [-- files]: a Postgres for the tests (TEST_DATABASE_URL, or the embedded one with its own data),
 * one migrated template database, then mocha. Without fsync: nothing of it is to be kept.
 */
const root = path.join(import.meta.dirname, '../..')
const template = `flora_template_${randomUUID().slice(0, 8)}`

async function makeTemplate(url: string): Promise<void> {
  await onServer(`create database ${template}`, url)
  const own = new URL(url)
  own.pathname = `/${template}`
  const db = connect(own.href)
  await migrate(db)
  await db.destroy()
  const jobs = await startJobs({ url: own.href, log: pino({ level: 'silent' }), isWorking: false })
  await jobs.stop()
}

/** The files named on the command line, or all of them. */
function chosen(): string[] {
  const given = process.argv.slice(2)
  return given.some((word) => word.endsWith('.ts')) ? given : [...given, 'test/**/*.test.ts']
}

function runMocha(url: string): Promise<number> {
  const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js')
  const environment = {
    ...process.env,
    FLORA_TEST_SERVER: url,
    FLORA_TEST_TEMPLATE: template,
    NODE_ENV: 'test',
  }
  const child = spawn(process.execPath, [mocha, ...chosen()], {
    cwd: root,
    stdio: 'inherit',
    env: environment,
  })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

const given = process.env.TEST_DATABASE_URL
const folder = path.join(root, '.data/test')
const flags = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']
const embedded = given ? undefined : await startEmbedded({ folder, log: () => {}, flags })
const url = given ?? (embedded as { url: string }).url
let code = 1
try {
  await makeTemplate(url)
  code = await runMocha(url)
} finally {
  await onServer(`drop database if exists ${template} with (force)`, url)
  await embedded?.stop()
}
process.exit(code)
