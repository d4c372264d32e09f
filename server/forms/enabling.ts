import type { EnableWhen, Item, ItemType, Questionnaire } from './fhir.ts'
import { everyItem } from './invariants.ts'
import { itemWords, type Remark, shortened, THE_FORM } from './remarks.ts'

/** Which answers conditions can compare with, for each type of question; https://hl7.org/fhir/R4/questionnaire.html */
const COMPARED: Partial<Record<ItemType, (keyof EnableWhen)[]>> = {
  boolean: ['answerBoolean'],
  decimal: ['answerDecimal', 'answerInteger'],
  integer: ['answerInteger', 'answerDecimal'],
  date: ['answerDate', 'answerDateTime'],
  dateTime: ['answerDateTime', 'answerDate'],
  time: ['answerTime'],
  string: ['answerString'],
  text: ['answerString'],
  url: ['answerString'],
  quantity: ['answerQuantity'],
}
/** What has an order; the rest is the same or not. */
const ORDERED = [
  'answerDecimal',
  'answerInteger',
  'answerDate',
  'answerDateTime',
  'answerTime',
  'answerQuantity',
]

/** What is wrong with conditions: what they ask, how they compare, and circles. */
export function wrongConditions(questionnaire: Questionnaire): Remark[] {
  const items = everyItem(questionnaire.item)
  const byLink = new Map(items.map((item) => [item.linkId, item]))
  const wrong = items.flatMap((item) =>
    (item.enableWhen ?? []).flatMap((when, index) => {
      const message = wrongWith(when, byLink.get(when.question))
      return message ? [{ where: `${itemWords(item.linkId)}, condition ${index + 1}`, message }] : []
    }),
  )
  return [...wrong, ...circles(questionnaire)]
}

/** Of a choice, what its options are; of an open one, words too. */
function comparedWith({ type, answerOption }: Item): string[] {
  if (type !== 'choice' && type !== 'open-choice') return COMPARED[type] ?? []
  const own = type === 'open-choice' ? ['answerString'] : []
  const options = (answerOption ?? [{ valueCoding: {} }]).flatMap(Object.keys)
  return [...own, ...options.map((key) => key.replace(/^value/, 'answer'))]
}

const answersOf = (when: EnableWhen): (keyof EnableWhen)[] =>
  (Object.keys(when) as (keyof EnableWhen)[]).filter((key) => key.startsWith('answer'))

function wrongWith(when: EnableWhen, question?: Item): string | undefined {
  const asked = shortened(when.question)
  if (!question) return `It asks for ${asked}, and there is no such item.`
  if (question.type === 'group' || question.type === 'display')
    return `It asks for the answer of ${asked}, which is no question.`
  const [answer, ...others] = answersOf(when)
  if (!answer || others.length > 0) return 'It must compare with one answer.'
  if (when.operator === 'exists') return undefined
  if (!comparedWith(question).includes(answer))
    return `It compares ${asked}, of type ${question.type}, with ${answer}: they never fit.`
  if (when.operator !== '=' && when.operator !== '!=' && !ORDERED.includes(answer))
    return `It compares with ${when.operator}, but answers of ${asked} have no order.`
  return undefined
}

/**
 * Items that are enabled only if they are enabled: an item hangs on the item it stands in and on the questions of its
 * conditions, whose answers count only while they are enabled themselves.
 */
function circles(questionnaire: Questionnaire): Remark[] {
  const hangsOn = new Map<string, string[]>()
  const visit = (items: Item[] = [], up: string[] = []): void => {
    for (const item of items) {
      hangsOn.set(item.linkId, [...up, ...(item.enableWhen ?? []).map(({ question }) => question)])
      visit(item.item, [item.linkId])
    }
  }
  visit(questionnaire.item)
  const { circles: found, longest } = chainsIn(hangsOn)
  if (found.length === 0 && longest > LONGEST_CHAIN)
    return [{ where: THE_FORM, message: `More than ${LONGEST_CHAIN} conditions build on each other.` }]
  return found.map((way) => ({
    where: itemWords(way[0] as string),
    message: `Its conditions lead in a circle: ${way.map(shortened).join(' → ')}.`,
  }))
}

const MOST_CIRCLES = 20
/** Well below what enablement.ts follows. */
const LONGEST_CHAIN = 400

/** Depth first without recursion: chains may be as long as the form. */
function chainsIn(hangsOn: Map<string, string[]>): { circles: string[][]; longest: number } {
  const lengths = new Map<string, number>()
  const circles: string[][] = []
  const lengthOf = (linkId: string): number =>
    1 + Math.max(0, ...(hangsOn.get(linkId) ?? []).map((next) => lengths.get(next) ?? 0))
  for (const start of hangsOn.keys()) {
    const way: { linkId: string; left: string[] }[] = []
    const enter = (linkId: string): void => {
      way.push({ linkId, left: [...(hangsOn.get(linkId) ?? [])] })
    }
    if (!lengths.has(start)) enter(start)
    for (let last = way.at(-1); last; last = way.at(-1)) {
      const next = last.left.pop()
      if (next === undefined) {
        lengths.set(last.linkId, lengthOf(last.linkId))
        way.pop()
        continue
      }
      const first = way.findIndex(({ linkId }) => linkId === next)
      if (first >= 0 && circles.length < MOST_CIRCLES)
        circles.push([...way.slice(first).map(({ linkId }) => linkId), next])
      if (first < 0 && !lengths.has(next)) enter(next)
    }
  }
  return { circles, longest: [...lengths.values()].reduce((most, length) => Math.max(most, length), 0) }
}
