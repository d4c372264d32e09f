import { Router } from 'express'
import { listAlike, listClients } from '../../clients/list/store.ts'
import type { Deps } from '../../deps.ts'
import { findZone } from '../../practice/store.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { typedForm } from '../../web/form.ts'
import { whenShort } from '../../words.ts'
import { readChosen, readSearch } from '../forms.ts'
import { choicesPage, slotOf } from '../pages.ts'
import { listRecent } from '../store.ts'
import { enteredSince } from '../time.ts'

/** From a time of the calendar to whom it is for. */
export function choosingRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): Router {
  const router = Router()

  router.get('/practice/calendar/booking', dietitian, async (req, res) => {
    const now = clock.now()
    const { dietitianId } = signedInDietitian(req)
    const zone = await findZone(db, dietitianId)
    const { start, refused } = readChosen(req.query, { zone, now, since: enteredSince(now, zone) })
    const read = readSearch(req.query)
    const text = read.ok ? read.value.q : ''
    const asked = { wanted: { text, show: 'all' as const }, page: 0, dietitianId }
    const exact = text === '' ? await listRecent(db, dietitianId) : await listClients(db, asked, now)
    const found = exact.length === 0 && text !== '' ? await listAlike(db, asked, now) : exact
    res.status(read.ok ? 200 : 422).render('desk/choose', {
      form: read.ok ? typedForm(req.query) : read.form,
      when: start === undefined ? null : whenShort(start, zone),
      slot: start === undefined ? null : slotOf(start),
      notice: refused?.message ?? null,
      isSearch: text !== '',
      clients: choicesPage(found, start),
    })
  })

  return router
}
