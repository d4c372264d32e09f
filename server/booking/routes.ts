import { randomUUID } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { type Appointment, findByHold, findByLink } from '../appointments/store.ts'
import {
  dietitianChoices,
  readersZone,
  type TimesRequest,
  timesPage,
  typeCard,
} from '../availability/pages.ts'
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
import { insertHold } from '../holds/store.ts'
import { hashToken, isToken, makeToken } from '../sealing/seal.ts'
import { anyone } from '../web/access.ts'
import type { Addresses } from '../web/addresses.ts'
import { inMinutes, NotFound } from '../web/errors.ts'
import { isSlug, postedForm } from '../web/form.ts'
import { whenShort } from '../words.ts'

const notices = {
  taken: 'Somebody just took that time. Here is what is free now.',
  notOpen: 'That time can’t be booked. Here is what is free now.',
}

const tooManyHolds = (seconds: number): string =>
  `Many times were chosen from your connection just now. Please choose yours again ${inMinutes(seconds)}, or ask us by phone or e-mail.`

type Fields = Record<string, unknown>

/** What is to be booked: the type with the dietitians asked for, and with all of them; and who asks, when we know. */
type Asked = {
  bookable: Bookable
  everybody: Bookable
  keep: Record<string, string>
  earlier: Appointment | undefined
}

/** From the list of types to a time that is kept. */
export function bookingRoutes(
  deps: Pick<Deps, 'db' | 'clock' | 'config'> & { addresses: Addresses },
): Router {
  const { db, clock, config, addresses } = deps
  const router = Router()
  const host = new URL(config.baseUrl).hostname

  /** An unlisted type is only for whoever comes from an appointment's own page. */
  async function ask(req: Request, fields: Fields, now: Instant): Promise<Asked> {
    const slug = req.params.type
    const everybody = isSlug(slug) ? await findBookable(db, slug, now) : undefined
    if (!everybody) throw new NotFound()
    const after = typeof fields.after === 'string' && isToken(fields.after) ? fields.after : undefined
    if (after) await addresses.checkGuesses(req)
    const earlier = after && (await findByLink(db, hashToken(after)))
    if (after && !earlier) await addresses.countGuess(req)
    if (!everybody.type.isListed && !earlier) throw new NotFound()
    const dietitians = everybody.dietitians.filter(
      ({ slug }) => fields.with === undefined || slug === fields.with,
    )
    if (fields.with !== undefined && dietitians.length === 0) throw new NotFound()
    const keep = {
      ...(typeof fields.with === 'string' ? { with: fields.with } : {}),
      ...(after && earlier ? { after } : {}),
    }
    return { bookable: { ...everybody, dietitians }, everybody, keep, earlier: earlier || undefined }
  }

  function timesRequest(
    req: Request,
    res: Response,
    asked: Asked,
    fields: Fields,
    now: Instant,
  ): TimesRequest {
    const practiceZone = res.locals.practice.zone
    const { type } = asked.bookable
    const { zone, isGuess } = readersZone(
      type,
      readZone(fields.zone, req.headers.cookie, practiceZone),
      practiceZone,
    )
    const today = localDate(now, zone)
    const from = readDay(fields.from, 'from') ?? today
    return {
      mode: 'book',
      path: `/book/${asked.bookable.type.slug}`,
      keep: asked.keep,
      zone,
      isGuess,
      practiceZone,
      from: from < today ? today : from,
      day: readDay(fields.day, 'day'),
      notice: null,
    }
  }

  async function showTimes(res: Response, asked: Asked, request: TimesRequest, now: Instant) {
    const { bookable, everybody, keep } = asked
    const found = await findTimes(db, bookable, request, now)
    const dietitians = dietitianChoices(everybody.dietitians, request)
    const dietitian = bookable.dietitians.length === 1 ? (bookable.dietitians[0]?.name ?? null) : null
    const hold = makeToken() // of the hold that a button of this page makes, so that pressing it twice makes one
    const times = timesPage({ request, type: bookable.type, dietitians, dietitian, hold, now, ...found })
    if (keep.after) res.set('X-Robots-Tag', 'noindex')
    res.set('Cache-Control', 'no-store').render('availability/times', { times })
  }

  router.get('/book', anyone, async (_req, res) => {
    const now = clock.now()
    const bookables = await listBookable(db, true, now)
    const next = await listNextOpenings(db, bookables, now)
    const zone = res.locals.practice.zone
    const nextOpenings = Object.fromEntries([...next].map(([slug, start]) => [slug, whenShort(start, zone)]))
    res.render('booking/types', { types: bookables.map(({ type }) => typeCard(type)), nextOpenings })
  })

  router.get('/book/:type', anyone, async (req, res) => {
    const now = clock.now()
    const asked = await ask(req, req.query, now)
    await showTimes(res, asked, timesRequest(req, res, asked, req.query, now), now)
  })

  router.post('/book/:type/hold', anyone, postedForm, async (req, res) => {
    const now = clock.now()
    const body = (req.body ?? {}) as Fields
    const asked = await ask(req, body, now)
    const { from: _from, day: _day, ...choices } = body
    const request = timesRequest(req, res, asked, choices, now)
    const refuse = (status: number, notice: string, start?: Instant, wait?: number) => {
      if (wait) res.set('Retry-After', String(wait))
      const day = start !== undefined && start > now ? localDate(start, request.zone) : undefined
      return showTimes(res.status(status), asked, { ...request, notice, from: day ?? request.from, day }, now)
    }

    const start = readInstant(body.slot)
    if (start === undefined) return refuse(422, 'Please choose one of the times below.')
    const earlier = await findEarlierHold(body.hold)
    if (isHeldAt(earlier, start)) return res.redirect(303, `/book/holds/${body.hold}`)
    const insteadOf = earlier?.state === 'held' ? earlier.id : null
    const decision = await decideNow(db, asked.bookable, start, now, insteadOf)
    if (!decision.ok && decision.because === 'notOpen') return refuse(422, notices.notOpen, start)
    const wait = decision.ok ? await addresses.count('hold', req) : 0
    if (wait > 0) return refuse(429, tooManyHolds(wait), start, wait)

    const token = isToken(String(body.hold)) && !earlier ? String(body.hold) : makeToken()
    const { clientId, opensChart } = asked.earlier ?? { clientId: null, opensChart: false }
    const { type } = asked.bookable
    const hold = { type, start, zone: request.zone, clientId, opensChart, insteadOf }
    for (const dietitian of decision.ok ? decision.dietitians : []) {
      const uid = `${randomUUID()}@${host}`
      const answer = await insertHold(db, { ...hold, dietitian, holdHash: hashToken(token), uid }, now)
      if (answer !== 'taken') return res.redirect(303, `/book/holds/${token}`)
    }
    if (isHeldAt(await findEarlierHold(body.hold), start))
      return res.redirect(303, `/book/holds/${body.hold}`)
    return refuse(409, notices.taken, start)
  })

  /** What this very page of times has made before: a second press finds it, another choice gives it back. */
  const findEarlierHold = async (secret: unknown) =>
    isToken(String(secret)) ? findByHold(db, hashToken(String(secret))) : undefined

  return router
}

const isHeldAt = (hold: Appointment | undefined, start: Instant): boolean =>
  hold?.state === 'held' && hold.startsAt === start
