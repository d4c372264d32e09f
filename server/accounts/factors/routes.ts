import { type Request, type Response, Router } from 'express'
import type { Deps } from '../../deps.ts'
import {
  dietitian,
  halfSignedIn,
  halfSignedInAccount,
  insidePath,
  signedInAccount,
} from '../../web/access.ts'
import { emptyForm, type Form, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { recently } from '../../web/recently.ts'
import { beginSession } from '../../web/session.ts'
import type { Tries } from '../../web/tries.ts'
import { WRONG_CODE } from '../again/store.ts'
import { appCodeForm, recoveryForm } from '../forms.ts'
import type { SignInKind } from '../limits.ts'
import { findWays } from '../store.ts'
import { landing, withReturn } from '../ways.ts'
import { drawQr } from './qr.ts'
import {
  confirmApp,
  findFactors,
  findOrMakeSecret,
  hasFactor,
  removeApp,
  replaceRecoveryCodes,
  takeCode,
  takeRecoveryCode,
} from './store.ts'
import { addressOf, spaced } from './totp.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer' | 'jobs'> & { tries: Tries<SignInKind> }

const NO_SUCH_CODE = 'This recovery code does not fit, or was used before. Please type another one.'
const LAST_ONE =
  'Your practice asks everybody for a second factor, and this is your only one. Please set up another one first.'
const OWN_FIRST = 'Please set up a second factor of your own before you ask everybody for one.'

/** The second factor of a dietitian: at the sign-in, and under account. */
export function factorRoutes(needs: Needs): Router {
  const { db, clock, sealer, jobs, tries } = needs
  const router = Router()
  const returnOf = (req: Request) => insidePath(req.body?.returnTo ?? req.query.returnTo, '')

  async function showSetUp(
    res: Response,
    whose: { id: string; email: string },
    rest: object,
    form: Form = emptyForm(),
  ) {
    const secret = await findOrMakeSecret(db, sealer, whose.id, clock.now())
    const qr = drawQr(addressOf(secret, res.locals.practice.name, whose.email))
    res.render('accounts/second-factor-app', { form, qr, secret: spaced(secret), ...rest })
  }

  async function finish(req: Request, res: Response, returnTo: string) {
    const { account } = halfSignedInAccount(req)
    await tries.forgive('factor', account.id)
    await beginSession(req, account, { hasFactor: true }, clock.now())
    res.redirect(303, landing(account, returnTo))
  }

  router.get('/sign-in/second-factor', halfSignedIn, async (req, res) => {
    const factors = await findFactors(db, halfSignedInAccount(req).account.id)
    const returnTo = returnOf(req)
    if (!hasFactor(factors)) return res.redirect(303, withReturn('/sign-in/second-factor/set-up', returnTo))
    res.render('accounts/second-factor', { form: emptyForm(), factors, returnTo })
  })

  router.post('/sign-in/second-factor', halfSignedIn, postedForm, async (req, res) => {
    const accountId = halfSignedInAccount(req).account.id
    const returnTo = returnOf(req)
    const read = readForm(appCodeForm, req.body)
    const factors = await findFactors(db, accountId)
    if (!read.ok)
      return res.status(422).render('accounts/second-factor', { form: read.form, factors, returnTo })
    await tries.take({ factor: accountId })
    if (await takeCode(db, sealer, { accountId, code: read.value.code }, clock.now()))
      return finish(req, res, returnTo)
    const form = refusedForm({}, 'code', WRONG_CODE)
    res.status(422).render('accounts/second-factor', { form, factors, returnTo })
  })

  router.get('/sign-in/second-factor/recovery', halfSignedIn, (req, res) => {
    res.render('accounts/recovery', { form: emptyForm(), returnTo: returnOf(req) })
  })

  router.post('/sign-in/second-factor/recovery', halfSignedIn, postedForm, async (req, res) => {
    const accountId = halfSignedInAccount(req).account.id
    const returnTo = returnOf(req)
    const read = readForm(recoveryForm, req.body)
    if (!read.ok) return res.status(422).render('accounts/recovery', { form: read.form, returnTo })
    await tries.take({ factor: accountId })
    if (await takeRecoveryCode(db, { accountId, code: read.value.code }, clock.now()))
      return finish(req, res, returnTo)
    const form = refusedForm(req.body, 'code', NO_SUCH_CODE)
    res.status(422).render('accounts/recovery', { form, returnTo })
  })

  router.get('/sign-in/second-factor/set-up', halfSignedIn, async (req, res) => {
    const { account, email } = halfSignedInAccount(req)
    const returnTo = returnOf(req)
    if (hasFactor(await findFactors(db, account.id)))
      return res.redirect(303, withReturn('/sign-in/second-factor', returnTo))
    await showSetUp(res, { id: account.id, email }, { isHalf: true, returnTo, action: req.path })
  })

  router.post('/sign-in/second-factor/set-up', halfSignedIn, postedForm, async (req, res) => {
    const { account, email } = halfSignedInAccount(req)
    const returnTo = returnOf(req)
    if (hasFactor(await findFactors(db, account.id)))
      return res.redirect(303, withReturn('/sign-in/second-factor', returnTo))
    const form = await readFirstCode(account.id, req.body)
    if (form) {
      const rest = { isHalf: true, returnTo, action: req.path }
      return showSetUp(res.status(422), { id: account.id, email }, rest, form)
    }
    await tries.forgive('factor', account.id)
    await beginSession(req, account, { hasFactor: true }, clock.now())
    await showCodes(res, account.id, landing(account, returnTo))
  })

  /** @returns the form with what is wrong, or undefined: the app is set up */
  async function readFirstCode(accountId: string, body: unknown): Promise<Form | undefined> {
    const read = readForm(appCodeForm, body)
    if (!read.ok) return read.form
    await tries.take({ factor: accountId })
    const { code } = read.value
    const isSetUp = await confirmApp(db, { sealer, jobs }, { accountId, code }, clock.now())
    return isSetUp ? undefined : refusedForm({}, 'code', WRONG_CODE)
  }

  /** Ten new codes, on the answer itself: they are shown once. */
  async function showCodes(res: Response, accountId: string, next: string) {
    res.locals.account = res.req.user
    const codes = await replaceRecoveryCodes(db, jobs, accountId, clock.now())
    res.render('accounts/recovery-codes', { codes, next })
  }

  router.get('/practice/account/second-factor', dietitian, recently(needs), async (req, res) => {
    const { id } = signedInAccount(req)
    const { email } = await findWays(db, id)
    await showSetUp(res, { id, email }, { isHalf: false, returnTo: '', action: req.path })
  })

  router.post('/practice/account/second-factor', dietitian, recently(needs), postedForm, async (req, res) => {
    const account = signedInAccount(req)
    const form = await readFirstCode(account.id, req.body)
    if (form) {
      const { email } = await findWays(db, account.id)
      const rest = { isHalf: false, returnTo: '', action: req.path }
      return showSetUp(res.status(422), { id: account.id, email }, rest, form)
    }
    await tries.forgive('factor', account.id)
    await beginSession(req, account, { hasFactor: true }, clock.now())
    if ((await findWays(db, account.id)).recoveryCodes > 0)
      return res.redirect(303, '/practice/account?done=app')
    await showCodes(res, account.id, '/practice/account')
  })

  router.post(
    '/practice/account/second-factor/removal',
    dietitian,
    recently(needs),
    postedForm,
    async (req, res) => {
      const { id } = signedInAccount(req)
      const { isRequired, hasPasskey } = await findFactors(db, id)
      if (isRequired && !hasPasskey) return res.status(422).render('accounts/refused', { text: LAST_ONE })
      await removeApp(db, jobs, id, clock.now())
      res.redirect(303, '/practice/account?done=app-removed')
    },
  )

  router.post(
    '/practice/account/recovery-codes',
    dietitian,
    recently(needs),
    postedForm,
    async (req, res) => {
      const { id } = signedInAccount(req)
      if (!hasFactor(await findFactors(db, id)))
        return res.status(422).render('accounts/refused', { text: OWN_FIRST })
      await showCodes(res, id, '/practice/account')
    },
  )

  return router
}
