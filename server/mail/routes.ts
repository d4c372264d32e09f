import { type Response, Router } from 'express'
import type { Deps } from '../deps.ts'
import { loopback } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { whenShort } from '../words.ts'
import { findOutboxMail, listOutboxMails, type OutboxMail, type OutboxPage } from './store.ts'

/** The mails that did not leave because no mail server is set; for whoever sits at this machine. */
export function outboxRoutes({ db }: Pick<Deps, 'db'>): Router {
  const router = Router()

  router.get('/outbox', loopback, async (req, res) => {
    const { before } = req.query
    const page = await listOutboxMails(db, before === undefined ? undefined : readId(before))
    res.render('mail/outbox', {
      mails: page.mails.map(({ at, ...line }) => ({
        ...line,
        when: when(at, res),
        href: `/outbox/${line.id}`,
      })),
      newer: newerHref(page),
      older: page.olderBefore === null ? null : `/outbox?before=${page.olderBefore}`,
    })
  })

  router.get('/outbox/:id', loopback, async (req, res) => {
    const { at, ...mail } = await mailOr404(req.params.id)
    res.render('mail/mail', { mail: { ...mail, when: when(at, res) }, htmlHref: `/outbox/${mail.id}/html` })
  })

  router.get('/outbox/:id/html', loopback, async (req, res) => {
    const { html } = await mailOr404(req.params.id)
    res.set({ 'Content-Security-Policy': mailPolicy, 'X-Frame-Options': 'SAMEORIGIN' })
    res.type('html').send(html.replace('<head>', '<head>\n<base target="_blank">'))
  })

  async function mailOr404(id: unknown): Promise<OutboxMail> {
    const mail = await findOutboxMail(db, readId(id))
    if (!mail) throw new NotFound()
    return mail
  }

  return router
}

/** A mail may style itself and open its links in a new tab; no script, no picture, no form. */
const mailPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ')

const newerHref = ({ newerBefore }: OutboxPage): string | null => {
  if (newerBefore === null) return null
  return newerBefore === 'first' ? '/outbox' : `/outbox?before=${newerBefore}`
}

const when = (at: number, res: Response): string => whenShort(at, res.locals.practice?.zone ?? 'UTC')

function readId(id: unknown): number {
  if (typeof id !== 'string' || !/^\d{1,15}$/.test(id)) throw new NotFound()
  return Number(id)
}
