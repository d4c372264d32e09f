import type { AnswerOption, Coding, Expression, Extension, Item } from './fhir.ts'

/**
 * The extensions that Flora understands, under every address that they are published or met with: of the R4 specification
 * (https://hl7.org/fhir/R4/questionnaire-profiles.html), of Structured Data Capture (https://hl7.org/fhir/uv/sdc/), and of
 * older forms. What stands first is what Flora writes itself.
 */

const CORE = 'http://hl7.org/fhir/StructureDefinition/'
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-'

const questionnaire = (name: string) => [`${CORE}questionnaire-${name}`, `${SDC}${name}`] as const
const core = (name: string) => [`${CORE}${name}`, `${CORE}questionnaire-${name}`, `${SDC}${name}`] as const
const sdc = (name: string) => [`${SDC}${name}`, `${CORE}questionnaire-${name}`] as const

export const urls = {
  itemControl: questionnaire('itemControl'),
  choiceOrientation: questionnaire('choiceOrientation'),
  displayCategory: questionnaire('displayCategory'),
  hidden: questionnaire('hidden'),
  sliderStepValue: questionnaire('sliderStepValue'),
  unit: questionnaire('unit'),
  unitOption: questionnaire('unitOption'),
  minOccurs: questionnaire('minOccurs'),
  maxOccurs: questionnaire('maxOccurs'),
  optionExclusive: questionnaire('optionExclusive'),
  optionPrefix: questionnaire('optionPrefix'),
  entryFormat: core('entryFormat'),
  minValue: core('minValue'),
  maxValue: core('maxValue'),
  minLength: core('minLength'),
  regex: core('regex'),
  maxDecimalPlaces: core('maxDecimalPlaces'),
  mimeType: core('mimeType'),
  maxSize: core('maxSize'),
  variable: core('variable'),
  ordinalValue: [...core('ordinalValue'), `${CORE}valueset-ordinalValue`, `${CORE}codesystem-ordinalValue`],
  itemWeight: core('itemWeight'),
  shortText: sdc('shortText'),
  openLabel: sdc('openLabel'),
  calculatedExpression: sdc('calculatedExpression'),
  enableWhenExpression: [...sdc('enableWhenExpression'), `${CORE}questionnaire-enableWhen`],
  drawing: ['urn:flora:drawing'],
  ends: ['urn:flora:ends'],
} as const satisfies Record<string, readonly string[]>

export type ExtensionName = keyof typeof urls

const names = new Map<string, ExtensionName>(
  Object.entries(urls).flatMap(([name, of]) => of.map((url) => [url, name as ExtensionName] as const)),
)

/** What an extension is called by us; undefined for one that Flora does not understand. */
export const extensionName = (url: string): ExtensionName | undefined => names.get(url)

/** The address under which Flora writes an extension. */
export const extensionUrl = (name: ExtensionName): string => urls[name][0]

export const itemControls = [
  'radio-button',
  'check-box',
  'drop-down',
  'slider',
  'text-box',
  'help',
  'flyover',
  'prompt',
  'unit',
  'page',
  'header',
  'footer',
  'gtable',
] as const
export type ItemControl = (typeof itemControls)[number]

/** The language that expressions are read in. */
export const FHIRPATH = 'text/fhirpath'

export const ITEM_CONTROL_SYSTEM = 'http://hl7.org/fhir/questionnaire-item-control'

/** What may carry extensions. */
export type Extended = { extension?: Extension[] }

export const extensionsOf = (of: Extended, name: ExtensionName): Extension[] =>
  (of.extension ?? []).filter(({ url }) => names.get(url) === name)

const first = (of: Extended, name: ExtensionName): Extension | undefined =>
  of.extension?.find(({ url }) => names.get(url) === name)

const codesOf = (found: Extension[]): string[] =>
  found.flatMap(({ valueCodeableConcept, valueCode }) => [
    ...(valueCodeableConcept?.coding ?? []).map(({ code }) => code ?? ''),
    ...(valueCode === undefined ? [] : [valueCode]),
  ])

const textOf = (found?: Extension): string | undefined =>
  found?.valueString ?? found?.valueMarkdown ?? found?.valueCode

const numberOf = (found?: Extension): number | undefined => found?.valueInteger ?? found?.valueDecimal

/** Every code that is asked for, also those that Flora does not show. */
export const itemControlCodes = (item: Extended): string[] => codesOf(extensionsOf(item, 'itemControl'))
export const itemControl = (item: Extended): ItemControl | undefined => {
  const codes = itemControlCodes(item)
  return itemControls.find((control) => codes.includes(control))
}
export const choiceOrientation = (item: Item): string | undefined =>
  first(item, 'choiceOrientation')?.valueCode
