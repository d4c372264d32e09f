import type { ReadText } from './values.ts'

/** Dates and times as people type them, read into FHIR's; a date may be a year or a month alone. */

type Day = { year: number; month?: number; day?: number }

const two = (number: number): string => String(number).padStart(2, '0')

/** 2026, 2026-03, 2026-03-15, 3/2026 or 3/15/2026; undefined for anything else. */
function dayIn(text: string): Day | undefined {
  const typed = /^(\d{1,2})\/(?:(\d{1,2})\/)?(\d{4})$/.exec(text)
  if (typed) {
    const month = { year: Number(typed[3]), month: Number(typed[1]) }
    return typed[2] === undefined ? month : { ...month, day: Number(typed[2]) }
  }
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? []
  if (year === undefined) return undefined
  return {
    year: Number(year),
    ...(month !== undefined && { month: Number(month) }),
    ...(day !== undefined && { day: Number(day) }),
  }
}

/** Whether there is such a day. Years before 1000 are slips: a date field half typed says 0026. */
function isInCalendar({ year, month = 1, day = 1 }: Day): boolean {
  if (year < 1000 || month < 1 || month > 12 || day < 1) return false
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

const dateText = ({ year, month, day }: Day): string =>
  [String(year), ...[month, day].flatMap((one) => (one === undefined ? [] : two(one)))].join('-')

const notInCalendar = (label: string) => `The date for ${label} is not in the calendar. Please check it.`

export function readDate(text: string, label: string): ReadText {
  const day = dayIn(text)
  if (!day) return { because: `Please write the date for ${label} like 03/15/2026.` }
  return isInCalendar(day) ? { value: { valueDate: dateText(day) } } : { because: notInCalendar(label) }
}

/** hh:mm:ss of 9:30, 09:30:15 or 9:30 PM; undefined for anything else. */
function timeIn(text: string): string | undefined {
  const parts = /^(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.0+)?(?:\s*([ap])\.?m\.?)?$/i.exec(text)
  if (!parts) return undefined
  const [, typed, minute = '', second = '00', half] = parts
  const hour =
    half === undefined ? Number(typed) : (Number(typed) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  const isHour = half === undefined ? hour <= 23 : Number(typed) >= 1 && Number(typed) <= 12
  return isHour && Number(minute) <= 59 && Number(second) <= 59
    ? `${two(hour)}:${minute}:${second}`
    : undefined
}

export function readTime(text: string, label: string): ReadText {
  const time = timeIn(text)
  return time === undefined
    ? { because: `Please write the time for ${label} like 9:30 AM.` }
    : { value: { valueTime: time } }
}

/** A date alone, or a local time with the offset that `offsetFor` says it has there. */
export function readMoment(text: string, label: string, offsetFor: (local: string) => string): ReadText {
  const [, date = '', clock] = /^([\d/-]+)(?:(?:T|,?\s+)(\S.*))?$/.exec(text) ?? []
  const day = dayIn(date)
  const time = clock === undefined ? undefined : timeIn(clock)
  if (!day || (clock !== undefined && (time === undefined || day.day === undefined)))
    return { because: `Please write the date and time for ${label} like 03/15/2026 9:30 AM.` }
  if (!isInCalendar(day)) return { because: notInCalendar(label) }
  if (time === undefined) return { value: { valueDateTime: dateText(day) } }
  const local = `${dateText(day)}T${time}`
  return { value: { valueDateTime: `${local}${offsetFor(local.slice(0, 'yyyy-mm-ddThh:mm'.length))}` } }
}
