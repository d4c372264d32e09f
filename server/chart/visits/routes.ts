import { Router } from 'express'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { readPage } from '../../web/form.ts'
import { createHead, type Needs } from '../routes.ts'
import { visitsPage } from './page.ts'
import { listVisits, PAGE } from './store.ts'

/** The appointments of a client, with whomever of the practice they are. */
export function visitRoutes(deps: Needs): Router {
  const { db, clock } = deps
  const router = Router()
  const findHead = createHead(deps, 'appointments')

  router.get('/practice/clients/:id/appointments', dietitian, async (req, res) => {
    const page = readPage(req.query.page)
    const client = await findHead(req, res)
    const { dietitianId } = signedInDietitian(req)
    const of = { clientId: client.id, dietitianId }
    const visits = await listVisits(db, of, page)
    const at = { ...of, zone: res.locals.practice.zone, now: clock.now() }
    res.render('chart/appointments', { client, visits: visitsPage(visits, { page, size: PAGE }, at) })
  })

  return router
}
