import type { Place } from './answers.ts'
import type { Part } from './definition.ts'
import { unit as unitOf, unitOptions } from './extensions.ts'
import type { Coding, Quantity, Value } from './fhir.ts'
import { readDate, readMoment, readTime } from './moments.ts'
import { brief, numberWords } from './wording.ts'

/** What a text says, or what is wrong with it in a sentence. */
export type ReadText = { value: Value } | { because: string }

/** What the fields of a question say: its answers, and the rows of items in them when these moved. */
export type ReadFields = { answers: Value[]; rows?: Place[][] } | { because: string }

export type OffsetFor = (local: string) => string

export const utc: OffsetFor = () => 'Z'

/** The longest line and the longest text, in characters. */
export const MOST_LINE = 1000
export const MOST_TEXT = 10_000

// As in web/form.ts: controls but tab and line ends, and what invalid UTF-8 turns into.
const CONTROL_IN_LINE = /[\p{Cc}\u2028\u2029\ufffd\ufffe\uffff]/u
const CONTROL_IN_TEXT = /[^\P{Cc}\t\n\r]|[\ufffd\ufffe\uffff]/u

/** Typed text as it is compared and kept: one kind of line end, no space around it. */
export const tidy = (text: string): string => text.replace(/\r\n?/g, '\n').normalize('NFC').trim()

export const mostLetters = ({ item }: Part): number => {
  const most = item.type === 'text' ? MOST_TEXT : MOST_LINE
  return Math.min(item.maxLength ?? most, MOST_TEXT)
}

/** Reads what was typed into a field; `text` is tidy and not empty. */
export function readText(part: Part, text: string, offsetFor: OffsetFor): ReadText {
  const label = `“${brief(part.label)}”`
  const isLines = part.item.type === 'text'
  if ((isLines ? CONTROL_IN_TEXT : CONTROL_IN_LINE).test(text))
    return { because: `${label} has a character that we can’t read. Please type it again.` }
  if (text.length > mostLetters(part))
    return { because: `${label} can have at most ${mostLetters(part)} characters. This has ${text.length}.` }
  switch (part.item.type) {
    case 'integer':
      return readInteger(text, label)
    case 'decimal':
      return readDecimal(text, label)
    case 'date':
      return readDate(text, label)
    case 'dateTime':
      return readMoment(text, label, offsetFor)
    case 'time':
      return readTime(text, label)
    case 'url':
      return readAddress(text, label)
    default:
      return { value: { valueString: text } }
  }
}

const MOST_INTEGER = 2 ** 31 - 1
const MOST_DIGITS = 15

function readInteger(text: string, label: string): ReadText {
  if (!/^[+-]?\d{1,10}$/.test(text)) return { because: `Please write a whole number for ${label}, like 3.` }
  const number = Number(text)
  if (Math.abs(number) > MOST_INTEGER) return { because: `The number for ${label} is too large.` }
  return { value: { valueInteger: number === 0 ? 0 : number } }
}

function readNumber(text: string, label: string): number | { because: string } {
  if (/^[+-]?\d+(,\d+)+(\.\d+)?$/.test(text))
    return {
      because: `Please write the number for ${label} with a point and without commas, like 1.5 or 1200.`,
    }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text))
    return { because: `Please write a number for ${label}, like 2 or 2.5.` }
  if (text.replace(/\D/g, '').length > MOST_DIGITS)
    return { because: `The number for ${label} has too many digits.` }
  const number = Number(text)
  return number === 0 ? 0 : number
}

function readDecimal(text: string, label: string): ReadText {
  const number = readNumber(text, label)
  return typeof number === 'number' ? { value: { valueDecimal: number } } : number
}

function readAddress(text: string, label: string): ReadText {
  const because = `Please write the whole address for ${label}, like https://example.com/page.`
  if (!/^https?:\/\/[^\s/?#@]+([/?#]\S*)?$/i.test(text) || !URL.canParse(text)) return { because }
  return { value: { valueUri: text } }
}

/** A unit that can be chosen, or the one there is. */
export type Unit = { key: string; label: string; coding: Coding }

export function unitsOf({ item }: Part): Unit[] {
  const codings = unitOptions(item)
  const one = unitOf(item)
  const all = codings.length > 0 ? codings : one ? [one] : []
  return all.map((coding, index) => ({
    key: `u${index}`,
    label: coding.display ?? coding.code ?? '',
    coding,
  }))
}

const isUnit = ({ coding }: Unit, { code, unit }: Quantity): boolean =>
  code === undefined ? unit === (coding.display ?? coding.code) : code === coding.code

/** The unit that stands beside the number: the first answer's; before there is one the usual one, or the first. */
export function unitShown({ part, answers }: Place): Unit | undefined {
  const units = unitsOf(part)
  const kept = answers.find(({ valueQuantity }) => valueQuantity)?.valueQuantity
  const usual = unitOf(part.item)?.code
  return (
    (kept && units.find((one) => isUnit(one, kept))) ??
    units.find(({ coding }) => usual !== undefined && coding.code === usual) ??
    units[0]
  )
}

export function readQuantity(part: Part, text: string, unit: Unit | undefined): ReadText {
  const value = readNumber(text, `“${brief(part.label)}”`)
  if (typeof value !== 'number') return value
  const { coding } = unit ?? {}
  const { system, code } = coding ?? {}
  const name = coding?.display ?? code
  return {
    value: {
      valueQuantity: {
        value,
        ...(name !== undefined && { unit: name }),
        ...(system !== undefined && { system }),
        ...(code !== undefined && { code }),
      },
    },
  }
}

/** A kept answer as its field shows it, to be typed over. */
export function fieldText(value: Value): string {
  const number = value.valueInteger ?? value.valueDecimal ?? value.valueQuantity?.value
  if (number !== undefined) return numberWords(number)
  if (value.valueTime !== undefined) return withoutSeconds(value.valueTime)
  if (value.valueDateTime !== undefined) return localText(value.valueDateTime)
  return value.valueString ?? value.valueUri ?? value.valueDate ?? ''
}

const withoutSeconds = (time: string): string => time.replace(/^(\d\d:\d\d):00(?:\.0+)?$/, '$1')

/** The clock on the wall, as datetime-local wants it. */
function localText(moment: string): string {
  const [date, time] = moment.split('T')
  if (time === undefined) return moment
  return `${date}T${withoutSeconds(time.replace(/(?:Z|[+-]\d\d:\d\d)$/, ''))}`
}