/** `instructions`, `security` or `help`, for display items. */
export const displayCategory = (item: Item): string | undefined =>
  codesOf(extensionsOf(item, 'displayCategory'))[0]
export const isHidden = (item: Item): boolean => first(item, 'hidden')?.valueBoolean === true
export const entryFormat = (item: Item): string | undefined => textOf(first(item, 'entryFormat'))
export const shortText = (item: Item): string | undefined =>
  textOf(first(item, 'shortText')) ?? textOf(first(item._text ?? {}, 'shortText'))

/** A number, or a date, date and time, or time as FHIR writes it. */
const boundOf = (found?: Extension): number | string | undefined =>
  numberOf(found) ?? found?.valueDate ?? found?.valueDateTime ?? found?.valueTime
export const minValue = (item: Item): number | string | undefined => boundOf(first(item, 'minValue'))
export const maxValue = (item: Item): number | string | undefined => boundOf(first(item, 'maxValue'))
/** In characters. */
export const minLength = (item: Item): number | undefined => numberOf(first(item, 'minLength'))
/** A pattern for the whole answer. It may be hostile: only the worker of expressions/ runs it. */
export const regex = (item: Item): string | undefined => textOf(first(item, 'regex'))
export const maxDecimalPlaces = (item: Item): number | undefined => numberOf(first(item, 'maxDecimalPlaces'))
export const sliderStepValue = (item: Item): number | undefined => numberOf(first(item, 'sliderStepValue'))
export const unit = (item: Item): Coding | undefined => first(item, 'unit')?.valueCoding
export const unitOptions = (item: Item): Coding[] =>
  extensionsOf(item, 'unitOption').flatMap(({ valueCoding }) => valueCoding ?? [])
export const minOccurs = (item: Item): number | undefined => numberOf(first(item, 'minOccurs'))
export const maxOccurs = (item: Item): number | undefined => numberOf(first(item, 'maxOccurs'))
export const mimeTypes = (item: Item): string[] =>
  extensionsOf(item, 'mimeType').flatMap((found) => textOf(found) ?? [])
/** In bytes; FHIR counts in megabytes. */
export const maxSize = (item: Item): number | undefined => {
  const megabytes = numberOf(first(item, 'maxSize'))
  return megabytes === undefined ? undefined : Math.floor(megabytes * 1_000_000)
}
export const openLabel = (item: Item): string | undefined => textOf(first(item, 'openLabel'))

export const isOptionExclusive = (option: AnswerOption): boolean =>
  first(option, 'optionExclusive')?.valueBoolean === true
export const optionPrefix = (option: AnswerOption): string | undefined => {
  const found = first(option, 'optionPrefix') ?? first(option.valueCoding ?? {}, 'optionPrefix')
  return textOf(found)
}

/** What published expressions read on the answer: the weights of an option or of a coding, as they stand there. */
export const weightsOf = (of: Extended): Extension[] =>
  (of.extension ?? []).filter(({ url }) => ['ordinalValue', 'itemWeight'].includes(names.get(url) ?? ''))
export const ordinalValue = (of: Extended): number | undefined => numberOf(first(of, 'ordinalValue'))
export const itemWeight = (of: Extended): number | undefined => numberOf(first(of, 'itemWeight'))

const readable = (found: Extension[]): Expression[] =>
  found.flatMap(({ valueExpression }) => (valueExpression?.language === FHIRPATH ? valueExpression : []))

/** Of expressions, those in FHIRPath alone; variables in the order of the document, as they build on each other. */
export const variables = (of: Extended): Expression[] => readable(extensionsOf(of, 'variable'))
export const calculatedExpression = (item: Item): Expression | undefined =>
  readable(extensionsOf(item, 'calculatedExpression'))[0]
export const enableWhenExpression = (item: Item): Expression | undefined =>
  readable(extensionsOf(item, 'enableWhenExpression'))[0]

/** `stool-forms` or `body-map`. */
export const drawing = (item: Item): string | undefined => first(item, 'drawing')?.valueCode
/** The words at both ends of a scale. */
export const ends = (item: Item): [string, string] | undefined => {
  const words = (name: string) =>
    textOf(first(item, 'ends')?.extension?.find(({ url }) => url === name)) ?? ''
  return first(item, 'ends') && [words('low'), words('high')]
}
