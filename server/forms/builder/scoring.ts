import {
  calculatedExpression,
  extensionName,
  extensionUrl,
  isHidden,
  ordinalValue,
  urls,
} from '../extensions.ts'
import type { Extension, Item, Questionnaire } from '../fhir.ts'
import { findItem, flat } from './editing.ts'
import { kindOf } from './kinds.ts'

/** What a form calculates of its answers. */
export type Score = {
  name: string
  /** The questions that count, by their linkIds. */
  counts: string[]
  by: Way
  /** With fewer answers there is no score. */
  least: number
  /** The client sees it too. */
  isShown: boolean
}

export const ways = ['mean-times-10', 'sum', 'mean'] as const
type Way = (typeof ways)[number]

export const wayWords: Record<Way, string> = {
  'mean-times-10': 'The mean times 10 (0 to 100 when all are 0 to 10 scales)',
  sum: 'The sum',
  mean: 'The mean',
}

export const MOST_COUNTED = 60

const isScored = ({ answerOption = [] }: Item): boolean =>
  answerOption.some(
    (option) => (ordinalValue(option) ?? ordinalValue(option.valueCoding ?? {})) !== undefined,
  )

/** Scales count with what was answered, chosen answers with their score. */
export function canCount(item: Item): boolean {
  const kind = kindOf(item)
  if (item.linkId.includes('|')) return false
  return kind === 'scale' || ((kind === 'one-of' || kind === 'stool-forms') && isScored(item))
}

export const countable = (questionnaire: Questionnaire): Item[] => flat(questionnaire.item).filter(canCount)

const quoted = (linkIds: string[]): string => `'|${linkIds.join('|').replace(/['\\]/g, '\\$&')}|'`

// One text that is searched: a list would be made anew for every item of the form.
const answersOf = (linkIds: string[]): string =>
  `%resource.repeat(item).where(${quoted(linkIds)}.contains('|' + linkId + '|')).answer.value`

const SCORED = `.extension.where(url = '${urls.ordinalValue[0]}').value`

/** FHIRPath: https://hl7.org/fhirpath/N1/ with sum() and avg() as fhirpath.js has them. */
function expressionFor({ scales, scored, by, least }: Parts): string {
  const all = [
    ...(scales.length > 0 ? [answersOf(scales)] : []),
    ...(scored.length > 0 ? [answersOf(scored) + SCORED] : []),
  ]
  const values = all.length === 2 ? `${all[0]}.combine(${all[1]})` : all.join('')
  const result = {
    'mean-times-10': `(${values}.avg() * 10).round(0)`,
    sum: `${values}.sum()`,
    mean: `${values}.avg().round(2)`,
  }
  return `iif(${values}.count() >= ${least}, ${result[by]}, {})`
}

type Parts = { scales: string[]; scored: string[]; by: Way; least: number }

const LIST =
  /where\('\|((?:[^'\\]|\\.)*)\|'\.contains\('\|' \+ linkId \+ '\|'\)\)\.answer\.value(\.extension)?/g

const unquoted = (list: string): string[] => (list === '' ? [] : list.replace(/\\(.)/g, '$1').split('|'))

/** Reads back what expressionFor wrote; undefined for any other expression. */
function partsOf(expression: string): Parts | undefined {
  const lists = [...expression.matchAll(LIST)]
  const idsOf = (wanted: boolean) =>
    unquoted(lists.find(([, , mark]) => (mark !== undefined) === wanted)?.[1] ?? '')
  const least = Number(expression.match(/\.count\(\) >= (\d{1,3}), /)?.[1] ?? Number.NaN)
  const of = { scales: idsOf(false), scored: idsOf(true), least }
  for (const by of ways) if (expressionFor({ ...of, by }) === expression) return { ...of, by }
  return undefined
}

/** @returns undefined for an item that is no score of the builder's making */
export function scoreOf(item: Item): Score | undefined {
  const parts = partsOf(calculatedExpression(item)?.expression ?? '')
  if (!parts) return undefined
  const { scales, scored, by, least } = parts
  return { name: item.text ?? '', counts: [...scales, ...scored], by, least, isShown: !isHidden(item) }
}

export function writeScore(
  item: Pick<Item, 'linkId'> & Partial<Item>,
  score: Score,
  of: Questionnaire,
): Item {
  const isScale = (linkId: string) => kindOf(findItem(of, linkId) ?? { linkId, type: 'group' }) === 'scale'
  const parts = {
    scales: score.counts.filter(isScale),
    scored: score.counts.filter((linkId) => !isScale(linkId)),
    by: score.by,
    least: score.least,
  }
  const ours = ['calculatedExpression', 'hidden']
  const extension: Extension[] = [
    ...(item.extension ?? []).filter(({ url }) => !ours.includes(extensionName(url) ?? '')),
    {
      url: extensionUrl('calculatedExpression'),
      valueExpression: { language: 'text/fhirpath', expression: expressionFor(parts) },
    },
    ...(score.isShown ? [] : [{ url: extensionUrl('hidden'), valueBoolean: true }]),
  ]
  return { ...item, type: 'decimal', text: score.name, readOnly: true, extension }
}

/** After an edit: each score is written anew, with the kinds that its questions have now. */
export function settleScores(questionnaire: Questionnaire): Questionnaire {
  const settled = (items: Item[]): Item[] =>
    items.map((item) => {
      const score = scoreOf(item)
      if (score) return writeScore(item, score, questionnaire)
      return item.item ? { ...item, item: settled(item.item) } : item
    })
  return { ...questionnaire, item: settled(questionnaire.item ?? []) }
}
