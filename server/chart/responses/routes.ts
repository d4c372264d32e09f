import { type Request, Router } from 'express'
import { recordReading } from '../../audit/store.ts'
import { changesBetween } from '../../forms/differing.ts'
import type { Questionnaire, QuestionnaireResponse } from '../../forms/fhir.ts'
import { readOut } from '../../forms/readout.ts'
import { findFormVersion } from '../../forms/store.ts'
import { filesShown } from '../../responses/attachments.ts'
import { findSent, type Sent } from '../../responses/store.ts'
import { listSignsOfSeries, openSign } from '../../signs/store.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, isUuid } from '../../web/form.ts'
import { exportedResponse } from '../exported.ts'
import { chartPath, responsePath } from '../links.ts'
import { responsePage } from '../pages.ts'
import { findInPath, type Needs } from '../routes.ts'
import { figureOf, inOrder } from '../scores.ts'
import { signsPage } from '../signs.ts'
import { listScoresOf, openAnswers } from '../store.ts'

/** What a client sent, in full; never a draft. */
export function answerRoutes(deps: Needs): Router {
  const { db, clock } = deps
  const router = Router()

  async function find(req: Request) {
    const client = await findInPath(deps, req)
    const { response: id } = req.params
    const sent = isUuid(id) ? await findSent(db, { clientId: client.id, id }) : undefined
    const version = sent && (await findFormVersion(db, sent.versionId))
    if (!version) throw new NotFound()
    return { client, sent, version }
  }

  /** Answers that differ from the version before, where that can be read. */
  async function changesSince(
    { number, versions }: Sent,
    clientId: string,
    changed: { by: string; definition: Questionnaire; newer: QuestionnaireResponse },
  ) {
    const id = versions.find((version) => version.number === number - 1)?.id
    const before = id === undefined ? undefined : await findSent(db, { clientId, id })
    const older = before && openAnswers(deps, before, changed.by).response
    return older ? changesBetween(changed.definition, older, changed.newer) : []
  }

  router.get('/practice/clients/:id/responses/:response', dietitian, async (req, res) => {
    const { client, sent, version } = await find(req)
    const { accountId: by } = signedInDietitian(req)
    const { zone } = res.locals.practice
    const entry = { accountId: by, action: 'response.read', clientId: client.id, subjectId: sent.id } as const
    await recordReading(deps, entry, clock.now())
    const { definition, title } = version
    const { response, text } = openAnswers(deps, sent, by)
    const [signs, scores, changes] = await Promise.all([
      listSignsOfSeries(db, sent.seriesId),
      listScoresOf(db, sent.id),
      response ? changesSince(sent, client.id, { by, definition, newer: response }) : [],
    ])
    const at = { clientId: client.id, zone }
    const opened = signs.map((sign) => openSign(deps, sign, by))
    res.render('chart/response', {
      client: { name: client.name, path: chartPath(client.id) },
      response: responsePage(sent, title, at),
      signs: signsPage(opened, { ...at, responseId: sent.id }),
      scores: inOrder(scores).map(({ label, value }) => ({ label, figure: figureOf(value) })),
      changes,
      reading: response && readOut(definition, response, { files: filesShown(response, '/practice/files') }),
      unreadable: text,
      form: emptyForm(),
    })
  })

  const exportPath = '/practice/clients/:id/responses/:response/questionnaire-response.json'
  router.get(exportPath, dietitian, async (req, res) => {
    const { client, sent, version } = await find(req)
    const { accountId } = signedInDietitian(req)
    const entry = { accountId, action: 'response.exported', clientId: client.id, subjectId: sent.id } as const
    await recordReading(deps, entry, clock.now())
    const { response } = openAnswers(deps, sent, accountId)
    if (!response) return res.redirect(303, responsePath(client.id, sent.id))
    const canonical = `${version.url}|${version.version}`
    const { id, sentAt } = sent
    const exported = exportedResponse(response, { id, sentAt, clientId: client.id, canonical })
    res.attachment(`questionnaire-response-${id}.json`).type('application/fhir+json')
    res.send(JSON.stringify(exported, null, 2))
  })

  return router
}
