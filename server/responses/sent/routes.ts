import { type Request, type Response, Router } from 'express'
import { localDate } from '../../availability/zones.ts'
import type { Deps } from '../../deps.ts'
import type { QuestionnaireResponse } from '../../forms/fhir.ts'
import { readOut } from '../../forms/readout.ts'
import { settle } from '../../forms/settling.ts'
import { type FormVersion, findFormVersion } from '../../forms/store.ts'
import { client, signedInClient } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { isUuid, postedForm } from '../../web/form.ts'
import { adviceFor, signsOf } from '../advice.ts'
import { filesShown } from '../attachments.ts'
import { formHref, sentPage } from '../pages.ts'
import { findSent, insertAmendment, openAnswers, type Sent } from '../store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>
type Found = { sent: Sent; version: FormVersion; response: QuestionnaireResponse | undefined }

const HAS_DRAFT =
  'You have begun this form again and not sent it yet. Please go on with that, or discard it first: there is one draft of a form at a time.'
const ARCHIVED = 'This form isn’t asked for any more, so its answers can’t be changed. What you sent stays.'

/** What a client sent: theirs to read, to print, and to change by sending a new version. */
export function sentRoutes(deps: Needs): Router {
  const { db, clock } = deps
  const router = Router()

  async function find(req: Request): Promise<Found> {
    const { clientId, accountId } = signedInClient(req)
    const { id } = req.params
    const sent = isUuid(id) ? await findSent(db, { clientId, id }) : undefined
    const version = sent && (await findFormVersion(db, sent.versionId))
    if (!sent || !version) throw new NotFound()
    return { sent, version, response: openAnswers(deps, sent, accountId) }
  }

  /** Worked out as it was sent: what stands in it is not calculated again. */
  async function show(
    res: Response,
    { sent, version, response }: Found,
    more: { isFresh?: boolean; notice?: string },
  ) {
    const { isFresh = false, notice = null } = more
    const page = sentPage(sent, version.title, isFresh)
    if (!response) return res.render('responses/sent', { sent: page, reading: null, advice: [], notice })
    const settled = await settle(version.definition, response)
    const files = filesShown(response, '/my/files')
    const reading = readOut(version.definition, response, { files })
    const advice = adviceFor(signsOf(settled, localDate(sent.sentAt, sent.zone)))
    res.render('responses/sent', { sent: page, reading, advice, notice })
  }

  router.get('/my/forms/sent/:id', client, async (req, res) => {
    await show(res, await find(req), { isFresh: req.query.thanks === '1' })
  })

  router.post('/my/forms/sent/:id/amendment', client, postedForm, async (req, res) => {
    const found = await find(req)
    const { sent, response } = found
    const [newest] = sent.versions
    if (newest && newest.id !== sent.id) return res.redirect(303, `/my/forms/sent/${newest.id}`)
    if (sent.isArchived) return show(res.status(409), found, { notice: ARCHIVED })
    if (!response) return show(res.status(409), found, {})
    const { clientId } = signedInClient(req)
    const begun: QuestionnaireResponse = { ...response, status: 'in-progress' }
    const isBegun = await insertAmendment(deps, { clientId, sent, response: begun }, clock.now())
    if (!isBegun) return show(res.status(409), await find(req), { notice: HAS_DRAFT })
    res.redirect(303, `${formHref(sent)}/review`)
  })

  return router
}
