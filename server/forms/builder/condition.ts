import { enableWhenExpression } from '../extensions.ts'
import type { AnswerOption, Coding, EnableWhen, Item, Questionnaire } from '../fhir.ts'
import { findItem, flat } from './editing.ts'
import { type Kind, kindOf } from './kinds.ts'
import { isSame } from './options.ts'

/** A question is asked only when an earlier one was answered so. */
export type Condition = { question: string; operator: Operator; value: string }

export const operators = ['is', 'is-not', 'at-least', 'at-most'] as const
type Operator = (typeof operators)[number]

export const operatorWords: Record<Operator, string> = {
  is: 'is',
  'is-not': 'is not',
  'at-least': 'is at least',
  'at-most': 'is at most',
}

const symbols: Record<Operator, EnableWhen['operator']> = {
  is: '=',
  'is-not': '!=',
  'at-least': '>=',
  'at-most': '<=',
}

const DECIDING: (Kind | undefined)[] = [
  'yes-no',
  'one-of',
  'several-of',
  'stool-forms',
  'body-map',
  'scale',
  'number',
]
const CHOSEN: (Kind | undefined)[] = ['one-of', 'several-of', 'stool-forms', 'body-map']

/** The questions before this one (or all, for one that is new) on whose answers it can depend. */
export function decidingBefore(questionnaire: Questionnaire, linkId: string | null, section: string): Item[] {
  const all = flat(questionnaire.item)
  const at = linkId === null ? lastOf(all, section) : all.findIndex((item) => item.linkId === linkId)
  return (at === -1 ? all : all.slice(0, at)).filter((item) => DECIDING.includes(kindOf(item)))
}

function lastOf(all: Item[], section: string): number {
  const group = all.find(({ linkId }) => linkId === section)
  const at = group ? all.indexOf(group) : -1
  return at === -1 ? -1 : at + flat([group as Item]).length
}

const wordsOf = (option: AnswerOption): string =>
  option.valueCoding?.display ?? option.valueCoding?.code ?? ''

const optionWith = (item: Item, coding: Coding): AnswerOption | undefined =>
  item.answerOption?.find(
    ({ valueCoding }) =>
      valueCoding?.code === coding.code &&
      (coding.system === undefined || valueCoding?.system === coding.system),
  )

function valueWords(item: Item, when: EnableWhen): string | undefined {
  const kind = kindOf(item)
  if (when.answerCoding && CHOSEN.includes(kind)) {
    const option = optionWith(item, when.answerCoding)
    return option && wordsOf(option)
  }
  if (when.answerBoolean !== undefined && kind === 'yes-no') return when.answerBoolean ? 'Yes' : 'No'
  const number = when.answerInteger ?? when.answerDecimal
  return number !== undefined && (kind === 'scale' || kind === 'number') ? String(number) : undefined
}

/** @returns null when it is always asked, 'other' when its conditions are more than the builder knows */
export function conditionOf(questionnaire: Questionnaire, item: Item): Condition | 'other' | null {
  const [when, ...more] = item.enableWhen ?? []
  if (enableWhenExpression(item)) return 'other'
  if (!when) return null
  const operator = operators.find((one) => symbols[one] === when.operator)
  const asked = findItem(questionnaire, when.question)
  const value = asked && valueWords(asked, when)
  return more.length > 0 || !operator || value === undefined
    ? 'other'
    : { question: when.question, operator, value }
}

const answerFor: Partial<Record<Kind, string>> = {
  'yes-no': 'Please write Yes or No.',
  scale: 'Please write a number of the scale.',
  number: 'Please write a number.',
}

type Refusal = { field: 'whenOperator' | 'whenValue'; message: string }

/** What was typed, as FHIR has it; or what is wrong with it. */
export function readCondition(item: Item, { operator, value }: Condition): EnableWhen | Refusal {
  const kind = kindOf(item)
  const base = { question: item.linkId, operator: symbols[operator] }
  if (kind === 'scale' || kind === 'number') return numeric(item, base, value)
  if (operator === 'at-least' || operator === 'at-most')
    return { field: 'whenOperator', message: 'Please choose “is” or “is not”: this question has no numbers.' }
  if (kind === 'yes-no') {
    if (!/^(yes|no)$/i.test(value)) return { field: 'whenValue', message: 'Please write Yes or No.' }
    return { ...base, answerBoolean: /^yes$/i.test(value) }
  }
  if (item.repeats && operator === 'is-not')
    return { field: 'whenOperator', message: 'Please choose “is”: this question can have several answers.' }
  const option = item.answerOption?.find((one) => isSame(wordsOf(one), value))
  if (option?.valueCoding) return { ...base, answerCoding: bare(option.valueCoding) }
  const choices = (item.answerOption ?? []).slice(0, 8).map((one) => `“${wordsOf(one)}”`)
  return { field: 'whenValue', message: `Please write one of its answers: ${choices.join(', ')}.` }
}

const bare = ({ system, code, display }: Coding): Coding => ({
  ...(system ? { system } : {}),
  ...(code ? { code } : {}),
  ...(display ? { display } : {}),
})

function numeric(
  item: Item,
  base: Pick<EnableWhen, 'question' | 'operator'>,
  value: string,
): EnableWhen | Refusal {
  const number = /^-?\d{1,9}([.,]\d{1,4})?$/.test(value) ? Number(value.replace(',', '.')) : Number.NaN
  const message = answerFor[kindOf(item) ?? 'number'] ?? ''
  if (Number.isNaN(number)) return { field: 'whenValue', message }
  if (item.type !== 'integer') return { ...base, answerDecimal: number }
  return Number.isInteger(number) ? { ...base, answerInteger: number } : { field: 'whenValue', message }
}

export const isRefusal = (read: EnableWhen | Refusal): read is Refusal => 'field' in read

/** Words of when an item is asked: “Only if “Do you itch?” is Yes”. */
export function conditionWords(questionnaire: Questionnaire, item: Item): string {
  const condition = conditionOf(questionnaire, item)
  if (condition === null) return ''
  if (condition === 'other') return 'Only under conditions that are kept as they are'
  const asked = findItem(questionnaire, condition.question)
  return `Only if “${asked?.text ?? condition.question}” ${operatorWords[condition.operator]} ${condition.value}`
}

/** The question whose condition no longer fits after an edit, if there is one. */
export const brokenCondition = (questionnaire: Questionnaire): Item | undefined =>
  flat(questionnaire.item).find((item) =>
    item.enableWhen?.some((when) => {
      const asked = findItem(questionnaire, when.question)
      return !asked || (kindOf(asked) !== undefined && !stillFits(asked, when))
    }),
  )

function stillFits(asked: Item, when: EnableWhen): boolean {
  if (when.operator === 'exists' || DECIDING.includes(kindOf(asked)))
    return when.operator === 'exists' || valueWords(asked, when) !== undefined
  const { answerCoding, answerBoolean, answerInteger, answerDecimal } = when
  return (answerCoding ?? answerBoolean ?? answerInteger ?? answerDecimal) === undefined
}
