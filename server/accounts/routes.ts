import { Router } from 'express'
import type { Deps } from '../deps.ts'
import { client, dietitian, signedInAccount } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, isUuid, postedForm, readForm } from '../web/form.ts'
import { recently } from '../web/recently.ts'
import { endSession, sessionLimits } from '../web/session.ts'
import { findOpenChange } from './addresses/store.ts'
import { findFactors } from './factors/store.ts'
import { newPasswordForm } from './forms.ts'
import { accountPage } from './pages.ts'
import { listPasskeys } from './passkeys/store.ts'
import { hashPassword } from './password.ts'
import { endOneSession, listSessions } from './sessions/store.ts'
import { findWays, revokeSessions, setPassword } from './store.ts'

/** The account itself, the same for clients and dietitians: how one signs in, and where one is signed in. */
export function accountRoutes(needs: Pick<Deps, 'db' | 'clock' | 'jobs'>): Router {
  const { db, clock, jobs } = needs
  const router = Router()

  for (const [home, guard] of [['/my', client] as const, ['/practice', dietitian] as const]) {
    const path = `${home}/account`

    router.get(path, guard, async (req, res) => {
      const account = signedInAccount(req)
      const now = clock.now()
      const { idle, absolute } = sessionLimits(req)[account.role]
      const whose = { accountId: account.id, sid: req.sessionID }
      const [ways, factors, passkeys, sessions, open] = await Promise.all([
        findWays(db, account.id),
        findFactors(db, account.id),
        listPasskeys(db, account.id),
        listSessions(db, whose, { seen: now - idle, created: now - absolute }),
        findOpenChange(db, account.id, now),
      ])
      const found = { account, ways, factors, passkeys, sessions, openChange: open?.newEmail ?? '' }
      res.render('accounts/account', accountPage(found, String(req.query.done ?? '')))
    })

    router.get(`${path}/password`, guard, recently(needs), async (req, res) => {
      const { email, passwordHash } = await findWays(db, signedInAccount(req).id)
      res.render('accounts/password', {
        form: emptyForm(),
        email,
        isFirst: passwordHash === null,
        action: req.path,
      })
    })

    router.post(`${path}/password`, guard, recently(needs), postedForm, async (req, res) => {
      const { id: accountId } = signedInAccount(req)
      const { email, passwordHash } = await findWays(db, accountId)
      const read = readForm(newPasswordForm, req.body)
      if (!read.ok) {
        const rest = { email, isFirst: passwordHash === null, action: `${path}/password` }
        return res.status(422).render('accounts/password', { form: read.form, ...rest })
      }
      const change = {
        accountId,
        passwordHash: await hashPassword(read.value.password),
        exceptSid: req.sessionID,
      }
      await setPassword(db, jobs, change, clock.now())
      res.redirect(303, `${path}?done=password`)
    })

    router.post(`${path}/sessions/:id/end`, guard, postedForm, async (req, res) => {
      const { id } = req.params
      if (!isUuid(id) || !(await endOneSession(db, signedInAccount(req).id, id))) throw new NotFound()
      res.redirect(303, `${path}?done=session`)
    })

    router.post(`${path}/sessions/end`, guard, postedForm, async (req, res) => {
      await revokeSessions(db, signedInAccount(req).id)
      await endSession(req)
      res.set('Clear-Site-Data', '"cache", "storage"').redirect(303, '/sign-in')
    })
  }

  return router
}
