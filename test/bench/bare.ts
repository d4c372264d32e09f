import compression from 'compression'
import express from 'express'
import pg from 'pg'
import { prepareOften } from '../../server/database/preparing.ts'
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
  /** Takes a posted form, and is answered so. */
  post?: { status: number; location: string }
}
/** `prepares`: as our own connections do, which a bare route would not. */
export type BareTask = { url: string; routes: BareRoute[]; prepares?: true }

const CONNECTIONS = 10

const parsed = express.urlencoded({ extended: false, limit: '600kb', parameterLimit: 4000 })

const WRITES = /^\s*(?:update|insert)/i

/** One after the other; from BEGIN to COMMIT on one connection. */
async function ask(pool: pg.Pool, queries: BareRoute['queries']): Promise<void> {
  let held: pg.PoolClient | undefined
  try {
    for (const { text, values } of queries) {
      if (/^begin/i.test(text)) held = await pool.connect()
      const { rowCount } = await (held ?? pool).query(text, values)
      if (WRITES.test(text) && rowCount === 0) throw new Error(`This wrote nothing: ${text}`)
      if (!/^commit/i.test(text)) continue
      held?.release()
      held = undefined
    }
  } finally {
    held?.release()
  }
}

process.once('message', ({ url, routes, prepares }: BareTask) => {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
  if (prepares) pool.on('connect', prepareOften)
  const app = express()
  for (const { path, type, body, queries, isCompressed, post } of routes) {
    if (isCompressed) app.use(path, compression())
    app.get(path, async (_req, res) => {
      await ask(pool, queries)
      res.type(type).send(body)
    })
    if (post)
      app.post(path, parsed, async (_req, res) => {
        await ask(pool, queries)
        if (post.location) res.location(post.location)
        res.status(post.status).type(type).send(body)
      })
  }
  const server = app.listen(0, '127.0.0.1', () => process.send?.(server.address()))
})
process.once('disconnect', () => process.exit())
