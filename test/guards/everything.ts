import { extensionUrl, FHIRPATH } from '../../server/forms/extensions.ts'
import type { Extension, Item } from '../../server/forms/fhir.ts'

/** A form that asks in every way that Flora knows, with words that need escaping. */

const NASTY = 'What "is" & <b>it</b>?'

const control = (code: string): Extension => ({
  url: extensionUrl('itemControl'),
  valueCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/questionnaire-item-control', code }] },
})

const numbers = (low: number, high: number): Extension[] => [
  { url: extensionUrl('minValue'), valueInteger: low },
  { url: extensionUrl('maxValue'), valueInteger: high },
]

const ends: Extension = {
  url: extensionUrl('ends'),
  extension: [
    { url: 'low', valueString: 'None & "less"' },
    { url: 'high', valueString: 'Worst <b>' },
  ],
}

const options = (...codes: string[]) =>
  codes.map((code) => ({ valueCoding: { system: 'urn:maple', code, display: `<${code}> & "more"` } }))

const exclusive = {
  ...options('none')[0],
  extension: [{ url: extensionUrl('optionExclusive'), valueBoolean: true }],
}

const drawing = (code: string): Extension => ({ url: extensionUrl('drawing'), valueCode: code })

const ask = (linkId: string, type: Item['type'], more: Partial<Item> = {}): Item => ({
  linkId,
  type,
  text: `${NASTY} (${linkId})`,
  ...more,
})

/** Displays that stand beside what they are in. */
const beside = (linkId: string, code: string): Item => ({
  linkId,
  type: 'display',
  text: `${NASTY} ${code}`,
  extension: [control(code)],
})

const chosen: Item[] = [
  ask('yes', 'boolean', { prefix: '1.', item: [beside('yes.help', 'help'), beside('yes.why', 'flyover')] }),
  ask('one', 'choice', { answerOption: options('a', 'b') }),
  ask('own', 'open-choice', { answerOption: options('a', 'b'), required: true }),
  ask('several', 'open-choice', {
    repeats: true,
    answerOption: [...options('a', 'b'), exclusive] as Item['answerOption'],
  }),
  ask('list', 'choice', { extension: [control('drop-down')], answerOption: options('a', 'b', 'c') }),
  ask('form', 'choice', { extension: [drawing('stool-forms')], answerOption: options(...'1234567') }),
  ask('where', 'choice', {
    repeats: true,
    extension: [drawing('body-map')],
    answerOption: options('scalp', 'cheeks', 'hands'),
  }),
]

const measured: Item[] = [
  ask('scale', 'integer', { extension: [...numbers(0, 10), ends] }),
  ask('slide', 'decimal', {
    extension: [
      control('slider'),
      ...numbers(0, 50),
      { url: extensionUrl('sliderStepValue'), valueInteger: 5 },
    ],
    item: [beside('slide.unit', 'unit')],
  }),
  ask('count', 'integer', { extension: numbers(0, 40) }),
  ask('much', 'decimal', { repeats: true }),
  ask('weight', 'quantity', {
    extension: ['kg', 'lb'].map((code) => ({
      url: extensionUrl('unitOption'),
      valueCoding: { system: 'http://unitsofmeasure.org', code, display: `<${code}>` },
    })),
  }),
]

const typed: Item[] = [
  ask('line', 'string', { maxLength: 100, item: [beside('line.prompt', 'prompt')] }),
  ask('lines', 'text'),
  ask('words', 'string', { repeats: true }),
  ask('day', 'date'),
  ask('moment', 'dateTime'),
  ask('hour', 'time'),
  ask('link', 'url'),
  ask('paper', 'attachment', { repeats: true }),
]

const double = "%resource.repeat(item).where(linkId = 'count').answer.value * 2"

const told: Item[] = [
  ask('kept', 'string', { readOnly: true, initial: [{ valueString: NASTY }] }),
  ask('unseen', 'string', { extension: [{ url: extensionUrl('hidden'), valueBoolean: true }] }),
  ask('double', 'decimal', {
    readOnly: true,
    extension: [
      {
        url: extensionUrl('calculatedExpression'),
        valueExpression: { language: FHIRPATH, expression: double },
      },
    ],
  }),
  ask('off', 'string', { enableWhen: [{ question: 'yes', operator: '=', answerBoolean: true }] }),
]

const rows: Item = {
  linkId: 'rows',
  type: 'group',
  text: NASTY,
  repeats: true,
  item: [
    ask('what', 'string', { item: [ask('dose', 'string')] }),
    {
      linkId: 'inner',
      type: 'group',
      text: NASTY,
      extension: [control('gtable')],
      item: [ask('deep', 'date')],
    },
  ],
}

/** Two sections: the first asks everything, the second once more. */
export const everything: Item[] = [
  {
    linkId: 'all',
    type: 'group',
    text: NASTY,
    item: [beside('top', 'header'), ...chosen, ...measured, ...typed, ...told, rows, beside('end', 'footer')],
  },
  { linkId: 'more', type: 'group', text: `More ${NASTY}`, item: [ask('last', 'string')] },
]

/** What somebody may answer, by the name of the field. */
export const answers: Record<string, string> = {
  'a:yes': 'true',
  'a:one': 'a',
  'a:own': 'b',
  'a:several': 'a',
  'a:list': 'c',
  'a:form': '4',
  'a:where': 'cheeks',
  'a:scale': '7',
  'a:slide': '35',
  'a:count': '3',
  'a:much': '1.5',
  'a:weight': '70',
  'unit:weight': 'u0',
  'a:line': 'A "line" & <more>',
  'a:lines': 'Two\n<lines>',
  'a:words': 'Some',
  'a:day': '2026-02-28',
  'a:moment': '2026-02-28T09:30',
  'a:hour': '21:30',
  'a:link': 'https://example.org/?a=1&b=2',
  'a:off': 'Asked <now>',
  'a0:what': 'Iron & "zinc"',
  'a0:dose': '5 <mg>',
  'a0:deep': '2025-12-31',
}
