import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.ts'
import { keepHeadOutside } from './audit/outside/keeping.ts'
import { beginAudit } from './audit/starting/store.ts'
import { systemClock } from './clock.ts'
import { type Config, readConfig } from './config.ts'
import { migrate } from './database/migrate.ts'
import { createPool } from './database/pool.ts'
import type { Deps } from './deps.ts'
import { createEvaluator } from './forms/expressions/evaluator.ts'
import { bringOwnForms } from './forms/own/store.ts'
import { createHandlers } from './handlers.ts'
import { startJobs } from './jobs/worker.ts'
import { createMailer } from './mail/transport.ts'
import { findPractice } from './practice/store.ts'
import { explainFailure, openDatabase, readSecrets } from './process.ts'
import { loadSample, sampleSignIns } from './sample/store.ts'
import { createSealer } from './sealing/seal.ts'
import { acceptKeys } from './sealing/store.ts'
import { createLog } from './web/log.ts'

const STOP_WITHIN = 10_000

type Stop = () => Promise<unknown>

/** What was started, to be stopped in reverse order; each step once, and all of them even if one fails. */
const stops: Stop[] = []
let stopping: Promise<void> | undefined

function stopAll(): Promise<void> {
  stopping ??= (async () => {
    for (const stop of stops.reverse()) await stop().catch((error) => console.error(explainFailure(error)))
  })()
  return stopping
}

/** No new connections; the requests under way are finished, for ten seconds at most. */
const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), STOP_WITHIN)
    const sweep = setInterval(() => server.closeIdleConnections(), 50) // those that were just answered
    server.close(() => {
      clearTimeout(impatience)
      clearInterval(sweep)
      resolve()
    })
  })

function listen(server: Server, { port, host }: Config): Promise<number> {
  server.headersTimeout = 15_000
  server.requestTimeout = 30_000
  server.keepAliveTimeout = 65_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function banner(config: Config, port: number, hasPractice: boolean, hasSample: boolean): string {
  const here = `http://localhost:${port}`
  const lines = [`Flora is open:   ${here}`]
  if (!config.smtpUrl)
    lines.push(`Its outbox:      ${here}/outbox   (SMTP_URL is not set: no mail leaves this machine)`)
  if (hasSample)
    for (const { email, password } of sampleSignIns)
      lines.push(`Sample sign-in:  ${email} / ${password}   at ${here}/practice`)
  if (!hasPractice) lines.push('No practice yet: stop this, run npm run setup, and start again.')
  return `\n${lines.map((line) => `  ${line}`).join('\n')}\n`
}

async function start(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLog(config.logLevel)
  const { url, db, embedded } = await openDatabase(config, (line) => log.info(line))
  if (embedded) stops.push(() => embedded.stop())
  stops.push(() => db.destroy())
  await migrate(db)
  const secrets = await readSecrets(config)
  const sealer = createSealer(secrets.sealingKeys)
  await acceptKeys(db, sealer, systemClock.now())
  await beginAudit({ db, sealer }, systemClock.now())
  const outside = keepHeadOutside({ db, log, clock: systemClock, folder: config.dataFolder })
  stops.push(() => outside.stop())
  await bringOwnForms(db, systemClock.now())
  const pool = createPool(url, log)
  stops.push(() => pool.end())
  const isWorking = config.worker !== 'off'
  const jobs = await startJobs({ url, log, isWorking })
  stops.push(() => jobs.stop())
  const evaluator = createEvaluator()
  stops.push(() => evaluator.end())

  const isStopping = () => stopping !== undefined
  const deps: Deps = {
    config,
    db,
    clock: systemClock,
    log,
    jobs,
    sealer,
    evaluator,
    sessionSecret: secrets.sessionSecret,
    isStopping,
  }
  const isSample = embedded !== undefined && !config.production
  if (isSample && !(await findPractice(db))) await loadSample(deps)
  if (isWorking) await jobs.work(createHandlers({ ...deps, mailer: createMailer(deps) }))
  if (config.worker === 'only') return console.log('Flora works on its jobs.')

  const server = createServer(createApp(deps, pool))
  stops.push(() => closeServer(server))
  const port = await listen(server, config)
  console.log(banner(config, port, (await findPractice(db)) !== undefined, isSample))
}

async function stopOnSignal(): Promise<void> {
  await stopAll()
  process.exit(0)
}

process.on('SIGINT', stopOnSignal)
process.on('SIGTERM', stopOnSignal)

await start().catch(async (error) => {
  console.error(`\nFlora could not start. ${explainFailure(error)}\n`)
  await stopAll()
  process.exit(1)
})
