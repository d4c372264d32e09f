import { Router } from 'express'
import { localDate } from '../../availability/zones.ts'
import { listSigns, openSign } from '../../signs/store.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { emptyForm } from '../../web/form.ts'
import { createHead, type Needs } from '../routes.ts'
import { scoreTable } from '../scores.ts'
import { signsPage } from '../signs.ts'
import { readScores } from '../store.ts'
import { bornWords, summaryPage } from './page.ts'
import { readSummary } from './store.ts'

/** What a dietitian reads before an appointment, on one page that prints. */
export function summaryRoutes(deps: Needs): Router {
  const { db, clock } = deps
  const router = Router()
  const findHead = createHead(deps, null, 'summary.read')

  router.get('/practice/clients/:id/summary', dietitian, async (req, res) => {
    const client = await findHead(req, res)
    const { id: clientId } = client
    const { accountId } = signedInDietitian(req)
    const { zone } = res.locals.practice
    const [signs, summary, { scores, itch }] = await Promise.all([
      listSigns(db, clientId),
      readSummary(deps, { clientId, accountId }),
      readScores(deps, clientId, accountId),
    ])
    const opened = signs.map((sign) => openSign(deps, sign, accountId))
    res.render('chart/summary', {
      client,
      born: bornWords(client.born, localDate(clock.now(), zone)),
      signs: signsPage(opened, { clientId, zone }),
      summary: summary ? summaryPage(summary, { clientId, zone }) : null,
      scores: scoreTable(scores, { clientId, zone, itch }),
      form: emptyForm(),
    })
  })

  return router
}
