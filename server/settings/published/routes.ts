import { Router } from 'express'
import type { Deps } from '../../deps.ts'
import { anyone } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { findLogo } from '../logo/store.ts'
import { findSettings } from '../store.ts'
import { renderPolicy } from './policy.ts'

const YEAR = 365 * 24 * 3600

/** What everybody may read of the settings: the policies, and the logo under an address that changes with it. */
export function publishedRoutes({ db }: Pick<Deps, 'db'>): Router {
  const router = Router()

  router.get('/policies', anyone, async (_req, res) => {
    const { cancellation_policy = '', privacy_policy = '' } = await findSettings(db, 'policies')
    const policies = [
      { title: 'Changing and cancelling', text: cancellation_policy },
      { title: 'Privacy', text: privacy_policy },
    ].filter(({ text }) => text !== '')
    if (policies.length === 0) throw new NotFound()
    res.render('settings/read', {
      policies: policies.map(({ title, text }) => ({ title, html: renderPolicy(text) })),
    })
  })

  router.get('/logo/:file', anyone, async (req, res) => {
    const [, hash] = /^([0-9a-f]{32})\.png$/.exec(String(req.params.file)) ?? []
    const logo = hash === undefined ? undefined : await findLogo(db, hash)
    if (!logo) throw new NotFound()
    res.set('Cache-Control', `public, max-age=${YEAR}, immutable`)
    res.type('png').send(logo)
  })

  return router
}
