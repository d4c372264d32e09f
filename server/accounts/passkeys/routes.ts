import { type Request, type RequestHandler, type Response, Router } from 'express'
import { isDuplicate } from '../../database/refusals.ts'
import type { Deps } from '../../deps.ts'
import {
  type Account,
  anyone,
  client,
  dietitian,
  halfSignedIn,
  halfSignedInAccount,
  insidePath,
  isNear,
  signedIn,
  signedInAccount,
} from '../../web/access.ts'
import { addressOf } from '../../web/addresses.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { recently } from '../../web/recently.ts'
import { beginSession, keepChallenge, takeChallenge } from '../../web/session.ts'
import type { Tries } from '../../web/tries.ts'
import { findFactors, hasFactor, replaceRecoveryCodes } from '../factors/store.ts'
import { newPasskeyForm, passkeyForm } from '../forms.ts'
import type { SignInKind } from '../limits.ts'
import { findAccount, findWays } from '../store.ts'
import { accountPath, landing, withReturn } from '../ways.ts'
import { optionsToAdd, optionsToSign, readNew, siteOf } from './ceremony.ts'
import { findSigner, insertPasskey, listPasskeys, MOST_PASSKEYS, removePasskey } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'jobs' | 'config'> & { tries: Tries<SignInKind> }

const NOT_OURS = 'This passkey could not be used here. Please try again, or sign in another way.'
const NOT_ADDED = 'This passkey could not be added. Please try again.'
const ENOUGH = 'You have twenty passkeys. Please remove one that you don’t use any more.'
const LAST_ONE =
  'Your practice asks everybody for a second factor, and this is your only one. Please set up another one first.'

