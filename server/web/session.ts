import connectPgSimple from 'connect-pg-simple'
import type { RequestHandler } from 'express'
import session from 'express-session'
import type pg from 'pg'

const IDLE = 12 * 60 * 60 * 1000

const Store = connectPgSimple(session)

/** Sessions in Postgres; nothing is stored until somebody signs in. */
export function sessions(options: {
  pool: pg.Pool
  secret: string
  isHttps: boolean
  onError: (e: Error) => void
}): RequestHandler {
  const { pool, secret, isHttps, onError } = options
  return session({
    name: isHttps ? '__Host-flora' : 'flora',
    secret,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: 'lax', secure: isHttps, path: '/', maxAge: IDLE },
    store: new Store({
      pool,
      tableName: 'sessions',
      createTableIfMissing: false,
      pruneSessionInterval: 15 * 60,
      errorLog: (...facts: unknown[]) => {
        const error = facts.find((fact) => fact instanceof Error)
        onError(error ?? new Error('session store'))
      },
    }),
  })
}
