import { type Request, type Response, Router } from 'express'
import type { Deps } from '../../../deps.ts'
import { dietitian } from '../../../web/access.ts'
import { NotFound } from '../../../web/errors.ts'
import { emptyForm, type Form, postedForm, readForm, refusedForm } from '../../../web/form.ts'
import type { Item, Questionnaire } from '../../fhir.ts'
import type { FormVersion } from '../../store.ts'
import {
  type Condition,
  conditionOf,
  decidingBefore,
  isRefusal,
  operatorWords,
  readCondition,
} from '../condition.ts'
import {
  addItem,
  changeItem,
  findItem,
  flat,
  linkIdsOf,
  MOST_ITEMS,
  sectionOf as sectionAround,
} from '../editing.ts'
import { hasField, questionForm, questionFrom, questionValues } from '../forms.ts'
import { aboutKind, isKind, type Kind, kindOf } from '../kinds.ts'
import { linkIdFor } from '../naming.ts'
import { aboutDraft, CHANGED, draftPath, kindChoices, outlineOf, rowNow, startValues } from '../pages.ts'
import { questionOf, withCondition, writeQuestion } from '../question.ts'
import { draftOf, keepDraft, sectionOf } from '../store.ts'

const MANY = `A form made here can have at most ${MOST_ITEMS} questions. Please divide it into two forms.`
const GONE =
  'This question was removed since you opened the page. Please save it once more if it should be there.'

/** Which question of a draft a page is about. */
type Place = {
  draft: FormVersion
  /** The group in which it stands or will stand. */
  section: Item
  kind: Kind
  /** Null: a new one. */
  item: Item | null
}

/** The questions of a draft, one a page. */
export function questionRoutes({ db }: Pick<Deps, 'db'>): Router {
  const router = Router()

  function show(
    res: Response,
    { draft, section, kind, item }: Place,
    form: Form,
    notice: string | null = null,
  ) {
    const about = aboutDraft(draft)
    const path = `${about.path}/sections/${encodeURIComponent(section.linkId)}/questions`
    const action = item ? `${about.path}/questions/${encodeURIComponent(item.linkId)}` : path
    const condition = item ? conditionOf(draft.definition, item) : null
    res.render('forms/builder/question', {
      draft: about,
      question: {
        isNew: item === null,
        kind,
        about: aboutKind[kind],
        action: `${action}?kind=${kind}`,
        kindsHref: item ? `${action}/kinds` : `${path}/new`,
        has: (name: string) => hasField(kind, name),
        hasOtherConditions: condition === 'other',
        deciding: decidingBefore(draft.definition, item?.linkId ?? null, section.linkId).map(toChoice),
        operators: Object.entries(operatorWords),
        now: item && notice ? (rowNow(draft.definition, about.path, item.linkId) ?? null) : null,
      },
      section: outlineOf(draft.definition, about.path).find(({ linkId }) => linkId === section.linkId),
      form,
      notice,
    })
  }

  const toChoice = (item: Item) => ({
    linkId: item.linkId,
    label: item.text ?? item.linkId,
    values: valuesOf(item),
  })

  const newOne = async (req: Request): Promise<Omit<Place, 'kind'>> => {
    const draft = await draftOf(db, req.params.id)
    return { draft, section: sectionOf(draft, req.params.section), item: null }
  }

  router.get('/practice/forms/:id/draft/sections/:section/questions/new', dietitian, async (req, res) => {
    const place = await newOne(req)
    const { kind } = req.query
    if (isKind(kind))
      return show(res, { ...place, kind }, emptyForm(startValues(place.draft.definition, kind)))
    const about = aboutDraft(place.draft)
    res.render('forms/builder/kinds', {
      draft: about,
      title: 'A new question',
      kinds: kindChoices(`${about.path}/sections/${encodeURIComponent(place.section.linkId)}/questions/new`),
      section: outlineOf(place.draft.definition, about.path).find(
        ({ linkId }) => linkId === place.section.linkId,
      ),
    })
  })

  router.post(
    '/practice/forms/:id/draft/sections/:section/questions',
    dietitian,
    postedForm,
    async (req, res) => {
      const { kind } = req.query
      if (!isKind(kind)) throw new NotFound()
      await save({ req, res }, { ...(await newOne(req)), kind })
    },
  )

  const oneThere = async (req: Request): Promise<Place & { item: Item }> => {
    const draft = await draftOf(db, req.params.id)
    const linkId = String(req.params.question)
    const item = findItem(draft.definition, linkId)
    const section = sectionAround(draft.definition, linkId)
    const known = item && kindOf(item)
    if (!item || !section || !known) throw new NotFound()
    const { kind } = req.query
    return { draft, section, item, kind: isKind(kind) ? kind : known }
  }

  router.get('/practice/forms/:id/draft/questions/:question', dietitian, async (req, res) => {
    const place = await oneThere(req)
    const question = questionOf(place.item)
    const condition = conditionOf(place.draft.definition, place.item)
    if (!question) throw new NotFound()
    const typed = {
      ...startValues(place.draft.definition, place.kind),
      ...onlyFilled(questionValues(question)),
    }
    show(res, place, emptyForm({ ...typed, ...conditionValues(condition) }))
  })

  router.get('/practice/forms/:id/draft/questions/:question/kinds', dietitian, async (req, res) => {
    const { draft, item, section } = await oneThere(req)
    const about = aboutDraft(draft)
    res.render('forms/builder/kinds', {
      draft: about,
      title: `Another kind for “${item.text ?? item.linkId}”`,
      kinds: kindChoices(`${about.path}/questions/${encodeURIComponent(item.linkId)}`),
      section: outlineOf(draft.definition, about.path).find(({ linkId }) => linkId === section.linkId),
    })
  })

  router.post('/practice/forms/:id/draft/questions/:question', dietitian, postedForm, async (req, res) => {
    const draft = await draftOf(db, req.params.id)
    const isGone = !findItem(draft.definition, String(req.params.question))
    const [first] = draft.definition.item ?? []
    const { kind } = req.query
    if (isGone && first && isKind(kind))
      return show(
        res.status(409),
        { draft, section: first, kind, item: null },
        refusedForm(req.body, 'text', GONE),
      )
    await save({ req, res }, await oneThere(req))
  })

  /** Reads the form, writes the question into the draft, and goes on; or shows what is wrong. */
  async function save({ req, res }: { req: Request; res: Response }, place: Place) {
    const read = readForm(questionForm(place.kind), req.body)
    if (!read.ok) return show(res.status(422), place, read.form)
    const { draft, section, kind } = place
    const posted = read.value as Record<string, unknown>
    if (posted.revision !== draft.revision) return refuseChanged({ req, res }, place)
    const made = writeInto(place, posted)
    if ('message' in made)
      return show(res.status(422), place, refusedForm(req.body, made.field, made.message))
    const kept = await keepDraft(db, { draft, revision: draft.revision, questionnaire: made.questionnaire })
    if (kept === 'changed') return refuseChanged({ req, res }, place)
    if (kept !== 'kept') return show(res.status(422), place, refusedForm(req.body, 'text', kept.because))
    const next = `${draftPath(draft.formId)}/sections/${encodeURIComponent(section.linkId)}/questions/new?kind=${kind}`
    res.redirect(303, posted.go === 'another' ? next : draftPath(draft.formId))
  }

  /** Somebody else was quicker: what was typed stands beside what is there now. */
  async function refuseChanged({ req, res }: { req: Request; res: Response }, place: Place) {
    const draft = await draftOf(db, req.params.id)
    const sections = draft.definition.item ?? []
    const item = place.item && (findItem(draft.definition, place.item.linkId) ?? null)
    const section = sections.find(({ linkId }) => linkId === place.section.linkId) ?? sections[0]
    if (!section) throw new NotFound()
    const now = { ...place, draft, item, section }
    show(res.status(409), now, refusedForm(req.body, 'text', CHANGED), CHANGED)
  }

  return router
}

