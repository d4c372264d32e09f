import { addDays, dayOfDate, dayStretches, localDate, startOfDay } from '../../availability/zones.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../../clock.ts'

const MORNING = 8 * HOUR

/** 8 in the morning of a date in a zone; where the clocks skip that, the first moment of the day. */
export function morningOf(date: string, zone: string): Instant {
  const day = dayOfDate(date)
  const stretches = dayStretches(day, zone)
  const mornings = stretches.map(({ start, end, offset }) => {
    const at = day * DAY + MORNING - offset * MINUTE
    return start <= at && at < end ? at : undefined
  })
  return mornings.find((at) => at !== undefined) ?? stretches[0]?.start ?? day * DAY + MORNING
}

/** The date of the last morning that has come. */
export function lastMorning(now: Instant, zone: string): string {
  const today = localDate(now, zone)
  return morningOf(today, zone) <= now ? today : addDays(today, -1)
}

export type Turn = { dueAt: Instant; nextDueOn: string }

/** The last minute of a date in a zone: what is asked for in the morning may be done until the evening. */
const eveningOf = (date: string, zone: string): Instant => startOfDay(addDays(date, 1), zone) - MINUTE

/**
 * The latest turn of a plan whose morning has come, and the day of the next one. Weeks are counted on the calendar, so
 * that a change of the clocks moves nothing. @param plan of which a turn is due
 */
export function turnOf(
  { nextDueOn, everyWeeks }: { nextDueOn: string; everyWeeks: number },
  { now, zone }: { now: Instant; zone: string },
): Turn {
  const step = everyWeeks * 7
  const late = dayOfDate(lastMorning(now, zone)) - dayOfDate(nextDueOn)
  const dueOn = addDays(nextDueOn, Math.floor(late / step) * step)
  return { dueAt: eveningOf(dueOn, zone), nextDueOn: addDays(dueOn, step) }
}
