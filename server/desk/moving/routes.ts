import { type Request, type Response, Router } from 'express'
import { moveAppointment } from '../../appointments/changes/store.ts'
import { asBooked } from '../../appointments/kept.ts'
import { suggestedMessage } from '../../appointments/messages.ts'
import { canCancelAsDietitian } from '../../appointments/states.ts'
import { type Appointment, findForDietitian, type OwnAppointment } from '../../appointments/store.ts'
import { recordReading } from '../../audit/store.ts'
import { timesPage } from '../../availability/pages.ts'
import { readDay } from '../../availability/query.ts'
import { type Bookable, findBooked, findTimes } from '../../availability/store.ts'
import { localDate } from '../../availability/zones.ts'
import { chartHead } from '../../chart/head/store.ts'
import type { Instant } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { whenShort } from '../../words.ts'
import { movingForm, readChosen, readSlot } from '../forms.ts'
import { chosenTime, freshTimes } from '../pages.ts'
import { lookAt } from '../store.ts'
import { deskTimes, NOTICES } from '../times.ts'

const CHANGED = 'It was changed in the meantime. This is how it stands now.'
const MOVED = '?done=moved'
const OVER = 'Only an appointment that is booked can be moved.'

type Asked = { appointment: OwnAppointment; bookable: Bookable; zone: string; path: string; now: Instant }
type Shown = { start?: Instant; form?: Form; notice?: string; typed?: Form }

