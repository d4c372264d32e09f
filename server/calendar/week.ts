import { type State, stateWords } from '../appointments/states.ts'
import { addDays, dayOfDate, localDate, startOfDay, weekdayOf, zoneOffset } from '../availability/zones.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../clock.ts'
import { dayOf, monthDayOf, placeWords, timeOf, weekdayShortOf, zoneWords } from '../words.ts'
import type { DiaryEntry, TimeOff } from './store.ts'

export type Item = {
  kind: 'appointment' | 'buffer' | 'timeOff' | 'held'
  /** Grid lines of the day, a quarter of an hour each; 1 is the start of the first hour shown. */
  rowStart: number
  rowEnd: number
  href: string
  time: string
  client: string
  type: string
  place: string
  state: State | ''
  stateWords: string
  label: string
}

export type Day = { date: string; weekday: string; monthDay: string; isToday: boolean; items: Item[] }

export type Week = {
  label: string
  previousHref: string
  nextHref: string
  todayHref: string
  zoneWords: string
  hours: number[]
  days: Day[]
}

const QUARTER = 15 * MINUTE
const EARLIEST_USUAL = 8
const LATEST_USUAL = 18

/** The Monday of a date's week. */
export const mondayOf = (date: string): string => addDays(date, 1 - weekdayOf(date))

type Inputs = { monday: string; zone: string; entries: DiaryEntry[]; timeOff: TimeOff[]; now: Instant }

export function weekPage({ monday, zone, entries, timeOff, now }: Inputs): Week {
  const dates = [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(monday, n))
  const hours = hoursShown(entries, zone)
  const first = startOfDay(monday, zone)
  const last = startOfDay(dates[6] as string, zone)
  const href = (date: string) => `/practice/calendar?week=${date}`
  return {
    label: `${monthDayOf(first, zone)} – ${monthDayOf(last, zone)}, ${(dates[6] as string).slice(0, 4)}`,
    previousHref: href(addDays(monday, -7)),
    nextHref: href(addDays(monday, 7)),
    todayHref: href(localDate(now, zone)),
    zoneWords: zoneWords(zone, first),
    hours,
    days: dates.map((date) => dayOfWeek(date, { hours, zone, entries, timeOff, now })),
  }
}

/** From the usual hours of a practice, further when something is earlier or later. */
function hoursShown(entries: DiaryEntry[], zone: string): number[] {
  let from = EARLIEST_USUAL
  let to = LATEST_USUAL
  for (const { startsAt, endsAt } of entries) {
    const midnight = dayOfDate(localDate(startsAt, zone)) * DAY
    const shown = onWall(startsAt, endsAt, zone)
    from = Math.min(from, Math.floor((shown.start - midnight) / HOUR))
    to = Math.max(to, Math.ceil((shown.end - midnight) / HOUR))
  }
  const last = Math.min(to, 24)
  return Array.from({ length: last - from }, (_, index) => from + index)
}

type DayInputs = Omit<Inputs, 'monday'> & { hours: number[] }

function dayOfWeek(date: string, { hours, zone, entries, timeOff, now }: DayInputs): Day {
  const midnight = startOfDay(date, zone)
  const frame = { from: dayOfDate(date) * DAY + (hours[0] ?? 0) * HOUR, quarters: hours.length * 4, zone }
  const today = entries.filter(({ startsAt }) => localDate(startsAt, zone) === date)
  const dayEnd = startOfDay(addDays(date, 1), zone)
  const away = timeOff.filter(({ startsAt, endsAt }) => startsAt < dayEnd && endsAt > midnight)
  return {
    date,
    weekday: weekdayShortOf(midnight, zone),
    monthDay: monthDayOf(midnight, zone),
    isToday: date === localDate(now, zone),
    items: [
      ...away.flatMap((span) => timeOffItem(span, frame, zone)),
      ...today.flatMap((entry) => [...bufferItems(entry, frame), ...appointmentItem(entry, frame, zone)]),
    ],
  }
}

/** What the clock on the wall shows, counted as if every day had 24 hours: the grid has a row for each of its quarters. */
function onWall(start: Instant, end: Instant, zone: string) {
  const [first, last] = [start, end].map((instant) => instant + zoneOffset(instant, zone) * MINUTE) as [
    number,
    number,
  ]
  // In the hour that a zone has twice, the end can read earlier than the start.
  return { start: first, end: last > first ? last : first + end - start }
}

type Frame = { from: number; quarters: number; zone: string }

/** The grid lines of a stretch of time, or nothing when it lies outside the hours shown. */
function rows(start: Instant, end: Instant, { from, quarters, zone }: Frame) {
  const shown = onWall(start, end, zone)
  const rowStart = Math.max(1, Math.floor((shown.start - from) / QUARTER) + 1)
  const rowEnd = Math.min(quarters + 1, Math.ceil((shown.end - from) / QUARTER) + 1)
  return rowEnd > rowStart ? { rowStart, rowEnd } : undefined
}

const plain = { href: '', time: '', client: '', type: '', place: '', state: '' as const, stateWords: '' }

function bufferItems(entry: DiaryEntry, frame: Frame): Item[] {
  if (entry.state === 'cancelled' || entry.state === 'no_show') return []
  const before = entry.blocksFrom < entry.startsAt ? rows(entry.blocksFrom, entry.startsAt, frame) : undefined
  const after = entry.blocksTo > entry.endsAt ? rows(entry.endsAt, entry.blocksTo, frame) : undefined
  const item = { ...plain, kind: 'buffer' as const, label: 'Buffer' }
  return [before, after].flatMap((lines) => (lines ? [{ ...item, ...lines }] : []))
}

function timeOffItem({ startsAt, endsAt }: TimeOff, frame: Frame, zone: string): Item[] {
  const lines = rows(startsAt, endsAt, frame)
  const label = `Time off until ${dayOf(endsAt, zone)}, ${timeOf(endsAt, zone)}`
  return lines ? [{ ...plain, ...lines, kind: 'timeOff', label }] : []
}

function appointmentItem(entry: DiaryEntry, frame: Frame, zone: string): Item[] {
  const lines = rows(entry.startsAt, entry.endsAt, frame)
  if (!lines) return []
  const isHeld = entry.state === 'held'
  const client = entry.clientName ?? 'Being booked'
  const time = timeOf(entry.startsAt, zone)
  const place = entry.place ? placeWords[entry.place] : ''
  const words = stateWords[entry.state]
  const label = [`${time} to ${timeOf(entry.endsAt, zone)}`, client, entry.typeName, place, words]
    .filter(Boolean)
    .join(', ')
  return [
    {
      ...lines,
      kind: isHeld ? 'held' : 'appointment',
      href: isHeld ? '' : `/practice/appointments/${entry.id}`,
      time,
      client,
      type: entry.typeName,
      place,
      state: entry.state,
      stateWords: words,
      label,
    },
  ]
}
