import { type Request, type Response, Router } from 'express'
import { type TimesRequest, timesPage } from '../availability/pages.ts'
import { readDay, readInstant, readZone } from '../availability/query.ts'
import {
  type Bookable,
  decideNow,
  findBookable,
  findBooked,
  findTimes,
  listBookable,
} from '../availability/store.ts'
import { localDate } from '../availability/zones.ts'
import { type Instant, iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { hashToken, isToken } from '../sealing/seal.ts'
import { linkHolder } from '../web/access.ts'
import type { Addresses } from '../web/addresses.ts'
import { BadRequest, NotFound } from '../web/errors.ts'
import { postedForm, readBase } from '../web/form.ts'
import { cancelAppointment, moveAppointment, NOTHING_SAID } from './changes/store.ts'
import { writeInvitation } from './invitation.ts'
import { asBooked } from './kept.ts'
import { appointmentPage, movePage, toldToClient } from './pages.ts'
import { decideChange } from './states.ts'
import { type Appointment, findByLink } from './store.ts'

const notices = {
  taken: 'Somebody just took that time. Here is what is free now.',
  notOpen: 'That time can’t be booked. Here is what is free now.',
  changed: 'Your appointment was changed in the meantime. Please look again.',
}

const BY_CLIENT = { role: 'client', accountId: null } as const

/** The pages behind the link in the mail: one appointment, and nothing else. */
export function appointmentRoutes(
  deps: Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'config'> & { addresses: Addresses },
): Router {
  const { db, clock, config, addresses } = deps
  const router = Router()

  async function find(req: Request): Promise<{ appointment: Appointment; token: string }> {
    const token = String(req.params.token)
    await addresses.checkGuesses(req)
    const appointment = isToken(token) ? await findByLink(db, hashToken(token)) : undefined
    if (appointment) return { appointment, token }
    await addresses.countGuess(req)
    throw new NotFound()
  }

  async function pageOf(res: Response, appointment: Appointment, token: string, now: Instant) {
    const followUps = await listBookable(db, false, now)
    const again = followUps.map(({ type }) => ({
      name: type.name,
      minutes: type.offer.minutes,
      href: `/book/${type.slug}?after=${token}`,
    }))
    const page = appointmentPage({ appointment, token, practice: res.locals.practice, again, now })
    const isOff = appointment.state === 'cancelled'
    const isOffered = isOff && (await findBookable(db, appointment.typeSlug, now)) !== undefined
    return isOff && !isOffered ? { ...page, bookAgainHref: '/book' } : page
  }

  type Shown = { view?: 'appointment' | 'cancel'; notice?: string | null }

  async function show(
    res: Response,
    appointment: Appointment,
    token: string,
    { view = 'appointment', notice = null }: Shown = {},
  ) {
    const page = await pageOf(res, appointment, token, clock.now())
    const action = `/appointments/${token}/cancellation`
    res.render(`appointments/${view}`, { appointment: page, action, base: appointment.sequence, notice })
  }

  router.get('/appointments/:token', linkHolder, async (req, res) => {
    const { appointment, token } = await find(req)
    await show(res, appointment, token)
  })

  router.get('/appointments/:token/invite.ics', linkHolder, async (req, res) => {
    const { appointment, token } = await find(req)
    const told = toldToClient(appointment, res.locals.practice, `${config.baseUrl}/appointments/${token}`)
    const method = appointment.state === 'cancelled' ? 'CANCEL' : 'PUBLISH'
    res.attachment('appointment.ics').type('text/calendar; charset=utf-8')
    res.send(writeInvitation(told, 'client', method, clock.now()))
  })

  router.get('/appointments/:token/cancellation', linkHolder, async (req, res) => {
    const { appointment, token } = await find(req)
    const view = decideChange(appointment, clock.now()).ok ? 'cancel' : 'appointment'
    await show(res, appointment, token, { view })
  })

  router.post('/appointments/:token/cancellation', linkHolder, postedForm, async (req, res) => {
    const now = clock.now()
    const { appointment, token } = await find(req)
    const decision = decideChange(appointment, now)
    if (!decision.ok && decision.because !== 'cancelled') return show(res.status(422), appointment, token)
    if (decision.ok) {
      const inTime = { isLate: false, said: NOTHING_SAID }
      const as = { id: appointment.id, sequence: readBase(req.body?.base) ?? appointment.sequence }
      const of = { ...as, by: BY_CLIENT, dietitianId: null, ...inTime }
      const latest = (await cancelAppointment(deps, of, now)) ? undefined : (await find(req)).appointment
      if (latest && decideChange(latest, now).ok)
        return show(res.status(409), latest, token, { view: 'cancel', notice: notices.changed })
    }
    res.redirect(303, `/appointments/${token}`)
  })

  /** The appointment's own type with its own dietitian: a move changes the time and nothing else. */
  const bookableOf = async (appointment: Appointment, now: Instant): Promise<Bookable> =>
    asBooked(await findBooked(db, appointment, now), appointment)

  function timesRequest(req: Request, res: Response, appointment: Appointment, now: Instant): TimesRequest {
    const practiceZone = res.locals.practice.zone as string
    const asked = req.query.zone ?? req.body?.zone ?? appointment.zone
    const { zone } = readZone(asked, undefined, practiceZone)
    const today = localDate(now, zone)
    const from = readDay(req.query.from, 'from') ?? today
    return {
      mode: 'move',
      path: `/appointments/${req.params.token}/reschedule`,
      keep: {},
      zone,
      isGuess: false,
      practiceZone,
      from: from < today ? today : from,
      day: readDay(req.query.day, 'day'),
      notice: null,
    }
  }

  async function showTimes(res: Response, appointment: Appointment, request: TimesRequest, now: Instant) {
    const bookable = await bookableOf(appointment, now)
    const found = await findTimes(db, bookable, request, now, appointment.id)
    const openings = found.openings.filter(({ start }) => start !== appointment.startsAt)
    const dietitian = appointment.dietitianName
    const times = timesPage({
      request,
      type: bookable.type,
      dietitians: [],
      dietitian,
      now,
      ...found,
      openings,
    })
    res.render('availability/times', { times })
  }

  router.get('/appointments/:token/reschedule', linkHolder, async (req, res) => {
    const now = clock.now()
    const { appointment, token } = await find(req)
    if (!decideChange(appointment, now).ok) return show(res, appointment, token)
    const request = timesRequest(req, res, appointment, now)
    if (req.query.slot === undefined) return showTimes(res, appointment, request, now)
    const start = readInstant(req.query.slot)
    if (start === undefined)
      throw new BadRequest('We could not read the time. Please choose it again.', 'slot')
    const move = { token, slot: iso(start), start, zone: request.zone }
    res.render('appointments/move', { move: movePage(appointment, move, res.locals.practice) })
  })

  router.post('/appointments/:token/reschedule', linkHolder, postedForm, async (req, res) => {
    const now = clock.now()
    const { appointment, token } = await find(req)
    if (!decideChange(appointment, now).ok) return show(res.status(422), appointment, token)
    const request = timesRequest(req, res, appointment, now)
    const refuse = (status: number, notice: string) =>
      showTimes(res.status(status), appointment, { ...request, notice }, now)

    const start = readInstant(req.body?.slot)
    if (start === undefined) return refuse(422, 'Please choose one of the times below.')
    if (start === appointment.startsAt) return res.redirect(303, `/appointments/${token}`)
    const bookable = await bookableOf(appointment, now)
    const decision = await decideNow(db, bookable, start, now, appointment.id)
    if (!decision.ok) return refuse(decision.because === 'taken' ? 409 : 422, notices[decision.because])

    const [dietitian] = decision.dietitians
    if (!dietitian) throw new NotFound()
    const { type } = bookable
    const own = { said: NOTHING_SAID, isOutside: false }
    const move = { appointment, type, dietitian, start, zone: request.zone, by: BY_CLIENT, ...own }
    const answer = await moveAppointment(deps, move, now)
    if (answer === 'moved') return res.redirect(303, `/appointments/${token}`)
    const { appointment: latest } = await find(req)
    // A second press of the button finds the work of the first one done; what was cancelled meanwhile says so.
    if (latest.startsAt === start || !decideChange(latest, now).ok)
      return res.redirect(303, `/appointments/${token}`)
    await showTimes(res.status(409), latest, { ...request, notice: notices[answer] }, now)
  })

  return router
}
