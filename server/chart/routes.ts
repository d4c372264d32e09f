import { type Request, type Response, Router } from 'express'
import type { Action } from '../audit/actions.ts'
import { recordAct, recordReading } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { namePlace } from '../files/store.ts'
import { openOrSay } from '../sealing/reading.ts'
import { acknowledge, findSign, listSigns, openSign } from '../signs/store.ts'
import { dietitian, signedInDietitian } from '../web/access.ts'
import { BadRequest, NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, refusedForm } from '../web/form.ts'
import { doneWords } from './done.ts'
import { acknowledgementForm } from './forms.ts'
import type { ChartHead, Tab } from './head/page.ts'
import { chartHead } from './head/store.ts'
import { chartPath } from './links.ts'
import { alreadyWords, signsPage } from './signs.ts'
import { findName } from './store.ts'
import { type Cursor, readCursor } from './timeline/cursor.ts'
import { isKind, type Kind } from './timeline/kinds.ts'
import { timelinePage } from './timeline/page.ts'
import { listMoments, type Moment, PAGE } from './timeline/store.ts'

export type Needs = Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'log'>

/** The client in the path, of whom the dietitian who asks may see the chart. */
export async function findInPath({ db }: Needs, req: Request) {
  const { id: clientId } = req.params
  const { dietitianId } = signedInDietitian(req)
  const client = isUuid(clientId) ? await findName(db, { clientId, dietitianId }) : undefined
  if (!client) throw new NotFound()
  return client
}

/** The head of a page of the chart; that it is read is noted before anything is shown. */
export const createHead =
  (deps: Needs, tab: Tab | null, action: Action = 'chart.read') =>
  async (req: Request, res: Response): Promise<ChartHead> => {
    const { id: clientId } = req.params
    const { accountId, dietitianId } = signedInDietitian(req)
    const at = { zone: res.locals.practice.zone, now: deps.clock.now() }
    const asked = { dietitianId, accountId, tab }
    const head = isUuid(clientId) ? await chartHead(deps, { ...asked, clientId }, at) : undefined
    if (!head) throw new NotFound()
    await recordReading(deps, { accountId, action, clientId: head.id, subjectId: head.id }, at.now)
    return head
  }

/** What a chart says beside its records: a form as it was posted, and why it was refused. */
export type Said = {
  form?: Form
  notice?: string
  /** What was typed and could not be kept. */
  unsaved?: string
}

/** What of the timeline is asked for in the address. */
function wantedIn({ query, method }: Request): { kind: Kind | null; before: Cursor | null } {
  if (method !== 'GET') return { kind: null, before: null }
  const before = typeof query.before === 'string' ? readCursor(query.before) : undefined
  if (query.before !== undefined && !before) throw new BadRequest('There is no such page.', 'before')
  if (query.kind !== undefined && !isKind(query.kind)) throw new BadRequest('There is no such list.', 'kind')
  return { kind: query.kind ?? null, before: before ?? null }
}

/** The overview: what calls for attention, and everything that happened. */
function createShow(deps: Needs) {
  const { db, clock } = deps
  const findHead = createHead(deps, 'overview')

  return async function show(req: Request, res: Response, said: Said = {}): Promise<void> {
    const { accountId, dietitianId } = signedInDietitian(req)
    const { zone } = res.locals.practice
    const wanted = wantedIn(req)
    const client = await findHead(req, res)
    const of = { clientId: client.id, dietitianId, accountId }
    const [signs, moments] = await Promise.all([
      listSigns(db, client.id),
      listMoments(db, { ...of, ...wanted }),
    ])
    const opened = signs.map((sign) => openSign(deps, sign, accountId))
    const nameOf = (moment: Moment) => fileName(deps, moment, accountId)
    const shown = { kind: wanted.kind, isFirst: wanted.before === null, size: PAGE }
    res.render('chart/client', {
      client,
      signs: signsPage(opened, { clientId: client.id, zone }),
      timeline: timelinePage(moments, { ...of, zone, now: clock.now(), nameOf }, shown),
      form: said.form ?? emptyForm(),
      said: req.method === 'GET' ? doneWords(req.query.done, client) : '',
      notice: said.notice ?? null,
      unsaved: said.unsaved ?? null,
    })
  }
}

function fileName(deps: Needs, moment: Moment, accountId: string): string {
  if (moment.what !== 'file') return ''
  const { id, nameSealed } = moment.about
  return openOrSay(deps, { place: namePlace(id), sealed: Buffer.from(nameSealed, 'base64'), accountId }).text
}

/** A client's chart: who they are, what calls for attention, and what happened. */
export function chartRoutes(deps: Needs): Router {
  const { db, clock, sealer } = deps
  const router = Router()
  const show = createShow(deps)

  router.get('/practice/clients/:id', dietitian, (req, res) => show(req, res))

  async function findSignInPath(req: Request) {
    const { id: clientId } = await findInPath(deps, req)
    const { dietitianId } = signedInDietitian(req)
    const { sign: id } = req.params
    const sign = isUuid(id) ? await findSign(db, { id, clientId, dietitianId }) : undefined
    if (!sign) throw new NotFound()
    return { sign, clientId }
  }

  router.post(
    '/practice/clients/:id/signs/:sign/acknowledgement',
    dietitian,
    postedForm,
    async (req, res) => {
      const { sign, clientId } = await findSignInPath(req)
      const read = readForm(acknowledgementForm, req.body)
      if (!read.ok && sign.acknowledgedAt === null) {
        const message = read.form.errors[0]?.message ?? ''
        return show(req, res.status(422), { form: refusedForm(req.body, `word-${sign.id}`, message) })
      }
      const word = read.ok ? read.value.word : ''
      const { accountId } = signedInDietitian(req)
      const now = clock.now()
      const isFirst = await db.transaction(async (trx) => {
        const done =
          read.ok && (await acknowledge(trx, sealer, { id: sign.id, clientId, accountId, word }, now))
        const entry = { accountId, action: 'sign.acknowledged', clientId, subjectId: sign.id } as const
        if (done) await recordAct({ db: trx, sealer }, entry, now)
        return done
      })
      if (isFirst) return res.redirect(303, `${chartPath(clientId)}?done=acknowledged`)
      const notice = alreadyWords((await findSignInPath(req)).sign, res.locals.practice.zone)
      show(req, res.status(409), { notice, unsaved: word })
    },
  )

  return router
}
