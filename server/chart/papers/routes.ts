import { Router } from 'express'
import { sizeWords } from '../../files/names.ts'
import { namePlace } from '../../files/store.ts'
import { openOrSay } from '../../sealing/reading.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { readPage } from '../../web/form.ts'
import { chartPath, dateOf, responsePath } from '../links.ts'
import { createHead, type Needs } from '../routes.ts'
import { listPapers, PAGE } from './store.ts'

/** Photos and papers that a client sent. */
export function paperRoutes(deps: Needs): Router {
  const router = Router()
  const findHead = createHead(deps, 'files')

  router.get('/practice/clients/:id/files', dietitian, async (req, res) => {
    const page = readPage(req.query.page)
    const client = await findHead(req, res)
    const { accountId, dietitianId } = signedInDietitian(req)
    const found = await listPapers(deps.db, { clientId: client.id, dietitianId }, page)
    const path = `${chartPath(client.id)}/files?page=`
    res.render('chart/files', {
      client,
      files: found.slice(0, PAGE).map(({ id, nameSealed, contentType, bytes, at, responseId, title }) => ({
        name: openOrSay(deps, { place: namePlace(id), sealed: nameSealed, accountId }).text,
        href: `/practice/files/${id}`,
        isPicture: contentType === 'image/jpeg',
        size: sizeWords(bytes),
        when: dateOf(at, res.locals.practice.zone),
        form: { title, href: responsePath(client.id, responseId) },
      })),
      newer: page > 0 ? `${path}${page}` : null,
      older: found.length > PAGE ? `${path}${page + 2}` : null,
    })
  })

  return router
}
