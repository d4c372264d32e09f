import { canMark, type State, stateWords } from '../appointments/states.ts'
import type { DiaryEntry } from '../calendar/store.ts'
import { type Instant, MINUTE } from '../clock.ts'
import { placeWords, timeOf } from '../words.ts'

export type Row =
  | { kind: 'now'; time: string }
  | { kind: 'gap'; words: string }
  | {
      kind: 'appointment'
      id: string
      href: string
      time: string
      until: string
      client: string
      isNewClient: boolean
      type: string
      place: string
      state: State
      stateWords: string
      canMark: boolean
      markAction: string
    }

const WORTH_A_GAP = 20 * MINUTE

/** The day as a line of time: appointments in order, free stretches between them, and where we are now. */
export function timeline(entries: DiaryEntry[], zone: string, now: Instant): Row[] {
  const shown = entries.filter(({ state }) => state !== 'cancelled')
  const rows: Row[] = []
  let hasNow = false
  const mark = (until: Instant) => {
    if (hasNow || now > until) return
    rows.push({ kind: 'now', time: timeOf(now, zone) })
    hasNow = true
  }
  shown.forEach((entry, index) => {
    const before = shown[index - 1]
    if (before && entry.startsAt - before.endsAt >= WORTH_A_GAP) {
      rows.push({ kind: 'gap', words: `Free until ${timeOf(entry.startsAt, zone)}` })
    }
    mark(entry.startsAt)
    rows.push(appointmentRow(entry, zone, now))
  })
  if (shown.length > 0) mark(Number.POSITIVE_INFINITY)
  return rows
}

function appointmentRow(entry: DiaryEntry, zone: string, now: Instant): Row {
  return {
    kind: 'appointment',
    id: entry.id,
    href: entry.state === 'held' ? '' : `/practice/appointments/${entry.id}`,
    time: timeOf(entry.startsAt, zone),
    until: timeOf(entry.endsAt, zone),
    client: entry.clientName ?? 'Somebody is filling in their details',
    isNewClient: entry.isNewClient,
    type: entry.typeName,
    place: entry.place ? placeWords[entry.place] : '',
    state: entry.state,
    stateWords: stateWords[entry.state],
    canMark: canMark(entry, 'kept', now),
    markAction: `/practice/appointments/${entry.id}/attendance`,
  }
}
