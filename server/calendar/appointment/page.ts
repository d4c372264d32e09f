import { suggestedMessage } from '../../appointments/messages.ts'
import {
  canCancelAsDietitian,
  canMark,
  canRestore,
  isPastDeadline,
  type Outcome,
  RESTORE_MINUTES,
  standingOf,
  stateWords,
} from '../../appointments/states.ts'
import type { OwnAppointment } from '../../appointments/store.ts'
import { timeSpan } from '../../availability/pages.ts'
import { type Instant, MINUTE } from '../../clock.ts'
import type { Opened } from '../../sealing/reading.ts'
import { dayYearOf, lengthWords, moneyWords, placeWords, timeOf, whenShort, zoneWords } from '../../words.ts'

const happened: Record<string, string> = {
  booked: 'Booked',
  moved: 'Moved',
  cancelled: 'Cancelled',
  restored: 'Cancellation undone',
  kept: 'Marked as kept',
  late: 'Marked as late',
  no_show: 'Marked as no-show',
  reopened: 'Marked as booked again',
  cancelled_late: 'Marked as cancelled late',
  cancelled_in_time: 'Marked as cancelled in time',
}

const by: Record<string, string> = {
  client: 'by the client',
  dietitian: 'by the practice',
  system: 'by the portal',
}

export type OpenedChange = {
  at: Instant
  what: string
  byRole: string
  fromStartsAt: Instant | null
  toStartsAt: Instant
  reason: Opened | null
  message: Opened | null
}

function changeWords({ what, byRole, fromStartsAt, toStartsAt }: OpenedChange, zone: string): string {
  const words = `${happened[what] ?? what} ${by[byRole] ?? ''}`.trim()
  return what === 'moved' && fromStartsAt !== null
    ? `${words}, from ${whenShort(fromStartsAt, zone)} to ${whenShort(toStartsAt, zone)}`
    : words
}

const outcomeWords: [Outcome, string][] = [
  ['kept', 'Kept'],
  ['late', 'Came late'],
  ['no_show', 'No show'],
  ['booked', 'Set back to booked'],
  ['cancelled_late', 'It was cancelled late'],
  ['cancelled', 'It was cancelled in time'],
]

type Inputs = {
  appointment: OwnAppointment
  practice: { name: string }
  brings: Opened | null
  isNew: boolean
  attendance: string
  history: OpenedChange[]
  zone: string
  now: Instant
}

/** One appointment as its dietitian sees it. */
export function chartPage(inputs: Inputs) {
  const { appointment, zone, now } = inputs
  const { startsAt, endsAt, clientId } = appointment
  const standing = standingOf(appointment)
  const path = `/practice/appointments/${appointment.id}`
  const chart = appointment.isChartSeen ? `/practice/clients/${clientId}` : null
  const outcomes = outcomeWords.filter(([outcome]) => canMark(appointment, outcome, now))
  return {
    id: appointment.id,
    heading: appointment.clientName ?? '',
    state: standing,
    stateWords: stateWords[standing],
    when: dayYearOf(startsAt, zone),
    time: timeSpan(startsAt, endsAt, zone),
    zoneWords: zoneWords(zone, startsAt),
    clientWhen:
      appointment.zone === zone
        ? null
        : `${whenShort(startsAt, appointment.zone)}, ${zoneWords(appointment.zone, startsAt)}`,
    client: {
      ...clientOf(appointment),
      chart,
      isNew: chart !== null && inputs.isNew,
      attendance: chart === null ? '' : inputs.attendance,
    },
    type: appointment.typeName,
    place: appointment.place ? placeWords[appointment.place] : '',
    price: moneyWords(appointment.priceCents, appointment.currency),
    brings: inputs.brings,
    history: inputs.history.map((change) => ({
      when: whenShort(change.at, zone),
      words: changeWords(change, zone),
      reason: change.reason,
      message: change.message,
    })),
    outcomes: outcomes.map(([value, words]) => ({ value, words })),
    cameHeading: appointment.state === 'cancelled' ? 'Did the client call it off late?' : 'Did they come?',
    cancel: cancelOf(inputs),
    undo: undoOf(inputs),
    moveHref: canCancelAsDietitian(appointment) ? `${path}/reschedule` : null,
    bookHref: chart && `${chart}/booking`,
    notesAction: chart && startsAt <= now && appointment.state !== 'cancelled' ? `${chart}/notes` : null,
    cancelAction: `${path}/cancellation`,
    undoAction: `${path}/restoration`,
    attendanceAction: `${path}/attendance`,
  }
}

function clientOf({ clientName, clientEmail, clientPhone, bookedPhone, bookedName }: OwnAppointment) {
  const name = clientName ?? ''
  return {
    name,
    email: clientEmail ?? '',
    phone: bookedPhone || (clientPhone ?? ''),
    bookedAs: bookedName !== name ? bookedName : null,
  }
}

/** What the field of the message begins with, and whether the client is late to call it off. */
function cancelOf({ appointment, practice, now }: Inputs) {
  if (!canCancelAsDietitian(appointment)) return null
  const names = { dietitian: appointment.dietitianName, practice: practice.name }
  return {
    message: suggestedMessage('cancelled', names),
    base: String(appointment.sequence),
    isLate: isPastDeadline(appointment, now),
    deadline: lengthWords(appointment.changeDeadlineMinutes),
  }
}

const undoOf = ({ appointment, zone, now }: Inputs) =>
  canRestore(appointment, now)
    ? { until: timeOf((appointment.cancelledAt ?? now) + RESTORE_MINUTES * MINUTE, zone) }
    : null
