import { Router } from 'express'
import { readDay } from '../availability/query.ts'
import { findHours } from '../availability/store.ts'
import { addDays, localDate, startOfDay } from '../availability/zones.ts'
import type { Deps } from '../deps.ts'
import { dietitian, signedInDietitian } from '../web/access.ts'
import { blockedIn, freeStretches, nextQuarter } from './free.ts'
import { listDiary, listTimeOff } from './store.ts'
import { mondayOf, weekPage } from './week.ts'

/** The week of a dietitian, with what is free to book. */
export function calendarRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): Router {
  const router = Router()

  router.get('/practice/calendar', dietitian, async (req, res) => {
    const now = clock.now()
    const { dietitianId } = signedInDietitian(req)
    const hours = await findHours(db, dietitianId, now)
    const { zone } = hours
    const monday = mondayOf(readDay(req.query.week, 'week') ?? localDate(now, zone))
    const span = { from: startOfDay(monday, zone), to: startOfDay(addDays(monday, 7), zone) }
    const [entries, timeOff] = await Promise.all([
      listDiary(db, dietitianId, span, now),
      listTimeOff(db, dietitianId, span),
    ])
    const coming = { from: Math.max(span.from, nextQuarter(now)), to: span.to }
    const free = freeStretches(hours, blockedIn(entries, timeOff), coming)
    res.render('calendar/week', { week: weekPage({ monday, zone, entries, timeOff, free, now }) })
  })

  return router
}
