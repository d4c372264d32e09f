import {
  type ExtensionName,
  ends,
  extensionName,
  extensionUrl,
  ITEM_CONTROL_SYSTEM,
  itemControl,
  maxValue,
  minValue,
} from '../extensions.ts'
import type { EnableWhen, Extension, Item } from '../fhir.ts'
import { aboutKind, bodyParts, type Kind, kindOf, stoolForms } from './kinds.ts'
import { answerOptionsOf, codedOptions, type Option, optionOf } from './options.ts'

/** A question as it is edited; what a kind doesn't have is empty. */
export type Question = {
  kind: Kind
  text: string
  help: string
  isRequired: boolean
  /** Why it is asked; shown on request. */
  why: string
  /** The words at both ends of a scale. */
  low: string
  high: string
  least: number | null
  most: number | null
  isWhole: boolean
  options: Option[]
}

const numberOr = (value: number | string | undefined): number | null =>
  typeof value === 'number' ? value : null

const childOf = (item: Item, control: 'help' | 'flyover'): Item | undefined =>
  item.item?.find((child) => itemControl(child) === control)

/** @returns undefined when the builder can only keep the item as it is */
export function questionOf(item: Item): Question | undefined {
  const kind = kindOf(item)
  if (!kind) return undefined
  const [low, high] = ends(item) ?? ['', '']
  return {
    kind,
    text: item.text ?? '',
    help: childOf(item, 'help')?.text ?? '',
    isRequired: item.required === true,
    why: childOf(item, 'flyover')?.text ?? '',
    low,
    high,
    least: kind === 'number' ? numberOr(minValue(item)) : null,
    most: kind === 'number' ? numberOr(maxValue(item)) : null,
    isWhole: item.type === 'integer',
    options: CHOSEN.includes(kind) ? (item.answerOption ?? []).map(optionOf) : [],
  }
}

const control = (code: string): Extension => ({
  url: extensionUrl('itemControl'),
  valueCodeableConcept: { coding: [{ system: ITEM_CONTROL_SYSTEM, code }] },
})

const MOST_AS_BUTTONS = 8

/** What a kind says by extensions, beside what stood there already. */
function extensionsFor(question: Question, before: Item): Extension[] {
  const bound = (name: 'minValue' | 'maxValue', value: number | null): Extension[] =>
    value === null
      ? []
      : [
          {
            url: extensionUrl(name),
            ...(question.isWhole ? { valueInteger: value } : { valueDecimal: value }),
          },
        ]
  const drawn = (valueCode: string): Extension[] => [{ url: extensionUrl('drawing'), valueCode }]
  const controlled = itemControl(before) ? [] : [control(controlFor(question))]
  switch (question.kind) {
    case 'scale':
      return [
        ...(minValue(before) === undefined ? [{ url: extensionUrl('minValue'), valueInteger: 0 }] : []),
        ...(maxValue(before) === undefined ? [{ url: extensionUrl('maxValue'), valueInteger: 10 }] : []),
        endsExtension(question),
      ]
    case 'number':
      return [...bound('minValue', question.least), ...bound('maxValue', question.most)]
    case 'one-of':
    case 'several-of':
      return controlled
    case 'stool-forms':
    case 'body-map':
      return drawn(question.kind)
    case 'photo':
      return before.extension
        ? []
        : PICTURES.map((valueCode) => ({ url: extensionUrl('mimeType'), valueCode }))
    default:
      return []
  }
}

const PICTURES = ['image/jpeg', 'image/png', 'image/webp']

const controlFor = ({ kind, options }: Question): string =>
  kind === 'several-of' ? 'check-box' : options.length > MOST_AS_BUTTONS ? 'drop-down' : 'radio-button'

const endsExtension = ({ low, high }: Question): Extension => ({
  url: extensionUrl('ends'),
  extension: [
    { url: 'low', valueString: low },
    { url: 'high', valueString: high },
  ],
})

/** Those that an edit writes anew; all others stay as they are. */
const written: Partial<Record<Kind, ExtensionName[]>> = {
  scale: ['ends'],
  number: ['minValue', 'maxValue'],
  'stool-forms': ['drawing'],
  'body-map': ['drawing'],
}

function childrenOf(item: Item, { help, why }: Question): Item[] {
  const children = item.item ?? []
  const nested = (code: 'help' | 'flyover', linkId: string, text: string): Item[] => {
    const there = childOf(item, code)
    if (text === '') return []
    if (there?.text === text) return [there]
    return [{ linkId: there?.linkId ?? linkId, type: 'display', text, extension: [control(code)] }]
  }
  const others = children.filter(
    (child) => child !== childOf(item, 'help') && child !== childOf(item, 'flyover'),
  )
  return [
    ...nested('help', `${item.linkId}.help`, help),
    ...nested('flyover', `${item.linkId}.why`, why),
    ...others,
  ]
}

function optionsFor({ kind, options }: Question, before: Item): Pick<Item, 'answerOption'> {
  if (kind === 'stool-forms') return { answerOption: before.answerOption ?? codedOptions(stoolForms) }
  if (kind === 'body-map') return { answerOption: before.answerOption ?? codedOptions(bodyParts) }
  if (!CHOSEN.includes(kind)) return {}
  return { answerOption: answerOptionsOf(options, before.answerOption ?? []) }
}

const CHOSEN: (Kind | undefined)[] = ['one-of', 'several-of']

/** Of an item that changes its kind, only its name and when it is asked stay. */
function startingFrom(before: Item, { kind }: Question): Item {
  if (kindOf(before) === kind) return before
  const { linkId, enableWhen, enableBehavior, prefix } = before
  return {
    linkId,
    type: aboutKind[kind].type,
    ...(prefix ? { prefix } : {}),
    ...(enableWhen ? { enableWhen } : {}),
    ...(enableBehavior ? { enableBehavior } : {}),
    ...(CHOSEN.includes(kind) && CHOSEN.includes(kindOf(before))
      ? { answerOption: before.answerOption }
      : {}),
  }
}

/** The item with this question written into it; what of it the builder does not know stays. */
export function writeQuestion(item: Item, question: Question): Item {
  const before = startingFrom(item, question)
  const { kind, text, isRequired, isWhole } = question
  const { required: _, repeats: __, item: ___, extension: ____, _text, ...rest } = before
  const stays = (before.extension ?? []).filter(
    ({ url }) => !written[kind]?.includes(extensionName(url) as ExtensionName),
  )
  const extension = [...stays, ...extensionsFor(question, before)]
  const children = kind === 'note' ? [] : childrenOf(before, question)
  return {
    ...rest,
    type: kind === 'number' && isWhole ? 'integer' : aboutKind[kind].type,
    text,
    ...(_text && text === item.text ? { _text } : {}),
    ...(isRequired && kind !== 'note' ? { required: true } : {}),
    ...(kind === 'several-of' || kind === 'body-map' ? { repeats: true } : {}),
    ...optionsFor(question, before),
    ...(extension.length > 0 ? { extension } : {}),
    ...(children.length > 0 ? { item: children } : {}),
  }
}

/** The same item, asked only when a condition holds, or always. */
export function withCondition(item: Item, enableWhen: EnableWhen | null): Item {
  const { enableWhen: _, enableBehavior: __, ...rest } = item
  return enableWhen ? { ...rest, enableWhen: [enableWhen] } : rest
}
