import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { pino } from 'pino'
import { createApp } from '../../server/app.ts'
import { systemClock } from '../../server/clock.ts'
import { readConfig } from '../../server/config.ts'
import { connect } from '../../server/database/connect.ts'
import { createPool } from '../../server/database/pool.ts'
import { createEvaluator } from '../../server/forms/expressions/evaluator.ts'
import { startJobs } from '../../server/jobs/worker.ts'
import { createSealer } from '../../server/sealing/seal.ts'
import { secrets } from './flora.ts'

/** What went to Postgres, as pg was handed it; `rows` came back. */
export type Query = { text: string; values: unknown[]; rows: Record<string, unknown>[] }

type Asked = { text: string; values?: unknown[] }
type Asking = pg.Client & { connectionParameters: { application_name?: string } }
type Answered = (error: Error | null, result: pg.QueryResult) => void

/**
 * Runs the program in this process, warm, and writes down every query of every pool while `act` runs.
 * @param act is called with the address of the server and a way to take away what was written down so far
 */
export async function capture(
  url: string,
  act: (base: string, take: () => Query[]) => Promise<void>,
): Promise<Query[]> {
  const log = pino({ level: 'silent' })
  const config = readConfig({ NODE_ENV: 'production', DATABASE_URL: url, WORKER: 'off', ...secrets })
  const db = connect(url)
  const pool = createPool(url, log)
  const jobs = await startJobs({ url, log, isWorking: false })
  const evaluator = createEvaluator()
  const deps = {
    ...{ config, db, log, jobs },
    clock: systemClock,
    sealer: createSealer(secrets.SEALING_KEYS),
    evaluator,
    sessionSecret: secrets.SESSION_SECRET,
    isStopping: () => false,
  }
  const server = createServer(createApp(deps, pool))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const queries: Query[] = []
  const { prototype } = pg.Client
  const original = prototype.query
  prototype.query = function (this: Asking, asked: Asked | string, ...rest: unknown[]) {
    // What the queues do of their own accord belongs to no request.
    if (this.connectionParameters.application_name === 'flora jobs')
      return Reflect.apply(original, this, [asked, ...rest])
    const [first] = rest
    const query: Query =
      typeof asked === 'string'
        ? { text: asked, values: Array.isArray(first) ? first : [], rows: [] }
        : { text: asked.text, values: asked.values ?? [], rows: [] }
    queries.push(query)
    const answered = rest.pop() as Answered
    const noted: Answered = (error, result) => {
      query.rows = result?.rows ?? []
      answered(error, result)
    }
    return Reflect.apply(original, this, [asked, ...rest, noted])
  } as typeof original
  try {
    await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => queries.splice(0))
  } finally {
    prototype.query = original
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await jobs.stop()
    await evaluator.end()
    await pool.end()
    await db.destroy()
  }
  return queries
}
