import { type Score, writeScore } from '../../server/forms/builder/scoring.ts'
import { extensionUrl, FHIRPATH, ITEM_CONTROL_SYSTEM } from '../../server/forms/extensions.ts'
import type {
  Answer,
  Extension,
  Item,
  Questionnaire,
  QuestionnaireResponse,
} from '../../server/forms/fhir.ts'

/** A questionnaire of 500 items as a big practice might import one: ten sections, all types, conditions, a score. */

const SECTIONS = 10
const SCALES = 10

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1)

const range = (least: number, most: number): Extension[] => [
  { url: extensionUrl('minValue'), valueInteger: least },
  { url: extensionUrl('maxValue'), valueInteger: most },
]

const ends: Extension = {
  url: extensionUrl('ends'),
  extension: [
    { url: 'low', valueString: 'Not at all' },
    { url: 'high', valueString: 'As bad as you can imagine' },
  ],
}

const control = (code: string): Extension => ({
  url: extensionUrl('itemControl'),
  valueCodeableConcept: { coding: [{ system: ITEM_CONTROL_SYSTEM, code }] },
})

const often = ['Never', 'Seldom', 'Sometimes', 'Often', 'Always'].map((display, score) => ({
  valueCoding: {
    system: 'urn:bench:often',
    code: `often-${score}`,
    display,
    extension: [{ url: extensionUrl('ordinalValue'), valueDecimal: score }],
  },
}))

const foods = numbers(12).map((n) => ({
  valueCoding: { system: 'urn:bench:food', code: `food-${n}`, display: `Food of the kind number ${n}` },
}))

const text = (linkId: string) => `How is it with ${linkId.replaceAll('-', ' ')}, thinking of the last week?`

/** Ten scales, the first ten of the section's fifty items but its group and a note. */
const scalesOf = (section: number): Item[] =>
  numbers(SCALES).map((n) => ({
    linkId: `scale-${section}-${n}`,
    text: text(`scale-${section}-${n}`),
    type: 'integer',
    required: n <= 2,
    extension: [...range(0, 10), ends],
  }))

type Sort = Omit<Item, 'linkId'>

const sorts: Sort[] = [
  { type: 'choice', answerOption: often, required: true },
  { type: 'choice', answerOption: often },
  { type: 'choice', answerOption: foods, extension: [control('drop-down')] },
  { type: 'choice', answerOption: foods, repeats: true },
  { type: 'open-choice', answerOption: often },
  { type: 'boolean' },
  { type: 'string', maxLength: 200 },
  { type: 'text', maxLength: 2000 },
  {
    type: 'integer',
    extension: [
      ...range(0, 200),
      { url: extensionUrl('sliderStepValue'), valueInteger: 5 },
      control('slider'),
    ],
  },
  { type: 'decimal' },
  {
    type: 'quantity',
    extension: [{ url: extensionUrl('unit'), valueCoding: { code: 'kg', display: 'kg' } }],
  },
  { type: 'date' },
]

const plain = (section: number, sort: Sort, n: number): Item => ({
  ...sort,
  linkId: `plain-${section}-${n}`,
  text: text(`plain-${section}-${n}`),
})

/** A question with words below it, asked when a scale of the section says so. */
const conditional = (section: number, n: number): Item => ({
  linkId: `when-${section}-${n}`,
  text: text(`when-${section}-${n}`),
  type: n % 2 === 0 ? 'string' : 'boolean',
  enableWhen: [{ question: `scale-${section}-${n}`, operator: '>', answerInteger: n }],
  item: [
    {
      linkId: `when-${section}-${n}-help`,
      text: 'A few words are enough.',
      type: 'display',
      extension: [control('help')],
    },
  ],
})

const repeated = (section: number): Item => ({
  linkId: `rows-${section}`,
  text: 'Whatever else you take',
  type: 'group',
  repeats: true,
  item: [
    { linkId: `rows-${section}-name`, text: 'Name', type: 'string' },
    { linkId: `rows-${section}-dose`, text: 'Dose', type: 'string' },
    { linkId: `rows-${section}-since`, text: 'Since', type: 'date' },
  ],
})

