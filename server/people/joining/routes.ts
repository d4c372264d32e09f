import { type Request, type Response, Router } from 'express'
import { findFactors } from '../../accounts/factors/store.ts'
import { hashPassword } from '../../accounts/password.ts'
import { findAccount } from '../../accounts/store.ts'
import { withReturn } from '../../accounts/ways.ts'
import type { Deps } from '../../deps.ts'
import { isToken } from '../../sealing/seal.ts'
import { linkHolder } from '../../web/access.ts'
import type { Addresses } from '../../web/addresses.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, type Form, postedForm, readForm } from '../../web/form.ts'
import { beginHalf, beginSession } from '../../web/session.ts'
import { acceptanceForm } from '../forms.ts'
import { acceptInvitation, findInvitation, type Opened } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer'> & { addresses: Addresses }

const FIRST_PAGE = '/practice/settings/profile?done=joined'

/** Whoever was invited sets their name and password. Opening the link only shows a page, so that a scanner burns nothing. */
export function joiningRoutes(needs: Needs): Router {
  const { db, clock, addresses } = needs
  const router = Router()

  async function find(req: Request): Promise<Opened | undefined> {
    const token = String(req.params.token)
    await addresses.checkGuesses(req)
    const found = isToken(token) ? await findInvitation(db, token, clock.now()) : undefined
    if (!found) await addresses.countGuess(req)
    return found
  }

  type Over = 'used' | 'over' | 'taken' | 'unknown'

  const showOver = (res: Response, state: Over) =>
    res.status(state === 'unknown' ? 404 : 410).render('people/over', { state })

  const show = (res: Response, { email, inviter }: Opened, form: Form) =>
    res.render('people/joining', {
      form,
      email,
      inviter,
      action: `/sign-in/invitations/${res.req.params.token}`,
      other: res.req.user?.name ?? '',
    })

  router.get('/sign-in/invitations/:token', linkHolder, async (req, res) => {
    const found = await find(req)
    if (found?.state !== 'open') return showOver(res, found?.state ?? 'unknown')
    show(res, found, emptyForm({ name: found.name }))
  })

  router.post('/sign-in/invitations/:token', linkHolder, postedForm, async (req, res) => {
    const found = await find(req)
    if (found?.state !== 'open') return showOver(res, found?.state ?? 'unknown')
    const read = readForm(acceptanceForm, req.body)
    if (!read.ok) return show(res.status(422), found, read.form)
    const { password, ...about } = read.value
    const passwordHash = await hashPassword(password)
    const token = String(req.params.token)
    const taken = await acceptInvitation(needs, { token, passwordHash, ...about }, clock.now())
    if (taken === 'over' || taken === 'taken') return showOver(res, taken)
    res.redirect(303, await enter(req, taken.accountId))
  })

  /** Signs in; only half, where everybody shows a second factor. @returns where to go on */
  async function enter(req: Request, accountId: string): Promise<string> {
    const now = clock.now()
    const account = await findAccount(db, accountId)
    if (!account) throw new NotFound()
    const { isRequired } = await findFactors(db, accountId)
    if (isRequired) await beginHalf(req, accountId, now)
    else await beginSession(req, account, { hasFactor: false }, now)
    return isRequired ? withReturn('/sign-in/second-factor', FIRST_PAGE) : FIRST_PAGE
  }

  return router
}
