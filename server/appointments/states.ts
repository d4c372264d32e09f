import type { Instant } from '../clock.ts'

export type State = 'held' | 'lapsed' | 'booked' | 'kept' | 'no_show' | 'cancelled'

/** A state, and whether it was late: come late when kept, cancelled too late when cancelled. */
export type Standing = State | 'late' | 'cancelled_late'

/** What the dietitian may say of an appointment. */
export type Outcome = 'kept' | 'late' | 'no_show' | 'booked' | 'cancelled' | 'cancelled_late'

export const stateWords: Record<Standing, string> = {
  held: 'Being booked',
  lapsed: 'Given back',
  booked: 'Booked',
  kept: 'Kept',
  late: 'Came late',
  no_show: 'No-show',
  cancelled: 'Cancelled',
  cancelled_late: 'Cancelled late',
}

/** What an outcome is in the table, and what its history calls it. */
export const meanings: Record<Outcome, { state: State; wasLate: boolean; what: string }> = {
  kept: { state: 'kept', wasLate: false, what: 'kept' },
  late: { state: 'kept', wasLate: true, what: 'late' },
  no_show: { state: 'no_show', wasLate: false, what: 'no_show' },
  booked: { state: 'booked', wasLate: false, what: 'reopened' },
  cancelled: { state: 'cancelled', wasLate: false, what: 'cancelled_in_time' },
  cancelled_late: { state: 'cancelled', wasLate: true, what: 'cancelled_late' },
}

/** From which standing the dietitian may set which outcome. */
const outcomes: Record<Standing, Outcome[]> = {
  held: [],
  lapsed: [],
  booked: ['kept', 'late', 'no_show'],
  kept: ['late', 'no_show', 'booked'],
  late: ['kept', 'no_show', 'booked'],
  no_show: ['kept', 'late', 'booked'],
  cancelled: ['cancelled_late'],
  cancelled_late: ['cancelled'],
}

const CAME: Outcome[] = ['kept', 'late', 'no_show']

type Timed = { state: State; startsAt: Instant }
type Marked = Timed & { wasLate: boolean }

export function standingOf({ state, wasLate }: Pick<Marked, 'state' | 'wasLate'>): Standing {
  if (!wasLate) return state
  return state === 'cancelled' ? 'cancelled_late' : 'late'
}

/** Whether it is said already. */
export const isMarked = ({ state, wasLate }: Marked, outcome: Outcome): boolean =>
  meanings[outcome].state === state && meanings[outcome].wasLate === wasLate

/** Kept or missed can only be said of what has begun; taking it back is possible at any time. */
export const canMark = (appointment: Marked, outcome: Outcome, now: Instant): boolean =>
  outcomes[standingOf(appointment)].includes(outcome) &&
  (!CAME.includes(outcome) || appointment.startsAt <= now)

/** The dietitian may move or cancel until the appointment is marked, even after its start. */
export const canCancelAsDietitian = ({ state }: Timed): boolean => state === 'booked'

export const RESTORE_MINUTES = 10

/** A cancellation can be undone for ten minutes, unless the appointment would have begun. */
export const canRestore = (
  { state, startsAt, cancelledAt }: Timed & { cancelledAt: Instant | null },
  now: Instant,
): boolean =>
  state === 'cancelled' &&
  cancelledAt !== null &&
  now - cancelledAt < RESTORE_MINUTES * 60_000 &&
  startsAt > now

type Promised = Timed & { changeDeadlineMinutes: number }

/** Whether the time until which a client may change an appointment is over. */
export const isPastDeadline = ({ startsAt, changeDeadlineMinutes }: Promised, now: Instant): boolean =>
  startsAt - now < changeDeadlineMinutes * 60_000

export type Change = { ok: true } | { ok: false; because: 'tooLate' | 'past' | 'cancelled' | 'over' }

/**
 * Whether a client may still move or cancel.
 * @param appointment.changeDeadlineMinutes as it was promised when the appointment was booked
 */
export function decideChange(appointment: Promised, now: Instant): Change {
  const { state, startsAt } = appointment
  if (state === 'cancelled') return { ok: false, because: 'cancelled' }
  if (state !== 'booked') return { ok: false, because: 'over' }
  if (startsAt <= now) return { ok: false, because: 'past' }
  if (isPastDeadline(appointment, now)) return { ok: false, because: 'tooLate' }
  return { ok: true }
}
