import { HOUR, type Instant } from '../clock.ts'
import type { State } from './states.ts'

export type HoursBefore = 48 | 2

const HOURS_BEFORE: HoursBefore[] = [48, 2]
const LAST: HoursBefore = 2

/**
 * When to remind of an appointment: 48 hours and 2 hours before, where that is still ahead.
 * @param changedAt when it was booked or moved to this start
 */
export function remindersFor({ startsAt, changedAt }: { startsAt: Instant; changedAt: Instant }) {
  return HOURS_BEFORE.map((hoursBefore) => ({ hoursBefore, at: startsAt - hoursBefore * HOUR })).filter(
    ({ at }) => at > changedAt,
  )
}

type Timed = { state: State; sequence: number; startsAt: Instant }

/** A late reminder still goes out, until the next one is due or the appointment begins. */
export function isStillWanted(
  { state, sequence, startsAt }: Timed,
  reminder: { sequence: number; hoursBefore: number },
  now: Instant,
): boolean {
  if (state !== 'booked' || sequence !== reminder.sequence) return false
  const until = reminder.hoursBefore > LAST ? startsAt - LAST * HOUR : startsAt
  return now < until
}
