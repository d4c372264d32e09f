import { maxDecimalPlaces, unit } from '../extensions.ts'
import type { Coding, Item, Quantity, Value } from '../fhir.ts'
import type { Option } from '../options.ts'

const PATTERNS = {
  date: /^\d{4}(-\d\d(-\d\d)?)?$/,
  dateTime: /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?$/,
  time: /^\d\d:\d\d:\d\d(\.\d+)?$/,
  quantity: /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?) (?:'([^']{1,100})'|(\w+))$/,
}
const MOST_CHARACTERS = 10_000
const MOST_VALUES = 1000
const LARGEST_INTEGER = 2 ** 31 - 1
/** FHIRPath promises eight decimal places; beyond them is the noise of binary fractions. */
const DECIMAL_PLACES = 8

/** What expressions give that no answer of the item can hold: its message says so. */
export class Misfit extends Error {}

/** What is calculated: an item, and its options if it is a choice. */
export type Calculated = { item: Item; options: Option[] }

/** The answers of an item from what its expression gave. @throws Misfit */
export function answersFrom({ item, options }: Calculated, results: unknown[]): Value[] {
  if (results.length > MOST_VALUES) throw new Misfit(`gives more than ${MOST_VALUES} values`)
  if (results.length > 1 && !item.repeats) throw new Misfit(`gives ${results.length} values for one answer`)
  return results.map((result) => {
    const value = isChoice(item) ? chosen({ item, options }, result) : answerFrom(item, result)
    if (value) return value
    throw new Misfit(`gives ${inWords(result)}, which is no answer of type ${item.type}`)
  })
}

const isChoice = (item: Item): boolean => item.type === 'choice' || item.type === 'open-choice'

function inWords(result: unknown): string {
  const text = typeof result === 'object' ? 'an object' : `"${String(result)}"`
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function answerFrom(item: Item, result: unknown): Value | undefined {
  switch (item.type) {
    case 'boolean':
      return typeof result === 'boolean' ? { valueBoolean: result } : undefined
    case 'integer': {
      const whole = rounded(result, DECIMAL_PLACES)
      const fits = Number.isInteger(whole) && Math.abs(whole as number) <= LARGEST_INTEGER
      return fits ? { valueInteger: whole } : undefined
    }
    case 'decimal': {
      const number = rounded(result, maxDecimalPlaces(item) ?? DECIMAL_PLACES)
      return number === undefined ? undefined : { valueDecimal: number }
    }
    case 'string':
    case 'text':
      return withText(result, (valueString) => ({ valueString }))
    case 'url':
      return withText(result, (valueUri) => ({ valueUri }))
    case 'date':
      return matching(String(result).slice(0, 10), PATTERNS.date, (valueDate) => ({ valueDate }))
    case 'dateTime':
      return matching(result, PATTERNS.dateTime, (valueDateTime) => ({ valueDateTime }))
    case 'time':
      return matching(String(result).replace(/^T/, ''), PATTERNS.time, (valueTime) => ({ valueTime }))
    case 'quantity':
      return measured(item, result)
    default:
      return undefined
  }
}

function rounded(result: unknown, places: number): number | undefined {
  if (typeof result !== 'number' || !Number.isFinite(result)) return undefined
  const factor = 10 ** Math.min(Math.max(places, 0), DECIMAL_PLACES)
  const number = Math.round((result + Math.sign(result) * Number.EPSILON) * factor) / factor
  return Number.isFinite(number) ? number : result
}

function withText(result: unknown, make: (text: string) => Value): Value | undefined {
  if (typeof result === 'object' && result !== null) return withText((result as Coding).display, make)
  if (!['string', 'number', 'boolean'].includes(typeof result)) return undefined
  const text = String(result)
  return text === '' || text.length > MOST_CHARACTERS ? undefined : make(text)
}

const matching = (result: unknown, pattern: RegExp, make: (text: string) => Value): Value | undefined =>
  typeof result === 'string' && pattern.test(result) ? make(result) : undefined

const field = (of: object, name: string): string | undefined => {
  const value = Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS ? value : undefined
}

const isSame = ({ answer }: Option, result: unknown): boolean => {
  const { valueCoding, ...plain } = answer
  if (typeof result !== 'object' || result === null)
    return [valueCoding?.code, ...Object.values(plain)].includes(result as string)
  const system = field(result, 'system')
  return (
    valueCoding?.code !== undefined &&
    valueCoding.code === field(result, 'code') &&
    (system === undefined || valueCoding.system === system)
  )
}

function chosen({ item, options }: Calculated, result: unknown): Value | undefined {
  const option = options.find((candidate) => isSame(candidate, result))
  if (option) return option.answer
  if (item.type === 'choice' && options.length > 0) return undefined
  if (typeof result !== 'object' || result === null)
    return item.type === 'open-choice' ? withText(result, (valueString) => ({ valueString })) : undefined
  const [system, code, display] = ['system', 'code', 'display'].map((name) => field(result, name))
  if (!code && !display) return undefined
  return { valueCoding: { ...(system && { system }), ...(code && { code }), ...(display && { display }) } }
}

const UCUM = 'http://unitsofmeasure.org'

/** A quantity comes as an object, as FHIRPath writes it (`5 'kg'`, `1 year`), or as a number in the item's unit. */
function measured(item: Item, result: unknown): Value | undefined {
  if (typeof result === 'string') {
    const [, number, code, word] = PATTERNS.quantity.exec(result) ?? []
    const value = rounded(Number(number), DECIMAL_PLACES)
    if (value === undefined) return undefined
    return { valueQuantity: code ? { value, unit: code, system: UCUM, code } : { value, unit: word } }
  }
  if (typeof result !== 'object' || result === null) {
    const value = rounded(result, DECIMAL_PLACES)
    return value === undefined ? undefined : { valueQuantity: { value, ...unitFields(unit(item)) } }
  }
  const value = rounded((result as Quantity).value, DECIMAL_PLACES)
  if (value === undefined) return undefined
  const [name, system, code] = ['unit', 'system', 'code'].map((part) => field(result, part))
  return {
    valueQuantity: { value, ...(name && { unit: name }), ...(system && { system }), ...(code && { code }) },
  }
}

function unitFields(coding?: Coding): Quantity {
  const name = coding?.display ?? coding?.code
  return {
    ...(name && { unit: name }),
    ...(coding?.system && { system: coding.system }),
    ...(coding?.code && { code: coding.code }),
  }
}
