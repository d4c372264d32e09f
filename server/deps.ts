import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Evaluator } from './forms/expressions/evaluator.ts'
import type { Jobs } from './jobs/worker.ts'
import type { Sealer } from './sealing/seal.ts'

/** What the whole program is made with; features take the parts that they name. */
export type Deps = {
  config: Config
  db: Knex
  clock: Clock
  log: Logger
  jobs: Jobs
  sealer: Sealer
  evaluator: Evaluator
  sessionSecret: string
  /** When the process stops, /readyz says so before the doors close. */
  isStopping(): boolean
}
