import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { Forbidden, NotFound } from './errors.ts'

/** The signed-in person, as the session knows them. */
export type Account = {
  id: string
  role: 'client' | 'dietitian'
  dietitianId: string | null
  clientId: string | null
  /** A dietitian who may change the settings of the practice and who works in it. */
  isOwner: boolean
  name: string
}

export type Pending = { account: Account; email: string }

declare global {
  namespace Express {
    interface User extends Account {}
    interface Request {
      /** Who has shown the right password, and is still to show a second factor. */
      pending?: Pending
    }
  }
}

const guards = new Set<RequestHandler>()

function guard(handler: RequestHandler): RequestHandler {
  guards.add(handler)
  return handler
}

export const isGuard = (handler: unknown): boolean => guards.has(handler as RequestHandler)

/** For everybody, signed in or not. */
export const anyone = guard(function anyone(_req, _res, next) {
  next()
})

/** The secret in the path decides: the store finds one record by it, or none. Nobody keeps or indexes the page. */
export const linkHolder = guard(function linkHolder(_req, res, next) {
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' })
  next()
})

/** A signed-in dietitian; strangers are shown the way to sign in and come back. */
export const dietitian = guard(function dietitian(req, res, next) {
  if (!req.user) return askToSignIn(req, res)
  if (req.user.role !== 'dietitian' || !req.user.dietitianId) throw new Forbidden()
  next()
})

/** A signed-in dietitian who owns the practice: its settings, its people, and what is deleted for good. */
export const owner = guard(function owner(req, res, next) {
  if (!req.user) return askToSignIn(req, res)
  if (req.user.role !== 'dietitian' || !req.user.dietitianId || !req.user.isOwner) throw new Forbidden()
  next()
})

/** A signed-in client. */
export const client = guard(function client(req, res, next) {
  if (!req.user) return askToSignIn(req, res)
  if (req.user.role !== 'client' || !req.user.clientId) throw new Forbidden()
  next()
})

/** Whoever is signed in: pages about the account itself. */
export const signedIn = guard(function signedIn(req, res, next) {
  if (!req.user) return askToSignIn(req, res)
  next()
})

/** Half signed in: the password was right, the second factor is still to come. Good for these pages and nothing else. */
export const halfSignedIn = guard(function halfSignedIn(req, res, next) {
  if (!req.pending) return res.redirect(303, '/sign-in')
  next()
})

function askToSignIn(req: Request, res: Response) {
  const back = req.method === 'GET' ? req.originalUrl : homePath(req.originalUrl)
  res.redirect(303, `/sign-in?returnTo=${encodeURIComponent(back)}`)
}

const homePath = (path: string): string => (path.startsWith('/my') ? '/my' : '/practice')

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/** From this very machine, and not passed on by a proxy. */
export const isNear = ({ socket, headers }: Request): boolean =>
  LOOPBACK.test(socket.remoteAddress ?? '') && !FORWARDED.some((name) => name in headers)

/** Only from this very machine: not through a proxy, not by a name that somebody points at loopback. */
export const loopback = guard(function loopback(req: Request, res: Response, next: NextFunction) {
  if (!isNear(req) || !LOOPBACK_HOST.test(req.headers.host ?? '')) throw new NotFound()
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' })
  next()
})

/** The dietitian whose pages these are. Behind the guard `dietitian` only. */
export function signedInDietitian(req: Request): { accountId: string; dietitianId: string; name: string } {
  if (!req.user?.dietitianId) throw new Forbidden()
  return { accountId: req.user.id, dietitianId: req.user.dietitianId, name: req.user.name }
}

/** The client whose pages these are. Behind the guard `client` only. */
export function signedInClient(req: Request): { accountId: string; clientId: string; name: string } {
  if (!req.user?.clientId) throw new Forbidden()
  return { accountId: req.user.id, clientId: req.user.clientId, name: req.user.name }
}

/** Whose second factor is asked for. Behind the guard `halfSignedIn` only. */
export function halfSignedInAccount(req: Request): Pending {
  if (!req.pending) throw new Forbidden()
  return req.pending
}

/** Whose account it is. Behind the guard `signedIn`, `client` or `dietitian` only. */
export function signedInAccount(req: Request): Account {
  if (!req.user) throw new Forbidden()
  return req.user
}

/** Where to go after signing in: a path of ours or the fallback, never another site. */
export function insidePath(path: unknown, fallback: string): string {
  if (typeof path !== 'string' || path.length > 500 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(path))
    return fallback
  return path.includes('\\') ? fallback : path
}
