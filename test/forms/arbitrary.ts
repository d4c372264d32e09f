import fc from 'fast-check'
import { extensionUrl } from '../../server/forms/extensions.ts'
import type {
  AnswerOption,
  EnableWhen,
  Extension,
  Item,
  ItemType,
  Questionnaire,
  Value,
} from '../../server/forms/fhir.ts'

/** Forms and answers as they come: for properties that must hold whatever a practice asks. */

export const VERSION_URL = 'https://example.org/forms/any|1'

const QUESTIONS = [
  'boolean',
  'decimal',
  'integer',
  'date',
  'dateTime',
  'time',
  'string',
  'text',
  'url',
  'choice',
  'open-choice',
  'attachment',
  'quantity',
] as const satisfies ItemType[]

const chance = (percent: number) => fc.nat(99).map((n) => n < percent)
const extension = (name: Parameters<typeof extensionUrl>[0], value: Omit<Extension, 'url'>): Extension => ({
  url: extensionUrl(name),
  ...value,
})

const twoDigits = (min: number, max: number) =>
  fc.integer({ min, max }).map((n) => String(n).padStart(2, '0'))
const date = fc
  .tuple(fc.integer({ min: 1900, max: 2099 }), twoDigits(1, 12), twoDigits(1, 28))
  .map((day) => day.join('-'))
const partialDate = fc.tuple(date, fc.constantFrom(4, 7, 10)).map(([day, length]) => day.slice(0, length))
const time = fc
  .tuple(twoDigits(0, 23), twoDigits(0, 59), fc.oneof(fc.constant('00'), twoDigits(0, 59)))
  .map((parts) => parts.join(':'))
const moment = fc
  .tuple(date, time, fc.constantFrom('Z', '-05:00', '+05:45'))
  .map(([day, clock, offset]) => `${day}T${clock}${offset}`)
const word = fc.constantFrom('oats', 'Rye bread', 'zoë', '  spaced ', 'a "quote"', '<b>&amp;', '12', '-')
const number = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(0.5, -1.25, 1e-7, 123456.789))

const CODES = ['one', 'two', 'three', 'none', '4', 'five five']

const options: fc.Arbitrary<AnswerOption[]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.uniqueArray(fc.constantFrom(...CODES), { minLength: 1, maxLength: 6 }).map(codings),
  },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(word, { minLength: 1, maxLength: 4 })
      .map((all) => all.map((valueString) => ({ valueString }))),
  },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 })
      .map((all) => all.map((valueInteger) => ({ valueInteger }))),
  },
)

function codings(codes: string[]): AnswerOption[] {
  return codes.map((code, index) => ({
    valueCoding: {
      system: 'urn:test',
      code,
      display: `Answer ${code}`,
      extension: [extension('ordinalValue', { valueDecimal: index })],
    },
    ...(code === 'none' && { extension: [extension('optionExclusive', { valueBoolean: true })] }),
  }))
}

/** An answer that a question of this type may have, as a condition or an initial value says it. */
function valueFor(type: ItemType, offered: AnswerOption[]): fc.Arbitrary<Value> {
  const plain: Partial<Record<ItemType, fc.Arbitrary<Value>>> = {
    boolean: fc.boolean().map((valueBoolean) => ({ valueBoolean })),
    decimal: number.map((valueDecimal) => ({ valueDecimal })),
    integer: fc.integer({ min: 0, max: 10 }).map((valueInteger) => ({ valueInteger })),
    date: partialDate.map((valueDate) => ({ valueDate })),
    dateTime: fc.oneof(moment, partialDate).map((valueDateTime) => ({ valueDateTime })),
    time: time.map((valueTime) => ({ valueTime })),
    url: fc.constant({ valueUri: 'https://example.org/a?b=c' }),
    quantity: number.map((value) => ({ valueQuantity: { value, unit: 'kg' } })),
    ...(offered.length > 0 && { choice: fc.constantFrom(...offered.map(valueIn)) }),
  }
  return plain[type] ?? plain.choice ?? word.map((valueString) => ({ valueString }))
}