const sectionOf = (section: number): Item => ({
  linkId: `section-${section}`,
  text: `Section ${section}`,
  type: 'group',
  item: [
    { linkId: `note-${section}`, text: 'Think of the last seven days.', type: 'display' },
    ...scalesOf(section),
    ...[...sorts, ...sorts.slice(0, 10)].map((sort, n) => plain(section, sort, n + 1)),
    ...numbers(section === SECTIONS ? 5 : 6).map((n) => conditional(section, n)),
    repeated(section),
    ...(section === SECTIONS ? [score, scoreHelp] : []),
  ],
})

const scaleIds = numbers(SECTIONS).flatMap((section) => numbers(SCALES).map((n) => `scale-${section}-${n}`))

const score: Item = {
  linkId: 'score',
  text: 'Your score',
  type: 'decimal',
  readOnly: true,
  extension: [
    {
      url: extensionUrl('calculatedExpression'),
      valueExpression: {
        language: FHIRPATH,
        expression:
          'iif(%scales.count() >= 60, (%scales.aggregate($this + $total, 0) / %scales.count() * 10).round(1), {})',
      },
    },
  ],
}

const counted: Score = {
  name: 'Your score',
  counts: scaleIds,
  by: 'mean-times-10',
  least: 60,
  isShown: true,
}

const scoreHelp: Item = { linkId: 'score-help', text: 'From 0 to 100.', type: 'display' }

/** Its score is written as in the forms that come with Flora. */
export const largeForm: Questionnaire = {
  resourceType: 'Questionnaire',
  url: 'urn:bench:large',
  version: '1',
  title: 'Everything there is to ask',
  status: 'active',
  extension: [
    {
      url: extensionUrl('variable'),
      valueExpression: {
        name: 'scales',
        language: FHIRPATH,
        expression: `%resource.repeat(item).where(linkId.startsWith('scale-')).answer.value`,
      },
    },
  ],
  item: numbers(SECTIONS).map(sectionOf),
}

/** The same, with the score as the builder writes it. */
export const builtForm: Questionnaire = {
  ...largeForm,
  extension: [],
  item: largeForm.item?.map((section) => ({
    ...section,
    item: section.item?.map((item) =>
      item.linkId === 'score' ? writeScore({ linkId: 'score' }, counted, largeForm) : item,
    ),
  })),
}

const answerTo = ({ linkId, type, answerOption, repeats }: Item, n: number): Answer[] => {
  if (answerOption)
    return answerOption.slice(n % 3, (n % 3) + (repeats ? 3 : 1)).map(({ valueCoding }) => ({ valueCoding }))
  switch (type) {
    case 'integer':
      return [{ valueInteger: n % 11 }]
    case 'boolean':
      return [{ valueBoolean: n % 2 === 0 }]
    case 'decimal':
      return [{ valueDecimal: n / 4 }]
    case 'quantity':
      return [{ valueQuantity: { value: 50 + (n % 50), unit: 'kg', code: 'kg' } }]
    case 'date':
      return [{ valueDate: `2026-01-${String(1 + (n % 28)).padStart(2, '0')}` }]
    default:
      return [{ valueString: `What I have to say about ${linkId}, in a sentence` }]
  }
}

/** Every question is answered; the same answers for the same `seed`, others for another. */
export function largeResponse(seed: number): QuestionnaireResponse {
  let n = seed
  const answered = (items: Item[] = []): QuestionnaireResponse['item'] =>
    items.flatMap((item) => {
      const { linkId, type, readOnly } = item
      n += 7
      if (type === 'display' || readOnly) return []
      if (type === 'group') return { linkId, item: answered(item.item) }
      return { linkId, answer: answerTo(item, n) }
    })
  return { resourceType: 'QuestionnaireResponse', status: 'in-progress', item: answered(largeForm.item) }
}

export const countItems = (items: Item[] = []): number =>
  items.reduce((sum, { item }) => sum + 1 + countItems(item), 0)
