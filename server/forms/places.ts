import type { ExtensionName, ItemControl } from './extensions.ts'
import type { Extension, Item, ItemType } from './fhir.ts'

/** Where an extension may stand: on the form, an item, its text, an option, a coding, or a concept of a value set. */
export type Spot = 'form' | 'item' | 'text' | 'option' | 'coding' | 'concept' | 'elsewhere'

/** Where Flora reads an extension, on items of which types, and which values. */
export type Support = {
  on: Spot[]
  values: (keyof Extension)[]
  fits?: (item: Item) => boolean
  only: string
}

const NUMBERS: (keyof Extension)[] = ['valueInteger', 'valueDecimal']
const TEXTS: (keyof Extension)[] = ['valueString', 'valueMarkdown', 'valueCode']
const BOUNDS: (keyof Extension)[] = [...NUMBERS, 'valueDate', 'valueDateTime', 'valueTime']
const CODES: (keyof Extension)[] = ['valueCodeableConcept', 'valueCode']

const of =
  (...types: ItemType[]) =>
  (item: Item): boolean =>
    types.includes(item.type)

const hasOptions = (item: Item): boolean =>
  isChoice(item) || item.answerOption !== undefined || item.answerValueSet !== undefined
const isChoice = of('choice', 'open-choice')
const isTyped = of('string', 'text', 'url', 'integer', 'decimal', 'date', 'dateTime', 'time', 'quantity')
const isNumber = of('integer', 'decimal', 'quantity')
const isText = of('string', 'text', 'url', 'open-choice')
const isQuestion = (item: Item): boolean => item.type !== 'group' && item.type !== 'display'
const isRepeated = (item: Item): boolean => item.repeats === true
const isAttachment = of('attachment')

const onItems = (values: (keyof Extension)[], only = '', fits?: (item: Item) => boolean): Support => ({
  on: ['item'],
  values,
  only,
  ...(fits && { fits }),
})
const on = (spots: Spot[], ...values: (keyof Extension)[]): Support => ({ on: spots, values, only: '' })

/** Every extension that Flora supports; a test has an example of each. */
export const supported: Record<ExtensionName, Support> = {
  itemControl: onItems(CODES),
  choiceOrientation: onItems(
    ['valueCode'],
    'questions with options',
    (item) => hasOptions(item) || item.type === 'boolean',
  ),
  displayCategory: onItems(CODES, 'display items', of('display')),
  hidden: onItems(['valueBoolean']),
  sliderStepValue: onItems(NUMBERS, 'numbers', isNumber),
  unit: onItems(['valueCoding'], 'numbers and quantities', isNumber),
  unitOption: onItems(['valueCoding'], 'quantities', of('quantity')),
  minOccurs: onItems(NUMBERS, 'items that repeat', isRepeated),
  maxOccurs: onItems(NUMBERS, 'items that repeat', isRepeated),
  optionExclusive: on(['option'], 'valueBoolean'),
  optionPrefix: on(['option', 'coding'], ...TEXTS),
  entryFormat: onItems(TEXTS, 'questions that are typed', isTyped),
  minValue: onItems(BOUNDS, 'numbers, dates and times', of(...ordered())),
  maxValue: onItems(BOUNDS, 'numbers, dates and times', of(...ordered())),
  minLength: onItems(NUMBERS, 'texts', isText),
  regex: onItems(TEXTS, 'questions that are typed', isTyped),
  maxDecimalPlaces: onItems(NUMBERS, 'numbers', isNumber),
  mimeType: onItems(TEXTS, 'attachments', isAttachment),
  maxSize: onItems(NUMBERS, 'attachments', isAttachment),
  variable: on(['form', 'item'], 'valueExpression'),
  ordinalValue: on(['option', 'coding', 'concept'], ...NUMBERS),
  itemWeight: on(['option', 'coding', 'concept'], ...NUMBERS),
  shortText: on(['item', 'text'], ...TEXTS),
  openLabel: onItems(TEXTS, 'open choices', of('open-choice')),
  calculatedExpression: onItems(['valueExpression'], 'questions that are no attachments', (item) => {
    return isQuestion(item) && item.type !== 'attachment'
  }),
  enableWhenExpression: onItems(['valueExpression']),
  drawing: onItems(['valueCode'], 'choices', isChoice),
  ends: onItems(['extension'], 'whole numbers', of('integer')),
}

function ordered(): ItemType[] {
  return ['integer', 'decimal', 'quantity', 'date', 'dateTime', 'time']
}

/** Which items a control is for. */
export const controlled: Record<ItemControl, { fits: (item: Item) => boolean; only: string }> = {
  'radio-button': {
    fits: (item) => (hasOptions(item) && !isRepeated(item)) || item.type === 'boolean',
    only: 'questions with one answer among options',
  },
  'check-box': {
    fits: (item) => hasOptions(item) && isRepeated(item),
    only: 'questions with several answers among options',
  },
  'drop-down': {
    fits: (item) => hasOptions(item) && !isRepeated(item),
    only: 'questions with one answer among options',
  },
  slider: { fits: (item) => of('integer', 'decimal')(item) && !isRepeated(item), only: 'single numbers' },
  'text-box': { fits: of('string', 'text', 'url', 'integer', 'decimal', 'open-choice'), only: 'texts' },
  help: { fits: of('display'), only: 'display items' },
  flyover: { fits: of('display'), only: 'display items' },
  prompt: { fits: of('display'), only: 'display items' },
  unit: { fits: of('display'), only: 'display items' },
  page: { fits: of('group'), only: 'groups' },
  header: { fits: of('display', 'group'), only: 'groups and display items' },
  footer: { fits: of('display', 'group'), only: 'groups and display items' },
  gtable: { fits: of('group'), only: 'groups' },
}
