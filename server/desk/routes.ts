import { type Request, type Response, Router } from 'express'
import { placeAppointment } from '../appointments/placing/store.ts'
import { recordReading } from '../audit/store.ts'
import { timesPage } from '../availability/pages.ts'
import { readDay } from '../availability/query.ts'
import { type Bookable, findTimes, listOffered } from '../availability/store.ts'
import { localDate } from '../availability/zones.ts'
import { chartHead } from '../chart/head/store.ts'
import type { Instant } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { findZone } from '../practice/store.ts'
import { dietitian, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, refusedForm } from '../web/form.ts'
import type { PlaceName } from '../words.ts'
import { readBooking, readChosen, readSlot } from './forms.ts'
import {
  bookingFields,
  chosenTime,
  freshTimes,
  placeChoices,
  slotOf,
  suggestedType,
  typeChoices,
} from './pages.ts'
import { type Booker, findAt, findBooker, lookAt } from './store.ts'
import { enteredSince } from './time.ts'
import { deskTimes, NOTICES } from './times.ts'

type Fields = Record<string, unknown>

/** Who books for whom, and what: all that the page and its form need to know. */
type Asked = {
  booker: Booker
  offered: Bookable[]
  /** With the dietitian who books, and nobody else. */
  bookable: Bookable | undefined
  zone: string
  path: string
  now: Instant
  /** From when on what has begun already can be entered. */
  since: Instant
}

type Shown = { start?: Instant; form?: Form; notice?: string; typed?: Form }

/** The practice books for a client: at a free time, or at any other. */
export function deskRoutes(deps: Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'log' | 'config'>): Router {
  const { db, clock, config } = deps
  const router = Router()
  const host = new URL(config.baseUrl).hostname

  async function ask(req: Request, type: unknown): Promise<Asked> {
    const { dietitianId } = signedInDietitian(req)
    const { id: clientId } = req.params
    const now = clock.now()
    const booker = isUuid(clientId) ? await findBooker(db, { clientId, dietitianId }) : undefined
    if (!booker) throw new NotFound()
    const [offered, zone] = await Promise.all([listOffered(db, dietitianId, now), findZone(db, dietitianId)])
    const bookable =
      type === undefined || type === ''
        ? suggestedType(offered, booker.lastSlug)
        : offered.find((one) => one.type.slug === type)
    if (typeof type === 'string' && type !== '' && !bookable) throw new NotFound()
    const path = `/practice/clients/${clientId}/booking`
    return { booker, offered, bookable, zone, path, now, since: enteredSince(now, zone) }
  }

  async function show(req: Request, res: Response, asked: Asked, { start, form, notice, typed }: Shown) {
    const { accountId, dietitianId, name } = signedInDietitian(req)
    const { booker, offered, bookable, zone, path, now } = asked
    const about = { clientId: booker.id, dietitianId, accountId, tab: null }
    const client = await chartHead(deps, about, { zone: res.locals.practice.zone, now })
    if (!client) throw new NotFound()
    await recordReading(
      deps,
      { accountId, action: 'chart.read', clientId: client.id, subjectId: client.id },
      now,
    )
    if (!bookable) return res.render('desk/none', { client })
    const { type } = bookable
    const seen =
      start === undefined
        ? undefined
        : await lookAt(db, { bookable, start, place: chosenPlace(form, type.places), except: null }, now)
    const slot = start === undefined ? null : slotOf(start)
    const page = {
      client,
      path,
      heading: 'Book an appointment',
      type: { slug: type.slug, name: type.name },
      types: typeChoices(offered, type, path, slot),
      notice: notice ?? null,
    }
    const isLost = seen?.isTaken === true
    const query: Fields = req.method === 'GET' ? req.query : {}
    const from = start === undefined ? readDay(query.from, 'from') : localDate(start, zone)
    const keep = { type: type.slug }
    const request = deskTimes({ path, keep, zone, from, day: readDay(query.day, 'day') }, now)
    const needsTimes = start === undefined || isLost
    const found = needsTimes ? await findTimes(db, bookable, request, now) : undefined
    if (found && (start === undefined || !form)) {
      const times = timesPage({ request, type, dietitians: [], dietitian: null, now, ...found })
      const said = isLost ? NOTICES.taken : page.notice
      const fields = typed ?? emptyForm({ date: request.from })
      return res.render('desk/times', { ...page, notice: said, times, form: fields })
    }
    if (start === undefined || !seen) return
    const names = { dietitian: name, practice: res.locals.practice.name }
    res.render('desk/booking', {
      ...page,
      chosen: chosenTime({ start, type, broken: seen.broken, zone, clientZone: booker.zone }),
      fresh: freshTimes(found?.openings ?? [], zone),
      places: placeChoices(type.places),
      otherHref: `${path}?${new URLSearchParams({ ...keep, from: localDate(start, zone) })}`,
      form: form ?? emptyForm(bookingFields(booker, seen.places, names)),
    })
  }

  router.get('/practice/clients/:id/booking', dietitian, async (req, res) => {
    const asked = await ask(req, req.query.type)
    const { start, refused } = readChosen(req.query, asked)
    if (!refused) return show(req, res, asked, { start })
    const { field, message } = refused
    const said = field === '' ? { notice: message } : { typed: refusedForm(req.query, field, message) }
    return show(req, res.status(422), asked, said)
  })

  router.post('/practice/clients/:id/booking', dietitian, postedForm, async (req, res) => {
    const { accountId, dietitianId } = signedInDietitian(req)
    const asked = await ask(req, req.body?.type)
    const { booker, bookable, now } = asked
    const { start, refused } = readSlot(req.body?.slot, asked)
    if (!bookable || start === undefined)
      return show(req, res.status(422), asked, { notice: refused?.message })
    const read = readBooking(req.body, bookable.type.places)
    if (!read.ok) return show(req, res.status(422), asked, { start, form: read.form })

    const { place, phone, reminders, message, reason } = read.value
    const { own, type, broken, isTaken } = await lookAt(db, { bookable, start, place, except: null }, now)
    const isOutside = broken.length > 0
    const refuse = (status: number, field: string, words: string) =>
      show(req, res.status(status), asked, { start, form: refusedForm(req.body, field, words) })
    if (isOutside && reason === '' && !isTaken) return refuse(422, 'reason', NOTICES.reason)

    const said = { reason: isOutside ? reason : '', message }
    const what = { type, dietitian: own, clientId: booker.id, start, place, phone, reminders }
    const placing = { ...what, accountId, said, isOutside, host }
    const answer = isTaken ? 'taken' : await placeAppointment(deps, placing, now)
    const found = answer === 'taken' ? await findAt(db, { dietitianId, clientId: booker.id, start }) : answer
    if (found) return res.redirect(303, `/practice/appointments/${found.id}?done=booked`)
    return refuse(409, 'slot', NOTICES.taken)
  })

  return router
}

/** Of a form that is shown again; null: nothing was chosen yet. */
const chosenPlace = (form: Form | undefined, places: PlaceName[]): PlaceName | null =>
  places.find((place) => place === form?.value('place')) ?? null
