import { type Response, Router } from 'express'
import { zoneRegions } from '../../availability/regions.ts'
import { knownZone } from '../../availability/zones.ts'
import type { Deps } from '../../deps.ts'
import { isPicture, kindOf } from '../../files/kinds.ts'
import { remakeLogo } from '../../files/pictures.ts'
import { markOf } from '../../practice/meanwhile.ts'
import { owner, signedInDietitian } from '../../web/access.ts'
import { postedAnswers, postedForm, refusedForm } from '../../web/form.ts'
import { type Upload, uploadsOf } from '../../web/upload.ts'
import { findSettings } from '../store.ts'
import { type Logo, saveLogo } from './store.ts'

const SAVED = '/practice/settings?done=saved'

/** The picture beside the practice's name: decoded and written anew, whatever it claims to be. */
export function logoRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer'>): Router {
  const { db, clock } = deps
  const router = Router()

  async function showRefused(res: Response, message: string) {
    const stored = await findSettings(db, 'practice')
    res.status(422).render('settings/practice', {
      form: refusedForm(stored, 'logo', message),
      base: markOf(stored),
      changed: null,
      isSaved: false,
      regions: zoneRegions(knownZone(stored.zone ?? ''), clock.now()),
    })
  }

  router.post('/practice/settings/logo', owner, postedAnswers, async (req, res) => {
    const read = await readLogo(uploadsOf(req).find(({ field }) => field === 'logo'))
    if (typeof read === 'string') return showRefused(res, read)
    const { accountId } = signedInDietitian(req)
    await saveLogo(deps, { logo: read, accountId }, clock.now())
    res.redirect(303, SAVED)
  })

  router.post('/practice/settings/logo/removal', owner, postedForm, async (req, res) => {
    const { accountId } = signedInDietitian(req)
    await saveLogo(deps, { logo: null, accountId }, clock.now())
    res.redirect(303, SAVED)
  })

  return router
}

const NONE = 'Please choose a picture.'
const TOO_BIG = 'This picture is too big. Please choose one of at most 10 MB.'
const NO_PICTURE = 'We can’t read this as a picture. Please choose a PNG, JPEG or WebP.'
const BUSY = 'Many files arrive just now. Please try again in a minute.'

/** @returns the logo, or what to say about the file */
async function readLogo(upload: Upload | undefined): Promise<Logo | string> {
  if (upload?.refused === 'busy') return BUSY
  if (upload?.refused) return TOO_BIG
  if (!upload || upload.bytes.length === 0) return NONE
  if (!isPicture(kindOf(upload.bytes))) return NO_PICTURE
  const made = await remakeLogo(upload.bytes)
  if (made.ok) return made
  return made.because === 'tooLarge' ? TOO_BIG : NO_PICTURE
}
