import { type Request, type Response, Router } from 'express'
import type { Deps } from '../../deps.ts'
import { isToken } from '../../sealing/seal.ts'
import { anyone, insidePath, isNear, linkHolder, signedIn, signedInAccount } from '../../web/access.ts'
import { type Addresses, addressOf } from '../../web/addresses.ts'
import { emptyForm, postedForm, readForm } from '../../web/form.ts'
import { beginSession } from '../../web/session.ts'
import type { Tries } from '../../web/tries.ts'
import { linkForm } from '../forms.ts'
import type { SignInKind } from '../limits.ts'
import { findWays } from '../store.ts'
import { landing } from '../ways.ts'
import { findLinkState, insertRequest, type LinkState, takeLink } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'jobs'> & { tries: Tries<SignInKind>; addresses: Addresses }

/** Signing in by a link in the mail. Opening it only shows a page; its button signs in, so that a scanner burns nothing. */
export function linkRoutes({ db, clock, jobs, tries, addresses }: Needs): Router {
  const router = Router()

  async function request(req: Request, email: string, returnTo: string) {
    await tries.take(isNear(req) ? { link: email } : { link: email, linkAddress: addressOf(req) })
    await insertRequest(db, jobs, { email, returnTo }, clock.now())
  }

  router.post('/sign-in/link', anyone, postedForm, async (req, res) => {
    const returnTo = insidePath(req.body?.returnTo, '')
    const read = readForm(linkForm, req.body)
    if (!read.ok) return res.status(422).render('accounts/sign-in', { form: read.form, returnTo })
    await request(req, read.value.email, returnTo)
    res.redirect(303, '/sign-in/link-sent')
  })

  router.get('/sign-in/link-sent', anyone, (_req, res) => {
    res.render('accounts/link-sent')
  })

  router.post('/sign-in/again/link', signedIn, postedForm, async (req, res) => {
    const { email } = await findWays(db, signedInAccount(req).id)
    await request(req, email, insidePath(req.body?.returnTo, ''))
    res.redirect(303, '/sign-in/link-sent')
  })

  async function find(req: Request): Promise<LinkState | undefined> {
    const token = String(req.params.token)
    await addresses.checkGuesses(req)
    const state = isToken(token) ? await findLinkState(db, token, clock.now()) : undefined
    if (!state) await addresses.countGuess(req)
    return state
  }

  const showOver = (res: Response, state: LinkState | undefined) =>
    res
      .status(state ? 410 : 404)
      .render('accounts/link-over', { state: state ?? 'unknown', form: emptyForm() })

  router.get('/sign-in/links/:token', linkHolder, async (req, res) => {
    const state = await find(req)
    if (state !== 'open') return showOver(res, state)
    res.render('accounts/link', { action: `/sign-in/links/${req.params.token}`, other: req.user?.name ?? '' })
  })

  router.post('/sign-in/links/:token', linkHolder, postedForm, async (req, res) => {
    const state = await find(req)
    if (state !== 'open') return showOver(res, state)
    const taken = await takeLink(db, String(req.params.token), clock.now())
    if (!taken) return showOver(res, 'used')
    await beginSession(req, taken.account, { hasFactor: false }, clock.now())
    res.redirect(303, landing(taken.account, insidePath(taken.returnTo, '')))
  })

  return router
}
