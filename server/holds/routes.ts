import { type Request, type Response, Router } from 'express'
import { type Appointment, findByHold } from '../appointments/store.ts'
import { placesKept } from '../availability/places.ts'
import { readInstant } from '../availability/query.ts'
import { type Bookable, decideNow, findBookable, findBooked, findTimes } from '../availability/store.ts'
import { localDate } from '../availability/zones.ts'
import type { Instant } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { openOrSay } from '../sealing/reading.ts'
import { hashToken, isToken, makeToken } from '../sealing/seal.ts'
import { linkHolder } from '../web/access.ts'
import type { Addresses } from '../web/addresses.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form, postedForm, refusedForm, typedForm } from '../web/form.ts'
import type { PlaceName } from '../words.ts'
import { type BookingFields, readBooking } from './forms.ts'
import { detailsPage } from './pages.ts'
import { type Booking, bookHeld, extendHold, giveBack, renewHold } from './store.ts'

const LOST = 'The time we kept for you ran out, and it is no longer free. Please choose another one.'

type Needs = Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'log'> & { addresses: Addresses }

/** From a time that is kept to an appointment. */
export function holdRoutes(deps: Needs): Router {
  const { db, clock, jobs, sealer, addresses } = deps
  const router = Router()

  async function findHold(req: Request): Promise<{ hold: Appointment; token: string }> {
    const token = String(req.params.hold)
    await addresses.checkGuesses(req)
    const hold = isToken(token) ? await findByHold(db, hashToken(token)) : undefined
    if (hold) return { hold, token }
    await addresses.countGuess(req)
    throw new NotFound()
  }

  /** A second press of the button, or the way back: the hold has become an appointment, and that is shown. */
  function showBooked(res: Response, hold: Appointment) {
    const place = { table: 'appointments', column: 'link_sealed', row: hold.id }
    const link = openOrSay(deps, { place, sealed: hold.linkSealed as Buffer, accountId: null })
    if (!link.isReadable) throw new NotFound()
    res.redirect(303, `/appointments/${link.text}`)
  }

  /** What is kept for somebody is theirs to book, whatever becomes of the type meanwhile. */
  async function bookableOf(hold: Appointment, now: Instant): Promise<Bookable> {
    if (!hasEnded(hold, now)) return findBooked(db, hold, now)
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
    const isOver = hasEnded(hold, now)
    const fresh = isOver ? (await findTimes(db, bookable, request, now, hold.id)).openings : []
    const places = isOver ? bookable.type.places : placesAt(bookable, hold.startsAt)
    const details = detailsPage({
      hold,
      token,
      type: bookable.type,
      practice: res.locals.practice,
      places,
      fresh,
      now,
    })
    res.render('holds/details', { details, form })
  }

  router.get('/book/holds/:hold', linkHolder, async (req, res) => {
    const { hold, token } = await findHold(req)
    if (isBooked(hold)) return showBooked(res, hold)
    const bookable = await bookableOf(hold, clock.now())
    await showDetails(res, { hold, token, bookable, form: emptyForm({ reminders: 'yes' }) })
  })

  router.post('/book/holds/:hold/extension', linkHolder, postedForm, async (req, res) => {
    const { hold, token } = await findHold(req)
    if (isBooked(hold)) return showBooked(res, hold)
    await extendHold(db, hashToken(token), clock.now())
    const { hold: extended } = await findHold(req)
    const bookable = await bookableOf(extended, clock.now())
    await showDetails(res, { hold: extended, token, bookable, form: typedForm(req.body) })
  })

  router.post('/book/holds/:hold/release', linkHolder, postedForm, async (req, res) => {
    const { hold, token } = await findHold(req)
    await giveBack(db, hold.id)
    const query = new URLSearchParams({ from: localDate(hold.startsAt, hold.zone), zone: hold.zone })
    res.redirect(303, hold.clientId ? `/book/holds/${token}` : `/book/${hold.typeSlug}?${query}`)
  })

  /** The hold, once it keeps the time that somebody wants: as it is, or renewed when it ended or they chose again. */
  async function keepTime(hold: Appointment, bookable: Bookable, chosen: Instant | undefined, now: Instant) {
    if (!hasEnded(hold, now) && (chosen ?? hold.startsAt) === hold.startsAt) return { id: hold.id }
    const start = chosen ?? hold.startsAt
    const decision = await decideNow(db, bookable, start, now, hold.id)
    const [dietitian] = decision.ok ? decision.dietitians : []
    return dietitian ? renewHold(db, { id: hold.id, type: bookable.type, dietitian, start }, now) : 'taken'
  }

  router.post('/book/holds/:hold/appointment', linkHolder, postedForm, async (req, res) => {
    const now = clock.now()
    const { hold, token } = await findHold(req)
    if (isBooked(hold)) return showBooked(res, hold)
    const bookable = await bookableOf(hold, now)
    const chosen = readInstant(req.body.slot)
    const read = readBooking(req.body, {
      places: placesAt(bookable, chosen ?? hold.startsAt),
      isKnownClient: hold.clientId !== null,
    })
    if (!read.ok) return showDetails(res.status(422), { hold, token, bookable, form: read.form })

    const kept = await keepTime(hold, bookable, chosen, now)
    const link = makeToken()
    const answer =
      kept === 'taken' ? kept : await bookHeld(db, jobs, toBooking(read.value, hold, kept.id, link), now)
    if (answer === 'booked') return res.redirect(303, `/appointments/${link}`)

    const today = await findHold(req)
    if (isBooked(today.hold)) return showBooked(res, today.hold)
    const form = refusedForm(req.body, 'slot', LOST)
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

/** Where one can meet the dietitian of a hold at a time. */
const placesAt = ({ type, dietitians: [dietitian] }: Bookable, start: Instant): PlaceName[] =>
  dietitian ? placesKept(dietitian.hours, type, start) : type.places

const isBooked = ({ state }: Appointment): boolean => state !== 'held' && state !== 'lapsed'

const hasEnded = ({ state, heldUntil }: Appointment, now: Instant): boolean =>
  state === 'lapsed' || (heldUntil !== null && heldUntil <= now)
