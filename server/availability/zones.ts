import { DAY, type Instant, MINUTE, SECOND } from '../clock.ts'

/** A stretch of time in which a zone keeps one offset: [start, end), offset in minutes east of UTC. */
export type Stretch = { start: Instant; end: Instant; offset: number }

type Calendar = { format: Intl.DateTimeFormat; days: Map<number, Stretch[]> }

const ZONES_KEPT = 64
const DAYS_KEPT = 2000
const AREAS =
  'Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US'
const ZONE_NAME = new RegExp(`^(?:UTC|(?:${AREAS})(?:/[A-Z][A-Za-z0-9_+-]*){1,2})$`)

const calendars = new Map<string, Calendar>()

/** Whether this is the IANA name of a zone (Area/City, aliases too, or 'UTC'). Never throws. */
export function isZone(name: string): boolean {
  if (typeof name !== 'string' || name.length > 64 || !ZONE_NAME.test(name)) return false
  try {
    return calendarOf(name) !== undefined
  } catch {
    return false
  }
}

/** A zone that was typed, or UTC when there is none of that name. */
export const knownZone = (name: string): string => (isZone(name) ? name : 'UTC')

/** Whether both zones' clocks show the same at an instant, whatever they are called. */
export const isSameClock = (zone: string, other: string, at: Instant): boolean =>
  zone === other || zoneOffset(at, zone) === zoneOffset(at, other)

/** Minutes east of UTC in that zone at that instant. Throws a RangeError for a name that is no zone. */
export function zoneOffset(instant: Instant, zone: string): number {
  const stretches = stretchesOf(calendarOf(zone), Math.floor(instant / DAY))
  return (stretches.find((stretch) => instant < stretch.end) as Stretch).offset
}

/** The date on the zone's calendar at that instant, 'YYYY-MM-DD'. */
export function localDate(instant: Instant, zone: string): string {
  return dateOfDay(localDay(instant, zone))
}

/** The same as a day number: days since 1970-01-01. */
export function localDay(instant: Instant, zone: string): number {
  return Math.floor((instant + zoneOffset(instant, zone) * MINUTE) / DAY)
}

/** The first instant of a date in a zone; of a date the zone skipped, the first instant after the skip. */
export function startOfDay(date: string, zone: string): Instant {
  let day = dayOfDate(date)
  let stretches = dayStretches(day, zone)
  while (stretches.length === 0) stretches = dayStretches(++day, zone)
  return (stretches[0] as Stretch).start
}

/**
 * When a zone's clock shows a minute after midnight (0..1440) of a date: the first time, when it shows it twice; the end of
 * the gap, when it skips it.
 */
export function instantAt(date: string, minute: number, zone: string): Instant {
  const day = dayOfDate(date)
  for (const { start, end, offset } of dayStretches(day, zone)) {
    const at = day * DAY + (minute - offset) * MINUTE
    if (at < end) return Math.max(at, start)
  }
  return startOfDay(addDays(date, 1), zone)
}

/**
 * The stretches in which the zone's calendar shows that day (a day number), ascending. Mostly one. Two on a day of
 * change, none for a day the zone skipped; they need not touch (St. John's once went back from 0:01 to 23:01).
 */
export function dayStretches(day: number, zone: string): Stretch[] {
  const calendar = calendarOf(zone)
  const found: Stretch[] = []
  // No offset is a whole day, so the local day lies within three days of UTC.
  for (let utcDay = day - 1; utcDay <= day + 1; utcDay++) {
    for (const { start, end, offset } of stretchesOf(calendar, utcDay)) {
      const midnight = day * DAY - offset * MINUTE
      const part = { start: Math.max(start, midnight), end: Math.min(end, midnight + DAY), offset }
      if (part.start < part.end) append(found, part)
    }
  }
  return found
}

/** A real date of the years 1970 to 2199, written 'YYYY-MM-DD'. */
export function isDate(text: string): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = dayOfDate(text)
  return text >= '1970' && text < '2200' && !Number.isNaN(day) && dateOfDay(day) === text
}

/** The date n days later (earlier when negative), on the calendar alone. */
export const addDays = (date: string, n: number): string => dateOfDay(dayOfDate(date) + n)

/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = (date: string): number => weekdayOfDay(dayOfDate(date))

/** Day number 0 was a Thursday. */
export const weekdayOfDay = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

/** Days since 1970-01-01, NaN when the text is no date. */
export const dayOfDate = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY

export const dateOfDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)

function append(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1)
  if (last && last.end === next.start && last.offset === next.offset) last.end = next.end
  else stretches.push(next)
}

function calendarOf(zone: string): Calendar {
  const kept = calendars.get(zone)
  if (kept) return kept
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23', // with h24 or h12 midnight reads 24:00 or 12:00, and the offset is off by hours
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  if (calendars.size >= ZONES_KEPT) calendars.delete(calendars.keys().next().value as string)
  const calendar = { format, days: new Map() }
  calendars.set(zone, calendar)
  return calendar
}

/** How a zone keeps its offsets through one day of UTC; asked of Intl once and kept. */
function stretchesOf(calendar: Calendar, utcDay: number): Stretch[] {
  const kept = calendar.days.get(utcDay)
  if (kept) return kept
  const stretches = findStretches(calendar.format, utcDay * DAY, (utcDay + 1) * DAY)
  if (calendar.days.size >= DAYS_KEPT) calendar.days.clear()
  calendar.days.set(utcDay, stretches)
  return stretches
}

function findStretches(format: Intl.DateTimeFormat, from: Instant, to: Instant): Stretch[] {
  const stretches: Stretch[] = []
  const lastOffset = readOffset(format, to)
  for (let start = from; start < to; ) {
    const offset = readOffset(format, start)
    const end = offset === lastOffset ? to : findChange(format, start, to, offset)
    stretches.push({ start, end, offset })
    start = end
  }
  return stretches
}

/** The whole minute in (from, to] at which the zone leaves this offset, by bisection. */
function findChange(format: Intl.DateTimeFormat, from: Instant, to: Instant, offset: number): Instant {
  let same = from / MINUTE
  let changed = to / MINUTE
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2)
    if (readOffset(format, middle * MINUTE) === offset) same = middle
    else changed = middle
  }
  return changed * MINUTE
}

function readOffset(format: Intl.DateTimeFormat, instant: Instant): number {
  const parts = format.format(instant).match(/\d+/g) as string[]
  const [month, day, year, hour, minute, second] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const reading = Date.UTC(year, month - 1, day, hour, minute, second)
  return Math.round((reading - Math.floor(instant / SECOND) * SECOND) / MINUTE)
}
