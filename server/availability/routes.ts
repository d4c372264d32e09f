import { Router } from 'express'
import { MINUTE } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { anyone, insidePath } from '../web/access.ts'
import { BadRequest } from '../web/errors.ts'
import { postedForm, readForm } from '../web/form.ts'
import { zoneForm } from './forms.ts'
import { readSlotsQuery, readZone, ZONE_COOKIE } from './query.ts'
import { isoIn, zoneRegions } from './regions.ts'
import { findBookable, listOpenings } from './store.ts'
import { addDays, startOfDay, zoneOffset } from './zones.ts'

const YEAR = 365 * 24 * 3600 * 1000

/** For machines: no page, no practice, no session. */
export function slotsRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): Router {
  const router = Router()

  router.get('/api/slots', anyone, async (req, res) => {
    const query = readSlotsQuery(req.query)
    const now = clock.now()
    const bookable = await findBookable(db, query.type, now)
    if (!bookable?.type.isListed) throw new BadRequest('There is no such appointment type.', 'type')
    const dietitians = bookable.dietitians.filter(
      ({ slug }) => query.with === undefined || slug === query.with,
    )
    if (query.with !== undefined && dietitians.length === 0)
      throw new BadRequest('No such dietitian.', 'with')

    const span = {
      from: startOfDay(query.from, query.zone),
      to: startOfDay(addDays(query.to, 1), query.zone),
    }
    const openings = await listOpenings(db, { ...bookable, dietitians }, span, now)
    const written = (instant: number) => isoIn(instant, zoneOffset(instant, query.zone))
    const slots = openings.map(({ start, dietitians: [first] }) => ({
      start: written(start),
      end: written(start + bookable.type.offer.minutes * MINUTE),
      dietitian: first?.slug,
    }))
    res.set('Cache-Control', 'no-store').json({ type: query.type, zone: query.zone, slots })
  })

  return router
}

/** Choosing a time zone by hand; it is remembered in a cookie. */
export function zoneRoutes({ clock, config }: Pick<Deps, 'clock' | 'config'>): Router {
  const router = Router()
  const isHttps = config.baseUrl.startsWith('https:')
  const cookie = isHttps ? `__Host-${ZONE_COOKIE}` : ZONE_COOKIE

  const page = (zone: string, returnTo: unknown) => ({
    regions: zoneRegions(zone, clock.now()),
    selected: zone,
    returnTo: insidePath(returnTo, '/book'),
  })

  router.get('/zone', anyone, (req, res) => {
    const { zone } = readZone(undefined, req.headers.cookie, res.locals.practice.zone)
    res.render('availability/zone', page(zone, req.query.returnTo))
  })

  router.post('/zone', anyone, postedForm, (req, res) => {
    const read = readForm(zoneForm, req.body)
    if (!read.ok) {
      const locals = page(res.locals.practice.zone, read.form.value('returnTo'))
      res.status(422).render('availability/zone', { ...locals, form: read.form })
      return
    }
    res.cookie(cookie, read.value.zone, {
      httpOnly: true,
      sameSite: 'lax',
      secure: isHttps,
      path: '/',
      maxAge: YEAR,
    })
    res.redirect(303, insidePath(read.value.returnTo, '/book'))
  })

  return router
}
