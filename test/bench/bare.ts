import compression from 'compression'
import express from 'express'
import pg from 'pg'
import type { Query } from './capture.ts'

/**
 * A process of its own: Express and pg and nothing else. Each route runs the queries that a page of ours was seen to
 * run, one after the other, and sends the same bytes.
 */

export type BareRoute = {
  path: string
  type: string
  body: string
  /** The same bytes are the compressed ones: by the same module, it can't be spared. */
  isCompressed: boolean
  queries: Pick<Query, 'text' | 'values'>[]
}
export type BareTask = { url: string; routes: BareRoute[] }

const CONNECTIONS = 10

process.once('message', ({ url, routes }: BareTask) => {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
  const app = express()
  for (const { path, type, body, queries, isCompressed } of routes) {
    if (isCompressed) app.use(path, compression())
    app.get(path, async (_req, res) => {
      for (const query of queries) await pool.query(query.text, query.values)
      res.type(type).send(body)
    })
  }
  const server = app.listen(0, '127.0.0.1', () => process.send?.(server.address()))
})
process.once('disconnect', () => process.exit())
