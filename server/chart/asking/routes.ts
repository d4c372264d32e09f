import { type Request, type Response, Router } from 'express'
import { type Action, recordAct } from '../../audit/store.ts'
import { addDays, localDate, startOfDay } from '../../availability/zones.ts'
import { MINUTE } from '../../clock.ts'
import { askForm, listAskableForms, startPlan, stopPlan, withdraw } from '../../requests/store.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { isUuid, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { askingForm } from '../forms.ts'
import { chartPath } from '../links.ts'
import { createShow, findInPath, type Needs } from '../routes.ts'
import { isAskedOf } from '../store.ts'

const LONGEST = 730 // days ahead

const UNKNOWN = 'This form can no longer be asked for. Please choose another one.'
const TOO_EARLY = 'Please choose today or a later day.'
const TOO_LATE = 'Please choose a day within the next two years.'
const ALREADY = 'This form is asked of them already. Withdraw that first if you want another day.'
const ALREADY_REGULAR = 'This form is asked of them again and again already. Stop that first.'

/** The dietitian asks for a form, once or every so many weeks, and takes it back. */
export function askingRoutes(deps: Needs): Router {
  const { db, clock, jobs } = deps
  const router = Router()
  const show = createShow(deps)

  router.post('/practice/clients/:id/requests', dietitian, postedForm, async (req, res) => {
    const { id: clientId } = await findInPath(deps, req)
    const read = readForm(askingForm, req.body)
    if (!read.ok) return show(req, res.status(422), { form: read.form })
    const refuse = (status: number, field: string, message: string) =>
      show(req, res.status(status), { form: refusedForm(req.body, field, message) })
    const { form: formId, due, weeks } = read.value
    const now = clock.now()
    const { zone } = res.locals.practice
    const today = localDate(now, zone)
    if (!(await listAskableForms(db)).some(({ id }) => id === formId)) return refuse(422, 'form', UNKNOWN)
    if (due < today) return refuse(422, 'due', TOO_EARLY)
    if (due > addDays(today, LONGEST)) return refuse(422, 'due', TOO_LATE)
    const { accountId: askedBy } = signedInDietitian(req)
    const isAsked = await db.transaction(async (trx) => {
      const id =
        weeks === null
          ? await askForm(trx, jobs, { clientId, formId, askedBy, dueAt: endOf(due, zone) }, now)
          : await startPlan(trx, jobs, { clientId, formId, askedBy, everyWeeks: weeks, firstDueOn: due }, now)
      const action = weeks === null ? 'form.asked' : 'plan.started'
      if (id) await recordAct(trx, { accountId: askedBy, action, subjectId: id }, now)
      return id !== undefined
    })
    if (!isAsked) return refuse(409, 'form', weeks === null ? ALREADY : ALREADY_REGULAR)
    res.redirect(303, chartPath(clientId))
  })

  /** Takes back what the path names, and notes it; what is over already stays as it is. */
  const ending =
    (table: 'form_requests' | 'form_plans', action: Action, end: typeof withdraw) =>
    async (req: Request, res: Response) => {
      const { id: clientId } = await findInPath(deps, req)
      const id = req.params.request ?? req.params.plan
      if (!isUuid(id) || !(await isAskedOf(db, table, { id, clientId }))) throw new NotFound()
      const { accountId } = signedInDietitian(req)
      const now = clock.now()
      await db.transaction(async (trx) => {
        const isEnded = await end(trx, { clientId, id }, now)
        if (isEnded) await recordAct(trx, { accountId, action, subjectId: id }, now)
      })
      res.redirect(303, chartPath(clientId))
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
