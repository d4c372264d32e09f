import { type Request, type Response, Router } from 'express'
import { recordAct, recordReading } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { listDefinitions } from '../forms/store.ts'
import { listAskableForms, listOpenRequests, listPlans } from '../requests/store.ts'
import { acknowledge, findSign, listSigns, openSign } from '../signs/store.ts'
import { dietitian, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, readPage, refusedForm } from '../web/form.ts'
import { acknowledgementForm } from './forms.ts'
import { itchIn, pronounsIn } from './key.ts'
import { chartPath } from './links.ts'
import { answeredPage, askedPage, clientPage, plansPage, suggestedDay } from './pages.ts'
import { scoreTable } from './scores.ts'
import { alreadyWords, signsPage } from './signs.ts'
import { findClient, findName, listAnswered, listKeyAnswers, listScores, openAnswers, PAGE } from './store.ts'

export type Needs = Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'log'>

/** The client in the path; clients are the practice's, each of its dietitians may open their charts. */
export async function findInPath({ db }: Needs, { params }: Request): Promise<{ id: string; name: string }> {
  const client = isUuid(params.id) ? await findName(db, params.id) : undefined
  if (!client) throw new NotFound()
  return client
}

/** What a chart says beside its records: a form as it was posted, and why it was refused. */
export type Said = {
  form?: Form
  notice?: string /** What was typed and could not be kept. */
  unsaved?: string
}

/** The page of a chart; that it is read is noted before it is shown. */
export function createShow(deps: Needs) {
  const { db, clock } = deps

  return async function show(req: Request, res: Response, said: Said = {}): Promise<void> {
    const { accountId, dietitianId } = signedInDietitian(req)
    const { zone } = res.locals.practice
    const now = clock.now()
    const client = isUuid(req.params.id) ? await findClient(db, req.params.id, now) : undefined
    if (!client) throw new NotFound()
    const clientId = client.id
    const page = req.method === 'GET' ? readPage(req.query.page) : 0
    await recordReading(db, { accountId, action: 'chart.read', subjectId: clientId }, now)
    const [signs, key, scores, requests, plans, forms, answered] = await Promise.all([
      listSigns(db, clientId),
      readKey(deps, clientId, accountId),
      listScores(db, clientId),
      listOpenRequests(db, clientId),
      listPlans(db, clientId),
      listAskableForms(db),
      listAnswered(db, clientId, page),
    ])
    const at = { zone, dietitianId, now }
    const opened = signs.map((sign) => openSign(deps, sign, accountId))
    res.render('chart/client', {
      client: clientPage(client, key.pronouns, at),
      signs: signsPage(opened, { clientId, zone }),
      scores: scoreTable(scores, { clientId, zone, itch: key.itch }),
      asked: askedPage(requests, answered.filter(isDraft), { ...at, path: chartPath(clientId) }),
      plans: plansPage(plans, clientId),
      forms,
      answered: answeredPage(
        answered.filter((one) => !isDraft(one)),
        { page, size: PAGE },
        { clientId, zone },
      ),
      form: said.form ?? emptyForm({ due: suggestedDay(now, zone) }),
      notice: said.notice ?? null,
      unsaved: said.unsaved ?? null,
    })
  }
}

const isDraft = ({ sentAt }: { sentAt: number | null }): boolean => sentAt === null

/** What the head of a chart says that stands in sealed answers; what can't be opened is left out, and logged. */
async function readKey(deps: Needs, clientId: string, accountId: string) {
  const rows = await listKeyAnswers(deps.db, clientId)
  const versionIds = rows.map(({ formVersionId }) => formVersionId)
  const definitions = await listDefinitions(deps.db, versionIds)
  const opened = rows.map((row) => ({
    of: row.of,
    definition: definitions.get(row.formVersionId),
    response: openAnswers(deps, row, accountId).response,
  }))
  const read = <T>(wanted: 'intake' | 'skin', reader: (...answers: Parameters<typeof itchIn>) => T) =>
    opened.map(({ of, definition, response }) =>
      of === wanted && definition && response ? reader(definition, response) : undefined,
    )
  const [now, before] = read('skin', itchIn).filter((itch) => itch !== undefined)
  const itch = now === undefined || before === undefined ? null : { now, before }
  return { pronouns: read('intake', pronounsIn).find(Boolean) ?? '', itch }
}

/** A client's chart: who they are, what calls for attention, what was asked and what was answered. */
export function chartRoutes(deps: Needs): Router {
  const { db, clock, sealer } = deps
  const router = Router()
  const show = createShow(deps)

  router.get('/practice/clients/:id', dietitian, (req, res) => show(req, res))

  async function findSignInPath(req: Request) {
    const { id: clientId } = await findInPath(deps, req)
    const { sign: id } = req.params
    const sign = isUuid(id) ? await findSign(db, id, clientId) : undefined
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
        if (done) await recordAct(trx, { accountId, action: 'sign.acknowledged', subjectId: sign.id }, now)
        return done
      })
      if (isFirst) return res.redirect(303, chartPath(clientId))
      const notice = alreadyWords((await findSignInPath(req)).sign, res.locals.practice.zone)
      show(req, res.status(409), { notice, unsaved: word })
    },
  )

  return router
}
