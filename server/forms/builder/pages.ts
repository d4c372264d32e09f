import { calculatedExpression } from '../extensions.ts'
import type { Item, Questionnaire } from '../fhir.ts'
import { domId } from '../names.ts'
import type { FormVersion } from '../store.ts'
import { conditionWords } from './condition.ts'
import { findItem, flat, introText, isIntro } from './editing.ts'
import { aboutKind, type Kind, kindOf, kinds } from './kinds.ts'
import { questionOf } from './question.ts'
import { countable, scoreOf, wayWords } from './scoring.ts'

export const draftPath = (formId: string): string => `/practice/forms/${formId}/draft`

/** What is common to the pages of a draft. */
export const aboutDraft = (draft: Pick<FormVersion, 'formId' | 'title' | 'revision'>) => ({
  path: draftPath(draft.formId),
  formPath: `/practice/forms/${draft.formId}`,
  title: draft.title,
  revision: draft.revision,
})

export const CHANGED =
  'This draft was changed since you opened the page, in another window or by a colleague. What stands there now is shown; please look again and do it once more.'

export type Row = {
  linkId: string
  /** Of its element on the page. */
  id: string
  label: string
  icon: string
  kind: string
  details: string[]
  isRequired: boolean
  /** Null: kept as it is. */
  href: string | null
  /** Of a group within a section. */
  rows: Row[]
}

export type SectionRow = {
  linkId: string
  number: number
  title: string
  intro: string
  href: string
  addHref: string
  rows: Row[]
  isFirst: boolean
  isLast: boolean
}

const MOST_OPTIONS_TOLD = 4

function optionWords(labels: string[]): string {
  const told = labels.slice(0, MOST_OPTIONS_TOLD).join(' · ')
  return labels.length > MOST_OPTIONS_TOLD ? `${told} and ${labels.length - MOST_OPTIONS_TOLD} more` : told
}

function detailsOf(questionnaire: Questionnaire, item: Item): string[] {
  const question = questionOf(item)
  const score = scoreOf(item)
  const details: string[] = []
  if (question?.kind === 'scale') details.push(`0 ${question.low} · 10 ${question.high}`)
  if (question && question.options.length > 0)
    details.push(
      optionWords(
        question.options.map(({ label, score: points }) =>
          points === null ? label : `${label} (${points})`,
        ),
      ),
    )
  if (score) details.push(`${wayWords[score.by].split(' (')[0]} of ${score.counts.length} questions`)
  return [...details, conditionWords(questionnaire, item)].filter((words) => words !== '')
}

function kept(item: Item): Pick<Row, 'icon' | 'kind'> {
  if (item.type === 'group') return { icon: 'group', kind: 'Questions that belong together' }
  if (calculatedExpression(item))
    return { icon: 'calculator', kind: 'A value that is calculated: kept as it is' }
  return { icon: 'lock', kind: 'Kept as it is' }
}

function rowOf(questionnaire: Questionnaire, path: string, item: Item): Row {
  const kind = kindOf(item)
  const isScore = scoreOf(item) !== undefined
  const about = kind ? aboutKind[kind] : undefined
  const name = encodeURIComponent(item.linkId)
  return {
    linkId: item.linkId,
    id: domId(`row:${item.linkId}`),
    label: item.text ?? item.linkId,
    ...(isScore
      ? { icon: 'calculator', kind: 'Score' }
      : about
        ? { icon: about.icon, kind: about.words }
        : kept(item)),
    details: detailsOf(questionnaire, item),
    isRequired: item.required === true,
    href: isScore ? `${path}/scores/${name}` : kind ? `${path}/questions/${name}` : null,
    rows: item.type === 'group' ? (item.item ?? []).map((one) => rowOf(questionnaire, path, one)) : [],
  }
}

/** The whole draft as a list of sections with their questions. */
export function outlineOf(questionnaire: Questionnaire, path: string): SectionRow[] {
  const sections = questionnaire.item ?? []
  return sections.map((section, index) => {
    const href = `${path}/sections/${encodeURIComponent(section.linkId)}`
    const items = (section.item ?? []).filter((item) => !isIntro(section, item))
    return {
      linkId: section.linkId,
      number: index + 1,
      title: section.text ?? '',
      intro: introText(section),
      href,
      addHref: `${href}/questions/new`,
      rows: items.map((item) => rowOf(questionnaire, path, item)),
      isFirst: index === 0,
      isLast: index === sections.length - 1,
    }
  })
}

export const countQuestions = (questionnaire: Questionnaire): number =>
  flat(questionnaire.item).filter(({ type }) => type !== 'group' && type !== 'display').length

/** An item as a row, for the page that says what it is now. */
export const rowNow = (questionnaire: Questionnaire, path: string, linkId: string): Row | undefined => {
  const item = findItem(questionnaire, linkId)
  return item && rowOf(questionnaire, path, item)
}

export const kindChoices = (href: string) =>
  kinds.map((kind) => ({ ...aboutKind[kind], href: `${href}?kind=${kind}` }))

export type ScaleEnds = { low: string; high: string }

const FIRST_ENDS: ScaleEnds = { low: 'Not at all', high: 'As bad as you can imagine' }

/** The words of the last scale of this form: the next one mostly has the same. */
export function endsForNext(questionnaire: Questionnaire): ScaleEnds {
  const scales = flat(questionnaire.item).flatMap((item) => questionOf(item) ?? [])
  return scales.findLast(({ kind }) => kind === 'scale') ?? FIRST_ENDS
}

/** What a new question of this kind begins with. */
export const startValues = (questionnaire: Questionnaire, kind: Kind): Record<string, string> =>
  kind === 'scale' ? { low: endsForNext(questionnaire).low, high: endsForNext(questionnaire).high } : {}

export const candidatesFor = (questionnaire: Questionnaire, chosen: string[]) =>
  countable(questionnaire).map((item) => ({
    linkId: item.linkId,
    label: item.text ?? item.linkId,
    kind: aboutKind[kindOf(item) ?? 'scale'].words,
    isChosen: chosen.includes(item.linkId),
  }))