const valuesOf = (item: Item): string[] => {
  const kind = kindOf(item)
  if (kind === 'yes-no') return ['Yes', 'No']
  return (item.answerOption ?? []).flatMap(
    ({ valueCoding }) => valueCoding?.display ?? valueCoding?.code ?? [],
  )
}

const onlyFilled = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))

const conditionValues = (condition: Condition | 'other' | null): Record<string, string> =>
  condition === null || condition === 'other'
    ? {}
    : { whenQuestion: condition.question, whenOperator: condition.operator, whenValue: condition.value }

type Made = { questionnaire: Questionnaire } | { field: string; message: string }

function writeInto({ draft, section, kind, item }: Place, posted: Record<string, unknown>): Made {
  const { definition } = draft
  const question = questionFrom(kind, posted)
  if (!item && flat(definition.item).length >= MOST_ITEMS) return { field: 'text', message: MANY }
  const linkId = item?.linkId ?? linkIdFor(question.text, linkIdsOf(definition), 'question')
  const when = conditionFrom(posted)
  const written = writeQuestion(item ?? { linkId, type: aboutKind[kind].type }, question)
  const asked = withTyped({ draft, section, kind, item }, written, when)
  if ('message' in asked) return asked
  return {
    questionnaire: item
      ? changeItem(definition, linkId, () => asked)
      : addItem(definition, section.linkId, asked),
  }
}

const conditionFrom = ({
  whenQuestion,
  whenOperator,
  whenValue,
}: Record<string, unknown>): Condition | null =>
  whenQuestion === ''
    ? null
    : {
        question: String(whenQuestion),
        operator: whenOperator as Condition['operator'],
        value: String(whenValue),
      }

/** The item with the condition that was typed; conditions that the page can't show stay. */
function withTyped(
  { draft, section, item }: Place,
  written: Item,
  when: Condition | null,
): Item | { field: string; message: string } {
  const { definition } = draft
  if (item && conditionOf(definition, item) === 'other') return written
  if (!when) return withCondition(written, null)
  const deciding = decidingBefore(definition, item?.linkId ?? null, section.linkId)
  const asked = deciding.find(({ linkId }) => linkId === when.question)
  if (!asked)
    return { field: 'whenQuestion', message: 'Please choose a question that comes before this one.' }
  const condition = readCondition(asked, when)
  return isRefusal(condition) ? condition : withCondition(written, condition)
}
