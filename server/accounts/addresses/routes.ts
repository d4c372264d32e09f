import { type Request, type Response, Router } from 'express'
import { isDuplicate } from '../../database/refusals.ts'
import type { Deps } from '../../deps.ts'
import { isToken } from '../../sealing/seal.ts'
import { client, dietitian, linkHolder, signedInAccount } from '../../web/access.ts'
import type { Addresses } from '../../web/addresses.ts'
import { emptyForm, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { recently } from '../../web/recently.ts'
import type { Tries } from '../../web/tries.ts'
import { newEmailForm } from '../forms.ts'
import type { SignInKind } from '../limits.ts'
import { findWays } from '../store.ts'
import { type Asked, cancelChange, confirmSide, findAsked, findOpenChange, insertChange } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'jobs'> & { tries: Tries<SignInKind>; addresses: Addresses }

const SAME = 'This is the address that you have now. Please type another one.'

/** Changing the e-mail address: both the old one and the new one have to say yes. */
export function emailChangeRoutes(needs: Needs): Router {
  const { db, clock, jobs, tries, addresses } = needs
  const router = Router()

  for (const [home, guard] of [['/my', client] as const, ['/practice', dietitian] as const]) {
    const path = `${home}/account/email`

    router.get(path, guard, recently(needs), async (req, res) => {
      const { id } = signedInAccount(req)
      const [{ email }, open] = await Promise.all([findWays(db, id), findOpenChange(db, id, clock.now())])
      res.render('accounts/email', { form: emptyForm(), email, open: open?.newEmail ?? '', action: path })
    })

    router.post(path, guard, recently(needs), postedForm, async (req, res) => {
      const { id: accountId } = signedInAccount(req)
      const { email } = await findWays(db, accountId)
      const read = readForm(newEmailForm, req.body)
      const isSame = read.ok && read.value.email.toLowerCase() === email.toLowerCase()
      const form = !read.ok ? read.form : isSame ? refusedForm(req.body, 'email', SAME) : undefined
      if (form || !read.ok)
        return res.status(422).render('accounts/email', { form, email, open: '', action: path })
      await tries.take({ emailChange: accountId })
      await insertChange(db, jobs, { accountId, newEmail: read.value.email }, clock.now())
      res.redirect(303, path)
    })

    router.post(`${path}/cancellation`, guard, postedForm, async (req, res) => {
      await cancelChange(db, signedInAccount(req).id)
      res.redirect(303, `${home}/account?done=email-kept`)
    })
  }

  async function find(req: Request): Promise<Asked | undefined> {
    const token = String(req.params.token)
    await addresses.checkGuesses(req)
    const asked = isToken(token) ? await findAsked(db, token, clock.now()) : undefined
    if (!asked) await addresses.countGuess(req)
    return asked
  }

  const showOver = (res: Response, status: 404 | 410) =>
    res.status(status).render('accounts/email-change-over')

  router.get('/sign-in/email-changes/:token', linkHolder, async (req, res) => {
    const asked = await find(req)
    if (!asked) return showOver(res, 404)
    res.render('accounts/email-change', { asked, action: req.path })
  })

  router.post('/sign-in/email-changes/:token', linkHolder, postedForm, async (req, res) => {
    const asked = await find(req)
    if (!asked) return showOver(res, 404)
    try {
      const side = { id: asked.id, side: asked.side, sid: req.sessionID }
      const outcome = await confirmSide(db, jobs, side, clock.now())
      if (outcome === 'over') return showOver(res, 410)
      res.render('accounts/email-change-confirmed', {
        isDone: outcome === 'changed',
        newEmail: asked.newEmail,
      })
    } catch (error) {
      if (!isDuplicate(error)) throw error
      showOver(res, 410)
    }
  })

  return router
}
