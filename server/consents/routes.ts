import { type Request, type Response, Router } from 'express'
import type { Deps } from '../deps.ts'
import { dietitian, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isUuid, postedDocument, postedForm, readForm } from '../web/form.ts'
import { askedForm, draftForm, retirementForm } from './forms.ts'
import { consentLine, draftState, versionLine } from './pages.ts'
import {
  type Consent,
  findConsent,
  findLatestVersion,
  findVersion,
  insertConsent,
  listAskingTypes,
  listConsents,
  listVersions,
  markRetired,
  publishDraft,
  saveAsked,
  saveDraft,
} from './store.ts'
import { markOf, renderConsent } from './text.ts'

const UNKNOWN_TYPE = 'One of these appointment types is no longer there. Please choose again.'
const CHANGED = 'The draft has changed since you looked at it. Please read it again before you publish it.'

/** The practice writes the documents that clients sign. */
export function consentRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): Router {
  const router = Router()

  router.get('/practice/consents', dietitian, async (_req, res) => {
    const lines = await listConsents(db, clock.now())
    res.render('consents/list', {
      consents: lines.map((line) => consentLine(line, res.locals.practice.zone)),
    })
  })

  router.get('/practice/consents/new', dietitian, (_req, res) => {
    res.render('consents/new', { form: emptyForm() })
  })

  router.post('/practice/consents', dietitian, postedDocument, async (req, res) => {
    const read = readForm(draftForm, req.body)
    if (!read.ok) return res.status(422).render('consents/new', { form: read.form })
    res.redirect(303, `/practice/consents/${await insertConsent(db, read.value, clock.now())}`)
  })

  async function find(req: Request): Promise<Consent> {
    const consent = isUuid(req.params.id) ? await findConsent(db, req.params.id) : undefined
    if (!consent) throw new NotFound()
    return consent
  }

  async function show(res: Response, consent: Consent, form: Form, notice: string | null = null) {
    const [types, latest, versions] = await Promise.all([
      listAskingTypes(db, consent.id),
      findLatestVersion(db, consent.id),
      listVersions(db, consent.id),
    ])
    res.render('consents/consent', {
      consent: {
        id: consent.id,
        title: latest?.title ?? consent.draft.title,
        isRetired: consent.isRetired,
        askedOfEverybody: consent.askedOfEverybody,
        draft: draftState(consent, latest),
        versions: versions.map((version) => versionLine(version, res.locals.practice.zone)),
      },
      types,
      form,
      notice,
    })
  }

  router.get('/practice/consents/:id', dietitian, async (req, res) => {
    const consent = await find(req)
    await show(res, consent, emptyForm(consent.draft))
  })

  router.post('/practice/consents/:id/draft', dietitian, postedDocument, async (req, res) => {
    const consent = await find(req)
    const read = readForm(draftForm, req.body)
    if (!read.ok) return show(res.status(422), consent, read.form)
    await saveDraft(db, consent.id, read.value)
    const next = req.body.go === 'preview' ? '/preview' : ''
    res.redirect(303, `/practice/consents/${consent.id}${next}`)
  })

  async function preview(res: Response, consent: Consent, notice: string | null = null) {
    const latest = await findLatestVersion(db, consent.id)
    const { id, draft } = consent
    res.render('consents/preview', {
      consent: {
        id,
        title: draft.title,
        html: renderConsent(draft.body),
        number: (latest?.number ?? 0) + 1,
        draft: draftState(consent, latest),
        mark: markOf(draft),
      },
      notice,
    })
  }

  router.get('/practice/consents/:id/preview', dietitian, async (req, res) => preview(res, await find(req)))

  router.post('/practice/consents/:id/versions', dietitian, postedForm, async (req, res) => {
    const { id: consentId } = await find(req)
    const { accountId } = signedInDietitian(req)
    const publishing = { consentId, accountId, mark: String(req.body?.mark) }
    const answer = await publishDraft(db, publishing, clock.now())
    if (answer === 'changed') return preview(res.status(409), await find(req), CHANGED)
    res.redirect(303, `/practice/consents/${consentId}`)
  })

  router.get('/practice/consents/versions/:id', dietitian, async (req, res) => {
    const version = isUuid(req.params.id) ? await findVersion(db, req.params.id) : undefined
    if (!version) throw new NotFound()
    const { body, sha256, ...rest } = version
    const zone = res.locals.practice.zone
    res.render('consents/version', {
      version: { ...rest, zone, html: renderConsent(body), sha256: sha256.toString('hex') },
    })
  })

  router.post('/practice/consents/:id/asked', dietitian, postedForm, async (req, res) => {
    const consent = await find(req)
    const read = readForm(askedForm, req.body)
    const known = new Set((await listAskingTypes(db, consent.id)).map(({ id }) => id))
    if (!read.ok || !read.value.types.every((id) => known.has(id))) {
      const message = read.ok ? UNKNOWN_TYPE : read.form.errors[0]?.message
      return show(res.status(422), consent, emptyForm(consent.draft), message)
    }
    await saveAsked(db, consent.id, read.value)
    res.redirect(303, `/practice/consents/${consent.id}`)
  })

  router.post('/practice/consents/:id/retirement', dietitian, postedForm, async (req, res) => {
    const consent = await find(req)
    const read = readForm(retirementForm, req.body)
    if (!read.ok)
      return show(res.status(422), consent, emptyForm(consent.draft), read.form.errors[0]?.message)
    const isRetired = read.value.retired === 'yes'
    if (isRetired !== consent.isRetired) await markRetired(db, consent.id, isRetired ? clock.now() : null)
    res.redirect(303, `/practice/consents/${consent.id}`)
  })

  return router
}
