import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { isAway, isGone } from '../database/refusals.ts'
import { errorFacts } from './log.ts'

export class NotFound extends Error {}
export class Forbidden extends Error {}
export class Unsupported extends Error {}
/** The database is there, but no practice is in it yet. */
export class NotSetUp extends Error {}
export class BadRequest extends Error {
  readonly field: string
  /** @param message is shown to the person; @param field what part of the request was wrong */
  constructor(message: string, field = '') {
    super(message)
    this.field = field
  }
}
export class TooMany extends Error {
  readonly seconds: number
  readonly words: string
  /** @param words what happened and what to do; "in 10 minutes." follows */
  constructor(seconds: number, words = 'There were too many tries. Please try again') {
    super()
    this.seconds = seconds
    this.words = words
  }
}

/** "in 10 minutes" */
export function inMinutes(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? 'in a minute' : `in ${minutes} minutes`
}

type Words = { status: number; title: string; text: string; retryAfter?: number; field?: string }

const words = {
  badRequest: {
    status: 400,
    title: 'We could not read that',
    text: 'Something in the address or the form was not as we expect it. Please go back and try again.',
  },
  forbidden: {
    status: 403,
    title: 'That is not allowed',
    text: 'This page or action is not open to you, or it was sent from another website. You are still signed in if you were.',
  },
  notFound: {
    status: 404,
    title: 'There is nothing here',
    text: 'The address may be mistyped, or the page has moved. If you came from a link in a mail, please copy the whole link.',
  },
  tooLarge: {
    status: 413,
    title: 'That is too long',
    text: 'Please shorten what you wrote and send it again.',
  },
  unsupported: {
    status: 415,
    title: 'We could not read that',
    text: 'This address takes the fields of a form. Please use the form on the page.',
  },
  tooMany: {
    status: 429,
    title: 'Please wait a little',
    text: 'There were too many tries. Please wait and try again.',
  },
  away: {
    status: 503,
    title: 'We are back in a moment',
    text: 'The portal can’t reach its records right now. Please try again in a minute: go back to your page, nothing you typed is lost.',
    retryAfter: 10,
  },
  notSetUp: {
    status: 503,
    title: 'Nothing is open here yet',
    text: 'This portal has no practice so far. Whoever runs it makes the first one with: npm run setup',
    retryAfter: 60,
  },
  bug: {
    status: 500,
    title: 'Something went wrong on our side',
    text: 'We are sorry. Nothing you did caused this. Please try again, or tell us the code below.',
  },
} satisfies Record<string, Words>

const statusOf = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 0

function explain(error: unknown): Words {
  if (error instanceof NotFound) return words.notFound
  if (error instanceof Forbidden) return words.forbidden
  if (error instanceof Unsupported) return words.unsupported
  if (error instanceof BadRequest) return { ...words.badRequest, text: error.message, field: error.field }
  if (error instanceof TooMany) {
    const text = `${error.words} ${inMinutes(error.seconds)}.`
    return { ...words.tooMany, text, retryAfter: error.seconds }
  }
  if (error instanceof NotSetUp) return words.notSetUp
  if (isAway(error)) return words.away
  if (isGone(error)) return words.notFound
  const status = statusOf(error) // of the body parser and the router
  if (status === 413) return words.tooLarge
  if (status === 415) return words.unsupported
  if (status >= 400 && status < 500) return words.badRequest
  return words.bug
}

function answer(req: Request, res: Response, what: Words): void {
  res.status(what.status).set('Cache-Control', 'no-store')
  if (what.retryAfter) res.set('Retry-After', String(what.retryAfter))
  if (req.path.startsWith('/api/')) {
    res.json({ error: what.text, ...(what.field ? { field: what.field } : {}) })
    return
  }
  const locals = { ...what, code: what.status === 500 ? req.id : '' }
  res.render('errors/error', locals, (failure, html) => {
    if (failure) res.type('text').send(`${what.status} ${STATUS_CODES[what.status]}\n\n${what.text}\n`)
    else res.send(html)
  })
}

export const noSuchPage: RequestHandler = () => {
  throw new NotFound()
}

/** The one error handler. The message of a bug is never shown nor logged: it may quote what was typed. */
export function errorPages(log: Logger): ErrorRequestHandler {
  return (error, req, res, next) => {
    const what = explain(error)
    if ((what.status >= 500 && what !== words.notSetUp) || isGone(error))
      log.error({ request: req.id, status: what.status, ...errorFacts(error) }, what.title)
    if (res.headersSent) return next(error)
    answer(req, res, what)
  }
}
