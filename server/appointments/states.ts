import type { Instant } from '../clock.ts'

export type State = 'held' | 'lapsed' | 'booked' | 'kept' | 'no_show' | 'cancelled'

export type Outcome = 'kept' | 'no_show' | 'booked'

export const stateWords: Record<State, string> = {
  held: 'Being booked',
  lapsed: 'Given back',
  booked: 'Booked',
  kept: 'Kept',
  no_show: 'No-show',
  cancelled: 'Cancelled',
}

/** From which states the dietitian may set which outcome. */
const outcomes: Record<State, Outcome[]> = {
  held: [],
  lapsed: [],
  booked: ['kept', 'no_show'],
  kept: ['no_show', 'booked'],
  no_show: ['kept', 'booked'],
  cancelled: [],
}

type Timed = { state: State; startsAt: Instant }

/** Kept or missed can only be said of what has begun; taking it back is possible at any time. */
export const canMark = (appointment: Timed, outcome: Outcome, now: Instant): boolean =>
  outcomes[appointment.state].includes(outcome) && (outcome === 'booked' || appointment.startsAt <= now)

/** The dietitian may cancel until the appointment is marked, even after its start. */
export const canCancelAsDietitian = ({ state }: Timed): boolean => state === 'booked'

export type Change = { ok: true } | { ok: false; because: 'tooLate' | 'past' | 'cancelled' | 'over' }

/**
 * Whether a client may still move or cancel.
 * @param appointment.changeDeadlineMinutes as it was promised when the appointment was booked
 */
export function decideChange(appointment: Timed & { changeDeadlineMinutes: number }, now: Instant): Change {
  const { state, startsAt, changeDeadlineMinutes } = appointment
  if (state === 'cancelled') return { ok: false, because: 'cancelled' }
  if (state !== 'booked') return { ok: false, because: 'over' }
  if (startsAt <= now) return { ok: false, because: 'past' }
  if (startsAt - now < changeDeadlineMinutes * 60_000) return { ok: false, because: 'tooLate' }
  return { ok: true }
}
