import { isDeepStrictEqual } from 'node:util'
import type {
  Answer,
  EnableWhen,
  Item,
  Questionnaire,
  QuestionnaireResponse,
  ResponseItem,
} from '../../server/forms/fhir.ts'

/**
 * What of a finished response should not be there, decided without the engine: of items outside repeated groups and
 * answers, by the operators as R4 defines them, over what the response itself holds.
 */
export function disabledIn(questionnaire: Questionnaire, response: QuestionnaireResponse): string[] {
  const answers = new Map<string, Answer[]>()
  const gather = (items: ResponseItem[] = []) => {
    for (const { linkId, answer = [], item } of items) {
      answers.set(linkId, [...(answers.get(linkId) ?? []), ...answer])
      gather(item)
      for (const one of answer) gather(one.item)
    }
  }
  gather(response.item)
  const outside = new Set<string>()
  const look = (items: Item[] = []) => {
    for (const item of items) {
      outside.add(item.linkId)
      if (!item.repeats) look(item.item)
    }
  }
  look(questionnaire.item)
  const wrong: string[] = []
  const walk = (items: Item[] = [], given: ResponseItem[] = []) => {
    for (const item of items) {
      const found = given.filter(({ linkId }) => linkId === item.linkId)
      if (found.length === 0) continue
      const told = (item.enableWhen ?? []).filter(({ question }) => outside.has(question))
      const isAll = told.length === item.enableWhen?.length
      const met = told.map((when) => isMet(when, answers.get(when.question) ?? []))
      const isEnabled = item.enableBehavior === 'any' ? !isAll || met.includes(true) : !met.includes(false)
      if (item.enableWhen && !isEnabled) wrong.push(item.linkId)
      if (!item.repeats) {
        walk(item.item, found[0]?.item)
        walk(item.item, found[0]?.answer?.[0]?.item)
      }
    }
  }
  walk(questionnaire.item, response.item)
  return wrong
}

/** The value alone, without what stands on a coding besides. */
function bare(answer: object): unknown {
  const [key = '', value] = Object.entries(answer).find(([name]) => /^(value|answer)/.test(name)) ?? []
  if (key.endsWith('Coding')) return { code: value.code, system: value.system }
  if (key.endsWith('Quantity')) return value.value
  return value
}

function isMet({ question: _, operator, ...wanted }: EnableWhen, answers: Answer[]): boolean {
  const given = answers.map(bare).filter((value) => value !== undefined)
  const value = bare(wanted)
  if (operator === 'exists') return given.length > 0 === value
  const isMoment = 'answerDate' in wanted || 'answerDateTime' in wanted || 'answerQuantity' in wanted
  const isEqual = given.some((one) => isDeepStrictEqual(one, value))
  if (operator === '=') return isMoment || isEqual
  if (operator === '!=') return isMoment || !isEqual
  return isMoment || given.some((one) => isOrdered(one, operator, value))
}

function isOrdered(one: unknown, operator: string, other: unknown): boolean {
  if (typeof one !== typeof other) return false
  const [left, right] = [one as string, other as string]
  if (operator === '>') return left > right
  if (operator === '<') return left < right
  return operator === '>=' ? left >= right : left <= right
}
