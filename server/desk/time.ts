import { dayOfDate, dayStretches, isDate, localDate, startOfDay } from '../availability/zones.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../clock.ts'
import { WRITE_DAY } from '../words.ts'

export type TypedTime = { ok: true; start: Instant } | { ok: false; field: 'date' | 'time'; message: string }

const MOST_DAYS_AHEAD = 730

const refuse = (field: 'date' | 'time', message: string): TypedTime => ({ ok: false, field, message })

/**
 * The instant that a date and a time of the wall clock name; of a time that comes twice, the first.
 * @param typed 'YYYY-MM-DD' and 'HH:MM'
 */
export function readTime({ date, time }: { date: string; time: string }, zone: string): TypedTime {
  if (!isDate(date)) return refuse('date', `Please choose the day. ${WRITE_DAY}`)
  const [, hours, minutes] = time.match(/^([01]\d|2[0-3]):([0-5]\d)$/) ?? []
  if (hours === undefined)
    return refuse(
      'time',
      'Please choose the time. Where there is no clock to choose from, write it like 14:30.',
    )
  const day = dayOfDate(date)
  const ofDay = (Number(hours) * 60 + Number(minutes)) * MINUTE
  for (const { start, end, offset } of dayStretches(day, zone)) {
    const instant = day * DAY - offset * MINUTE + ofDay
    if (instant >= start && instant < end) return { ok: true, start: instant }
  }
  return refuse('time', 'The clocks skip this time on that day. Please choose another one.')
}

const HOURS_BACK = 8

/** From when on what has begun already can still be entered: today, and not too long ago. */
export const enteredSince = (now: Instant, zone: string): Instant =>
  Math.max(startOfDay(localDate(now, zone), zone), now - HOURS_BACK * HOUR)

/**
 * Why a start can't be booked at all, or null.
 * @param since where what has begun can still be entered: from when on
 */
export function whyNever(start: Instant, now: Instant, since: Instant = now): string | null {
  if (start <= now && since === now) return 'This time has passed. Please choose a later one.'
  if (start < since)
    return `This is too long ago. What has begun can be entered on the same day, for ${HOURS_BACK} hours.`
  if (start > now + MOST_DAYS_AHEAD * DAY) return 'Please choose a time within the next two years.'
  return start % MINUTE === 0 ? null : 'Please choose a whole minute.'
}
