import type { Knex } from 'knex'
import { fromKnex, type JobResult, PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import type { Instant } from '../clock.ts'
import { connectionSettings } from '../database/connect.ts'
import { errorFacts } from '../web/log.ts'
import {
  type Events,
  type Handlers,
  listeners,
  type QueueName,
  type Queues,
  queueNames,
  timedQueues,
  timetable,
} from './events.ts'

export type Jobs = {
  /** Puts one job per listener into the transaction of the change that it tells of: both are kept, or neither. */
  publish<E extends keyof Events>(trx: Knex.Transaction, event: E, data: Events[E]): Promise<void>
  /** One job for later, at an instant; with a key, the same job is not queued twice. */
  schedule<Q extends QueueName>(
    trx: Knex,
    queue: Q,
    data: Queues[Q],
    startAt: Instant,
    key: string,
  ): Promise<void>
  /** Takes jobs and runs them until `stop`. */
  work(handlers: Handlers): Promise<void>
  isReady(): Promise<boolean>
  stop(): Promise<void>
}

/**
 * A mail server that is away is asked again after 5 s, 10 s, 20 s … at most every half hour, for two days.
 * A job of a killed worker expires after 30 s and is found within 15 s more.
 */
const queueOptions = {
  retryLimit: 100,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 1800,
  expireInSeconds: 30,
  deleteAfterSeconds: 3 * 24 * 3600,
}

/** A few at once, and without a pause while there are more: a full day of mails leaves in seconds. */
const workOptions = {
  pollingIntervalSeconds: 1,
  batchSize: 5,
  burstWhenBatchFull: true,
  perJobResults: true,
} as const

const STOP_WITHIN = 10_000

/** @param isWorking whether this process also takes jobs, and looks after the queues */
export async function startJobs(options: { url: string; log: Logger; isWorking: boolean }): Promise<Jobs> {
  const { url, log, isWorking } = options
  const boss = new PgBoss({
    ...connectionSettings(url, 'flora jobs'),
    max: isWorking ? 4 : 2,
    supervise: isWorking,
    schedule: isWorking,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
  })
  boss.on('error', (error) => log.warn(errorFacts(error), 'jobs'))
  await boss.start()
  // "short": one queued job a key, so that planning the same reminder twice leaves one.
  for (const name of queueNames) {
    const policy = timedQueues.includes(name) ? 'short' : 'standard'
    await boss.createQueue(name, { ...queueOptions, policy })
  }

  return {
    async publish(trx, event, data) {
      const db = fromKnex(trx)
      for (const queue of listeners[event]) await boss.send(queue, data, { db })
    },
    async schedule(trx, queue, data, startAt, key) {
      await boss.send(queue, data, { db: fromKnex(trx), startAfter: new Date(startAt), singletonKey: key })
    },
    async work(handlers) {
      for (const { queue, cron } of timetable) await boss.schedule(queue, cron, {})
      for (const queue of queueNames) {
        const run = handlers[queue] as (data: object) => Promise<void>
        const settle = async ({ id, data }: { id: string; data: object }): Promise<JobResult> => {
          try {
            await run(data)
            return { id, status: 'completed' }
          } catch (error) {
            // Nothing of the error is kept with the job: the words of a mail server may name people.
            log.warn({ queue, ...errorFacts(error) }, 'job failed, it will be tried again')
            return { id, status: 'failed', output: { kind: error instanceof Error ? error.name : 'unknown' } }
          }
        }
        await boss.work<object, unknown, typeof workOptions>(queue, workOptions, (jobs) =>
          Promise.all(jobs.map(settle)),
        )
      }
    },
    isReady: async () => (await boss.getQueues()).length >= queueNames.length,
    stop: () => boss.stop({ graceful: true, timeout: STOP_WITHIN }),
  }
}
