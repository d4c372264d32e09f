import { type Request, type Response, Router } from 'express'
import type { Deps } from '../../deps.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { BadRequest, NotFound } from '../../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { counted } from '../../words.ts'
import type { Questionnaire } from '../fhir.ts'
import { previewOf } from '../library/preview.ts'
import { domId } from '../names.ts'
import { discardDraft, type FormVersion, findCurrentFormById, publishDraft } from '../store.ts'
import { whyNot } from './checks.ts'
import {
  addSection,
  asPublished,
  introText,
  isBuildable,
  MOST_SECTIONS,
  moveItem,
  removeItem,
  usesOf,
  withoutEmpty,
  writeAbout,
  writeSection,
} from './editing.ts'
import { headingForm, newForm, orderForm, removalForm, sectionForm, seenForm } from './forms.ts'
import { linkIdFor } from './naming.ts'
import { aboutDraft, CHANGED, countQuestions, draftPath, outlineOf } from './pages.ts'
import { beginNext, draftOf, insertBuilt, keepDraft, sectionOf } from './store.ts'

const TAKEN = 'Another form has this short name. Please choose another one.'
const EMPTY = 'There is no question yet. Please add the first one before you publish.'
const UNREADABLE = 'We could not read which question was meant. Please choose it again.'
const MANY_SECTIONS = `A form can have at most ${MOST_SECTIONS} sections. Please put questions together.`

