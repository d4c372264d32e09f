import pg from 'pg'
import type { Logger } from 'pino'
import { errorFacts } from '../web/log.ts'
import { connectionSettings } from './connect.ts'
import { prepareOften } from './preparing.ts'

/** For libraries that bring their own SQL. A client without an error listener would end the process with Postgres. */
export function createPool(url: string, log: Logger, most = 4): pg.Pool {
  const pool = new pg.Pool({ ...connectionSettings(url, 'flora sessions'), max: most })
  pool.on('error', (error) => log.warn(errorFacts(error), 'pool'))
  pool.on('connect', (client) => {
    client.on('error', (error: Error) => log.warn(errorFacts(error), 'pool client'))
    prepareOften(client)
  })
  return pool
}
