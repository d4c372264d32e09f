import { type Request, type Response, Router } from 'express'
import { zoneRegions } from '../../availability/regions.ts'
import { knownZone } from '../../availability/zones.ts'
import type { Deps } from '../../deps.ts'
import { markOf, standsNow } from '../../practice/meanwhile.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { emptyForm, type Form, postedForm, readForm, typedForm } from '../../web/form.ts'
import { profileForm } from '../forms.ts'
import { doneWords } from '../pages.ts'
import { findProfile, saveProfile } from './store.ts'

const labels = {
  name: 'Name',
  credentials: 'Credentials',
  biography: 'About you',
  video_url: 'Video room',
  daily_limit: 'Appointments a day',
  zone: 'Time zone',
}

/** What clients read of a dietitian, and what their own booking needs: everybody's own. */
export function profileRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer'>): Router {
  const { db, clock } = deps
  const router = Router()

  async function show(req: Request, res: Response, form?: Form, isLate = false) {
    const stored = await findProfile(db, signedInDietitian(req).dietitianId)
    const shown = form ?? emptyForm(stored)
    res.render('people/profile', {
      form: shown,
      base: isLate || !form ? markOf(stored) : form.value('base'),
      changed: isLate ? standsNow(labels, stored, shown.value) : null,
      said: req.method === 'GET' ? doneWords(req.query.done) : '',
      isNew: req.query.done === 'joined',
      regions: zoneRegions(knownZone(shown.value('zone')), clock.now()),
    })
  }

  router.get('/practice/settings/profile', dietitian, (req, res) => show(req, res))

  router.post('/practice/settings/profile', dietitian, postedForm, async (req, res) => {
    const read = readForm(profileForm, req.body)
    if (!read.ok) return show(req, res.status(422), read.form)
    const { base, ...profile } = read.value
    const { dietitianId, accountId } = signedInDietitian(req)
    const saved = await saveProfile(deps, { dietitianId, accountId, profile, base }, clock.now())
    if (saved === 'changed') return show(req, res.status(409), typedForm(req.body), true)
    res.redirect(303, '/practice/settings/profile?done=saved')
  })

  return router
}
