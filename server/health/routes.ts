import { Router } from 'express'
import { isMigrated } from '../database/migrate.ts'
import type { Deps } from '../deps.ts'
import { anyone } from '../web/access.ts'

/** /healthz: the process answers. /readyz: it can do its work, so a proxy may send people here. */
export function healthRoutes({ db, isStopping, jobs }: Pick<Deps, 'db' | 'isStopping' | 'jobs'>): Router {
  const router = Router()

  router.get('/healthz', anyone, (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' })
  })

  router.get('/readyz', anyone, async (_req, res) => {
    const yes = (check: Promise<boolean>) => check.catch(() => false)
    const [migrations, queue] = await Promise.all([yes(isMigrated(db)), yes(jobs.isReady())])
    const checks = {
      database: migrations || (await yes(db.raw('select 1').then(() => true))),
      migrations,
      jobs: queue,
      stopping: isStopping(),
    }
    const isReady = checks.database && migrations && queue && !checks.stopping
    res
      .status(isReady ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status: isReady ? 'ok' : 'not ready', checks })
  })

  return router
}
