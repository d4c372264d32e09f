import { standingOf, stateWords } from '../appointments/states.ts'
import type { Range } from '../availability/slots.ts'
import { addDays, dayOfDate, localDate, startOfDay, weekdayOf } from '../availability/zones.ts'
import { DAY, HOUR, type Instant } from '../clock.ts'
import { dayOf, monthDayOf, placeWords, timeOf, weekdayShortOf, zoneWords } from '../words.ts'
import { type Frame, freeItems, type Item, onWall, plain, rows } from './items.ts'
import type { DiaryEntry, TimeOff } from './store.ts'

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

const EARLIEST_USUAL = 8
const LATEST_USUAL = 18

/** The Monday of a date's week. */
export const mondayOf = (date: string): string => addDays(date, 1 - weekdayOf(date))

type Inputs = {
  monday: string
  zone: string
  entries: DiaryEntry[]
  timeOff: TimeOff[]
  /** What can still be given away of the opening hours. */
  free: Range[]
  now: Instant
}

export function weekPage({ monday, zone, entries, timeOff, free, now }: Inputs): Week {
  const dates = [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(monday, n))
  const taken = entries.map(({ startsAt, endsAt }) => ({ start: startsAt, end: endsAt }))
  const hours = hoursShown([...taken, ...free], zone)
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
    days: dates.map((date) => dayOfWeek(date, { hours, zone, entries, timeOff, free, now })),
  }
}

/** From the usual hours of a practice, further when something is earlier or later. */
function hoursShown(ranges: Range[], zone: string): number[] {
  let from = EARLIEST_USUAL
  let to = LATEST_USUAL
  for (const { start, end } of ranges) {
    const midnight = dayOfDate(localDate(start, zone)) * DAY
    const shown = onWall(start, end, zone)
    from = Math.min(from, Math.floor((shown.start - midnight) / HOUR))
    to = Math.max(to, Math.ceil((shown.end - midnight) / HOUR))
  }
  const last = Math.min(to, 24)
  return Array.from({ length: last - from }, (_, index) => from + index)
}

type DayInputs = Omit<Inputs, 'monday'> & { hours: number[] }

function dayOfWeek(date: string, { hours, zone, entries, timeOff, free, now }: DayInputs): Day {
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
      ...free
        .filter(({ start, end }) => start < dayEnd && end > midnight)
        .flatMap(({ start, end }) =>
          freeItems({ start: Math.max(start, midnight), end: Math.min(end, dayEnd) }, frame),
        ),
    ].sort((a, b) => a.rowStart - b.rowStart),
  }
}

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
  const standing = standingOf(entry)
  const words = stateWords[standing]
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
      state: standing,
      stateWords: words,
      label,
      stretch: '',
    },
  ]
}
