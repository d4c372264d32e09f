import type { Application, RequestHandler } from 'express'
import type { Knex } from 'knex'
import { MINUTE } from '../clock.ts'
import { NotSetUp } from '../web/errors.ts'
import type { Limits } from '../web/session.ts'
import { findPractice, type Practice, type SessionMinutes } from './store.ts'

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
    res.locals.sessionLimits = limitsOf(practice.sessionMinutes)
    next()
  }
}

const limitsOf = ({ client, dietitian }: SessionMinutes): Limits => ({
  client: { idle: client.idle * MINUTE, absolute: client.absolute * MINUTE },
  dietitian: { idle: dietitian.idle * MINUTE, absolute: dietitian.absolute * MINUTE },
})
