import { DAY, type Instant } from '../clock.ts'
import { counted, dayOf } from '../words.ts'

type DaysBefore = 3 | 1

const DAYS_BEFORE: DaysBefore[] = [3, 1]
const LAST: DaysBefore = 1

/**
 * When to remind of the forms of an appointment: 3 days and 1 day before, where that is still ahead.
 * @param changedAt when it was booked or moved to this start
 */
export const remindersFor = ({ startsAt, changedAt }: { startsAt: Instant; changedAt: Instant }) =>
  DAYS_BEFORE.map((daysBefore) => ({ daysBefore, at: startsAt - daysBefore * DAY })).filter(
    ({ at }) => at > changedAt,
  )

/** A late reminder still goes out, until the next one is due or the appointment begins. */
export const isInTime = (
  { startsAt, daysBefore }: { startsAt: Instant; daysBefore: number },
  now: Instant,
): boolean => now < (daysBefore > LAST ? startsAt - LAST * DAY : startsAt)

type Due = { dueAt: Instant; zone: string; isForAppointment: boolean }

/** When a form is due, for the client: "By Friday, March 6". */
export function dueWords({ dueAt, zone, isForAppointment }: Due, now: Instant): string {
  const day = dayOf(dueAt, zone)
  if (isForAppointment && now < dueAt) return `Before your appointment on ${day}`
  if (isForAppointment) return `For your appointment on ${day}`
  if (day === dayOf(now, zone)) return 'Today'
  return now < dueAt ? `By ${day}` : `Was due on ${day}`
}

/** "about 12 minutes" */
export const aboutWords = (minutes: number): string => `about ${counted(minutes, 'minute')}`
