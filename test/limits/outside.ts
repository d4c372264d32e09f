import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type pg from 'pg'
import { createApp } from '../../server/app.ts'
import { createPool } from '../../server/database/pool.ts'
import type { TestApp } from '../support/app.ts'
import { openTestDatabase } from '../support/database.ts'

/** The program behind one proxy, as a process of its own would be: with its own pool on the same database. */
export type Outside = { baseUrl: string; pool: pg.Pool; close(): Promise<void> }

export async function outside({ deps }: TestApp, url?: string): Promise<Outside> {
  const pool = createPool(url ?? (await openTestDatabase()).url, deps.log, 2)
  const config = { ...deps.config, trustProxy: 1 }
  const server = createServer(createApp({ ...deps, config }, pool))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pool,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      if (!pool.ended) await pool.end()
    },
  }
}

/** As the proxy says whom a request comes from. */
export const from = (address: string) => ({ 'x-forwarded-for': address })
