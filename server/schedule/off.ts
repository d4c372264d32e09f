import { addDays, dayOfDate, instantAt, isDate, startOfDay } from '../availability/zones.ts'
import { HOUR, type Instant } from '../clock.ts'
import { dayShortOf, monthDayOf, timeOf, WRITE_DAY } from '../words.ts'
import { minuteOf } from './times.ts'
import type { Problem } from './week.ts'

/** As it was typed: the first and the last day, and the hours of the day when it is not the whole of them. */
export type PostedOff = { from: string; fromTime: string; to: string; toTime: string }

export type Off = { startsAt: Instant; endsAt: Instant }

export const MOST_DAYS = 365

const DAY = 1440

const refuse = (name: string, message: string): Problem => ({ name, message })

/** The time off that somebody means; whole days from midnight to midnight of their zone. An empty last day is the first. */
export function decideOff(posted: PostedOff, zone: string, now: Instant): Off | Problem {
  const { from } = posted
  const to = posted.to === '' ? from : posted.to
  if (!isDate(from)) return refuse('off_from', `Please choose the first day. ${WRITE_DAY}`)
  if (!isDate(to)) return refuse('off_to', `Please choose the last day, or leave it empty. ${WRITE_DAY}`)
  if (to < from) return refuse('off_to', 'The last day lies before the first.')
  if (dayOfDate(to) - dayOfDate(from) >= MOST_DAYS)
    return refuse('off_to', `Time off can be ${MOST_DAYS} days long at most. Please add the rest later.`)
  const startsAt = edge(posted.fromTime, from, from, zone)
  if (startsAt === undefined) return refuse('off_from_time', 'Please choose the time from the list.')
  const endsAt = edge(posted.toTime, to, addDays(to, 1), zone)
  if (endsAt === undefined) return refuse('off_to_time', 'Please choose the time from the list.')
  if (endsAt <= startsAt) return refuse('off_to_time', 'It ends before it begins.')
  if (endsAt <= now) return refuse('off_from', 'This lies in the past.')
  return { startsAt, endsAt }
}

/** The time of that date, or without one the beginning of the whole day. */
function edge(time: string, date: string, whole: string, zone: string): Instant | undefined {
  if (time === '') return startOfDay(whole, zone)
  const minute = minuteOf(time, DAY)
  return minute === undefined ? undefined : instantAt(date, minute, zone)
}

/** "Tue, Mar 3", "Tue, Mar 3, 1:00 PM to 3:00 PM", "Tue, Mar 3 to Fri, Mar 6" */
export function offWords({ startsAt, endsAt }: Off, zone: string): string {
  const isWhole = (at: Instant) => timeOf(at, zone) === '12:00 AM'
  const lastDay = endsAt - 1
  const isOneDay = dayShortOf(startsAt, zone) === dayShortOf(lastDay, zone) && endsAt - startsAt < 26 * HOUR
  if (isWhole(startsAt) && isWhole(endsAt))
    return isOneDay
      ? dayShortOf(startsAt, zone)
      : `${dayShortOf(startsAt, zone)} to ${dayShortOf(lastDay, zone)}`
  const from = `${dayShortOf(startsAt, zone)}, ${timeOf(startsAt, zone)}`
  if (isOneDay) return isWhole(endsAt) ? `${from} on` : `${from} to ${timeOf(endsAt, zone)}`
  const end = isWhole(endsAt)
    ? dayShortOf(lastDay, zone)
    : `${dayShortOf(endsAt, zone)}, ${timeOf(endsAt, zone)}`
  return `${from} to ${end}`
}

/** Which of them overlap with another one. */
export function overlapping<T extends Off>(list: T[]): Set<T> {
  const found = new Set<T>()
  for (const one of list)
    for (const other of list)
      if (one !== other && one.startsAt < other.endsAt && other.startsAt < one.endsAt) found.add(one)
  return found
}

/** "March 3, 2026" is too long for a chip: "Mar 3", with the year when it is another one. */
export function chipWords(date: string, today: string, zone: string): string {
  const words = monthDayOf(startOfDay(date, zone), zone)
  return date.slice(0, 4) === today.slice(0, 4) ? words : `${words}, ${date.slice(0, 4)}`
}
