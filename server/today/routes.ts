import { Router } from 'express'
import { addDays, localDate, startOfDay } from '../availability/zones.ts'
import { countUnmarked, findNextStart, listDiary } from '../calendar/store.ts'
import type { Deps } from '../deps.ts'
import { findZone } from '../practice/store.ts'
import { countOpenSigns, listOpenSigns } from '../signs/store.ts'
import { dietitian, signedInDietitian } from '../web/access.ts'
import { counted, dayOf, whenShort, zoneWords } from '../words.ts'
import { type Need, signNeeds } from './needs.ts'
import { listReady } from './store.ts'
import { timeline } from './timeline.ts'

export function todayRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): Router {
  const router = Router()

  router.get('/practice', dietitian, async (req, res) => {
    const now = clock.now()
    const { dietitianId } = signedInDietitian(req)
    const zone = await findZone(db, dietitianId)
    const date = localDate(now, zone)
    const span = { from: startOfDay(date, zone), to: startOfDay(addDays(date, 1), zone) }
    const [entries, ready, next, unmarked, signs, openSigns] = await Promise.all([
      listDiary(db, dietitianId, span, now),
      listReady(db, dietitianId, span),
      findNextStart(db, dietitianId, span.to),
      countUnmarked(db, dietitianId, now),
      listOpenSigns(db, 0),
      countOpenSigns(db),
    ])
    const inquiries: number = res.locals.openInquiries
    const counts = [
      {
        icon: 'mail',
        count: inquiries,
        words: `${counted(inquiries, 'inquiry', 'inquiries')} to answer`,
        href: '/practice/inquiries',
      },
      {
        icon: 'circle-check',
        count: unmarked.count,
        words: `${counted(unmarked.count, 'appointment')} to mark as kept or no-show`,
        href: `/practice/calendar?week=${localDate(unmarked.earliest ?? now, zone)}`,
      },
    ]
    const needsYou: Need[] = [...signNeeds(signs, openSigns), ...counts.filter(({ count }) => count > 0)]
    res.render('today/today', {
      today: {
        label: dayOf(now, zone),
        zoneWords: zoneWords(zone, now),
        rows: timeline(entries, { zone, now, ready }),
        next:
          next === undefined
            ? null
            : { label: whenShort(next, zone), href: `/practice/calendar?week=${localDate(next, zone)}` },
        needsYou,
      },
    })
  })

  return router
}
