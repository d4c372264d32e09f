import type { ItemType, Value } from './fhir.ts'

/** Answers in words, as people read them (American English). */

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** "March 15, 2026", "March 2026", "2026" of a FHIR date; what is none stays as it is. */
export function dateWords(date: string): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?/.exec(date) ?? []
  const name = MONTHS[Number(month) - 1]
  if (year === undefined || (month !== undefined && name === undefined)) return date
  if (name === undefined) return year
  return day === undefined ? `${name} ${year}` : `${name} ${Number(day)}, ${year}`
}

/** "9:30 AM" of hh:mm or hh:mm:ss. */
export function timeWords(time: string): string {
  const [, hour, minute, seconds = ''] = /^(\d\d):(\d\d)(:\d\d)?/.exec(time) ?? []
  if (hour === undefined) return time
  const rest = seconds === ':00' ? '' : seconds
  return `${Number(hour) % 12 || 12}:${minute}${rest} ${Number(hour) < 12 ? 'AM' : 'PM'}`
}

/** As the clock on the wall stood where it was answered. */
function momentWords(moment: string): string {
  const [date = '', time] = moment.split('T')
  return time === undefined ? dateWords(date) : `${dateWords(date)}, ${timeWords(time)}`
}

const plain = new Intl.NumberFormat('en-US', { useGrouping: false, maximumFractionDigits: 20 })

/** Without grouping and never with an exponent: as it can be typed again. */
export const numberWords = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : plain.format(value)

/** "512 kB", "1.4 MB" */
export const sizeWords = (bytes: number): string =>
  bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} kB`
    : `${numberWords(Math.round(bytes / 100_000) / 10)} MB`

export const YES = 'Yes'
export const NO = 'No'

/** One answer in words; empty when there is none. */
export function valueWords(value: Value, unit = ''): string {
  const { valueBoolean, valueCoding, valueQuantity, valueAttachment } = value
  if (valueBoolean !== undefined) return valueBoolean ? YES : NO
  if (valueCoding) return valueCoding.display ?? valueCoding.code ?? ''
  if (valueQuantity) return quantityWords(valueQuantity)
  if (valueAttachment) return valueAttachment.title ?? 'A file'
  if (value.valueDate !== undefined) return dateWords(value.valueDate)
  if (value.valueDateTime !== undefined) return momentWords(value.valueDateTime)
  if (value.valueTime !== undefined) return timeWords(value.valueTime)
  const number = value.valueInteger ?? value.valueDecimal
  if (number !== undefined) return [numberWords(number), unit].filter(Boolean).join(' ')
  return value.valueString ?? value.valueUri ?? ''
}

function quantityWords({ value, unit, code }: NonNullable<Value['valueQuantity']>): string {
  return value === undefined ? '' : [numberWords(value), unit ?? code ?? ''].filter(Boolean).join(' ')
}

/** Which value[x] an item of this type is answered with; a choice may have other ones too. */
export const valueKeys: Record<Exclude<ItemType, 'group' | 'display'>, keyof Value> = {
  boolean: 'valueBoolean',
  decimal: 'valueDecimal',
  integer: 'valueInteger',
  date: 'valueDate',
  dateTime: 'valueDateTime',
  time: 'valueTime',
  string: 'valueString',
  text: 'valueString',
  url: 'valueUri',
  choice: 'valueCoding',
  'open-choice': 'valueCoding',
  attachment: 'valueAttachment',
  quantity: 'valueQuantity',
}

const VALUES = new Set<string>([...Object.values(valueKeys)])

export function hasValue(value: Value): boolean {
  for (const key in value) if (VALUES.has(key) && value[key as keyof Value] !== undefined) return true
  return false
}

const MOST_WORDS = 80

/** A label as it fits into a sentence. */
export function brief(label: string): string {
  const words = label.replace(/\s+/g, ' ').replace(/\s*:$/, '').trim()
  return words.length <= MOST_WORDS ? words : `${words.slice(0, MOST_WORDS - 1).trimEnd()}…`
}
