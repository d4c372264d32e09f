import { isOptionExclusive, itemWeight, optionPrefix, ordinalValue, weightsOf } from './extensions.ts'
import type {
  AnswerOption,
  Coding,
  Extension,
  Item,
  Questionnaire,
  Value,
  ValueSet,
  ValueSetEntry,
} from './fhir.ts'
import { dateWords, timeWords } from './wording.ts'

export type Option = {
  /** What the field posts: the code, or `o` and the position. */
  key: string
  label: string
  prefix: string
  /** What is kept when it is chosen: with the weights that published expressions read on the answer. */
  answer: Value
  /** Rules out all others, as "none of these". */
  isExclusive: boolean
  isInitial: boolean
  score?: number
}

const PLAIN = /^[A-Za-z0-9_-]+$/

const cached = new WeakMap<Item, Option[]>()

/** What may be chosen, in the order of the definition; empty for items without options. */
export function optionsOf(item: Item, questionnaire: Questionnaire): Option[] {
  let options = cached.get(item)
  if (!options) {
    options = withKeys(offered(item, questionnaire).flatMap((offer) => optionOf(offer) ?? []))
    cached.set(item, options)
  }
  return options
}

function offered(item: Item, questionnaire: Questionnaire): AnswerOption[] {
  if (item.answerOption) return item.answerOption
  return item.answerValueSet === undefined ? [] : conceptsOf(containedSet(item.answerValueSet, questionnaire))
}

function containedSet(reference: string, { contained = [] }: Questionnaire): ValueSet | undefined {
  const isMeant = ({ id, url }: ValueSet) =>
    `#${id}` === reference || (url !== undefined && url === reference.split('|')[0])
  return contained.filter((one): one is ValueSet => one.resourceType === 'ValueSet').find(isMeant)
}

/** The expansion when there is one; else the concepts that are listed. */
function conceptsOf(set?: ValueSet): AnswerOption[] {
  const expanded = set?.expansion?.contains
  if (expanded) return expanded.flatMap(entriesOf)
  return (set?.compose?.include ?? []).flatMap(({ system, concept = [] }) =>
    concept.map(({ code, display, extension }) => conceptOf({ system, code, display }, extension)),
  )
}

/** An entry and those below it; an abstract one only holds others together. */
function entriesOf({ contains = [], abstract, extension, ...coding }: ValueSetEntry): AnswerOption[] {
  const below = contains.flatMap(entriesOf)
  const { system, version, code, display } = coding
  return abstract || code === undefined
    ? below
    : [conceptOf({ system, version, code, display }, extension), ...below]
}

function conceptOf(coding: Coding, extension?: Extension[]): AnswerOption {
  const known = Object.fromEntries(Object.entries(coding).filter(([, value]) => value !== undefined))
  return { valueCoding: known, ...(extension && { extension }) }
}

function optionOf(offer: AnswerOption): Omit<Option, 'key'> | undefined {
  const answer = answerOf(offer)
  if (!answer) return undefined
  const coding = answer.valueCoding ?? {}
  const score = ordinalValue(coding) ?? itemWeight(coding)
  return {
    label: labelOf(answer),
    prefix: optionPrefix(offer) ?? '',
    answer,
    isExclusive: isOptionExclusive(offer),
    isInitial: offer.initialSelected === true,
    ...(score !== undefined && { score }),
  }
}

/** The value alone; of a coding with the weights that stand on it or on its option. */
function answerOf(offer: AnswerOption): Value | undefined {
  const { valueCoding, valueInteger, valueDate, valueTime, valueString } = offer
  if (valueInteger !== undefined) return { valueInteger }
  if (valueDate !== undefined) return { valueDate }
  if (valueTime !== undefined) return { valueTime }
  if (valueString !== undefined) return { valueString }
  if (valueCoding === undefined) return undefined
  const { extension: _, ...coding } = valueCoding
  const own = weightsOf(valueCoding)
  const weights = [...own, ...weightsOf(offer).filter(({ url }) => !own.some((one) => one.url === url))]
  return { valueCoding: weights.length > 0 ? { ...coding, extension: weights } : coding }
}

function labelOf({ valueCoding, valueInteger, valueDate, valueTime, valueString }: Value): string {
  if (valueCoding) return valueCoding.display ?? valueCoding.code ?? ''
  if (valueDate !== undefined) return dateWords(valueDate)
  if (valueTime !== undefined) return timeWords(valueTime)
  return valueString ?? String(valueInteger)
}

function withKeys(options: Omit<Option, 'key'>[]): Option[] {
  const codes = options.map(({ answer }) => answer.valueCoding?.code ?? '')
  const isPlain = codes.every((code) => PLAIN.test(code)) && new Set(codes).size === codes.length
  return options.map((option, index) => ({
    key: isPlain ? (codes[index] as string) : `o${index}`,
    ...option,
  }))
}

/** Codings are the same by system and code; where one names no system, by the code. */
export const isSameCoding = (one: Coding, other: Coding): boolean =>
  one.code === other.code &&
  (one.code !== undefined || one.display === other.display) &&
  (one.system === undefined || other.system === undefined || one.system === other.system)

/** Whether an option is what was answered. */
export function isChosen({ answer }: Option, given: Value): boolean {
  if (answer.valueCoding)
    return given.valueCoding !== undefined && isSameCoding(answer.valueCoding, given.valueCoding)
  if (answer.valueInteger !== undefined) return answer.valueInteger === given.valueInteger
  if (answer.valueDate !== undefined) return answer.valueDate === given.valueDate
  if (answer.valueTime !== undefined) return answer.valueTime === given.valueTime
  return answer.valueString === given.valueString
}
