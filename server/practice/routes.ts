import type { Application, RequestHandler } from 'express'
import type { Knex } from 'knex'
import { NotSetUp } from '../web/errors.ts'
import { findPractice, type Practice } from './store.ts'

declare global {
  namespace Express {
    interface Locals {
      practice: Practice
    }
  }
}

/** Every page speaks of the practice: it is at hand as `practice`, and the last one known on error pages. */
export function loadPractice(app: Application, db: Knex): RequestHandler {
  return async (_req, res, next) => {
    const practice = await findPractice(db)
    if (!practice) throw new NotSetUp()
    app.locals.practice = practice
    res.locals.practice = practice
    next()
  }
}
