import { Router } from 'express'
import type { Deps } from '../deps.ts'
import { dietitian } from '../web/access.ts'
import { readPage } from '../web/form.ts'
import { clientsPage } from './pages.ts'
import { listClients, PAGE } from './store.ts'

/** The people the practice advises. */
export function clientRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): Router {
  const router = Router()

  router.get('/practice/clients', dietitian, async (req, res) => {
    const page = readPage(req.query.page)
    const withSigns = req.query.show === 'signs'
    const found = await listClients(db, { page, withSigns }, clock.now())
    res.render(
      'clients/list',
      clientsPage(found, { page, withSigns }, { zone: res.locals.practice.zone, size: PAGE }),
    )
  })

  return router
}
