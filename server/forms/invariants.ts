import type { EnableWhen, Item, Questionnaire } from './fhir.ts'
import { itemWords, type Remark, THE_FORM } from './remarks.ts'

/** A rule of R4 that is not kept. `isWarning`: the specification itself only warns. */
export type Broken = Remark & { rule: string; isWarning?: true }

const OPTIONS = [
  ...['choice', 'open-choice', 'decimal', 'integer', 'date', 'dateTime', 'time', 'string', 'quantity'],
]
const LENGTHS = ['boolean', 'decimal', 'integer', 'string', 'text', 'url', 'open-choice']

type Rule = { rule: string; isKept(item: Item): boolean; message: string }

/** The rules of an item, in the words and with the numbers of https://hl7.org/fhir/R4/questionnaire.html#invs */
const rules: Rule[] = [
  {
    rule: 'que-1',
    isKept: ({ type, item }) => (type === 'group' ? (item?.length ?? 0) > 0 : type !== 'display' || !item),
    message: 'A group must have items in it, and a display item must not.',
  },
  {
    rule: 'que-3',
    isKept: ({ type, code }) => type !== 'display' || !code,
    message: 'A display item can’t have a code.',
  },
  {
    rule: 'que-4',
    isKept: ({ answerOption, answerValueSet }) => !answerOption || answerValueSet === undefined,
    message: 'A question can’t have both answer options and a value set.',
  },
  {
    rule: 'que-5',
    isKept: ({ type, answerOption, answerValueSet }) =>
      OPTIONS.includes(type) || (!answerOption && answerValueSet === undefined),
    message: 'An item of this type can’t have answer options.',
  },
  {
    rule: 'que-6',
    isKept: ({ type, required, repeats }) =>
      type !== 'display' || (required === undefined && repeats === undefined),
    message: 'A display item can’t be required, and can’t repeat.',
  },
  {
    rule: 'que-7',
    isKept: ({ enableWhen = [] }) => enableWhen.every(isExistsBoolean),
    message: 'A condition with “exists” must say true or false.',
  },
  {
    rule: 'que-8',
    isKept: ({ type, initial }) => (type !== 'group' && type !== 'display') || !initial,
    message: 'A group or a display item can’t have an initial value.',
  },
  {
    rule: 'que-9',
    isKept: ({ type, readOnly }) => type !== 'display' || readOnly === undefined,
    message: 'A display item can’t be read-only.',
  },
  {
    rule: 'que-10',
    isKept: ({ type, maxLength }) => LENGTHS.includes(type) || maxLength === undefined,
    message: 'An item of this type can’t have a maximum length.',
  },
  {
    rule: 'que-11',
    isKept: ({ answerOption, initial }) => !answerOption || !initial,
    message: 'A question with answer options must name those chosen at first by initialSelected.',
  },
  {
    // R4 writes "count() > 2", against its own words; R4B and R5 put it right.
    rule: 'que-12',
    isKept: ({ enableWhen = [], enableBehavior }) => enableWhen.length <= 1 || enableBehavior !== undefined,
    message: 'An item with several conditions must say whether all or any of them count (enableBehavior).',
  },
  {
    rule: 'que-13',
    isKept: ({ repeats, initial = [] }) => repeats === true || initial.length <= 1,
    message: 'Only a repeating question can have several initial values.',
  },
]

const isExistsBoolean = ({ operator, answerBoolean }: EnableWhen): boolean =>
  operator !== 'exists' || answerBoolean !== undefined

export const everyItem = (items: Item[] = []): Item[] =>
  items.flatMap((item) => [item, ...everyItem(item.item)])

/** Which of R4's rules for questionnaires, que-0 to que-13, are not kept. */
export function brokenRules(questionnaire: Questionnaire): Broken[] {
  const items = everyItem(questionnaire.item)
  const ofItems = items.flatMap((item) =>
    rules
      .filter(({ isKept }) => !isKept(item))
      .map(({ rule, message }) => ({ rule, where: itemWords(item.linkId), message })),
  )
  return [...brokenName(questionnaire), ...repeatedLinkIds(items), ...ofItems]
}

function brokenName({ name }: Questionnaire): Broken[] {
  if (name === undefined || /^[A-Z][A-Za-z0-9_]{0,254}$/.test(name)) return []
  const message =
    'Its name should begin with a capital letter, and have only letters, digits and underscores.'
  return [{ rule: 'que-0', where: THE_FORM, message, isWarning: true }]
}

function repeatedLinkIds(items: Item[]): Broken[] {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { linkId } of items) (seen.has(linkId) ? repeated : seen).add(linkId)
  return [...repeated].map((linkId) => ({
    rule: 'que-2',
    where: itemWords(linkId),
    message: 'Its linkId is used by another item too; each must be used once.',
  }))
}
