import type { RequestHandler } from 'express'
import { type Clock, MINUTE } from '../clock.ts'
import { signedInAccount } from './access.ts'

const RECENTLY = 15 * MINUTE

/**
 * What matters most is done only by who proved just now who they are; others do so and come back.
 * @param formPath where a form that was posted too late stands; without it they come back to their account
 */
export const recently =
  ({ clock }: { clock: Clock }, formPath?: string): RequestHandler =>
  (req, res, next) => {
    if (clock.now() < (req.session.signedInAt ?? 0) + RECENTLY) return next()
    const { role } = signedInAccount(req)
    const account = role === 'dietitian' ? '/practice/account' : '/my/account'
    const back = req.method === 'GET' ? req.originalUrl : (formPath ?? account)
    res.redirect(303, `/sign-in/again?returnTo=${encodeURIComponent(back)}`)
  }
