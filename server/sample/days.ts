import { addDays, localDate, startOfDay, weekdayOf } from '../availability/zones.ts'
import { type Instant, MINUTE } from '../clock.ts'
import { practice } from './story.ts'

/** A working day, counted from today (0, whatever day it is), and minutes after midnight on the practice's clock. */
export type Told = { day: number; at: number }

/** Today on the practice's clock, and the working days around it: 0 is today even on a weekend, so that there is always a day to look at. */
export function dateOf(day: number, now: Instant): string {
  let date = localDate(now, practice.zone)
  for (let left = Math.abs(day); left > 0; ) {
    date = addDays(date, Math.sign(day))
    if (!isWeekend(date)) left -= 1
  }
  return date
}

export const isWeekend = (date: string): boolean => weekdayOf(date) > 5

export const momentOf = ({ day, at }: Told, now: Instant): Instant =>
  startOfDay(dateOf(day, now), practice.zone) + at * MINUTE

/** The evening of a day, weekends too: when people sit down with a form. Not each time at the same minute. */
export const eveningOf = (daysAgo: number, now: Instant): Instant =>
  startOfDay(addDays(localDate(now, practice.zone), -daysAgo), practice.zone) +
  (20 * 60 + ((daysAgo * 17) % 50)) * MINUTE
