import { type Request, type Response, Router } from 'express'
import { listSigned } from '../consents/store.ts'
import type { Deps } from '../deps.ts'
import { openOrSay } from '../sealing/reading.ts'
import { client, signedInClient } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { isUuid, postedForm, readPage } from '../web/form.ts'
import { listPage, myPage } from './pages.ts'
import { confirmAppointment, findOverview, findToDo, listOwn, type Own, PAGE } from './store.ts'

/** The client's own side. Whose it is comes from the session, never from the request. */
export function myRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()

  const told = (req: Request, res: Response) => {
    const about = signedInClient(req)
    const openLink = ({ id, linkSealed: sealed }: Own): string | undefined => {
      const place = { table: 'appointments', column: 'link_sealed', row: id }
      const link = openOrSay(deps, { place, sealed, accountId: about.accountId })
      return link.isReadable ? link.text : undefined
    }
    return { client: about, practice: res.locals.practice, openLink, now: clock.now() }
  }

  router.get('/my', client, async (req, res) => {
    const about = told(req, res)
    const { clientId } = about.client
    const [overview, toDo, signed] = await Promise.all([
      findOverview(db, clientId, about.now),
      findToDo(db, clientId, about.now),
      listSigned(db, clientId),
    ])
    res.render('my/my', { my: myPage({ ...overview, ...toDo, signed }, about) })
  })

  router.get('/my/appointments', client, async (req, res) => {
    const about = told(req, res)
    const page = readPage(req.query.page)
    const found = await listOwn(db, about.client.clientId, page)
    res.render('my/appointments', { list: listPage(found, { page, size: PAGE }, about) })
  })

  router.post('/my/appointments/:id/confirmation', client, postedForm, async (req, res) => {
    const { clientId, accountId } = signedInClient(req)
    const { id } = req.params
    const isTheirs = isUuid(id) && (await confirmAppointment(deps, { id, clientId, accountId }, clock.now()))
    if (!isTheirs) throw new NotFound()
    res.redirect(303, '/my')
  })

  return router
}
