import { type Response, Router } from 'express'
import { recordReading } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { openBytesOrLog, openOrSay } from '../sealing/reading.ts'
import { client, dietitian, signedInClient, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { isUuid } from '../web/form.ts'
import { fileName } from './names.ts'
import { contentPlace, findFileForDesk, findOwnFile, namePlace, type StoredFile } from './store.ts'

// What people sent is kept to be kept or shown as a picture, and never opened as a page of ours (ASVS 3.2.1).
const alone = {
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
}

const UNREADABLE = {
  status: 500,
  title: 'This file can’t be read',
  text: 'It was altered, or its key is missing. Please tell us, so that we can look into it.',
}

/** Photos and papers, for whose they are; and for the practice once they were sent. */
export function fileRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()

  function serve(res: Response, file: StoredFile, accountId: string) {
    const { id, contentType, nameSealed, contentSealed } = file
    const content = openBytesOrLog(deps, { place: contentPlace(id), sealed: contentSealed, accountId })
    if (!content) return res.status(UNREADABLE.status).render('errors/error', { ...UNREADABLE, code: '' })
    const name = openOrSay(deps, { place: namePlace(id), sealed: nameSealed, accountId })
    res.attachment(name.isReadable ? name.text : fileName('', contentType))
    res.set({ ...alone, 'Cross-Origin-Resource-Policy': 'same-origin' })
    res.type(contentType).send(content)
  }

  router.get('/my/files/:id', client, async (req, res) => {
    const { clientId, accountId } = signedInClient(req)
    const { id } = req.params
    const file = isUuid(id) ? await findOwnFile(db, { clientId, id }) : undefined
    if (!file) throw new NotFound()
    serve(res, file, accountId)
  })

  router.get('/practice/files/:id', dietitian, async (req, res) => {
    const { accountId, dietitianId } = signedInDietitian(req)
    const { id } = req.params
    const file = isUuid(id) ? await findFileForDesk(db, { id, dietitianId }) : undefined
    if (!file) throw new NotFound()
    const entry = { accountId, action: 'file.read', clientId: file.clientId, subjectId: file.id } as const
    await recordReading(deps, entry, clock.now())
    serve(res, file, accountId)
  })

  return router
}