/** The practice moves an appointment: its length, its buffers, its price and its place stay as they were booked. */
export function movingRoutes(deps: Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()

  async function ask(req: Request): Promise<Asked> {
    const { dietitianId } = signedInDietitian(req)
    const { id } = req.params
    const now = clock.now()
    const appointment = isUuid(id) ? await findForDietitian(db, id, dietitianId) : undefined
    if (!appointment) throw new NotFound()
    const bookable = asBooked(await findBooked(db, appointment, now), appointment)
    const zone = bookable.dietitians[0]?.hours.zone
    if (zone === undefined) throw new NotFound()
    return { appointment, bookable, zone, path: `/practice/appointments/${id}/reschedule`, now }
  }

  const look = ({ appointment, bookable, now }: Asked, start: Instant) =>
    lookAt(db, { bookable, start, place: appointment.place, except: appointment.id }, now)

  async function show(req: Request, res: Response, asked: Asked, { start, form, notice, typed }: Shown) {
    const { accountId, dietitianId, name } = signedInDietitian(req)
    const { appointment, bookable, zone, path, now } = asked
    const { clientId, isChartSeen } = appointment
    const about = { clientId: clientId ?? '', dietitianId, accountId, tab: null }
    const client = isChartSeen
      ? await chartHead(deps, about, { zone: res.locals.practice.zone, now })
      : undefined
    const read = client
      ? ({ action: 'chart.read', clientId: client.id, subjectId: client.id } as const)
      : ({ action: 'appointment.read', clientId, subjectId: appointment.id } as const)
    await recordReading(deps, { accountId, ...read }, now)
    const { type } = bookable
    const seen = start === undefined ? undefined : await look(asked, start)
    const page = {
      client,
      bookedAs: appointment.clientName,
      path,
      heading: 'Move an appointment',
      type: { slug: type.slug, name: type.name },
      types: [],
      notice: notice ?? null,
      moved: {
        from: whenShort(appointment.startsAt, zone),
        href: `/practice/appointments/${appointment.id}`,
      },
    }
    const isLost = seen?.isTaken === true
    const query: Record<string, unknown> = req.method === 'GET' ? req.query : {}
    const from = start === undefined ? readDay(query.from, 'from') : localDate(start, zone)
    const request = deskTimes({ path, keep: {}, zone, from, day: readDay(query.day, 'day') }, now)
    const needsTimes = start === undefined || isLost
    const found = needsTimes ? await findTimes(db, bookable, request, now, appointment.id) : undefined
    const openings = (found?.openings ?? []).filter((one) => one.start !== appointment.startsAt)
    if (found && (start === undefined || !form)) {
      const times = timesPage({ request, type, dietitians: [], dietitian: null, now, ...found, openings })
      const said = isLost ? NOTICES.taken : page.notice
      const fields = typed ?? emptyForm({ date: request.from })
      return res.render('desk/times', { ...page, notice: said, times, form: fields })
    }
    if (start === undefined || !seen) return
    const names = { dietitian: name, practice: res.locals.practice.name }
    const fields = { message: suggestedMessage('moved', names), base: String(appointment.sequence) }
    res.render('desk/booking', {
      ...page,
      chosen: chosenTime({ start, type, broken: seen.broken, zone, clientZone: appointment.zone }),
      fresh: freshTimes(openings, zone),
      places: [],
      otherHref: `${path}?from=${localDate(start, zone)}`,
      form: form ?? emptyForm(fields),
    })
  }

  const showOver = (res: Response, { appointment }: Asked) =>
    res.redirect(303, `/practice/appointments/${appointment.id}`)

  router.get('/practice/appointments/:id/reschedule', dietitian, async (req, res) => {
    const asked = await ask(req)
    if (!canCancelAsDietitian(asked.appointment)) return showOver(res, asked)
    const { start, refused } = readChosen(req.query, asked)
    if (!refused) return show(req, res, asked, { start })
    const { field, message } = refused
    const said = field === '' ? { notice: message } : { typed: refusedForm(req.query, field, message) }
    return show(req, res.status(422), asked, said)
  })

  router.post('/practice/appointments/:id/reschedule', dietitian, postedForm, async (req, res) => {
    const { accountId } = signedInDietitian(req)
    const asked = await ask(req)
    const { appointment, now } = asked
    if (!canCancelAsDietitian(appointment)) return show(req, res.status(422), asked, { notice: OVER })
    const { start, refused } = readSlot(req.body?.slot, { now })
    if (start === undefined) return show(req, res.status(422), asked, { notice: refused?.message })
    // A second press of the button finds the work of the first one done.
    if (start === appointment.startsAt) {
      const isDone = req.body?.base !== String(appointment.sequence)
      return res.redirect(303, `/practice/appointments/${appointment.id}${isDone ? MOVED : ''}`)
    }
    const read = readForm(movingForm, req.body)
    if (!read.ok) return show(req, res.status(422), asked, { start, form: read.form })
    const { message, reason, base } = read.value
    if (base !== String(appointment.sequence))
      return show(req, res.status(409), asked, {
        start,
        form: freshBase(req.body, appointment),
        notice: CHANGED,
      })

    const { own, type, broken, isTaken } = await look(asked, start)
    const isOutside = broken.length > 0
    const refuse = (status: number, field: string, words: string) =>
      show(req, res.status(status), asked, { start, form: refusedForm(req.body, field, words) })
    if (isOutside && reason === '' && !isTaken) return refuse(422, 'reason', NOTICES.reason)
    const said = { reason: isOutside ? reason : '', message }
    const by = { role: 'dietitian', accountId } as const
    const move = { appointment, type, dietitian: own, start, zone: appointment.zone, by, said, isOutside }
    const answer = isTaken ? 'taken' : await moveAppointment(deps, move, now)
    if (answer === 'moved') return res.redirect(303, `/practice/appointments/${appointment.id}${MOVED}`)
    if (answer === 'taken') return refuse(409, 'slot', NOTICES.taken)
    const latest = await ask(req)
    if (latest.appointment.startsAt === start || !canCancelAsDietitian(latest.appointment))
      return showOver(res, latest)
    const form = freshBase(req.body, latest.appointment)
    return show(req, res.status(409), latest, { start, form, notice: CHANGED })
  })

  return router
}

/** What was typed, on the page as it stands now. */
const freshBase = (body: unknown, { sequence }: Appointment): Form =>
  refusedForm({ ...(body as object), base: String(sequence) }, 'slot', CHANGED)
