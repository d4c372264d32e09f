import path from 'node:path'
import compression from 'compression'
import express, { type Express, type RequestHandler } from 'express'
import type pg from 'pg'
import { emailChangeRoutes } from './accounts/addresses/routes.ts'
import { factorRoutes } from './accounts/factors/routes.ts'
import { signInLimits } from './accounts/limits.ts'
import { linkRoutes } from './accounts/links/routes.ts'
import { passkeyRoutes } from './accounts/passkeys/routes.ts'
import { accountRoutes } from './accounts/routes.ts'
import { createSignIn, loadPending, signingRoutes } from './accounts/signing/routes.ts'
import { appointmentRoutes } from './appointments/routes.ts'
import { articleRoutes } from './articles/routes.ts'
import { slotsRoutes, zoneRoutes } from './availability/routes.ts'
import { bookingRoutes } from './booking/routes.ts'
import { calendarRoutes } from './calendar/routes.ts'
import { askingRoutes } from './chart/asking/routes.ts'
import { answerRoutes } from './chart/responses/routes.ts'
import { chartRoutes } from './chart/routes.ts'
import { clientRoutes } from './clients/routes.ts'
import { consentRoutes } from './consents/routes.ts'
import type { Deps } from './deps.ts'
import { fileRoutes } from './files/routes.ts'
import { questionRoutes } from './forms/builder/questions/routes.ts'
import { builderRoutes } from './forms/builder/routes.ts'
import { scoreRoutes } from './forms/builder/scores/routes.ts'
import { importRoutes } from './forms/library/importing/routes.ts'
import { libraryRoutes } from './forms/library/routes.ts'
import { healthRoutes } from './health/routes.ts'
import { holdRoutes } from './holds/routes.ts'
import { homeRoutes } from './home/routes.ts'
import { countInquiries, getInTouchRoutes, inquiryRoutes } from './inquiries/routes.ts'
import { outboxRoutes } from './mail/routes.ts'
import { myRoutes } from './my/routes.ts'
import { loadPractice } from './practice/routes.ts'
import { formRoutes } from './responses/routes.ts'
import { sectionRoutes } from './responses/sections/routes.ts'
import { sentRoutes } from './responses/sent/routes.ts'
import { documentRoutes, signatureRoutes } from './signatures/routes.ts'
import { todayRoutes } from './today/routes.ts'
import { countByAddress } from './web/addresses.ts'
import { useViews } from './web/engine.ts'
import { errorPages, noSuchPage } from './web/errors.ts'
import { errorFacts, requestLog } from './web/log.ts'
import { refuseOtherSites } from './web/origin.ts'
import { permissionsPolicy, securityHeaders } from './web/security.ts'
import { sessions } from './web/session.ts'
import { useAssets } from './web/static.ts'
import { countTries } from './web/tries.ts'

const root = path.join(import.meta.dirname, '..')

/** @param pool for sessions and for counting tries, which bring their own SQL */
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
  const addresses = countByAddress(pool)
  app.use(bookingRoutes({ ...deps, addresses }))
  app.use(holdRoutes({ ...deps, addresses }))
  app.use(appointmentRoutes({ ...deps, addresses }))
  app.use(getInTouchRoutes({ ...deps, addresses }))

  const passport = createSignIn(deps)
  const onError = (error: Error) => log.warn(errorFacts(error), 'sessions')
  const session = sessions({ pool, secret: deps.sessionSecret, isHttps, onError })
  app.use(
    ['/sign-in', '/sign-out', '/my', '/practice'],
    neverStored,
    session,
    passport.session(),
    nameAccount,
  )
  app.use('/practice', countInquiries(db))
  app.use('/sign-in', loadPending(deps))
  const signing = { ...deps, passport, addresses, tries: countTries(pool, signInLimits) }
  app.use(signingRoutes(signing))
  app.use(linkRoutes(signing))
  app.use(factorRoutes(signing))
  app.use(passkeyRoutes(signing))
  app.use(emailChangeRoutes(signing))
  app.use(accountRoutes(deps))
  app.use(todayRoutes(deps))
  app.use(calendarRoutes(deps))
  app.use(clientRoutes(deps))
  app.use(chartRoutes(deps))
  app.use(askingRoutes(deps))
  app.use(answerRoutes(deps))
  app.use(inquiryRoutes(deps))
  app.use(builderRoutes(deps))
  app.use(questionRoutes(deps))
  app.use(scoreRoutes(deps))
  app.use(importRoutes(deps))
  app.use(libraryRoutes(deps))
  app.use(consentRoutes(deps))
  app.use(signatureRoutes(deps))
  app.use(myRoutes(deps))
  app.use(documentRoutes(deps))
  app.use(sentRoutes(deps))
  app.use(sectionRoutes(deps))
  app.use(formRoutes(deps))
  app.use(fileRoutes(deps))

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