const valueIn = ({ extension: _, initialSelected: __, ...value }: AnswerOption): Value => value

type Question = { linkId: string; type: ItemType; options: AnswerOption[] }

const asAnswer = (value: Value): Partial<EnableWhen> =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [key.replace('value', 'answer'), one]))

function conditionOn({ linkId, type, options }: Question): fc.Arbitrary<EnableWhen> {
  const exists = fc
    .boolean()
    .map((answerBoolean): EnableWhen => ({ question: linkId, operator: 'exists', answerBoolean }))
  if (type === 'attachment' || type === 'url') return exists
  const isOrdered = type !== 'boolean' && options.length === 0
  const operator = isOrdered
    ? fc.constantFrom<EnableWhen['operator']>('=', '!=', '>', '<', '>=', '<=')
    : fc.constantFrom<EnableWhen['operator']>('=', '!=')
  const compared = fc
    .tuple(operator, valueFor(type, options))
    .map(([sign, value]): EnableWhen => ({ question: linkId, operator: sign, ...asAnswer(value) }))
  return fc.oneof({ weight: 1, arbitrary: exists }, { weight: 3, arbitrary: compared })
}

/** What varies of one item; the linkIds and conditions are given when the whole is known. */
type Draft = { item: Omit<Item, 'linkId' | 'item'>; children: Draft[]; conditions: number; pick: number }

const extensionsFor = (type: ItemType): fc.Arbitrary<Extension[]> => {
  const some: Extension[] = []
  if (type === 'integer')
    some.push(extension('minValue', { valueInteger: 0 }), extension('maxValue', { valueInteger: 10 }))
  if (type === 'decimal') some.push(extension('maxDecimalPlaces', { valueInteger: 2 }))
  if (type === 'string') some.push(extension('minLength', { valueInteger: 2 }))
  if (type === 'date') some.push(extension('minValue', { valueDate: '1950-01-01' }))
  if (type === 'quantity')
    for (const code of ['kg', 'lb'])
      some.push(extension('unitOption', { valueCoding: { code, display: code } }))
  if (type === 'integer')
    some.push({
      url: extensionUrl('ends'),
      extension: [
        { url: 'low', valueString: 'none' },
        { url: 'high', valueString: 'worst' },
      ],
    })
  const control = fc
    .constantFrom('drop-down', 'radio-button', 'slider', 'text-box')
    .map((code) => extension('itemControl', { valueCodeableConcept: { coding: [{ code }] } }))
  const occurs = fc.constantFrom(
    extension('minOccurs', { valueInteger: 2 }),
    extension('maxOccurs', { valueInteger: 3 }),
  )
  return fc
    .tuple(fc.subarray(some), fc.option(control, { freq: 3 }), fc.option(occurs, { freq: 6 }), chance(6))
    .map(([own, wanted, rows, hidden]) => [
      ...own,
      ...(wanted ? [wanted] : []),
      ...(rows ? [rows] : []),
      ...(hidden ? [extension('hidden', { valueBoolean: true })] : []),
    ])
}

const flags = fc.record({ required: chance(30), repeats: chance(30), readOnly: chance(5) })
const on = (given: Record<string, boolean>) =>
  Object.fromEntries(Object.entries(given).filter(([, is]) => is))

