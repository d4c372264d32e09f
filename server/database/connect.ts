import knexModule, { type Knex } from 'knex'
import pg from 'pg'
import { prepareOften } from './preparing.ts'

const TIMESTAMPTZ = 1184
const DATE = 1082
const INT8 = 20

/** timestamptz as an Instant (ms, UTC), date as 'YYYY-MM-DD', int8 as a number; the rest as pg does it. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === TIMESTAMPTZ) return (text: string) => Date.parse(text)
    if (oid === DATE) return (text: string) => text
    if (oid === INT8) return (text: string) => Number(text)
    return pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

/**
 * query_timeout is ours, on this side: with statement_timeout alone a cut network hung for 25 s and more.
 * Shared by every pool of the process.
 */
export const connectionSettings = (url: string, applicationName: string) => ({
  connectionString: url,
  application_name: applicationName,
  connectionTimeoutMillis: 3000,
  query_timeout: 5000,
  statement_timeout: 4500,
  idle_in_transaction_session_timeout: 10000,
  keepAlive: true,
})

/** @param most how many connections this pool may open */
export function connect(url: string, most = 10): Knex {
  return knexModule({
    client: 'pg',
    connection: { ...connectionSettings(url, 'flora'), types } as Knex.PgConnectionConfig,
    pool: {
      min: 0,
      max: most,
      afterCreate(client: pg.Client, done: (error: Error | null, client: pg.Client) => void) {
        prepareOften(client)
        done(null, client)
      },
    },
    acquireConnectionTimeout: 4000,
  })
}
