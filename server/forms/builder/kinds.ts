import { calculatedExpression, drawing, ends, itemControl } from '../extensions.ts'
import type { Item, ItemType } from '../fhir.ts'

export const kinds = [
  'scale',
  'one-of',
  'several-of',
  'yes-no',
  'short-text',
  'long-text',
  'number',
  'date',
  'stool-forms',
  'body-map',
  'photo',
  'note',
] as const

/** What the builder can ask. */
export type Kind = (typeof kinds)[number]

type About = { words: string; about: string; icon: string; type: ItemType }

export const aboutKind: Record<Kind, About> = {
  scale: {
    words: '0 to 10 scale',
    about: 'How bad, how much, how often, with words at both ends',
    icon: 'sliders-horizontal',
    type: 'integer',
  },
  'one-of': {
    words: 'One of several',
    about: 'Answers to choose from; each can have a score',
    icon: 'circle-dot',
    type: 'choice',
  },
  'several-of': {
    words: 'Several of several',
    about: 'Tick all that apply, with “none of these” if you like',
    icon: 'list-checks',
    type: 'choice',
  },
  'yes-no': { words: 'Yes or no', about: 'A plain question', icon: 'check', type: 'boolean' },
  'short-text': {
    words: 'Short text',
    about: 'A line in their own words',
    icon: 'text-cursor-input',
    type: 'string',
  },
  'long-text': {
    words: 'Long text',
    about: 'Several lines in their own words',
    icon: 'align-left',
    type: 'text',
  },
  number: { words: 'Number', about: 'Cups, hours, times a day', icon: 'hash', type: 'decimal' },
  date: { words: 'Date', about: 'A day of the calendar', icon: 'calendar-days', type: 'date' },
  'stool-forms': {
    words: 'Stool forms',
    about: 'Seven drawings from hard lumps to liquid',
    icon: 'shapes',
    type: 'choice',
  },
  'body-map': {
    words: 'Body map',
    about: 'Where on the body, to tick on a drawing',
    icon: 'person-standing',
    type: 'choice',
  },
  photo: {
    words: 'Photo',
    about: 'A picture of the skin, or of a paper',
    icon: 'camera',
    type: 'attachment',
  },
  note: { words: 'Words to read', about: 'Explains, asks nothing', icon: 'info', type: 'display' },
}

export const isKind = (text: unknown): text is Kind => kinds.includes(text as Kind)

const byType: Partial<Record<ItemType, Kind>> = {
  string: 'short-text',
  text: 'long-text',
  boolean: 'yes-no',
  date: 'date',
  decimal: 'number',
  attachment: 'photo',
  display: 'note',
}

const isPlainChoice = ({ answerOption = [], answerValueSet }: Item): boolean =>
  !answerValueSet &&
  answerOption.length > 0 &&
  answerOption.every(
    ({ valueCoding }) => valueCoding?.code !== undefined || valueCoding?.display !== undefined,
  )

function choiceKind(item: Item): Kind | undefined {
  const drawn = drawing(item)
  if (drawn === 'stool-forms' || drawn === 'body-map') return drawn
  if (drawn || !isPlainChoice(item)) return undefined
  return item.repeats ? 'several-of' : 'one-of'
}

const NESTED = ['help', 'flyover']

/** Help and the reason why stand below a question as items that are only shown. */
const hasOnlyHelp = ({ item = [] }: Item): boolean =>
  item.every((child) => child.type === 'display' && NESTED.includes(itemControl(child) ?? ''))

/** Which kind of question an item is; undefined when the builder can only keep it as it is. */
export function kindOf(item: Item): Kind | undefined {
  if (calculatedExpression(item) || item.readOnly || !hasOnlyHelp(item)) return undefined
  if (item.type === 'choice') return choiceKind(item)
  if (item.repeats) return undefined
  if (item.type === 'display' && itemControl(item)) return undefined
  if (item.type === 'integer') return ends(item) ? 'scale' : itemControl(item) ? undefined : 'number'
  return byType[item.type]
}

/** Seven steps in our own words, after Lewis and Heaton 1997. */
export const stoolForms = [
  ['1', 'Separate hard lumps', 1],
  ['2', 'Lumpy sausage', 2],
  ['3', 'Sausage with cracks', 3],
  ['4', 'Smooth, soft sausage', 4],
  ['5', 'Soft pieces with clear edges', 5],
  ['6', 'Mushy, ragged pieces', 6],
  ['7', 'Liquid, no solid pieces', 7],
] as const

export const bodyParts = [
  ['scalp', 'Scalp'],
  ['forehead', 'Forehead'],
  ['cheeks', 'Cheeks'],
  ['chin-jaw', 'Chin and jaw'],
  ['neck', 'Neck'],
  ['chest', 'Chest'],
  ['back', 'Back'],
  ['arms', 'Arms'],
  ['hands', 'Hands'],
  ['legs', 'Legs'],
  ['feet', 'Feet'],
  ['skin-folds', 'Skin folds'],
] as const