function questionDraft(
  type: (typeof QUESTIONS)[number],
  children: fc.Arbitrary<Draft[]>,
): fc.Arbitrary<Draft> {
  const isChoice = type === 'choice' || type === 'open-choice'
  const offered: fc.Arbitrary<AnswerOption[]> = isChoice ? options : fc.constant([])
  return fc
    .tuple(offered, flags, extensionsFor(type), chance(15))
    .chain(([answerOption, has, own, hasInitial]) =>
      fc.record({
        item: fc
          .array(valueFor(type, answerOption), { minLength: 1, maxLength: has.repeats ? 3 : 1 })
          .map((initial) => ({
            type,
            text: `What about ${type}?`,
            ...on(has),
            ...(isChoice && { answerOption }),
            ...(own.length > 0 && { extension: own }),
            ...(hasInitial && type !== 'attachment' && { initial }),
          })),
        children,
        conditions: fc.constantFrom(0, 0, 1, 2),
        pick: fc.nat(),
      }),
    )
}

const none: fc.Arbitrary<Draft[]> = fc.constant([])

function drafts(depth: number): fc.Arbitrary<Draft[]> {
  const below = depth > 0 ? drafts(depth - 1) : none
  const question = fc
    .constantFrom(...QUESTIONS)
    .chain((type) => questionDraft(type, depth > 0 ? fc.oneof({ weight: 3, arbitrary: none }, below) : none))
  const display = fc.record({
    item: fc.constant({ type: 'display' as const, text: 'Please read this.' }),
    children: none,
    conditions: fc.constantFrom(0, 1),
    pick: fc.nat(),
  })
  const group = fc.record({
    item: fc.record({ type: fc.constant('group' as const), text: fc.constant('A group') }),
    children: below,
    conditions: fc.constantFrom(0, 0, 1),
    pick: fc.nat(),
  })
  const grouped = fc
    .tuple(group, flags, fc.option(fc.constantFrom(2, 3), { freq: 6 }))
    .map(([draft, { required, repeats }, least]) => ({
      ...draft,
      item: {
        ...draft.item,
        ...on({ required, repeats }),
        ...(repeats && least !== null && { extension: [extension('minOccurs', { valueInteger: least })] }),
      },
    }))
  const one =
    depth > 0
      ? fc.oneof(
          { weight: 5, arbitrary: question },
          { weight: 1, arbitrary: display },
          { weight: 3, arbitrary: grouped },
        )
      : fc.oneof({ weight: 6, arbitrary: question }, { weight: 1, arbitrary: display })
  return fc.array(one, { minLength: 1, maxLength: 4 })
}

/** Gives linkIds in order, and conditions on questions that come before: so there is no circle. */
function assemble(all: Draft[]): fc.Arbitrary<Questionnaire> {
  const before: Question[] = []
  let count = 0
  const wishes: { item: Item; of: Question[] }[] = []
  const build = ({ item, children, conditions }: Draft): Item => {
    count += 1
    const built: Item = { linkId: `${count % 3 === 0 ? 'a.b:' : 'q'}${count}`, ...item }
    if (conditions > 0 && before.length > 0) wishes.push({ item: built, of: [...before] })
    if (item.type !== 'group' && item.type !== 'display')
      before.push({ linkId: built.linkId, type: item.type, options: item.answerOption ?? [] })
    if (children.length > 0) built.item = children.map(build)
    return built
  }
  const items = all.map(build)
  const conditions = wishes.map(({ of }) =>
    fc.tuple(
      fc.array(fc.constantFrom(...of).chain(conditionOn), { minLength: 1, maxLength: 2 }),
      fc.constantFrom<'all' | 'any'>('all', 'any'),
    ),
  )
  return fc.tuple(...conditions).map((found) => {
    const told = new Map(wishes.map(({ item }, index) => [item.linkId, found[index]]))
    const withConditions = (item: Item): Item => {
      const [enableWhen, enableBehavior] = told.get(item.linkId) ?? []
      return {
        ...item,
        ...(enableWhen && { enableWhen, enableBehavior }),
        ...(item.item && { item: item.item.map(withConditions) }),
      }
    }
    return {
      resourceType: 'Questionnaire',
      status: 'active',
      title: 'Any form',
      item: items.map(withConditions),
    }
  })
}

export const questionnaires: fc.Arbitrary<Questionnaire> = drafts(2).chain(assemble)
