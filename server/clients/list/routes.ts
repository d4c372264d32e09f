import { type Request, type Response, Router } from 'express'
import { recordAct } from '../../audit/store.ts'
import type { Deps } from '../../deps.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { emptyForm, readForm, readPage } from '../../web/form.ts'
import { csvHead, csvRow } from './csv.ts'
import { clientsForExport } from './exporting/store.ts'
import { searchForm } from './forms.ts'
import { listPage } from './pages.ts'
import { type Asked, listAlike, listClients, PAGE } from './store.ts'

const LEAST_FOR_SLIPS = 3 // letters
const DELETED = 'Deleted for good. The audit keeps that it was done, when and by whom.'

/** The people the practice advises: found, gone through, and taken along as a table. */
export function clientListRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer'>): Router {
  const { db, clock } = deps
  const router = Router()

  async function find(asked: Asked) {
    const now = clock.now()
    const lines = await listClients(db, asked, now)
    const isAlike = lines.length === 0 && asked.page === 0 && asked.wanted.text.length >= LEAST_FOR_SLIPS
    return isAlike ? { lines: await listAlike(db, asked, now), isAlike } : { lines, isAlike }
  }

  router.get('/practice/clients', dietitian, async (req, res) => {
    const { dietitianId } = signedInDietitian(req)
    const page = readPage(req.query.page)
    const read = readForm(searchForm, req.query)
    const wanted = read.ok
      ? { text: read.value.q, show: read.value.show }
      : ({ text: '', show: 'all' } as const)
    const found = await find({ wanted, page, dietitianId })
    const { zone } = res.locals.practice
    res.status(read.ok ? 200 : 400).render('clients/list', {
      ...listPage({ ...found, isAlike: found.isAlike && found.lines.length > 0 }, wanted, {
        page,
        size: PAGE,
        zone,
      }),
      form: read.ok ? emptyForm({ q: wanted.text }) : read.form,
      told: req.query.done === 'deleted' ? DELETED : '',
    })
  })

  router.get('/practice/clients/list.csv', dietitian, async (req: Request, res: Response) => {
    const { accountId, dietitianId } = signedInDietitian(req)
    const read = readForm(searchForm, req.query)
    if (!read.ok) return res.redirect(303, '/practice/clients')
    const now = clock.now()
    const entry = { accountId, action: 'clients.exported', clientId: null, subjectId: null } as const
    await db.transaction((trx) => recordAct({ ...deps, db: trx }, entry, now))
    const { zone } = res.locals.practice
    res.attachment('clients.csv').type('text/csv')
    res.write(csvHead)
    const wanted = { text: read.value.q, show: read.value.show }
    for await (const lines of clientsForExport(db, { wanted, dietitianId }, now)) {
      if (res.destroyed) return
      const isRoom = res.write(lines.map((line) => csvRow(line, zone)).join(''))
      if (!isRoom) await roomIn(res)
    }
    res.end()
  })

  return router
}

/** Waits until more can be written, or nobody listens any more. */
const roomIn = (res: Response): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      res.off('drain', go).off('close', go)
      resolve()
    }
    res.once('drain', go).once('close', go)
  })
