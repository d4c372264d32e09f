import { type Request, type RequestHandler, type Response, Router } from 'express'
import passportModule from 'passport'
import { Strategy } from 'passport-local'
import { MINUTE } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { type Account, anyone, insidePath, signedIn, signedInAccount } from '../../web/access.ts'
import { addressOf } from '../../web/addresses.ts'
import { emptyForm, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { BEFORE, beginHalf, beginSession, endSession } from '../../web/session.ts'
import type { Tries } from '../../web/tries.ts'
import { findFactors, hasFactor, takeCode } from '../factors/store.ts'
import { againForm, signInForm } from '../forms.ts'
import type { SignInKind } from '../limits.ts'
import { isPassword } from '../password.ts'
import { findAccount, findAccountByEmail, findSignedIn, findWays } from '../store.ts'
import { accountPath, homeOf, landing, waysAgain, withReturn } from '../ways.ts'

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
    const session = { sid: req.sessionID, accountId }
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

const RECENTLY = 15 * MINUTE

/** How somebody signs in is changed only by who proved just now who they are; others do so and come back. */
export const recently =
  ({ clock }: Pick<Deps, 'clock'>): RequestHandler =>
  (req, res, next) => {
    if (clock.now() < (req.session.signedInAt ?? 0) + RECENTLY) return next()
    const back = req.method === 'GET' ? req.originalUrl : accountPath(signedInAccount(req))
    res.redirect(303, withReturn('/sign-in/again', back))
  }

const REFUSED = 'This e-mail address and password do not fit together. Please check both.'

/** Signing in with e-mail and password, signing in again before something that matters, and signing out. */
export function signingRoutes(
  needs: Pick<Deps, 'db' | 'clock' | 'sealer'> & { passport: SignIn; tries: Tries<SignInKind> },
): Router {
  const { db, clock, sealer, passport, tries } = needs
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
    const found = await findWays(db, account.id)
    const { passwordHash, hasApp, passkeys } = found
    const ways = waysAgain({
      role: account.role,
      hasPassword: passwordHash !== null,
      hasApp,
      hasPasskey: passkeys > 0,
    })
    res.render('accounts/again', { form, ways, email: found.email, returnTo: res.locals.returnTo })
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
    const known = await findWays(db, account.id)
    const shown = { role: account.role, hasPassword: known.passwordHash !== null, hasApp: known.hasApp }
    const ways = waysAgain({ ...shown, hasPasskey: known.passkeys > 0 })
    await tries.take({ account: known.email })
    const { password, code } = read.value
    if (!ways.password || !(await isPassword(known.passwordHash, password)))
      return showAgain(
        res.status(422),
        account,
        refusedForm({}, 'password', 'This is not your password. Please check it.'),
      )
    if (ways.code) await tries.take({ factor: account.id })
    if (ways.code && !(await takeCode(db, sealer, { accountId: account.id, code }, clock.now())))
      return showAgain(res.status(422), account, refusedForm({}, 'code', WRONG_CODE))
    await tries.forgive('account', known.email)
    if (ways.code) await tries.forgive('factor', account.id)
    await beginSession(req, account, { hasFactor: ways.code }, clock.now())
    res.redirect(303, landing(account, res.locals.returnTo || accountPath(account)))
  })

  router.post('/sign-out', anyone, postedForm, async (req, res) => {
    await endSession(req)
    res.set('Clear-Site-Data', '"cache", "storage"').redirect(303, '/sign-in')
  })

  return router
}

export const WRONG_CODE =
  'This code does not fit. Please type the one that your app shows now; each works once.'