/** Making a form in the browser: its draft, its sections, and its becoming a version. */
export function builderRoutes(deps: Pick<Deps, 'db' | 'clock' | 'evaluator'>): Router {
  const { db, clock, evaluator } = deps
  const router = Router()

  router.get('/practice/forms/new', dietitian, (_req, res) => {
    res.render('forms/builder/new', { form: emptyForm() })
  })

  router.post('/practice/forms', dietitian, postedForm, async (req, res) => {
    const read = readForm(newForm, req.body)
    if (!read.ok) return res.status(422).render('forms/builder/new', { form: read.form })
    const { title, slug, description } = read.value
    const about = { title, description, slug: slug || linkIdFor(title, new Set(['sent']), 'form') }
    const id = await insertBuilt(db, about, clock.now())
    if (id) return res.redirect(303, draftPath(id))
    const form = refusedForm({ ...req.body, slug: about.slug }, 'slug', TAKEN)
    res.status(422).render('forms/builder/new', { form })
  })

  router.post('/practice/forms/:id/draft', dietitian, postedForm, async (req, res) => {
    const current = isUuid(req.params.id) ? await findCurrentFormById(db, req.params.id) : undefined
    if (!current) throw new NotFound()
    if (!isBuildable(current.definition))
      throw new BadRequest('This form can’t be changed in the builder. Please import its next version.')
    await beginNext(db, current, clock.now())
    res.redirect(303, draftPath(current.formId))
  })

  function show(
    res: Response,
    draft: FormVersion,
    notice: string | null = null,
    form: Form = heading(draft),
  ) {
    const about = aboutDraft(draft)
    res.render('forms/builder/draft', {
      draft: {
        ...about,
        number: draft.number,
        description: draft.definition.description ?? '',
        sections: outlineOf(draft.definition, about.path),
        questions: counted(countQuestions(draft.definition), 'question'),
      },
      form,
      notice,
    })
  }

  const heading = ({ title, definition }: FormVersion): Form =>
    emptyForm({ title, description: definition.description ?? '' })

  router.get('/practice/forms/:id/draft', dietitian, async (req, res) => {
    show(res, await draftOf(db, req.params.id))
  })

  /** Keeps what an edit made of the draft, and says where to go on; or shows why it was not kept. */
  async function keep(
    { req, res, draft }: { req: Request; res: Response; draft: FormVersion },
    edit: { revision: number; questionnaire: Questionnaire },
    next = draftPath(draft.formId),
  ) {
    const kept = await keepDraft(db, { draft, ...edit })
    if (kept === 'kept') return res.redirect(303, next)
    if (kept === 'changed') return show(res.status(409), await draftOf(db, req.params.id), CHANGED)
    show(res.status(422), draft, kept.because)
  }

  router.post('/practice/forms/:id/draft/heading', dietitian, postedForm, async (req, res) => {
    const draft = await draftOf(db, req.params.id)
    const read = readForm(headingForm, req.body)
    if (!read.ok) return show(res.status(422), draft, null, read.form)
    const { revision, ...about } = read.value
    const questionnaire = writeAbout(draft.definition, about)
    const kept = await keepDraft(db, { draft, revision, questionnaire })
    if (kept === 'kept') return res.redirect(303, draftPath(draft.formId))
    const form = refusedForm(req.body, 'title', kept === 'changed' ? CHANGED : kept.because)
    show(res.status(kept === 'changed' ? 409 : 422), await draftOf(db, req.params.id), null, form)
  })

  router.post('/practice/forms/:id/draft/order', dietitian, postedForm, async (req, res) => {
    const draft = await draftOf(db, req.params.id)
    const read = readForm(orderForm, req.body)
    if (!read.ok) return show(res.status(422), draft, UNREADABLE)
    const { up, down, revision } = read.value
    const questionnaire = moveItem(draft.definition, up || down, up ? 'up' : 'down')
    const next = `${draftPath(draft.formId)}#${domId(`row:${up || down}`)}`
    await keep({ req, res, draft }, { revision, questionnaire }, next)
  })

  router.post('/practice/forms/:id/draft/removal', dietitian, postedForm, async (req, res) => {
    const draft = await draftOf(db, req.params.id)
    const read = readForm(removalForm, req.body)
    if (!read.ok) return show(res.status(422), draft, UNREADABLE)
    const { item, revision } = read.value
    const [user] = revision === draft.revision ? usesOf(draft.definition, item) : []
    if (user)
      return show(
        res.status(422),
        draft,
        `“${user}” depends on it. Please change that first, or remove it too.`,
      )
    await keep({ req, res, draft }, { revision, questionnaire: removeItem(draft.definition, item) })
  })

  function showSection(res: Response, draft: FormVersion, linkId: string | null, form: Form) {
    const row = outlineOf(draft.definition, draftPath(draft.formId)).find((one) => one.linkId === linkId)
    res.render('forms/builder/section', { draft: aboutDraft(draft), section: row ?? null, form })
  }

  router.get('/practice/forms/:id/draft/sections/new', dietitian, async (req, res) => {
    showSection(res, await draftOf(db, req.params.id), null, emptyForm())
  })

  router.post('/practice/forms/:id/draft/sections', dietitian, postedForm, async (req, res) => {
    const draft = await draftOf(db, req.params.id)
    const read = readForm(sectionForm, req.body)
    if (!read.ok) return showSection(res.status(422), draft, null, read.form)
    if ((draft.definition.item?.length ?? 0) >= MOST_SECTIONS)
      return showSection(res.status(422), draft, null, refusedForm(req.body, 'title', MANY_SECTIONS))
    const { revision, ...about } = read.value
    const { questionnaire, linkId } = addSection(draft.definition, about)
    const kept = await keepDraft(db, { draft, revision, questionnaire })
    if (kept === 'kept')
      return res.redirect(
        303,
        `${draftPath(draft.formId)}/sections/${encodeURIComponent(linkId)}/questions/new`,
      )
    await refuseSection({ req, res, draft }, null, kept)
  })

  async function refuseSection(
    { req, res, draft }: { req: Request; res: Response; draft: FormVersion },
    linkId: string | null,
    kept: 'changed' | { because: string },
  ) {
    const message = kept === 'changed' ? CHANGED : kept.because
    const now = kept === 'changed' ? await draftOf(db, req.params.id) : draft
    const form = refusedForm(req.body, 'title', message)
    showSection(res.status(kept === 'changed' ? 409 : 422), now, linkId, form)
  }

  router.get('/practice/forms/:id/draft/sections/:section', dietitian, async (req, res) => {
    const draft = await draftOf(db, req.params.id)
    const section = sectionOf(draft, req.params.section)
    showSection(
      res,
      draft,
      section.linkId,
      emptyForm({ title: section.text ?? '', intro: introText(section) }),
    )
  })

  router.post('/practice/forms/:id/draft/sections/:section', dietitian, postedForm, async (req, res) => {
    const draft = await draftOf(db, req.params.id)
    const { linkId } = sectionOf(draft, req.params.section)
    const read = readForm(sectionForm, req.body)
    if (!read.ok) return showSection(res.status(422), draft, linkId, read.form)
    const { revision, ...about } = read.value
    const items = (draft.definition.item ?? []).map((one) =>
      one.linkId === linkId ? writeSection(one, about) : one,
    )
    const kept = await keepDraft(db, { draft, revision, questionnaire: { ...draft.definition, item: items } })
    if (kept === 'kept') return res.redirect(303, draftPath(draft.formId))
    await refuseSection({ req, res, draft }, linkId, kept)
  })

  router.get('/practice/forms/:id/draft/preview', dietitian, async (req, res) => {
    await preview(res, await draftOf(db, req.params.id), 1)
  })

  router.get('/practice/forms/:id/draft/preview/sections/:number', dietitian, async (req, res) => {
    await preview(res, await draftOf(db, req.params.id), Number(req.params.number))
  })

  async function preview(res: Response, draft: FormVersion, number: number) {
    const path = draftPath(draft.formId)
    const shown = await previewOf(
      { ...draft, definition: withoutEmpty(draft.definition) },
      { which: 'The draft', backHref: path, path: `${path}/preview` },
      { number, evaluator },
    )
    if (!shown && number === 1) return res.redirect(303, path)
    if (!shown) throw new NotFound()
    res.render('forms/library/preview', { preview: shown })
  }

  const seen = (req: Request): number => {
    const read = readForm(seenForm, req.body)
    return read.ok ? read.value.revision : -1
  }

  router.post('/practice/forms/:id/versions', dietitian, postedForm, async (req, res) => {
    const draft = await draftOf(db, req.params.id)
    const { id, formId, definition } = draft
    const filled = withoutEmpty(definition)
    if (countQuestions(filled) === 0) return show(res.status(422), draft, EMPTY)
    const because = whyNot(filled)
    if (because) return show(res.status(422), draft, because)
    const publishing = {
      id,
      formId,
      revision: seen(req),
      accountId: signedInDietitian(req).accountId,
      write: (version: string) => JSON.stringify(asPublished(filled, version)),
    }
    if (await publishDraft(db, publishing, clock.now())) return res.redirect(303, `/practice/forms/${formId}`)
    show(res.status(409), await draftOf(db, req.params.id), CHANGED)
  })

  router.post('/practice/forms/:id/draft/discarding', dietitian, postedForm, async (req, res) => {
    const { id, formId } = await draftOf(db, req.params.id)
    if (!(await discardDraft(db, { id, formId, revision: seen(req) })))
      return show(res.status(409), await draftOf(db, req.params.id), CHANGED)
    const isLeft = await findCurrentFormById(db, formId)
    res.redirect(303, isLeft ? `/practice/forms/${formId}` : '/practice/forms')
  })

  return router
}
