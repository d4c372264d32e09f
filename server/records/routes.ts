import { pipeline } from 'node:stream/promises'
import { type Request, type Response, Router } from 'express'
import { recordReading } from '../audit/store.ts'
import { localDate } from '../availability/zones.ts'
import { findName } from '../chart/store.ts'
import type { Deps } from '../deps.ts'
import { client, dietitian, signedInClient, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { isUuid, postedForm } from '../web/form.ts'
import { errorFacts } from '../web/log.ts'
import { type Part, zipped } from './archive.ts'
import { bundleText } from './bundle/writing.ts'
import { type Contents, createContents, openKnown, type Whose } from './contents/store.ts'
import type { Known } from './gather/rows.ts'
import { gather } from './gather/store.ts'
import { pageText, type Render } from './reading/writing.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer' | 'log' | 'config'>

/** Everything about one client as one download: for the practice, and for the client. */
export function recordRoutes(deps: Needs): Router {
  const { db, clock, log, config } = deps
  const router = Router()

  async function send(req: Request, res: Response, whose: Whose): Promise<void> {
    const now = clock.now()
    const { accountId, clientId, audience } = whose
    const gathered = await gather(db, clientId, audience)
    if (!gathered) throw new NotFound()
    const role = audience === 'client' ? 'client' : 'dietitian'
    const entry = { accountId, role, action: 'record.exported', clientId, subjectId: clientId } as const
    await recordReading(deps, entry, now)
    const known = openKnown(deps, gathered, whose)
    const contents = createContents(deps, whose)
    const zone = audience === 'client' ? known.client.zone : known.practice.zone
    const made = { audience, zone, now }
    const render: Render = (view, locals) => draw(req, view, locals)
    const parts: Part[] = [
      { path: 'index.html', read: () => pageText(known, contents, { ...made, render }) },
      { path: 'bundle.json', read: () => bundleText(known, contents, { baseUrl: config.baseUrl, now }) },
      ...fileParts(known, contents),
    ]
    res.attachment(`record-${localDate(now, zone)}.zip`).type('application/zip')
    try {
      await pipeline(zipped(parts, new Date(now)), res)
    } catch (error) {
      // Who stopped the download knows; and whoever has half of a zip sees that it is none.
      if (!isClosed(error)) log.error({ request: req.id, ...errorFacts(error) }, 'record broken off')
    }
  }

  router.post('/practice/clients/:id/record', dietitian, postedForm, async (req, res) => {
    const { id: clientId } = req.params
    const { accountId, dietitianId } = signedInDietitian(req)
    const isTheirs = isUuid(clientId) && (await findName(db, { clientId, dietitianId }))
    if (!isTheirs) throw new NotFound()
    await send(req, res, { accountId, clientId: isTheirs.id, audience: 'practice' })
  })

  router.post('/my/record', client, postedForm, (req, res) =>
    send(req, res, { ...signedInClient(req), audience: 'client' }),
  )

  return router
}

const isClosed = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'

const draw = (req: Request, view: string, locals: object): Promise<string> =>
  new Promise((resolve, reject) => {
    req.app.render(view, { ...locals, isPart: true }, (error: Error | null, html: string) =>
      error ? reject(error) : resolve(html),
    )
  })

const fileParts = (known: Known, contents: Contents): Part[] =>
  known.files.map(({ id, path, contentType }) => ({
    path,
    isPacked: contentType === 'image/jpeg',
    async *read() {
      const content = await contents.file(id)
      if (content) yield content
    },
  }))
