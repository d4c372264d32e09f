import { promisify } from 'node:util'
import connectPgSimple from 'connect-pg-simple'
import type { Request, RequestHandler } from 'express'
import session, { type SessionData } from 'express-session'
import type pg from 'pg'
import { type Instant, MINUTE } from '../clock.ts'
import type { Account } from './access.ts'
import { deviceOf } from './device.ts'

declare module 'express-session' {
  interface SessionData {
    /** When this person signed in on this device; signing in again in between does not make it younger. */
    createdAt: Instant
    /** When they last proved who they are. */
    signedInAt: Instant
    /** In words: "Chrome on Android". */
    device: string
    /** Whether a second factor was shown too. */
    hasFactor: boolean
    /** Half signed in: the password was right, the second factor is still to come. */
    pendingAccountId: string
    since: Instant
    /** What a passkey is to sign, for one purpose and once. */
    challenge: { text: string; purpose: string }
  }
}

type Lasting = { idle: number; absolute: number }

/** How long a session lasts without being used, and at most, in milliseconds. */
export type Limits = Record<Account['role'], Lasting>

declare global {
  namespace Express {
    interface Locals {
      /** As the practice has set them. */
      sessionLimits: Limits
    }
  }
}

/** What counts for this request. */
export function sessionLimits({ res }: Request): Limits {
  if (!res) throw new Error('A request without its response')
  return res.locals.sessionLimits
}

/** What a stranger has before they are signed in: half a sign-in, or what a passkey is to sign. */
export const BEFORE = 15 * MINUTE

const SEEN_EVERY = MINUTE

type Kept = SessionData & { isKept?: true }

const Store = connectPgSimple(session)

/** Sessions in Postgres; nothing is stored until somebody signs in. */
export function sessions(options: {
  pool: pg.Pool
  secret: string
  isHttps: boolean
  onError: (e: Error) => void
}): RequestHandler {
  const { pool, secret, isHttps, onError } = options
  const store = new Store({
    pool,
    tableName: 'sessions',
    createTableIfMissing: false,
    disableTouch: true,
    pruneSessionInterval: 15 * 60,
    errorLog: (...facts: unknown[]) => {
      const error = facts.find((fact) => fact instanceof Error)
      onError(error ?? new Error('session store'))
    },
  })
  return session({
    name: isHttps ? '__Host-flora' : 'flora',
    secret,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: isHttps, path: '/', maxAge: BEFORE },
    store: endedStaysEnded(store, pool),
  })
}

/**
 * The store writes by "insert or update": a request that began before its session was ended would bring it back. A
 * session that was read is only ever updated.
 */
function endedStaysEnded(store: session.Store, pool: pg.Pool): session.Store {
  const get = store.get.bind(store)
  const insert = store.set.bind(store)
  store.get = (sid, done) =>
    get(sid, (error, found) => done(error, found ? ({ ...found, isKept: true } as Kept) : found))
  store.set = (sid, data: Kept, done) => {
    const { isKept, ...own } = data
    if (!isKept) return insert(sid, own, done)
    const { expires } = data.cookie
    pool
      .query('update sessions set sess = $1, expire = coalesce($2, expire) where sid = $3', [
        JSON.stringify(own),
        expires ? new Date(expires).toISOString() : null,
        sid,
      ])
      .then(
        () => done?.(),
        (error) => done?.(error),
      )
  }
  return store
}

/** @returns whether a session that may last so long is still good at this moment */
export function isAlive(
  { idle, absolute }: Lasting,
  times: { createdAt: Instant; seenAt: Instant },
  now: Instant,
): boolean {
  return now < times.createdAt + absolute && now < times.seenAt + idle
}

/** Written at most once a minute. */
export const isSeenLongAgo = (seenAt: Instant, now: Instant): boolean => now >= seenAt + SEEN_EVERY

/** Signs in: always with a new session id. The session is stored before the answer leaves. */
export async function beginSession(
  req: Request,
  account: Account,
  { hasFactor }: { hasFactor: boolean },
  now: Instant,
): Promise<void> {
  const isSame = req.user?.id === account.id
  const createdAt = isSame ? (req.session.createdAt ?? now) : now
  await promisify(req.logIn.bind(req) as (account: Account, done: (error: unknown) => void) => void)(account)
  const device = deviceOf(req.get('user-agent'))
  Object.assign(req.session, { device, hasFactor, createdAt, signedInAt: now })
  req.session.cookie.maxAge = createdAt + sessionLimits(req)[account.role].absolute - now
  await promisify(req.session.save.bind(req.session))()
}

/** The password was right: a new session that is good for nothing but the second factor. */
export async function beginHalf(req: Request, accountId: string, now: Instant): Promise<void> {
  await promisify(req.session.regenerate.bind(req.session))()
  Object.assign(req.session, { pendingAccountId: accountId, since: now })
  await promisify(req.session.save.bind(req.session))()
}

export const endSession = (req: Request): Promise<void> =>
  promisify(req.session.destroy.bind(req.session))() as Promise<void>

export async function keepChallenge(req: Request, text: string, purpose: string): Promise<void> {
  req.session.challenge = { text, purpose }
  await promisify(req.session.save.bind(req.session))()
}

/** What the passkey was asked to sign, and never again: it is gone before the answer is looked at. */
export async function takeChallenge(req: Request, purpose: string): Promise<string | undefined> {
  const { challenge } = req.session
  if (!challenge) return undefined
  delete req.session.challenge
  await promisify(req.session.save.bind(req.session))()
  return challenge.purpose === purpose ? challenge.text : undefined
}
