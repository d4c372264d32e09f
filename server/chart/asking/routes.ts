import { type Request, type Response, Router } from 'express'
import { recordAct } from '../../audit/store.ts'
import { addDays, localDate, startOfDay } from '../../availability/zones.ts'
import { MINUTE } from '../../clock.ts'
import {
  askForm,
  listAskableForms,
  listOpenRequests,
  listPlansAndForms,
  startPlan,
  stopPlan,
  withdraw,
} from '../../requests/store.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, isUuid, postedForm, readForm, readPage, refusedForm } from '../../web/form.ts'
import { askedWords, doneWords } from '../done.ts'
import { askingForm } from '../forms.ts'
import type { ChartHead } from '../head/page.ts'
import { chartPath } from '../links.ts'
import { answeredPage, askedPage, plansPage, suggestedDay } from '../pages.ts'
import { createHead, findInPath, type Needs, type Said } from '../routes.ts'
import { scoreTable } from '../scores.ts'
import { isAskedOf, listAnswered, PAGE, readScores } from '../store.ts'

const LONGEST = 730 // days ahead

const UNKNOWN = 'This form can no longer be asked for. Please choose another one.'
const ARCHIVED = 'They are in the archive. Please take them out of it first, on the page “Details”.'
const TOO_EARLY = 'Please choose today or a later day.'
const TOO_LATE = 'Please choose a day within the next two years.'
const ALREADY = 'This form is asked of them already. Withdraw that first if you want another day.'
const ALREADY_REGULAR = 'This form is asked of them regularly already. Stop that first.'

const formsPath = (clientId: string): string => `${chartPath(clientId)}/forms`

const isDraft = ({ sentAt }: { sentAt: number | null }): boolean => sentAt === null

/** The page of what a client was asked and what they answered. */
function createShow(deps: Needs) {
  const { db, clock } = deps
  const findHead = createHead(deps, 'forms')

  return async function show(req: Request, res: Response, said: Said = {}): Promise<void> {
    const page = req.method === 'GET' ? readPage(req.query.page) : 0
    const client = await findHead(req, res)
    const { id: clientId } = client
    const { accountId } = signedInDietitian(req)
    const { zone } = res.locals.practice
    const now = clock.now()
    const [{ scores, itch }, requests, { plans, forms }, answered] = await Promise.all([
      readScores(deps, clientId, accountId),
      listOpenRequests(db, clientId),
      listPlansAndForms(db, clientId),
      listAnswered(db, clientId, page),
    ])
    const sent = answered.filter((one) => !isDraft(one))
    res.render('chart/forms', {
      client,
      scores: scoreTable(scores, { clientId, zone, itch }),
      asked: askedPage(requests, answered.filter(isDraft), { zone, now, path: chartPath(clientId) }),
      plans: plansPage(plans, clientId),
      forms,
      said: req.method === 'GET' ? doneOf(req, { requests, plans }, { client, zone }) : '',
      answered: answeredPage(sent, { page, size: PAGE }, { clientId, zone }),
      form: said.form ?? emptyForm({ due: suggestedDay(now, zone) }),
    })
  }
}

/** What was just done, in words. */
function doneOf(
  { query }: Request,
  known: Parameters<typeof askedWords>[1],
  { client, zone }: { client: ChartHead; zone: string },
): string {
  if (query.done !== 'asked') return doneWords(query.done, client)
  return askedWords(query.id, known, { name: client.name, zone })
}

/** The dietitian asks for a form, once or every so many weeks, and takes it back. */
export function askingRoutes(deps: Needs): Router {
  const { db, clock, jobs } = deps
  const router = Router()
  const show = createShow(deps)

  router.get('/practice/clients/:id/forms', dietitian, (req, res) => show(req, res))

  router.post('/practice/clients/:id/requests', dietitian, postedForm, async (req, res) => {
    const { id: clientId, isArchived } = await findInPath(deps, req)
    const read = readForm(askingForm, req.body)
    if (!read.ok) return show(req, res.status(422), { form: read.form })
    const refuse = (status: number, field: string, message: string) =>
      show(req, res.status(status), { form: refusedForm(req.body, field, message) })
    const { form: formId, due, weeks } = read.value
    const now = clock.now()
    const { zone } = res.locals.practice
    const today = localDate(now, zone)
    if (isArchived) return refuse(422, 'form', ARCHIVED)
    if (!(await listAskableForms(db)).some(({ id }) => id === formId)) return refuse(422, 'form', UNKNOWN)
    if (due < today) return refuse(422, 'due', TOO_EARLY)
    if (due > addDays(today, LONGEST)) return refuse(422, 'due', TOO_LATE)
    const { accountId: askedBy } = signedInDietitian(req)
    const askedId = await db.transaction(async (trx) => {
      const id =
        weeks === null
          ? await askForm(trx, jobs, { clientId, formId, askedBy, dueAt: endOf(due, zone) }, now)
          : await startPlan(trx, jobs, { clientId, formId, askedBy, everyWeeks: weeks, firstDueOn: due }, now)
      const action = weeks === null ? 'form.asked' : 'plan.started'
      const entry = { accountId: askedBy, action, clientId, subjectId: id ?? null } as const
      if (id) await recordAct({ ...deps, db: trx }, entry, now)
      return id
    })
    if (!askedId) return refuse(409, 'form', weeks === null ? ALREADY : ALREADY_REGULAR)
    res.redirect(303, `${formsPath(clientId)}?done=asked&id=${askedId}`)
  })

  /** Takes back what the path names, and notes it; what is over already stays as it is. */
  const ending =
    (
      table: 'form_requests' | 'form_plans',
      action: 'form.withdrawn' | 'plan.stopped',
      end: typeof withdraw,
    ) =>
    async (req: Request, res: Response) => {
      const { id: clientId } = await findInPath(deps, req)
      const id = req.params.request ?? req.params.plan
      if (!isUuid(id) || !(await isAskedOf(db, table, { id, clientId }))) throw new NotFound()
      const { accountId, dietitianId } = signedInDietitian(req)
      const now = clock.now()
      await db.transaction(async (trx) => {
        const isEnded = await end(trx, { clientId, id, dietitianId }, now)
        const entry = { accountId, action, clientId, subjectId: id }
        if (isEnded) await recordAct({ ...deps, db: trx }, entry, now)
      })
      res.redirect(303, `${formsPath(clientId)}?done=${action.split('.')[1]}`)
    }

  router.post(
    '/practice/clients/:id/requests/:request/withdrawal',
    dietitian,
    postedForm,
    ending('form_requests', 'form.withdrawn', withdraw),
  )

  router.post(
    '/practice/clients/:id/plans/:plan/stop',
    dietitian,
    postedForm,
    ending('form_plans', 'plan.stopped', stopPlan),
  )

  return router
}

/** The last minute of a day on the practice's calendar. */
const endOf = (day: string, zone: string): number => startOfDay(addDays(day, 1), zone) - MINUTE
