import type { Wanted } from '../../server/availability/places.ts'
import type { Busy, Hours } from '../../server/availability/slots.ts'
import type { PlaceName } from '../../server/words.ts'

/** What a clock on the wall of the practice shows. */
type Reading = { date: string; dayBefore: string; weekday: number; weekdayBefore: number; minute: number }
type Span = { from: number; to: number }
type Slot = { start: number; places: PlaceName[] }

const MINUTE = 60_000
const WEEKDAYS = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const readings = new Map<string, Map<number, Reading>>()
const clocks = new Map<string, Intl.DateTimeFormat>()

/**
 * The slots by brute force: looks at the wall clock for every minute, knows no offset, no change of clock and no merge.
 * Slow on purpose, and without a line of the program in it.
 */
export function oracleSlots(hours: Hours, wanted: Wanted, busy: Busy, span: Span, now: number): Slot[] {
  const { offer, places } = wanted
  const lastDate = later(read(Math.floor(now / MINUTE) * MINUTE, hours.zone).date, offer.windowDays)
  const isOpenMinute = new Map(
    places.map((place) => [place, remember((minute) => isOpenAt(hours, read(minute, hours.zone), place))]),
  )
  const isOpenFor = (start: number) => (place: PlaceName) =>
    everyMinute(start, offer.minutes, isOpenMinute.get(place) as (minute: number) => boolean)
  const slots: Slot[] = []
  for (let start = Math.ceil(span.from / MINUTE) * MINUTE; start < span.to; start += MINUTE) {
    const { date, minute } = read(start, hours.zone)
    if (minute % offer.step !== 0) continue
    if (start < now + offer.minimumNotice * MINUTE || date > lastDate) continue
    if (isFull(hours.zone, hours.dailyLimit, busy.starts, date)) continue
    if (isFull(hours.zone, offer.dailyLimit, busy.ofType, date)) continue
    if (touchesBusy(offer, busy, start)) continue
    const open = places.filter(isOpenFor(start))
    if (open.length > 0) slots.push({ start, places: open })
  }
  return slots
}

/** The wall clock of a zone at a whole minute. */
function read(instant: number, zone: string): Reading {
  const known = readings.get(zone) ?? new Map<number, Reading>()
  readings.set(zone, known)
  const reading = known.get(instant) ?? look(instant, zone)
  known.set(instant, reading)
  return reading
}

function look(instant: number, zone: string): Reading {
  const clock = clocks.get(zone) ?? clockOf(zone)
  clocks.set(zone, clock)
  const shown: Record<string, string> = {}
  for (const { type, value } of clock.formatToParts(instant)) shown[type] = value
  const date = `${shown.year}-${shown.month}-${shown.day}`
  const weekday = WEEKDAYS.indexOf(String(shown.weekday))
  return {
    date,
    dayBefore: later(date, -1),
    weekday,
    weekdayBefore: weekday === 1 ? 7 : weekday - 1,
    minute: Number(shown.hour) * 60 + Number(shown.minute),
  }
}

function clockOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
}

function isOpenAt(hours: Hours, at: Reading, place: PlaceName): boolean {
  return (
    isInsideWindowOf(hours, { date: at.date, weekday: at.weekday, minute: at.minute, place }) ||
    isInsideWindowOf(hours, {
      date: at.dayBefore,
      weekday: at.weekdayBefore,
      minute: at.minute + 1440,
      place,
    })
  )
}

type Asked = { date: string; weekday: number; minute: number; place: PlaceName }

/** The last plan of those that have begun by this date. */
function weeklyOn({ weekly, later: plans = [] }: Hours, date: string): Hours['weekly'] {
  let found = weekly
  let since = ''
  for (const plan of plans)
    if (plan.startsOn <= date && plan.startsOn > since) {
      found = plan.weekly
      since = plan.startsOn
    }
  return found
}

function isInsideWindowOf(hours: Hours, { date, weekday, minute, place }: Asked): boolean {
  const weekly = weeklyOn(hours, date)
  const { exceptions } = hours
  const isInside = ({ from, to, places }: Span & { places?: PlaceName[] | null }) =>
    from <= minute && minute < to && (places === undefined || places === null || places.includes(place))
  const isClosed = exceptions.some((exception) => exception.date === date && exception.kind === 'closed')
  if (!isClosed && weekly.some((window) => window.weekday === weekday && isInside(window))) return true
  return exceptions.some(
    (exception) => exception.date === date && exception.kind === 'open' && isInside(exception),
  )
}

function touchesBusy(offer: Wanted['offer'], busy: Busy, start: number): boolean {
  const first = start - offer.bufferBefore * MINUTE
  const last = start + (offer.minutes + offer.bufferAfter) * MINUTE
  return busy.ranges.some((range) => range.start < range.end && range.start < last && first < range.end)
}

function isFull(zone: string, limit: number | null = null, starts: number[] = [], date: string): boolean {
  if (limit === null) return false
  const thatDay = starts.filter((start) => read(Math.floor(start / MINUTE) * MINUTE, zone).date === date)
  return thatDay.length >= limit
}

function everyMinute(start: number, minutes: number, holds: (minute: number) => boolean): boolean {
  for (let i = 0; i < minutes; i++) if (!holds(start + i * MINUTE)) return false
  return true
}

function remember(ask: (minute: number) => boolean): (minute: number) => boolean {
  const known = new Map<number, boolean>()
  return (minute) => {
    const answer = known.get(minute) ?? ask(minute)
    known.set(minute, answer)
    return answer
  }
}

/** Calendar arithmetic in UTC, where every day has 24 hours. */
function later(date: string, days: number): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number]
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10)
}
