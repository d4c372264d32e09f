import { type Request, type RequestHandler, type Response, Router } from 'express'
import passportModule from 'passport'
import { Strategy } from 'passport-local'
import type { Deps } from '../../deps.ts'
import { type Account, anyone, insidePath, signedIn, signedInAccount } from '../../web/access.ts'
import { addressOf } from '../../web/addresses.ts'
import { emptyForm, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { BEFORE, beginHalf, beginSession, endSession, sessionLimits } from '../../web/session.ts'
import type { Tries } from '../../web/tries.ts'
import { findWaysAgain, proveAgain } from '../again/store.ts'
import { findFactors, hasFactor } from '../factors/store.ts'
import { againForm, signInForm } from '../forms.ts'
import type { SignInKind } from '../limits.ts'
import { isPassword } from '../password.ts'
import { findAccount, findAccountByEmail, findSignedIn, findWays } from '../store.ts'
import { accountPath, homeOf, landing, withReturn } from '../ways.ts'
import { whyAgain } from './why.ts'

type Needs = Pick<Deps, 'db' | 'clock'>

/** Who may sign in by e-mail and password, and whom a session stands for. */
export function createSignIn({ db, clock }: Needs) {
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
  passport.deserializeUser<string, Request>((req, accountId, done) => {
    const session = { sid: req.sessionID, accountId, limits: sessionLimits(req) }
    findSignedIn(db, session, clock.now()).then((account) => done(null, account ?? false), done)
  })
  return passport
}

export type SignIn = ReturnType<typeof createSignIn>

/** Who is half signed in, for a quarter of an hour. */
export const loadPending =
  ({ db, clock }: Needs): RequestHandler =>
  async (req, _res, next) => {
    const { pendingAccountId, since = 0 } = req.session
    if (!pendingAccountId || req.user || clock.now() >= since + BEFORE) return next()
    const account = await findAccount(db, pendingAccountId)
    if (account) req.pending = { account, email: (await findWays(db, account.id)).email }
    next()
  }

const REFUSED = 'This e-mail address and password do not fit together. Please check both.'

/** Signing in with e-mail and password, signing in again before something that matters, and signing out. */
export function signingRoutes(
  needs: Pick<Deps, 'db' | 'clock' | 'sealer'> & { passport: SignIn; tries: Tries<SignInKind> },
): Router {
  const { db, clock, passport, tries } = needs
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
    const from = { address: addressOf(req) }
    await tries.check(from)
    await tries.take({ account: read.value.email })
    req.body = read.value
    const account = await authenticate(req, res, next)
    if (!account) {
      await tries.fail(from)
      const form = refusedForm({ email: read.value.email }, 'email', REFUSED)
      return res.status(422).render('accounts/sign-in', { form, returnTo })
    }
    await tries.forgive('account', read.value.email)
    if (account.role === 'dietitian') {
      const factors = await findFactors(db, account.id)
      if (hasFactor(factors) || factors.isRequired) {
        await beginHalf(req, account.id, clock.now())
        return res.redirect(303, withReturn('/sign-in/second-factor', returnTo))
      }
    }
    await beginSession(req, account, { hasFactor: false }, clock.now())
    res.redirect(303, landing(account, returnTo))
  })

  async function showAgain(res: Response, account: Account, form = emptyForm()) {
    const { email, ways } = await findWaysAgain(db, account)
    const { returnTo } = res.locals
    res.render('accounts/again', { form, ways, email, returnTo, why: whyAgain(returnTo) })
  }

  const readReturn: RequestHandler = (req, res, next) => {
    res.locals.returnTo = insidePath(req.body?.returnTo ?? req.query.returnTo, '')
    next()
  }

  router.get('/sign-in/again', signedIn, readReturn, (req, res) => showAgain(res, signedInAccount(req)))

  router.post('/sign-in/again', signedIn, postedForm, readReturn, async (req, res) => {
    const account = signedInAccount(req)
    const read = readForm(againForm, req.body)
    if (!read.ok) return showAgain(res.status(422), account, read.form)
    const { ways } = await findWaysAgain(db, account)
    const wrong = await proveAgain(needs, account, read.value, clock.now())
    if (wrong) return showAgain(res.status(422), account, refusedForm({}, wrong.name, wrong.message))
    await beginSession(req, account, { hasFactor: ways.code }, clock.now())
    res.redirect(303, landing(account, res.locals.returnTo || accountPath(account)))
  })

  router.post('/sign-out', anyone, postedForm, async (req, res) => {
    await endSession(req)
    res.set('Clear-Site-Data', '"cache", "storage"').redirect(303, '/sign-in')
  })

  return router
}
