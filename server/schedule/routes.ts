import { type Request, type Response, Router } from 'express'
import { findBookable, findHours, listOpenings } from '../availability/store.ts'
import { isDate, localDate } from '../availability/zones.ts'
import type { Deps } from '../deps.ts'
import { dietitian, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isSlug, postedForm, postedWeek, refusedForm, typedForm } from '../web/form.ts'
import {
  insertException,
  insertTimeOff,
  listDates,
  MOST_DATES,
  removeException,
  removeTimeOff,
} from './dates/store.ts'
import { readException, readTimeOff, readWeek, rowsIn } from './forms.ts'
import { address, availabilityPage, changedSince, type Looking, savedNotice } from './pages.ts'
import { previewPage, previewSpan } from './preview.ts'
import {
  insertPlan,
  listComing,
  listOffered,
  listPlans,
  MOST_PLANS,
  type Plan,
  removePlan,
  saveWeek,
} from './store.ts'
import type { Difference, PostedWeek } from './week.ts'

const EXISTS = 'There are other hours from that day on already. Please open them above to change them.'
const OVERLAPS = 'That day has hours of its own at that time already.'
const TOO_MANY_PLANS = `There are ${MOST_PLANS} plans already. Please remove one that is still to begin.`
const TOO_MANY = `There are ${MOST_DATES} of them already. Please remove some first.`

/** What a form could not do: shown on the page again, with all that was typed. */
type Refusal = { form: Form; typed?: PostedWeek; base?: string; changed?: Difference[]; isGone?: boolean }

