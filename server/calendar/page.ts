import { canCancelAsDietitian, canMark, stateWords } from '../appointments/states.ts'
import type { Appointment, HistoryEntry } from '../appointments/store.ts'
import { timeSpan } from '../availability/pages.ts'
import type { Instant } from '../clock.ts'
import type { Opened } from '../sealing/reading.ts'
import { dayYearOf, moneyWords, placeWords, whenShort, zoneWords } from '../words.ts'

const happened: Record<string, string> = {
  booked: 'Booked',
  moved: 'Moved',
  cancelled: 'Cancelled',
  kept: 'Marked as kept',
  no_show: 'Marked as no-show',
  reopened: 'Marked as booked again',
}

const by: Record<string, string> = {
  client: 'by the client',
  dietitian: 'by the practice',
  system: 'by the portal',
}

function historyWords({ what, byRole, fromStartsAt, toStartsAt }: HistoryEntry, zone: string): string {
  const words = `${happened[what] ?? what} ${by[byRole] ?? ''}`.trim()
  return what === 'moved' && fromStartsAt !== null
    ? `${words}, from ${whenShort(fromStartsAt, zone)} to ${whenShort(toStartsAt, zone)}`
    : words
}

type Inputs = {
  appointment: Appointment
  brings: Opened | null
  isNew: boolean
  history: HistoryEntry[]
  zone: string
  now: Instant
}

/** One appointment as its dietitian sees it. */
export function chartPage({ appointment, brings, isNew, history, zone, now }: Inputs) {
  const { startsAt, endsAt } = appointment
  const path = `/practice/appointments/${appointment.id}`
  const name = appointment.clientName ?? ''
  return {
    id: appointment.id,
    heading: name,
    state: appointment.state,
    stateWords: stateWords[appointment.state],
    when: dayYearOf(startsAt, zone),
    time: timeSpan(startsAt, endsAt, zone),
    zoneWords: zoneWords(zone, startsAt),
    clientWhen:
      appointment.zone === zone
        ? null
        : `${whenShort(startsAt, appointment.zone)}, ${zoneWords(appointment.zone, startsAt)}`,
    client: {
      name,
      chartHref: `/practice/clients/${appointment.clientId}`,
      email: appointment.clientEmail ?? '',
      phone: appointment.bookedPhone || (appointment.clientPhone ?? ''),
      bookedAs: appointment.bookedName !== name ? appointment.bookedName : null,
      isNew,
    },
    type: appointment.typeName,
    place: appointment.place ? placeWords[appointment.place] : '',
    price: moneyWords(appointment.priceCents, appointment.currency),
    brings,
    history: history.map((entry) => ({ when: whenShort(entry.at, zone), words: historyWords(entry, zone) })),
    canCancel: canCancelAsDietitian(appointment),
    canKeep: canMark(appointment, 'kept', now),
    canNoShow: canMark(appointment, 'no_show', now),
    canReopen: canMark(appointment, 'booked', now),
    cancelAction: `${path}/cancellation`,
    attendanceAction: `${path}/attendance`,
  }
}
