import path from 'node:path'
import compression from 'compression'
import express, { type Express, type RequestHandler } from 'express'
import type pg from 'pg'
import { accountRoutes, createSignIn } from './accounts/routes.ts'
import { appointmentRoutes } from './appointments/routes.ts'
import { articleRoutes } from './articles/routes.ts'
import { slotsRoutes, zoneRoutes } from './availability/routes.ts'
import { bookingRoutes } from './booking/routes.ts'
import { calendarRoutes } from './calendar/routes.ts'
import type { Deps } from './deps.ts'
import { healthRoutes } from './health/routes.ts'
import { holdRoutes } from './holds/routes.ts'
import { homeRoutes } from './home/routes.ts'
import { countInquiries, getInTouchRoutes, inquiryRoutes } from './inquiries/routes.ts'
import { outboxRoutes } from './mail/routes.ts'
import { loadPractice } from './practice/routes.ts'
import { todayRoutes } from './today/routes.ts'
import { useViews } from './web/engine.ts'
import { errorPages, noSuchPage } from './web/errors.ts'
import { errorFacts, requestLog } from './web/log.ts'
import { refuseOtherSites } from './web/origin.ts'
import { permissionsPolicy, securityHeaders } from './web/security.ts'
import { sessions } from './web/session.ts'
import { useAssets } from './web/static.ts'
import { countTries } from './web/tries.ts'

const root = path.join(import.meta.dirname, '..')

/** Failures of sign-in after which one has to wait: by account, and by the address they come from. */
const signInTries = { account: { points: 5, seconds: 300 }, address: { points: 30, seconds: 900 } }

/** @param pool for sessions and for counting failures, which bring their own SQL */
export function createApp(deps: Deps, pool: pg.Pool): Express {
  const { config, db, log } = deps
  const app = express()
  const isHttps = config.baseUrl.startsWith('https:')
  app.disable('x-powered-by')
  app.set('trust proxy', config.trustProxy)
  app.set('query parser', 'simple')

  app.use(requestLog(log))
  app.use(securityHeaders(isHttps), permissionsPolicy)
  app.use(compression())
  useViews(app, path.join(root, 'views'), useAssets(app, path.join(root, 'public')))
  app.use(healthRoutes(deps))
  app.use(refuseOtherSites(config.baseUrl))
  app.use(slotsRoutes(deps))

  app.use(loadPractice(app, db))
  if (!config.smtpUrl) app.use(outboxRoutes(deps))
  app.use(homeRoutes(deps))
  app.use(articleRoutes(deps))
  app.use(zoneRoutes(deps))
  app.use(bookingRoutes(deps))
  app.use(holdRoutes(deps))
  app.use(appointmentRoutes(deps))
  app.use(getInTouchRoutes(deps))

  const passport = createSignIn(db)
  const onError = (error: Error) => log.warn(errorFacts(error), 'sessions')
  const session = sessions({ pool, secret: deps.sessionSecret, isHttps, onError })
  app.use(['/sign-in', '/sign-out', '/practice'], neverStored, session, passport.session(), nameAccount)
  app.use(accountRoutes({ passport, tries: countTries(pool, signInTries) }))
  app.use('/practice', countInquiries(db))
  app.use(todayRoutes(deps))
  app.use(calendarRoutes(deps))
  app.use(inquiryRoutes(deps))

  app.use(noSuchPage)
  app.use(errorPages(log))
  return app
}

const neverStored: RequestHandler = (_req, res, next) => {
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' })
  next()
}

const nameAccount: RequestHandler = (req, res, next) => {
  res.locals.account = req.user
  next()
}
