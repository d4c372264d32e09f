import path from 'node:path'
import compression from 'compression'
import express, { type Express, type RequestHandler, type Router } from 'express'
import type pg from 'pg'
import { emailChangeRoutes } from './accounts/addresses/routes.ts'
import { factorRoutes } from './accounts/factors/routes.ts'
import { signInLimits } from './accounts/limits.ts'
import { linkRoutes } from './accounts/links/routes.ts'
import { passkeyRoutes } from './accounts/passkeys/routes.ts'
import { accountRoutes } from './accounts/routes.ts'
import { createSignIn, loadPending, signingRoutes } from './accounts/signing/routes.ts'
import { typeRoutes } from './appointment-types/routes.ts'
import { appointmentRoutes } from './appointments/routes.ts'
import { articleRoutes } from './articles/routes.ts'
import { slotsRoutes, zoneRoutes } from './availability/routes.ts'
import { bookingRoutes } from './booking/routes.ts'
import { ownAppointmentRoutes } from './calendar/appointment/routes.ts'
import { calendarRoutes } from './calendar/routes.ts'
import { askingRoutes } from './chart/asking/routes.ts'
import { chartAuditRoutes } from './chart/audit/routes.ts'
import { addingRoutes } from './chart/details/adding/routes.ts'
import { detailsRoutes } from './chart/details/routes.ts'
import { paperRoutes } from './chart/papers/routes.ts'
import { answerRoutes } from './chart/responses/routes.ts'
import { chartRoutes } from './chart/routes.ts'
import { summaryRoutes } from './chart/summary/routes.ts'
import { visitRoutes } from './chart/visits/routes.ts'
import { clientListRoutes } from './clients/list/routes.ts'
import { consentRoutes } from './consents/routes.ts'
import type { Deps } from './deps.ts'
import { choosingRoutes } from './desk/choosing/routes.ts'
import { movingRoutes } from './desk/moving/routes.ts'
import { deskRoutes } from './desk/routes.ts'
import { erasureRoutes } from './erasure/routes.ts'
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
import { addendumRoutes } from './notes/addenda/routes.ts'
import { addendumSigningRoutes } from './notes/addenda/signing/routes.ts'
import { notesRoutes } from './notes/beginning/routes.ts'
import { printRoutes } from './notes/reading/routes.ts'
import { noteRoutes } from './notes/routes.ts'
import { sharedNoteRoutes, sharingRoutes } from './notes/sharing/routes.ts'
import { signingRoutes as noteSigningRoutes } from './notes/signing/routes.ts'
import { templateRoutes } from './notes/templates/routes.ts'
import { invitationRoutes } from './people/invitations/routes.ts'
import { joiningRoutes } from './people/joining/routes.ts'
import { profileRoutes } from './people/profile/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { loadPractice } from './practice/routes.ts'
import { recordRoutes } from './records/routes.ts'
import { formRoutes } from './responses/routes.ts'
import { sectionRoutes } from './responses/sections/routes.ts'
import { sentRoutes } from './responses/sent/routes.ts'
import { scheduleRoutes } from './schedule/routes.ts'
import { logoRoutes } from './settings/logo/routes.ts'
import { mailTextRoutes } from './settings/mails/routes.ts'
import { publishedRoutes } from './settings/published/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
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
  app.use(publishedRoutes(deps))
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
  app.use(joiningRoutes(signing))
  app.use(
    under('/my', [
      sharedNoteRoutes(deps),
      myRoutes(deps),
      documentRoutes(deps),
      sentRoutes(deps),
      sectionRoutes(deps),
      formRoutes(deps),
    ]),
  )
  app.use(recordRoutes(deps))
  app.use(sharingRoutes(deps))
  app.use(signatureRoutes(deps))
  app.use(fileRoutes(deps))
  app.use(
    under('/practice', [
      settingsRoutes(deps),
      logoRoutes(deps),
      mailTextRoutes(deps),
      invitationRoutes(deps),
      peopleRoutes(deps),
      profileRoutes(deps),
      todayRoutes(deps),
      calendarRoutes(deps),
      ownAppointmentRoutes(deps),
      choosingRoutes(deps),
      deskRoutes(deps),
      movingRoutes(deps),
      scheduleRoutes(deps),
      clientListRoutes(deps),
      addingRoutes(deps),
      chartRoutes(deps),
      chartAuditRoutes(deps),
      askingRoutes(deps),
      visitRoutes(deps),
      paperRoutes(deps),
      detailsRoutes(deps),
      summaryRoutes(deps),
      erasureRoutes(signing),
      answerRoutes(deps),
      templateRoutes(deps),
      notesRoutes(deps),
      noteRoutes(deps),
      printRoutes(deps),
      noteSigningRoutes(signing),
      addendumRoutes(deps),
      addendumSigningRoutes(signing),
      inquiryRoutes(deps),
      builderRoutes(deps),
      questionRoutes(deps),
      scoreRoutes(deps),
      importRoutes(deps),
      libraryRoutes(deps),
      consentRoutes(deps),
      typeRoutes(deps),
    ]),
  )

  app.use(noSuchPage)
  app.use(errorPages(log))
  return app
}

/** The desk has hundreds of routes: who comes for a client's page is not led past all of them. */
function under(beginning: '/my' | '/practice', routers: RequestHandler[]): Router {
  const all = express.Router()
  all.use((req, _res, next) => next(req.path.toLowerCase().startsWith(beginning) ? undefined : 'router'))
  return all.use(...routers)
}

const neverStored: RequestHandler = (_req, res, next) => {
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' })
  next()
}

const nameAccount: RequestHandler = (req, res, next) => {
  res.locals.account = req.user
  next()
}
