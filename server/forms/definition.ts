import { controlOf } from './controls.ts'
import {
  calculatedExpression,
  displayCategory,
  enableWhenExpression,
  isHidden,
  itemControl,
  maxOccurs,
  minOccurs,
  regex,
  shortText,
  variables,
} from './extensions.ts'
import type { EnableWhen, Item, Questionnaire } from './fhir.ts'
import { fieldName } from './names.ts'
import { type Option, optionsOf } from './options.ts'
import type { Control } from './shown.ts'

/** An enableWhen and where its question stands. */
export type Condition = {
  when: EnableWhen
  target: Part | undefined
  /** How many of the repeating containers around the question are around the item too. */
  shared: number
  /** The item stands in a row of the question itself: that row's answer counts. */
  isAbove: boolean
}

/** An item of the definition with what is decided about it once. */
export type Part = {
  item: Item
  /** Of its field, where it stands in no row; see names.ts. */
  name: string
  up: Part | null
  parts: Part[]
  /** How many repeating containers are around it: the length of its indices. */
  depth: number
  /** Each of its rows has items of its own: a repeating group, or a repeating question with questions in it. */
  hasRows: boolean
  /** Several answers, or rows. */
  isRepeated: boolean
  /** How many rows there are at the least on a page, and at the most. */
  least: number
  most: number
  isQuestion: boolean
  isHidden: boolean
  /** Words about another item, shown with it: no item of the page. */
  isAside: boolean
  isCalculated: boolean
  /** Takes what is posted: a question that is not hidden, calculated or read-only. */
  isAsked: boolean
  label: string
  short: string
  control: Control
  options: Option[]
  conditions: Condition[]
  hasExpression: boolean
  /** Whether it is enabled is said by an expression, too. */
  hasWhenExpression: boolean
}

export type Definition = {
  parts: Part[]
  all: Part[]
  byLink: Map<string, Part>
  byItem: Map<Item, Part>
  /** There is something to evaluate: variables and calculations, expressions of conditions, patterns. */
  needsEvaluation: boolean
}

/** However many are asked for: rows of one group or answers to one question. */
export const MOST_ROWS = 50

/** Beyond so many items, those in all rows counted, a response gets no more rows. */
export const MOST_PLACES = 20_000

const known = new WeakMap<Questionnaire, Definition>()

/** The items of a definition, found by linkId; worked out once, as long as the same object is handed in. */
export function definitionOf(questionnaire: Questionnaire): Definition {
  let definition = known.get(questionnaire)
  if (!definition) {
    definition = read(questionnaire)
    known.set(questionnaire, definition)
  }
  return definition
}

function read(questionnaire: Questionnaire): Definition {
  const all: Part[] = []
  const parts = partsOf(questionnaire.item, null, { questionnaire, all })
  const byLink = new Map<string, Part>()
  for (const part of all) if (!byLink.has(part.item.linkId)) byLink.set(part.item.linkId, part)
  for (const part of all) part.conditions = conditionsOf(part, byLink)
  const needsEvaluation =
    variables(questionnaire).length > 0 ||
    all.some((part) => part.hasExpression || regex(part.item) !== undefined)
  return { parts, all, byLink, byItem: new Map(all.map((part) => [part.item, part])), needsEvaluation }
}

type Reading = { questionnaire: Questionnaire; all: Part[] }

function partsOf(items: Item[] = [], up: Part | null, reading: Reading): Part[] {
  return items.map((item) => {
    const part = partOf(item, up, reading.questionnaire)
    reading.all.push(part)
    part.parts = partsOf(item.item, part, reading)
    return part
  })
}

function partOf(item: Item, up: Part | null, questionnaire: Questionnaire): Part {
  const isQuestion = item.type !== 'group' && item.type !== 'display'
  const isCalculated = calculatedExpression(item) !== undefined
  const hasWhenExpression = enableWhenExpression(item) !== undefined
  const isPartHidden = isHidden(item) || (up?.isHidden ?? false)
  const isReadOnly = item.readOnly === true || isInReadOnly(up)
  const isRepeated = item.repeats === true && item.type !== 'boolean' && item.type !== 'display'
  const hasQuestions = (item.item ?? []).some(({ type }) => type !== 'display')
  const options = isQuestion ? optionsOf(item, questionnaire) : []
  const most = Math.max(1, Math.min(maxOccurs(item) ?? MOST_ROWS, MOST_ROWS))
  const isDrawn = (item.type === 'choice' && options.length === 0) || isReference(item)
  const label = item.text?.trim() || shortText(item) || (isQuestion ? item.linkId : '')
  const part: Part = {
    item,
    name: fieldName('a', [], item.linkId),
    up,
    parts: [],
    depth: up === null ? 0 : up.depth + (up.hasRows ? 1 : 0),
    hasRows: isRepeated && (item.type === 'group' || hasQuestions),
    isRepeated,
    least: isRepeated ? Math.max(1, Math.min(minOccurs(item) ?? 1, most)) : 1,
    most: isRepeated ? most : 1,
    isQuestion,
    isHidden: isPartHidden,
    isAside: isAbout(item, up),
    isCalculated,
    isAsked: isQuestion && !isPartHidden && !isCalculated && !isReadOnly && !isDrawn,
    label,
    short: shortText(item) ?? label,
    control: 'shown',
    options,
    conditions: [],
    hasExpression: isCalculated || hasWhenExpression || variables(item).length > 0,
    hasWhenExpression,
  }
  if (part.isAsked) part.control = controlOf(part)
  return part
}

const isAbout = (item: Item, up: Part | null): boolean =>
  item.type === 'display' &&
  (['help', 'flyover', 'prompt', 'unit'].includes(itemControl(item) ?? '') ||
    (up?.isQuestion === true && displayCategory(item) !== undefined))

/** A type of R4 that Flora can't ask for: it is shown and not answered. */
const isReference = (item: Item): boolean => (item.type as string) === 'reference'

const isInReadOnly = (up: Part | null): boolean =>
  up !== null && (up.item.readOnly === true || isInReadOnly(up.up))

/** The repeating containers that an item stands in, from the outside in. */
export const rowsAround = (part: Part): Part[] => {
  const around: Part[] = []
  for (let up = part.up; up; up = up.up) if (up.hasRows) around.unshift(up)
  return around
}

function conditionsOf(part: Part, byLink: Map<string, Part>): Condition[] {
  const around = rowsAround(part)
  return (part.item.enableWhen ?? []).map((when) => {
    const target = byLink.get(when.question)
    const others = target ? rowsAround(target) : []
    const apart = others.findIndex((one, index) => one !== around[index])
    const shared = apart < 0 ? others.length : apart
    return { when, target, shared, isAbove: target !== undefined && around.includes(target) }
  })
}
