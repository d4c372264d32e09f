import { Router } from 'express'
import { recordReading } from '../../audit/store.ts'
import type { Deps } from '../../deps.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { BadRequest, NotFound } from '../../web/errors.ts'
import { isUuid } from '../../web/form.ts'
import { chartHead } from '../head/store.ts'
import { auditPage } from './pages.ts'
import { listAuditOf, PAGE } from './store.ts'

/** Who saw or changed what of a client; that somebody looked is noted too. */
export function chartAuditRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()

  router.get('/practice/clients/:id/audit', dietitian, async (req, res) => {
    const { accountId, dietitianId } = signedInDietitian(req)
    const { id: clientId } = req.params
    const { zone } = res.locals.practice
    const before = readBefore(req.query.before)
    const now = clock.now()
    const asked = { clientId: String(clientId), dietitianId, accountId, tab: 'audit' } as const
    const client = isUuid(clientId) ? await chartHead(deps, asked, { zone, now }) : undefined
    if (!client) throw new NotFound()
    await recordReading(
      deps,
      { accountId, action: 'audit.read', clientId: client.id, subjectId: client.id },
      now,
    )
    const found = await listAuditOf(db, { clientId: client.id, dietitianId }, before)
    const path = `${client.path}/audit`
    const last = found[PAGE - 1]
    res.render('chart/audit', {
      client,
      lines: auditPage(found.slice(0, PAGE), zone),
      newest: before === null ? null : path,
      older: last && found.length > PAGE ? `${path}?before=${last.position}` : null,
    })
  })

  return router
}

/** @throws {BadRequest} for what is no number of an entry */
function readBefore(query: unknown): number | null {
  if (query === undefined) return null
  if (typeof query !== 'string' || !/^[1-9]\d{0,14}$/.test(query))
    throw new BadRequest('There is no such page.', 'before')
  return Number(query)
}
