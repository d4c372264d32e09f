import { randomUUID } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { type Appointment, findByHold, findByLink } from '../appointments/store.ts'
import { type TimesRequest, timesPage, typeCard } from '../availability/pages.ts'
import { readDay, readInstant, readZone } from '../availability/query.ts'
import {
  type Bookable,
  decideNow,
  findBookable,
  findTimes,
  listBookable,
  listNextOpenings,
} from '../availability/store.ts'
import { localDate } from '../availability/zones.ts'
import type { Instant } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { hashToken, isToken, makeToken } from '../sealing/seal.ts'
import { anyone, linkHolder } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isSlug, postedForm, refusedForm } from '../web/form.ts'
import { whenShort } from '../words.ts'
import { type BookingFields, readBooking } from './forms.ts'
import { detailsPage } from './pages.ts'
import { type Booking, bookHeld, extendHold, giveBack, insertHold } from './store.ts'

const notices = {
  taken: 'Somebody just took that time. Here is what is free now.',
  notOpen: 'That time can’t be booked. Here is what is free now.',
  expired: 'The time we kept for you ran out and somebody else took it. Please choose another one.',
}

type Asked = {
  bookable: Bookable
  everybody: Bookable
  keep: Record<string, string>
  clientId: string | null
}

export function bookingRoutes(deps: Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'config'>): Router {
  const { db, clock, jobs, sealer, config } = deps
  const router = Router()
  const host = new URL(config.baseUrl).hostname

  /** The type and dietitians that a request is about; an unlisted type only for whoever comes from an appointment. */
  async function ask(req: Request, from: Record<string, unknown>, now: Instant): Promise<Asked> {
    const { type: slug } = req.params
    const everybody = isSlug(slug) ? await findBookable(db, slug, now) : undefined
    if (!everybody) throw new NotFound()
    const after = typeof from.after === 'string' && isToken(from.after) ? from.after : undefined
    const earlier = after && (await findByLink(db, hashToken(after)))
    if (!everybody.type.isListed && !earlier) throw new NotFound()
    const dietitians = everybody.dietitians.filter(
      ({ slug }) => from.with === undefined || slug === from.with,
    )
    if (from.with !== undefined && dietitians.length === 0) throw new NotFound()
    const keep = {
      ...(typeof from.with === 'string' ? { with: from.with } : {}),
      ...(after && earlier ? { after } : {}),
    }
    const clientId = earlier ? earlier.clientId : null
    return { bookable: { ...everybody, dietitians }, everybody, keep, clientId }
  }

  async function showTimes(res: Response, asked: Asked, request: TimesRequest, now: Instant) {
    const { bookable, everybody, keep } = asked
    const found = await findTimes(db, bookable, request, now)
    const choice = (name: string, slug: string | undefined) => {
      const { with: _, ...others } = keep
      const query = new URLSearchParams({ ...others, ...(slug ? { with: slug } : {}), zone: request.zone })
      return { name, href: `${request.path}?${query}`, isSelected: keep.with === slug }
    }
    const dietitians =
      everybody.dietitians.length > 1
        ? [choice('Anyone', undefined), ...everybody.dietitians.map(({ name, slug }) => choice(name, slug))]
        : []
    const dietitian = bookable.dietitians.length === 1 ? (bookable.dietitians[0]?.name ?? null) : null
    const times = timesPage({ request, type: bookable.type, dietitians, dietitian, now, ...found })
    if (keep.after) res.set('X-Robots-Tag', 'noindex')
    res.set('Cache-Control', 'no-store').render('appointments/times', { times })
  }

  function timesRequest(
    req: Request,
    res: Response,
    asked: Asked,
    from: Record<string, unknown>,
    now: Instant,
  ) {
    const practiceZone = res.locals.practice.zone as string
    const { zone, isGuess } = readZone(from.zone, req.headers.cookie, practiceZone)
    const today = localDate(now, zone)
    const first = readDay(from.from, 'from') ?? today
    return {
      mode: 'book' as const,
      path: `/book/${asked.bookable.type.slug}`,
      keep: asked.keep,
      zone,
      isGuess,
      practiceZone,
      from: first < today ? today : first,
      day: readDay(from.day, 'day'),
      notice: null as string | null,
    }
  }

  router.get('/book', anyone, async (_req, res) => {
    const now = clock.now()
    const bookables = await listBookable(db, true, now)
    const next = await listNextOpenings(db, bookables, now)
    const zone = res.locals.practice.zone
    const nextOpenings = Object.fromEntries([...next].map(([slug, start]) => [slug, whenShort(start, zone)]))
    res.render('appointments/types', { types: bookables.map(({ type }) => typeCard(type)), nextOpenings })
  })

  router.get('/book/:type', anyone, async (req, res) => {
    const now = clock.now()
    const asked = await ask(req, req.query, now)
    await showTimes(res, asked, timesRequest(req, res, asked, req.query, now), now)
  })

  router.post('/book/:type/hold', anyone, postedForm, async (req, res) => {
    const now = clock.now()
    const body = (req.body ?? {}) as Record<string, unknown>
    const asked = await ask(req, body, now)
    const { from: _from, day: _day, ...choices } = body
    const request = timesRequest(req, res, asked, choices, now)
    const refuse = (status: number, notice: string, start?: Instant) => {
      const day = start !== undefined && start > now ? localDate(start, request.zone) : undefined
      return showTimes(res.status(status), asked, { ...request, notice, from: day ?? request.from, day }, now)
    }

    const start = readInstant(body.slot)
    if (start === undefined) return refuse(422, 'Please choose one of the times below.')
    const decision = await decideNow(db, asked.bookable, start, now)
    if (!decision.ok)
      return refuse(decision.because === 'taken' ? 409 : 422, notices[decision.because], start)

    const token = makeToken()
    const hold = {
      type: asked.bookable.type,
      start,
      zone: request.zone,
      holdHash: hashToken(token),
      clientId: asked.clientId,
    }
    for (const dietitian of decision.dietitians) {
      const answer = await insertHold(db, { ...hold, dietitian, uid: `${randomUUID()}@${host}` }, now)
      if (answer !== 'taken') return res.redirect(303, `/book/holds/${token}`)
    }
    return refuse(409, notices.taken, start)
  })

  async function findHold(req: Request): Promise<{ hold: Appointment; token: string }> {
    const token = String(req.params.hold)
    const hold = isToken(token) ? await findByHold(db, hashToken(token)) : undefined
    if (!hold) throw new NotFound()
    return { hold, token }
  }

  /** A second press of the button, or the way back: the hold has become an appointment, and that is shown. */
  function showBooked(res: Response, hold: Appointment) {
    const place = { table: 'appointments', column: 'link_sealed', row: hold.id }
    res.redirect(303, `/appointments/${sealer.open(place, hold.linkSealed as Buffer)}`)
  }

  async function bookableOf(hold: Appointment, now: Instant): Promise<Bookable> {
    const bookable = await findBookable(db, hold.typeSlug, now)
    if (!bookable) throw new NotFound()
    return { ...bookable, dietitians: bookable.dietitians.filter(({ id }) => id === hold.dietitianId) }
  }

  /** The details page; when the hold has ended, with fresh times in the same form, so that nothing typed is lost. */
  async function showDetails(
    res: Response,
    page: { hold: Appointment; token: string; bookable: Bookable; form: Form },
  ) {
    const { hold, token, bookable, form } = page
    const now = clock.now()
    const request = { from: localDate(Math.max(hold.startsAt, now), hold.zone), zone: hold.zone }
    const fresh = hasEnded(hold, now) ? (await findTimes(db, bookable, request, now, hold.id)).openings : []
    const details = detailsPage({
      hold,
      token,
      type: bookable.type,
      practice: res.locals.practice,
      fresh,
      now,
    })
    res.render('appointments/details', { details, form })
  }

  router.get('/book/holds/:hold', linkHolder, async (req, res) => {
    const { hold, token } = await findHold(req)
    if (isBooked(hold)) return showBooked(res, hold)
    const bookable = await bookableOf(hold, clock.now())
    await showDetails(res, { hold, token, bookable, form: emptyForm({ reminders: 'yes' }) })
  })

  router.post('/book/holds/:hold/extension', linkHolder, postedForm, async (req, res) => {
    const { token } = await findHold(req)
    await extendHold(db, hashToken(token), clock.now())
    res.redirect(303, `/book/holds/${token}`)
  })

  router.post('/book/holds/:hold/release', linkHolder, postedForm, async (req, res) => {
    const { hold, token } = await findHold(req)
    await giveBack(db, hold.id)
    const query = new URLSearchParams({ from: localDate(hold.startsAt, hold.zone), zone: hold.zone })
    res.redirect(303, hold.clientId ? `/book/holds/${token}` : `/book/${hold.typeSlug}?${query}`)
  })

  /** The id of a row that keeps the time somebody wants: their hold, or a new one when it ended or they chose again. */
  async function keepTime(hold: Appointment, bookable: Bookable, chosen: Instant | undefined, now: Instant) {
    if (!hasEnded(hold, now) && (chosen ?? hold.startsAt) === hold.startsAt) return { id: hold.id }
    const start = chosen ?? hold.startsAt
    const decision = await decideNow(db, bookable, start, now, hold.id)
    const [dietitian] = decision.ok ? decision.dietitians : []
    if (!dietitian) return 'taken'
    if (hold.state === 'held') await giveBack(db, hold.id)
    const { zone, clientId } = hold
    const again = { type: bookable.type, dietitian, start, zone, clientId, holdHash: hashToken(makeToken()) }
    return insertHold(db, { ...again, uid: `${randomUUID()}@${host}` }, now)
  }

  router.post('/book/holds/:hold/appointment', linkHolder, postedForm, async (req, res) => {
    const now = clock.now()
    const { hold, token } = await findHold(req)
    if (isBooked(hold)) return showBooked(res, hold)
    const bookable = await bookableOf(hold, now)
    const read = readBooking(req.body, {
      places: bookable.type.places,
      isKnownClient: hold.clientId !== null,
    })
    if (!read.ok) return showDetails(res.status(422), { hold, token, bookable, form: read.form })

    const kept = await keepTime(hold, bookable, readInstant(req.body.slot), now)
    const link = makeToken()
    const answer =
      kept === 'taken' ? kept : await bookHeld(db, jobs, toBooking(read.value, hold, kept.id, link), now)
    if (answer === 'booked') return res.redirect(303, `/appointments/${link}`)

    const today = await findHold(req)
    if (isBooked(today.hold)) return showBooked(res, today.hold)
    const form = refusedForm(req.body, 'slot', notices.expired)
    await showDetails(res.status(409), { hold: { ...today.hold, state: 'lapsed' }, token, bookable, form })
  })

  function toBooking(value: BookingFields, hold: Appointment, id: string, link: string): Booking {
    const sealed = (column: string, text: string) =>
      sealer.seal({ table: 'appointments', column, row: id }, text)
    return {
      id,
      name: value.name ?? hold.clientName ?? '',
      email: value.email,
      phone: value.phone,
      place: value.place,
      reminders: value.reminders,
      zone: hold.zone,
      bringsSealed: value.brings === '' ? null : sealed('brings_sealed', value.brings),
      linkHash: hashToken(link),
      linkSealed: sealed('link_sealed', link),
    }
  }

  return router
}

const isBooked = ({ state }: Appointment): boolean => state !== 'held' && state !== 'lapsed'

const hasEnded = ({ state, heldUntil }: Appointment, now: Instant): boolean =>
  state === 'lapsed' || (heldUntil !== null && heldUntil <= now)
