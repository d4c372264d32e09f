import { type Request, type Response, Router } from 'express'
import type { Deps } from '../../deps.ts'
import { isMailKind, type MailKind, type MailText, mailKinds } from '../../mail/kinds.ts'
import { findMailText } from '../../mail/store.ts'
import { markOf, standsNow } from '../../practice/meanwhile.ts'
import { owner, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, type Form, postedForm, readForm, typedForm } from '../../web/form.ts'
import { mailForm } from './forms.ts'
import { frameHeight, previewMail } from './preview.ts'
import { listOwnKinds, NO_WORDS, saveMailText } from './store.ts'

const PATH = '/practice/settings/mails'
const labels = { greeting: 'Greeting', closing: 'Closing' }

/** A mail may style itself; no script, no picture, no form, and its links lead nowhere. */
const mailPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "frame-ancestors 'self'",
  'sandbox',
].join('; ')

/** The practice's own words in the mails to its clients. */
export function mailTextRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer'>): Router {
  const { db, clock } = deps
  const router = Router()

  router.get(PATH, owner, async (_req, res) => {
    const own = new Set(await listOwnKinds(db))
    const kinds = Object.entries(mailKinds).map(([kind, { label, when }]) => ({
      label,
      when,
      isOwn: own.has(kind),
      href: `${PATH}/${kind}`,
    }))
    res.render('settings/mails/list', { kinds })
  })

  function kindOf({ params }: Request): MailKind {
    const kind = String(params.kind)
    if (!isMailKind(kind)) throw new NotFound()
    return kind
  }

  type Said = { form?: Form; isLate?: boolean; preview?: MailText }

  async function show(res: Response, kind: MailKind, { form, isLate = false, preview }: Said = {}) {
    const stored = (await findMailText(db, kind)) ?? NO_WORDS
    const shown = form ?? emptyForm(stored)
    const { label, when, placeholders } = mailKinds[kind]
    const mail = previewMail(kind, preview ?? stored, res.locals.practice, clock.now())
    res.render('settings/mails/mail', {
      mail: { label, when, placeholders: placeholders.map((name) => `{${name}}`) },
      path: `${PATH}/${kind}`,
      form: shown,
      base: isLate || !form ? markOf(stored) : form.value('base'),
      changed: isLate ? standsNow(labels, stored, shown.value) : null,
      isSaved: res.req.method === 'GET' && res.req.query.done === 'saved',
      subject: mail.subject,
      height: frameHeight(mail),
      isTyped: preview !== undefined,
      frameHref: `${PATH}/${kind}/preview?${new URLSearchParams(preview ?? stored)}`,
    })
  }

  router.get(`${PATH}/:kind`, owner, (req, res) => show(res, kindOf(req)))

  router.post(`${PATH}/:kind`, owner, postedForm, async (req, res) => {
    const kind = kindOf(req)
    const read = readForm(mailForm(kind), req.body)
    if (!read.ok) return show(res.status(422), kind, { form: read.form })
    const { base, ...text } = read.value
    if (req.body.go === 'preview') return show(res, kind, { form: typedForm(req.body), preview: text })
    const { accountId } = signedInDietitian(req)
    const saved = await saveMailText(deps, { kind, text, base, accountId }, clock.now())
    if (saved === 'changed') return show(res.status(409), kind, { form: typedForm(req.body), isLate: true })
    res.redirect(303, `${PATH}/${kind}?done=saved`)
  })

  /** The mail itself, for a frame in the page: with the words in the query, saved or not. */
  router.get(`${PATH}/:kind/preview`, owner, (req, res) => {
    const kind = kindOf(req)
    const read = readForm(mailForm(kind), { ...req.query })
    const text = read.ok ? { greeting: read.value.greeting, closing: read.value.closing } : NO_WORDS
    const { html } = previewMail(kind, text, res.locals.practice, clock.now())
    res.set({ 'Content-Security-Policy': mailPolicy, 'X-Frame-Options': 'SAMEORIGIN' })
    res.type('html').send(html)
  })

  return router
}
