import { type Request, type Response, Router } from 'express'
import { recordReading } from '../audit/store.ts'
import { countToSign, findConsentLine, listSigned, listToSign } from '../consents/store.ts'
import type { Deps } from '../deps.ts'
import { client, dietitian, signedInClient, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, readPage, typedForm } from '../web/form.ts'
import { signatureForm } from './forms.ts'
import { signatureLine, signaturePage, signPage } from './pages.ts'
import { type Asked, findAsked, findSignature, insertSignature, listSignatures, PAGE } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer'>

const MOST_OF_AN_ADDRESS = 64
const CHANGED =
  'This document has changed since you opened it. This is the text of today: please read it again before you sign.'

/** The client reads and signs what is asked of them, and finds again what they signed. */
export function documentRoutes(deps: Needs): Router {
  const { db, clock } = deps
  const router = Router()

  router.get('/my/documents', client, async (req, res) => {
    const { clientId } = signedInClient(req)
    const [toSign, signed] = await Promise.all([
      listToSign(db, clientId, clock.now()),
      listSigned(db, clientId),
    ])
    res.render('signatures/documents', { toSign, signed })
  })

  router.get('/my/consents/signatures/:id', client, async (req, res) => {
    const { clientId } = signedInClient(req)
    const signature = isUuid(req.params.id) ? await findSignature(db, req.params.id, { clientId }) : undefined
    if (!signature) throw new NotFound()
    const left = await countToSign(db, clientId, clock.now())
    const page = signaturePage(signature, res.locals.practice.zone)
    res.render('signatures/mine', { signature: page, left })
  })

  /** The version in the path, when it is or was asked of this client. */
  async function find(req: Request, clientId: string): Promise<Asked> {
    const { versionId } = req.params
    const asked = isUuid(versionId) ? await findAsked(db, versionId, clientId, clock.now()) : undefined
    if (!asked || !(asked.isAsked || asked.signatureId)) throw new NotFound()
    return asked
  }

  const show = (res: Response, asked: Asked, form: Form, notice: string | null = null) =>
    res.render('signatures/sign', { consent: signPage(asked, res.locals.practice.zone), form, notice })

  const showSigned = (res: Response, signatureId: string) =>
    res.redirect(303, `/my/consents/signatures/${signatureId}`)

  router.get('/my/consents/:versionId', client, async (req, res) => {
    const asked = await find(req, signedInClient(req).clientId)
    if (asked.signatureId) return showSigned(res, asked.signatureId)
    if (asked.versionId !== req.params.versionId) return res.redirect(303, `/my/consents/${asked.versionId}`)
    show(res, asked, emptyForm())
  })

  router.post('/my/consents/:versionId/signature', client, postedForm, async (req, res) => {
    const { clientId, accountId } = signedInClient(req)
    const asked = await find(req, clientId)
    if (asked.signatureId) return showSigned(res, asked.signatureId)
    if (!isCurrent(req, asked)) return show(res.status(409), asked, typedForm(req.body), CHANGED)
    const read = readForm(signatureForm, req.body)
    if (!read.ok) return show(res.status(422), asked, read.form)
    const { versionId, sha256 } = asked
    const address = (req.ip ?? '').slice(0, MOST_OF_AN_ADDRESS)
    const signature = { versionId, sha256, clientId, accountId, typedName: read.value.name, address }
    const id = await insertSignature(deps, signature, clock.now())
    if (id) return showSigned(res, id)
    // Signed in another tab, or replaced, in this very moment.
    const again = await find(req, clientId)
    if (again.signatureId) return showSigned(res, again.signatureId)
    show(res.status(409), again, typedForm(req.body), CHANGED)
  })

  return router
}

/** Whether the text that the person had before them is the one that is asked for. */
const isCurrent = ({ params, body }: Request, { versionId, sha256 }: Asked): boolean =>
  params.versionId === versionId && body?.version === versionId && body?.sha256 === sha256.toString('hex')

/** The practice sees who has signed which version, and who has not. */
export function signatureRoutes(deps: Needs): Router {
  const { db, clock } = deps
  const router = Router()

  router.get('/practice/consents/:id/signatures', dietitian, async (req, res) => {
    const { id } = req.params
    const now = clock.now()
    const page = readPage(req.query.page)
    const consent = isUuid(id) ? await findConsentLine(db, id, now) : undefined
    if (!consent) throw new NotFound()
    const { dietitianId } = signedInDietitian(req)
    const found = await listSignatures(db, { consentId: consent.id, dietitianId }, page, now)
    const path = `/practice/consents/${consent.id}/signatures?page=`
    res.render('signatures/list', {
      consent,
      lines: found.slice(0, PAGE).map((line) => signatureLine(line, res.locals.practice.zone)),
      newer: page > 0 ? `${path}${page}` : null,
      older: found.length > PAGE ? `${path}${page + 2}` : null,
    })
  })

  router.get('/practice/consents/signatures/:id', dietitian, async (req, res) => {
    const { accountId, dietitianId } = signedInDietitian(req)
    const signature = isUuid(req.params.id)
      ? await findSignature(db, req.params.id, { dietitianId })
      : undefined
    if (!signature) throw new NotFound()
    const { id: subjectId, clientId } = signature
    await recordReading(deps, { accountId, action: 'signature.read', clientId, subjectId }, clock.now())
    const backHref = `/practice/consents/${signature.consentId}/signatures`
    res.render('signatures/signature', {
      signature: signaturePage(signature, res.locals.practice.zone),
      backHref,
    })
  })

  return router
}
