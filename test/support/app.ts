import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Knex } from 'knex'
import { pino } from 'pino'
import { createApp } from '../../server/app.ts'
import { beginAudit } from '../../server/audit/starting/store.ts'
import type { Instant } from '../../server/clock.ts'
import { type Config, readConfig } from '../../server/config.ts'
import { createPool } from '../../server/database/pool.ts'
import type { Deps } from '../../server/deps.ts'
import { createEvaluator } from '../../server/forms/expressions/evaluator.ts'
import { createHandlers } from '../../server/handlers.ts'
import { type QueueName, timedQueues } from '../../server/jobs/events.ts'
import { type Jobs, startJobs } from '../../server/jobs/worker.ts'
import { createMailer } from '../../server/mail/transport.ts'
import { openTestDatabase } from './database.ts'
import { type FixedClock, fixedClock, NOW, sealer } from './fixed.ts'

export type TestApp = {
  deps: Deps
  db: Knex
  server: Server
  baseUrl: string
  clock: FixedClock
  /** All that was logged, as text. */
  logged(): string
  /** Does the jobs that wait, as the worker would; reminders up to `until`. @returns how many there were */
  work(until?: Instant): Promise<number>
  mails(): Promise<OutboxMail[]>
}

export type OutboxMail = {
  to_address: string
  subject: string
  plain: string
  html: string
  calendar: string | null
}

const settings = { NODE_ENV: 'test', LOG_LEVEL: 'info', BASE_URL: 'http://localhost:3000' }

let kept: Promise<TestApp & { end(): Promise<void> }> | undefined

/** The real program on this process's database, with a fixed clock; one for all test files of a process. */
export async function testApp(): Promise<TestApp> {
  kept ??= open()
  const app = await kept
  app.clock.set(NOW)
  return app
}

export async function endTestApp(): Promise<void> {
  await (await kept)?.end()
  kept = undefined
}

async function open() {
  const { url, db } = await openTestDatabase()
  const log: string[] = []
  const logger = pino({ level: 'info', base: undefined }, { write: (line: string) => void log.push(line) })
  const pool = createPool(url, logger, 2)
  const jobs: Jobs = await startJobs({ url, log: logger, isWorking: false })
  const clock = fixedClock()
  const config: Config = readConfig(settings)
  const evaluator = createEvaluator()
  const deps: Deps = {
    config,
    db,
    clock,
    log: logger,
    jobs,
    sealer,
    evaluator,
    sessionSecret: 'x'.repeat(40),
    isStopping: () => false,
  }
  await beginAudit(deps, clock.now())
  const server = createServer(createApp(deps, pool))
  keepAlive(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const handlers = createHandlers({ ...deps, mailer: createMailer(deps) })
  return {
    deps,
    db,
    server,
    clock,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logged: () => log.join(''),
    work: (until?: Instant) => workOff(db, handlers, until),
    mails: () =>
      db('outbox_mails').orderBy('id').select('to_address', 'subject', 'plain', 'html', 'calendar'),
    async end() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await evaluator.end()
      await jobs.stop()
      await pool.end()
    },
  }
}

/** As server/main.ts does: longer than any client waits to ask again, which else may find its connection just gone. */
function keepAlive(server: Server): void {
  server.keepAliveTimeout = 65_000
}

/**
 * The same program once more on the same database, as a second process would be.
 * @param name of the host: passkeys need one that is a name
 */
export async function anotherProcess(app: TestApp, name = '127.0.0.1', more: Record<string, string> = {}) {
  const { url } = await openTestDatabase()
  const pool = createPool(url, app.deps.log, 2)
  const server = createServer()
  keepAlive(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://${name}:${(server.address() as AddressInfo).port}`
  const config = readConfig({ ...settings, ...more, BASE_URL: baseUrl })
  const deps: Deps = { ...app.deps, config }
  server.on('request', createApp(deps, pool))
  return {
    ...app,
    deps,
    server,
    baseUrl,
    async end() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await pool.end()
    },
  }
}

type Job = { id: string; name: QueueName; data: never }

async function workOff(
  db: Knex,
  handlers: ReturnType<typeof createHandlers>,
  until?: Instant,
): Promise<number> {
  let done = 0
  for (;;) {
    const { rows } = await db.raw<{ rows: Job[] }>(
      `select id, name, data from pgboss.job where state in ('created', 'retry') and name = any(?)
       and (name <> all(?) or start_after <= ?) order by start_after, created_on, id limit 1`,
      [Object.keys(handlers), timedQueues, new Date(until ?? 0).toISOString()],
    )
    const [job] = rows
    if (!job) return done
    await handlers[job.name](job.data)
    await db.raw(`update pgboss.job set state = 'completed', completed_on = created_on where id = ?`, [
      job.id,
    ])
    done += 1
  }
}
