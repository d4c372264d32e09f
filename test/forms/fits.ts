import { isDeepStrictEqual } from 'node:util'
import type {
  Answer,
  EnableWhen,
  Item,
  Questionnaire,
  QuestionnaireResponse,
  ResponseItem,
} from '../../server/forms/fhir.ts'

/** What of a response does not fit its form; told by itself, without the engine. For forms of the kind we ship. */
export function misfits(questionnaire: Questionnaire, response: QuestionnaireResponse): string[] {
  const given = new Map<string, Answer[]>()
  const gather = (items: ResponseItem[] = []) => {
    for (const { linkId, answer = [], item } of items) {
      given.set(linkId, [...(given.get(linkId) ?? []), ...answer])
      gather(item)
    }
  }
  gather(response.item)
  return walk(questionnaire.item, response.item, given)
}

function walk(items: Item[] = [], answers: ResponseItem[] = [], given: Map<string, Answer[]>): string[] {
  const order = items.map(({ linkId }) => linkId)
  const places = answers.map(({ linkId }) => order.indexOf(linkId))
  const wrong: string[] = []
  if (places.includes(-1)) wrong.push(`not of the form: ${answers.map(({ linkId }) => linkId)}`)
  if (places.some((place, index) => place < (places[index - 1] ?? 0)))
    wrong.push(`out of order in ${order[0]}`)
  for (const item of items) {
    const found = answers.filter(({ linkId }) => linkId === item.linkId)
    wrong.push(...ofItem(item, found, given).map((message) => `${item.linkId}: ${message}`))
    if (item.type === 'group') wrong.push(...found.flatMap((row) => walk(item.item, row.item, given)))
  }
  return wrong
}

function ofItem(item: Item, found: ResponseItem[], given: Map<string, Answer[]>): string[] {
  const isEnabled = (item.enableWhen ?? [])
    .map((when) => isMet(when, given.get(when.question) ?? []))
    [item.enableBehavior === 'any' ? 'some' : 'every'](Boolean)
  const enabled = item.enableWhen ? isEnabled : true
  const answers = found.flatMap(({ answer }) => answer ?? [])
  const wrong: string[] = []
  if (!enabled && found.length > 0) wrong.push('answered, but not asked')
  if (enabled && item.required && answers.length === 0) wrong.push('required, but not answered')
  if (found.length > 1 && !(item.type === 'group' && item.repeats)) wrong.push('given twice')
  if (item.type === 'display' && found.length > 0) wrong.push('shown, not asked')
  if (answers.length > 1 && !item.repeats) wrong.push('several answers')
  if (found.some(({ text }) => text !== item.text)) wrong.push('another text')
  const isAlone = (item.answerOption ?? []).filter((option) =>
    option.extension?.some(({ url }) => url.endsWith('questionnaire-optionExclusive')),
  )
  if (answers.length > 1 && isAlone.some((option) => answers.some((answer) => isSame(answer, option))))
    wrong.push('an exclusive option with another')
  return [...wrong, ...answers.flatMap((answer) => ofAnswer(item, answer))]
}

const isMet = (when: EnableWhen, answers: Answer[]): boolean => {
  if (when.operator === 'exists') return answers.length > 0 === when.answerBoolean
  const isEqual = answers.some(({ valueCoding, valueBoolean }) =>
    when.answerCoding ? valueCoding?.code === when.answerCoding.code : valueBoolean === when.answerBoolean,
  )
  return isEqual === (when.operator === '=')
}

const bare = ({ valueCoding }: Answer) => ({ code: valueCoding?.code, display: valueCoding?.display })
const isSame = (answer: Answer, option: Answer) => isDeepStrictEqual(bare(answer), bare(option))

const keys: Record<string, (keyof Answer)[]> = {
  boolean: ['valueBoolean'],
  integer: ['valueInteger'],
  decimal: ['valueDecimal'],
  date: ['valueDate'],
  string: ['valueString'],
  text: ['valueString'],
  choice: ['valueCoding'],
  'open-choice': ['valueCoding', 'valueString'],
}

function ofAnswer(item: Item, answer: Answer): string[] {
  const [key, ...others] = Object.keys(answer) as (keyof Answer)[]
  if (!key || others.length > 0 || !keys[item.type]?.includes(key)) return [`a ${key} for ${item.type}`]
  const { valueCoding, valueString, valueInteger } = answer
  if (valueCoding) return ofCoding(item, answer)
  if (
    valueString !== undefined &&
    (valueString.trim() === '' || valueString.length > (item.maxLength ?? 1e6))
  )
    return ['too short or too long']
  const bound = (name: string) => item.extension?.find(({ url }) => url.endsWith(`/${name}`))?.valueInteger
  if (
    valueInteger !== undefined &&
    (valueInteger < (bound('minValue') ?? 0) || valueInteger > (bound('maxValue') ?? 0))
  )
    return ['out of its bounds']
  return []
}

function ofCoding({ answerOption = [] }: Item, answer: Answer): string[] {
  const option = answerOption.find((one) => isSame(answer, one))
  if (!option) return [`${answer.valueCoding?.code} is not offered`]
  const weights = (of: Answer) => of.extension?.filter(({ url }) => url.endsWith('/ordinalValue')) ?? []
  return isDeepStrictEqual(weights(option), weights({ extension: answer.valueCoding?.extension }))
    ? []
    : ['another score than its option']
}
