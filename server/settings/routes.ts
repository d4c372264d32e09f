import { type Request, type RequestHandler, type Response, Router } from 'express'
import { findFactors, hasFactor } from '../accounts/factors/store.ts'
import { zoneRegions } from '../availability/regions.ts'
import { knownZone } from '../availability/zones.ts'
import type { Deps } from '../deps.ts'
import { markOf, standsNow } from '../practice/meanwhile.ts'
import { owner, signedInDietitian } from '../web/access.ts'
import {
  emptyForm,
  type Form,
  postedForm,
  postedNote,
  readForm,
  refusedForm,
  typedForm,
} from '../web/form.ts'
import { recently } from '../web/recently.ts'
import { forms, toRow } from './forms.ts'
import { type GroupName, groups, habitIcons, habitNumbers } from './groups.ts'
import { findSettings, saveSettings } from './store.ts'

const OWN_FIRST =
  'Please set up a second factor of your own on your account page before you ask everybody for one.'

/** What the owners of a practice set: who it is, its home page, its policies, and how one signs in. */
export function settingsRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer'>): Router {
  const { db, clock } = deps
  const router = Router()

  /** @param form as it was posted; without it the settings as they are stored */
  async function show(res: Response, group: GroupName, form?: Form, isLate = false) {
    const stored = await findSettings(db, group)
    const shown = form ?? emptyForm(stored)
    res.render(`settings/${group}`, {
      form: shown,
      base: isLate || !form ? markOf(stored) : form.value('base'),
      changed: isLate ? standsNow(groups[group].labels, stored, shown.value) : null,
      isSaved: res.req.method === 'GET' && res.req.query.done === 'saved',
      ...(group === 'practice' ? { regions: zoneRegions(knownZone(shown.value('zone')), clock.now()) } : {}),
      ...(group === 'home' ? { habitIcons, habitNumbers } : {}),
    })
  }

  /** Whoever asks everybody for a second factor has one. */
  async function lacksFactor(
    req: Request,
    group: GroupName,
    value: Record<string, unknown>,
  ): Promise<boolean> {
    if (group !== 'security' || value.required !== 'yes') return false
    return !hasFactor(await findFactors(db, signedInDietitian(req).accountId))
  }

  const saving =
    (group: GroupName): RequestHandler =>
    async (req, res) => {
      const read = readForm(forms[group], req.body)
      if (!read.ok) return show(res.status(422), group, read.form)
      if (await lacksFactor(req, group, read.value))
        return show(res.status(422), group, refusedForm(req.body, 'required', OWN_FIRST))
      const { accountId } = signedInDietitian(req)
      const row = toRow(group, read.value)
      const saved = await saveSettings(
        deps,
        { group, row, base: String(read.value.base), accountId, sid: req.sessionID },
        clock.now(),
      )
      if (saved === 'changed') return show(res.status(409), group, typedForm(req.body), true)
      res.redirect(303, `${groups[group].path}?done=saved`)
    }

  router.get('/practice/settings', owner, (_req, res) => show(res, 'practice'))
  router.post('/practice/settings', owner, postedForm, saving('practice'))

  router.get('/practice/settings/home', owner, (_req, res) => show(res, 'home'))
  router.post('/practice/settings/home', owner, postedForm, saving('home'))

  router.get('/practice/settings/policies', owner, (_req, res) => show(res, 'policies'))
  router.post('/practice/settings/policies', owner, postedNote, saving('policies'))

  const security = groups.security.path
  router.get('/practice/settings/security', owner, (_req, res) => show(res, 'security'))
  router.post('/practice/settings/security', owner, recently(deps, security), postedForm, saving('security'))

  return router
}