/** Signing in with a passkey, as a client alone or after the password, and the passkeys of an account. */
export function passkeyRoutes(needs: Needs): Router {
  const { db, clock, jobs, config, tries } = needs
  const router = Router()
  const siteFor = (res: Response) => siteOf(config.baseUrl, res.locals.practice.name)
  const returnOf = (req: Request) => insidePath(req.body?.returnTo ?? req.query.returnTo, '')

  /** What the passkeys of this account, or whichever the device has, are to sign. */
  async function ask(req: Request, res: Response, purpose: string, account?: Account) {
    const known = account ? await listPasskeys(db, account.id) : []
    const options = await optionsToSign(siteFor(res), known)
    await keepChallenge(req, options.challenge, purpose)
    res.json(options)
  }

  /** @returns whose passkey signed what was asked for this purpose */
  async function readSigner(req: Request, res: Response, purpose: string): Promise<Account | undefined> {
    const read = readForm(passkeyForm, req.body)
    const challenge = await takeChallenge(req, purpose)
    const response = read.ok ? read.value.response : ''
    const accountId = await findSigner(db, siteFor(res), { challenge, response }, clock.now())
    return accountId ? findAccount(db, accountId) : undefined
  }

  router.post('/sign-in/passkey/options', anyone, postedForm, async (req, res) => {
    if (!isNear(req)) await tries.take({ passkey: addressOf(req) })
    await ask(req, res, 'sign-in')
  })

  router.post('/sign-in/passkey', anyone, postedForm, async (req, res) => {
    const returnTo = returnOf(req)
    const account = await readSigner(req, res, 'sign-in')
    if (account?.role === 'client') {
      await beginSession(req, account, { hasFactor: true }, clock.now())
      return res.redirect(303, landing(account, returnTo))
    }
    const words = account ? 'As a dietitian, please type your password first.' : NOT_OURS
    res.status(422).render('accounts/sign-in', { form: refusedForm({}, 'email', words), returnTo })
  })

  router.post('/sign-in/again/passkey/options', signedIn, postedForm, (req, res) =>
    ask(req, res, 'again', signedInAccount(req)),
  )

  router.post('/sign-in/again/passkey', signedIn, postedForm, async (req, res) => {
    const account = signedInAccount(req)
    const returnTo = returnOf(req)
    const signer = await readSigner(req, res, 'again')
    if (signer?.id !== account.id)
      return res
        .status(422)
        .render('accounts/refused', { text: NOT_OURS, back: withReturn('/sign-in/again', returnTo) })
    await beginSession(req, account, { hasFactor: true }, clock.now())
    res.redirect(303, landing(account, returnTo || accountPath(account)))
  })

  router.post('/sign-in/second-factor/passkey/options', halfSignedIn, postedForm, (req, res) =>
    ask(req, res, 'second-factor', halfSignedInAccount(req).account),
  )

  router.post('/sign-in/second-factor/passkey', halfSignedIn, postedForm, async (req, res) => {
    const { account } = halfSignedInAccount(req)
    const returnTo = returnOf(req)
    await tries.take({ factor: account.id })
    const signer = await readSigner(req, res, 'second-factor')
    if (signer?.id !== account.id) {
      const factors = await findFactors(db, account.id)
      const form = refusedForm({}, 'code', NOT_OURS)
      return res.status(422).render('accounts/second-factor', { form, factors, returnTo })
    }
    await tries.forgive('factor', account.id)
    await beginSession(req, account, { hasFactor: true }, clock.now())
    res.redirect(303, landing(account, returnTo))
  })

  /** What the device needs to know to make a new passkey for this account. */
  async function askForNew(req: Request, res: Response, { id, name }: Account) {
    const [{ email }, known] = await Promise.all([findWays(db, id), listPasskeys(db, id)])
    const options = await optionsToAdd(siteFor(res), { id, email, name }, known)
    await keepChallenge(req, options.challenge, 'add')
    res.json(options)
  }

  /** @returns the form with what is wrong, or undefined: the passkey is added */
  async function readAdded(req: Request, res: Response, accountId: string): Promise<Form | undefined> {
    const challenge = await takeChallenge(req, 'add')
    const read = readForm(newPasskeyForm, req.body)
    if (!read.ok) return read.form
    const { name, response } = read.value
    if ((await listPasskeys(db, accountId)).length >= MOST_PASSKEYS)
      return refusedForm(req.body, 'name', ENOUGH)
    const passkey = challenge && (await readNew(siteFor(res), challenge, response))
    if (!passkey) return refusedForm(req.body, 'name', NOT_ADDED)
    try {
      await insertPasskey(db, jobs, { ...passkey, accountId, name }, clock.now())
    } catch (error) {
      if (!isDuplicate(error)) throw error
      return refusedForm(req.body, 'name', NOT_ADDED)
    }
    return undefined
  }

  const hasNone: RequestHandler = async (req, res, next) => {
    if (!hasFactor(await findFactors(db, halfSignedInAccount(req).account.id))) return next()
    res.redirect(303, withReturn('/sign-in/second-factor', returnOf(req)))
  }

  router.post(
    '/sign-in/second-factor/set-up/passkey/options',
    halfSignedIn,
    postedForm,
    hasNone,
    (req, res) => askForNew(req, res, halfSignedInAccount(req).account),
  )

  router.get('/sign-in/second-factor/set-up/passkey', halfSignedIn, hasNone, (req, res) => {
    res.render('accounts/passkey', {
      form: emptyForm(),
      action: req.path,
      returnTo: returnOf(req),
      isHalf: true,
    })
  })

  router.post(
    '/sign-in/second-factor/set-up/passkey',
    halfSignedIn,
    postedForm,
    hasNone,
    async (req, res) => {
      const { account } = halfSignedInAccount(req)
      const returnTo = returnOf(req)
      const form = await readAdded(req, res, account.id)
      if (form)
        return res.status(422).render('accounts/passkey', { form, action: req.path, returnTo, isHalf: true })
      await beginSession(req, account, { hasFactor: true }, clock.now())
      const codes = await replaceRecoveryCodes(db, jobs, account.id, clock.now())
      res.locals.account = account
      res.render('accounts/recovery-codes', { codes, next: landing(account, returnTo) })
    },
  )

  for (const [home, guard] of [['/my', client] as const, ['/practice', dietitian] as const]) {
    const path = `${home}/account/passkeys`

    router.get(path, guard, recently(needs), (req, res) => {
      res.render('accounts/passkey', { form: emptyForm(), action: req.path, returnTo: '', isHalf: false })
    })

    router.post(`${path}/options`, guard, recently(needs), postedForm, (req, res) =>
      askForNew(req, res, signedInAccount(req)),
    )

    router.post(path, guard, recently(needs), postedForm, async (req, res) => {
      const account = signedInAccount(req)
      const form = await readAdded(req, res, account.id)
      if (form)
        return res.status(422).render('accounts/passkey', { form, action: path, returnTo: '', isHalf: false })
      await beginSession(req, account, { hasFactor: true }, clock.now())
      const { recoveryCodes } = await findWays(db, account.id)
      if (account.role === 'client' || recoveryCodes > 0)
        return res.redirect(303, `${home}/account?done=passkey-added`)
      const codes = await replaceRecoveryCodes(db, jobs, account.id, clock.now())
      res.render('accounts/recovery-codes', { codes, next: `${home}/account` })
    })

    router.post(`${path}/:id/removal`, guard, recently(needs), postedForm, async (req, res) => {
      const { id: accountId } = signedInAccount(req)
      const id = req.params.id
      const own = await listPasskeys(db, accountId)
      if (!isUuid(id) || !own.some((passkey) => passkey.id === id)) throw new NotFound()
      const { isRequired, hasApp } = await findFactors(db, accountId)
      if (isRequired && !hasApp && own.length === 1)
        return res.status(422).render('accounts/refused', { text: LAST_ONE, back: `${home}/account` })
      await removePasskey(db, jobs, { accountId, id }, clock.now())
      res.redirect(303, `${home}/account?done=passkey-removed`)
    })
  }

  return router
}