/** When a dietitian can be booked: their own hours, and nobody else's. */
export function scheduleRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>): Router {
  const { db, clock, sealer } = deps
  const router = Router()
  const ledger = { db, sealer }

  const find = async (req: Request) => {
    const { dietitianId, accountId } = signedInDietitian(req)
    const now = clock.now()
    const hours = await findHours(db, dietitianId, now)
    const { zone } = hours
    return { dietitianId, accountId, hours, zone, now, today: localDate(now, zone) }
  }
  type Found = Awaited<ReturnType<typeof find>>

  /** The type that is looked at, as a client would see its times with this dietitian. */
  async function lookAhead({ dietitianId, zone, now, today }: Found, slug: string | undefined) {
    const types = await listOffered(db, dietitianId)
    const chosen = types.find((type) => type.slug === slug) ?? types[0]
    const bookable = chosen && (await findBookable(db, chosen.slug, now))
    const dietitians = (bookable?.dietitians ?? []).filter(({ id }) => id === dietitianId)
    const bookHref = chosen?.isListed ? `/book/${chosen.slug}?with=${dietitians[0]?.slug}` : null
    if (!bookable || dietitians.length === 0) return { types, chosen, bookHref: null, preview: null }
    const openings = await listOpenings(db, { ...bookable, dietitians }, previewSpan(today, zone), now)
    const { places, offer } = bookable.type
    return {
      types,
      chosen,
      bookHref,
      preview: previewPage({ openings, places, step: offer.step, today, zone }),
    }
  }

  const planOf = (plans: Plan[], startsOn: string | undefined): Plan => {
    const plan = startsOn === undefined ? plans[0] : plans.find((one) => one.startsOn === startsOn)
    if (!plan) throw new NotFound()
    return plan
  }

  async function show(req: Request, res: Response, found: Found, looking: Looking, refusal?: Refusal) {
    const { dietitianId, hours, now, today } = found
    const [plans, ahead, coming, { exceptions, timeOff }] = await Promise.all([
      listPlans(db, dietitianId, today),
      lookAhead(found, looking.type),
      listComing(db, dietitianId, now),
      listDates(deps, found, { today, now }),
    ])
    const isThere = plans.some(({ startsOn }) => startsOn === looking.plan)
    const plan = planOf(plans, refusal && !isThere ? undefined : looking.plan)
    const { typed = null, base = null } = refusal ?? {}
    const dates = { coming, exceptions, timeOff, today, now }
    const page = availabilityPage({ plans, plan, typed, base, looking, hours, ...ahead, ...dates })
    const { form = emptyForm(), changed = null, isGone = false } = refusal ?? {}
    const saved = refusal ? null : savedNotice(req.query.saved)
    res.render('schedule/availability', { schedule: page, form, changed, isGone, saved })
  }

  /** What stands in an address or a hidden field; what can't be read is as if it were not there. */
  const lookingAt = (fields: Record<string, unknown> = {}): Looking => ({
    plan: typeof fields.plan === 'string' && isDate(fields.plan) ? fields.plan : undefined,
    type: isSlug(fields.type) ? fields.type : undefined,
  })

  router.get('/practice/availability', dietitian, async (req, res) => {
    await show(req, res, await find(req), lookingAt(req.query))
  })

  router.post('/practice/availability/hours', dietitian, postedWeek, async (req, res) => {
    const found = await find(req)
    const { today, now, dietitianId } = found
    const looking = lookingAt(req.body)
    const plans = await listPlans(db, dietitianId, today)
    const read = readWeek(req.body, today)
    const typed = rowsIn(req.body)
    // Refused for what it says, it is still based on what was looked at: a change of others since is not taken for seen.
    const asLooked = { typed, base: String(req.body?.base) }
    const there = plans.find(({ startsOn }) => startsOn === req.body?.plan)
    const asNow = { ...looking, plan: there && there !== plans[0] ? there.startsOn : undefined }
    if (!read.ok) return show(req, res.status(422), found, asNow, { form: read.form, ...asLooked })

    const { base, startsOn, windows } = read.value
    if (startsOn !== '') {
      const answer = await insertPlan(ledger, found, { startsOn, windows, today }, now)
      if (answer === 'saved')
        return res.redirect(303, address({ ...looking, plan: startsOn }, { saved: 'hours' }))
      const form = refusedForm(req.body, 'starts_on', answer === 'exists' ? EXISTS : TOO_MANY_PLANS)
      return show(req, res.status(422), found, asNow, { form, ...asLooked })
    }
    const answer = there && (await saveWeek(ledger, found, { startsOn: there.startsOn, base, windows }, now))
    if (answer === 'saved') return res.redirect(303, address(asNow, { saved: 'hours' }))
    const fresh = await listPlans(db, dietitianId, today)
    const changed = there ? changedSince(planOf(fresh, asNow.plan), windows) : []
    await show(req, res.status(409), found, asNow, {
      form: typedForm(req.body),
      typed,
      changed,
      isGone: !there,
    })
  })

  router.post('/practice/availability/plans/:date/removal', dietitian, postedForm, async (req, res) => {
    const found = await find(req)
    const startsOn = String(req.params.date)
    const { today, now } = found
    if (!isDate(startsOn) || !(await removePlan(ledger, found, { startsOn, today }, now)))
      throw new NotFound()
    res.redirect(303, address({}, { saved: 'plan' }))
  })

  router.post('/practice/availability/exceptions', dietitian, postedForm, async (req, res) => {
    const found = await find(req)
    const read = readException(req.body, found.today)
    const refuse = (form: Form) => show(req, res.status(422), found, lookingAt(req.body), { form })
    if (!read.ok) return refuse(read.form)
    const answer = await insertException(ledger, found, { ...read.value, today: found.today }, found.now)
    if (answer === 'overlaps') return refuse(refusedForm(req.body, 'open_from', OVERLAPS))
    if (answer === 'tooMany') return refuse(refusedForm(req.body, 'on', TOO_MANY))
    res.redirect(303, address(lookingAt(req.body), { saved: 'day' }))
  })

  router.post('/practice/availability/exceptions/:id/removal', dietitian, postedForm, async (req, res) => {
    const found = await find(req)
    if (!(await removeException(ledger, found, readId(req), found.now))) throw new NotFound()
    res.redirect(303, address(lookingAt(req.body), { saved: 'removed' }))
  })

  router.post('/practice/availability/time-off', dietitian, postedForm, async (req, res) => {
    const found = await find(req)
    const read = readTimeOff(req.body, found.zone, found.now)
    const refuse = (form: Form) => show(req, res.status(422), found, lookingAt(req.body), { form })
    if (!read.ok) return refuse(read.form)
    const answer = await insertTimeOff(ledger, found, read.value, found.now)
    if (answer === 'tooMany') return refuse(refusedForm(req.body, 'off_from', TOO_MANY))
    res.redirect(303, address(lookingAt(req.body), { saved: 'off' }))
  })

  router.post('/practice/availability/time-off/:id/removal', dietitian, postedForm, async (req, res) => {
    const found = await find(req)
    if (!(await removeTimeOff(ledger, found, readId(req), found.now))) throw new NotFound()
    res.redirect(303, address(lookingAt(req.body), { saved: 'removed' }))
  })

  return router
}

/** @throws {NotFound} for a path that names no row */
function readId({ params }: Request): number {
  const id = String(params.id)
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new NotFound()
  return Number(id)
}
