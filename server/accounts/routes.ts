import { type RequestHandler, Router } from 'express'
import type { Knex } from 'knex'
import passportModule from 'passport'
import { Strategy } from 'passport-local'
import { type Account, anyone, insidePath } from '../web/access.ts'
import { emptyForm, postedForm, readForm, refusedForm } from '../web/form.ts'
import type { Tries } from '../web/tries.ts'
import { signInForm } from './forms.ts'
import { isPassword } from './password.ts'
import { findAccount, findAccountByEmail } from './store.ts'

/** Who may sign in by e-mail and password, and whom a session stands for. */
export function createSignIn(db: Knex) {
  const passport = new passportModule.Passport()
  passport.use(
    new Strategy({ usernameField: 'email' }, async (email, password, done) => {
      try {
        const found = await findAccountByEmail(db, email)
        done(null, (await isPassword(found?.passwordHash, password)) && found ? found.account : false)
      } catch (error) {
        done(error)
      }
    }),
  )
  passport.serializeUser<string>((account, done) => done(null, account.id))
  passport.deserializeUser<string>((id, done) => {
    findAccount(db, id).then((account) => done(null, account ?? false), done)
  })
  return passport
}

export type SignIn = ReturnType<typeof createSignIn>

const homeOf = (account: Account): string => (account.role === 'dietitian' ? '/practice' : '/')

const REFUSED = 'This e-mail address and password do not fit together. Please check both.'

export function accountRoutes({ passport, tries }: { passport: SignIn; tries: Tries }): Router {
  const router = Router()

  /** Resolves with the account, or undefined when e-mail and password don't fit. */
  const authenticate = (...[req, res]: Parameters<RequestHandler>) =>
    new Promise<Account | undefined>((resolve, reject) => {
      const answer = (error: unknown, account: Account | false) =>
        error ? reject(error) : resolve(account || undefined)
      passport.authenticate('local', answer)(req, res, reject)
    })

  router.get('/sign-in', anyone, (req, res) => {
    if (req.user) return res.redirect(303, homeOf(req.user))
    res.render('accounts/sign-in', { form: emptyForm(), returnTo: insidePath(req.query.returnTo, '') })
  })

  router.post('/sign-in', anyone, postedForm, async (req, res, next) => {
    const returnTo = insidePath(req.body?.returnTo, '')
    const read = readForm(signInForm, req.body)
    if (!read.ok) return res.status(422).render('accounts/sign-in', { form: read.form, returnTo })
    const names = { account: read.value.email, address: req.ip ?? '' }
    await tries.check(names)
    req.body = read.value
    const account = await authenticate(req, res, next)
    if (!account) {
      await tries.fail(names)
      const form = refusedForm({ email: read.value.email }, 'email', REFUSED)
      return res.status(422).render('accounts/sign-in', { form, returnTo })
    }
    await tries.forgive('account', names.account)
    req.logIn(account, (error) => (error ? next(error) : res.redirect(303, returnTo || homeOf(account))))
  })

  router.post('/sign-out', anyone, postedForm, (req, res, next) => {
    req.logout((error) => {
      if (error) return next(error)
      req.session.destroy((failure) => {
        if (failure) return next(failure)
        res.set('Clear-Site-Data', '"cache", "storage"').redirect(303, '/sign-in')
      })
    })
  })

  return router
}
