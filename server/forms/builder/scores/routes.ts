import { type Request, type Response, Router } from 'express'
import type { Deps } from '../../../deps.ts'
import { dietitian } from '../../../web/access.ts'
import { NotFound } from '../../../web/errors.ts'
import { emptyForm, type Form, postedForm, readForm, refusedForm } from '../../../web/form.ts'
import type { Item } from '../../fhir.ts'
import type { FormVersion } from '../../store.ts'
import { addItem, changeItem, findItem, linkIdsOf, sectionOf } from '../editing.ts'
import { scoreForm } from '../forms.ts'
import { linkIdFor } from '../naming.ts'
import { aboutDraft, CHANGED, candidatesFor, draftPath } from '../pages.ts'
import { countable, type Score, scoreOf, wayWords, writeScore } from '../scoring.ts'
import { draftOf, keepDraft } from '../store.ts'

/** The scores of a draft, one a page. */
export function scoreRoutes({ db }: Pick<Deps, 'db'>): Router {
  const router = Router()

  type Place = { draft: FormVersion; item: Item | null }

  function show(res: Response, { draft, item }: Place, form: Form, counts: string[]) {
    const about = aboutDraft(draft)
    const candidates = candidatesFor(draft.definition, counts)
    res.render('forms/builder/score', {
      draft: about,
      score: {
        isNew: item === null,
        action: item ? `${about.path}/scores/${encodeURIComponent(item.linkId)}` : `${about.path}/scores`,
        candidates,
        ways: Object.entries(wayWords),
      },
      form,
    })
  }

  router.get('/practice/forms/:id/draft/scores/new', dietitian, async (req, res) => {
    const draft = await draftOf(db, req.params.id)
    const all = countable(draft.definition).map(({ linkId }) => linkId)
    const least = String(Math.max(1, Math.ceil(all.length / 2)))
    show(res, { draft, item: null }, emptyForm({ by: 'mean-times-10', least, shown: 'yes' }), all)
  })

  const oneThere = async (req: Request): Promise<{ draft: FormVersion; item: Item; score: Score }> => {
    const draft = await draftOf(db, req.params.id)
    const item = findItem(draft.definition, String(req.params.score))
    const score = item && scoreOf(item)
    if (!score) throw new NotFound()
    return { draft, item, score }
  }

  router.get('/practice/forms/:id/draft/scores/:score', dietitian, async (req, res) => {
    const { draft, item, score } = await oneThere(req)
    const { name, by, least, isShown, counts } = score
    const values = { name, by, least: String(least), shown: isShown ? 'yes' : '' }
    show(res, { draft, item }, emptyForm(values), counts)
  })

  router.post('/practice/forms/:id/draft/scores', dietitian, postedForm, async (req, res) => {
    await save({ req, res }, { draft: await draftOf(db, req.params.id), item: null })
  })

  router.post('/practice/forms/:id/draft/scores/:score', dietitian, postedForm, async (req, res) => {
    await save({ req, res }, await oneThere(req))
  })

  async function save({ req, res }: { req: Request; res: Response }, place: Place) {
    const chosen = [req.body?.counts ?? []].flat().map(String)
    const refuse = (status: number, form: Form, now = place) => show(res.status(status), now, form, chosen)
    const read = readForm(scoreForm, req.body)
    if (!read.ok) return refuse(422, read.form)
    const { draft, item } = place
    const { revision, shown, ...rest } = read.value
    const score: Score = { ...rest, isShown: shown }
    const wrong = wrongWith(draft, score)
    if (wrong) return refuse(422, refusedForm(req.body, wrong.field, wrong.message))
    const kept = await keepDraft(db, { draft, revision, questionnaire: written(draft, item, score) })
    if (kept === 'kept') return res.redirect(303, draftPath(draft.formId))
    if (kept !== 'changed') return refuse(422, refusedForm(req.body, 'name', kept.because))
    const fresh = await draftOf(db, req.params.id)
    const there = item && (findItem(fresh.definition, item.linkId) ?? null)
    refuse(409, refusedForm(req.body, 'name', CHANGED), { draft: fresh, item: there })
  }

  return router
}

function wrongWith({ definition }: FormVersion, { counts, least }: Score) {
  const known = new Set(countable(definition).map(({ linkId }) => linkId))
  if (!counts.every((linkId) => known.has(linkId)))
    return { field: 'counts', message: 'One of these questions is no longer there. Please choose again.' }
  if (least > counts.length)
    return {
      field: 'least',
      message: `Please write a number from 1 to ${counts.length}: so many questions count.`,
    }
  return undefined
}

/** A new score stands at the end of the section of its last question. */
function written({ definition }: FormVersion, item: Item | null, score: Score) {
  if (item) return changeItem(definition, item.linkId, () => writeScore(item, score, definition))
  const linkId = linkIdFor(score.name, linkIdsOf(definition), 'score')
  const last = countable(definition).findLast((one) => score.counts.includes(one.linkId))
  const section = sectionOf(definition, last?.linkId ?? '')
  return addItem(definition, section?.linkId ?? '', writeScore({ linkId }, score, definition))
}
