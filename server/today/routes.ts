import { Router } from 'express'
import { findHours } from '../availability/store.ts'
import { addDays, localDate, startOfDay } from '../availability/zones.ts'
import { blockedIn, freeStretches, minutesOf } from '../calendar/free.ts'
import { listDiary, listTimeOff } from '../calendar/store.ts'
import { mondayOf } from '../calendar/week.ts'
import type { Deps } from '../deps.ts'
import { listDraftNotes } from '../notes/store.ts'
import { dietitian, signedInDietitian } from '../web/access.ts'
import { dayOf, whenShort, zoneWords } from '../words.ts'
import { formNeeds, inquiryNeeds, noteNeeds, signNeeds, unmarkedNeeds } from './needs.ts'
import { findStanding, listRaised, listReady } from './store.ts'
import { timeline } from './timeline.ts'
import { weekFigures } from './week.ts'

const weekHref = (at: number, zone: string): string => `/practice/calendar?week=${localDate(at, zone)}`

/** The page that a day begins with. */
export function todayRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): Router {
  const router = Router()

  router.get('/practice', dietitian, async (req, res) => {
    const now = clock.now()
    const { accountId, dietitianId } = signedInDietitian(req)
    const hours = await findHours(db, dietitianId, now)
    const { zone } = hours
    const date = localDate(now, zone)
    const at = (days: number) => startOfDay(addDays(date, days), zone)
    const today = { from: at(0), to: at(1) }
    const monday = mondayOf(date)
    const week = { from: startOfDay(monday, zone), to: startOfDay(addDays(monday, 7), zone) }
    const isWeekend = date >= addDays(monday, 5)
    const seen = { from: week.from, to: isWeekend ? startOfDay(addDays(monday, 14), zone) : week.to }
    const [entries, timeOff, ready, standing, raised, drafts] = await Promise.all([
      listDiary(db, dietitianId, seen, now),
      listTimeOff(db, dietitianId, seen),
      listReady(db, dietitianId, { from: today.from, to: at(3) }),
      findStanding(db, dietitianId, { now, next: today.to }),
      listRaised(db, dietitianId),
      listDraftNotes(db, accountId),
    ])
    const { unmarked, earliest, next } = standing
    const blocked = blockedIn(entries, timeOff)
    const freeIn = (from: number, to: number) => minutesOf(freeStretches(hours, blocked, { from, to }))
    const free = { left: freeIn(now, week.to), next: freeIn(week.to, seen.to) }
    const ofWeek = entries.filter(({ startsAt }) => startsAt < week.to)
    const ofToday = entries.filter(({ startsAt }) => startsAt >= today.from && startsAt < today.to)
    res.render('today/today', {
      today: {
        label: dayOf(now, zone),
        zoneWords: zoneWords(zone, now),
        rows: timeline(ofToday, { zone, now, ready }),
        next: next === null ? null : { label: whenShort(next, zone), href: weekHref(next, zone) },
        needsYou: [
          ...signNeeds(raised),
          ...formNeeds(ready, { zone, now }),
          ...noteNeeds(drafts),
          ...inquiryNeeds(res.locals.openInquiries),
          ...unmarkedNeeds({ count: unmarked, href: weekHref(earliest ?? now, zone) }),
        ],
        week: weekFigures(ofWeek, free, isWeekend),
      },
    })
  })

  return router
}
