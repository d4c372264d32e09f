import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { type Logger, pino } from 'pino'

declare global {
  namespace Express {
    interface Request {
      id: string
    }
  }
}

export const createLog = (level: string): Logger => pino({ level, base: undefined })

/** The pattern of the route, never the address itself: paths carry secrets, queries carry what people type. */
const routeOf = (req: Request): string => (req.route ? `${req.baseUrl}${req.route.path}` : '(none)')

/** A signed-in person's 404 counts as one: the record is not there, or it is somebody else's. */
const isRefusal = (req: Request, status: number): boolean =>
  status === 403 || status === 429 || (status === 404 && !!req.user && !!req.route)

/**
 * A line a request, of an allow-list: id, method, route, status, milliseconds, and the account's id. Refused access is
 * a warning that says so: who, what, and by the log's own time when.
 */
export function requestLog(log: Logger): RequestHandler {
  return (req, res, next) => {
    req.id = randomUUID()
    const started = performance.now()
    res.on('close', () => {
      const ms = Math.round((performance.now() - started) * 10) / 10
      const line = { request: req.id, method: req.method, route: routeOf(req), status: res.statusCode, ms }
      const told = req.user ? { ...line, account: req.user.id } : line
      if (isRefusal(req, res.statusCode)) log.warn(told, 'refused')
      else log.info(told)
    })
    next()
  }
}

/** Of an error only its kind, code and stack: its message or fields may hold what somebody typed. */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error }
  const code = 'code' in error ? String(error.code) : undefined
  const stack = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12)
  return { kind: error.name, code, stack }
}
