import { calculatedExpression, isHidden } from '../forms/extensions.ts'
import type { Item, Questionnaire } from '../forms/fhir.ts'

/** Seconds to read a question and answer it: a choice is quick, words of one's own are not. */
const SECONDS: Partial<Record<Item['type'], number>> = {
  text: 25,
  string: 8,
  'open-choice': 8,
  date: 8,
  dateTime: 10,
  attachment: 10,
}
const CHOICE = 4

/** Most people meet few of the questions that depend on others. */
const SOMETIMES = 0.25

const isAsked = (item: Item): boolean =>
  item.type !== 'display' && !item.readOnly && !isHidden(item) && !calculatedExpression(item)

function secondsFor(items: Item[]): number {
  return items.filter(isAsked).reduce((sum, { type, item = [], enableWhen = [] }) => {
    const own = type === 'group' ? 0 : (SECONDS[type] ?? CHOICE)
    return sum + (own + secondsFor(item)) * (enableWhen.length > 0 ? SOMETIMES : 1)
  }, 0)
}

/** About how many minutes a form takes: at least one. */
export const minutesFor = ({ item = [] }: Questionnaire): number =>
  Math.max(1, Math.round(secondsFor(item) / 60))
