import { type Request, type Response, Router } from 'express'
import { zoneRegions } from '../../../availability/regions.ts'
import { isZone, localDate } from '../../../availability/zones.ts'
import { findByEmail, insertClient } from '../../../clients/store.ts'
import type { Deps } from '../../../deps.ts'
import { dietitian, signedInDietitian } from '../../../web/access.ts'
import { emptyForm, type Form, postedForm, readForm, refusedForm } from '../../../web/form.ts'
import { chartPath } from '../../links.ts'
import { newClientForm } from '../forms.ts'

type Known = { id: string; name: string }

const NOT_BORN = 'This date of birth is still to come.'
const KNOWN = 'A client has this e-mail already.'

/** A client who did not book by themselves: added by hand. */
export function addingRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer'>): Router {
  const { db, clock } = deps
  const router = Router()

  function show(res: Response, form: Form, known?: Known) {
    const typed = form.value('zone')
    const regions = zoneRegions(isZone(typed) ? typed : res.locals.practice.zone, clock.now())
    const same = known ? { name: known.name, href: chartPath(known.id) } : null
    res.render('clients/new', { form, regions, same })
  }

  router.get('/practice/clients/new', dietitian, (_req, res) =>
    show(res, emptyForm({ zone: res.locals.practice.zone })),
  )

  router.post('/practice/clients', dietitian, postedForm, async (req: Request, res: Response) => {
    const read = readForm(newClientForm, req.body)
    if (!read.ok) return show(res.status(422), read.form)
    const now = clock.now()
    if (read.value.born !== null && read.value.born > localDate(now, res.locals.practice.zone))
      return show(res.status(422), refusedForm(req.body, 'born', NOT_BORN))
    const { accountId, dietitianId } = signedInDietitian(req)
    const id = await insertClient(deps, { ...read.value, accountId, dietitianId }, now)
    if (id) return res.redirect(303, chartPath(id))
    const known = await findByEmail(db, read.value.email, dietitianId)
    show(res.status(409), refusedForm(req.body, 'email', KNOWN), known)
  })

  return router
}
