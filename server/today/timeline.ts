import { canMark, type Standing, standingOf, stateWords } from '../appointments/states.ts'
import type { DiaryEntry } from '../calendar/store.ts'
import { type Instant, MINUTE } from '../clock.ts'
import { placeWords, timeOf } from '../words.ts'
import type { Ready } from './store.ts'
import { cautionWords, nthWords, warningWords } from './words.ts'

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
      /** Which of the client's appointments it is. */
      nth: string
      isFirst: boolean
      type: string
      place: string
      /** The video call, until the appointment is over. */
      joinHref: string | null
      state: Standing
      stateWords: string
      /** Where the forms stand that were asked for it. */
      forms: { state: 'asked' | 'begun' | 'sent'; words: string } | null
      /** Open warning signs of the client, in words; and cautions, apart. */
      signs: { words: string; isUrgent: boolean; href: string } | null
      cautions: { words: string; href: string } | null
      chartHref: string | null
      canMark: boolean
      markAction: string
    }

const WORTH_A_GAP = 20 * MINUTE

type At = { zone: string; now: Instant; ready: Ready[] }

/** The day as a line of time: appointments in order, free stretches between them, and where we are now. */
export function timeline(entries: DiaryEntry[], { zone, now, ready }: At): Row[] {
  const readyFor = new Map(ready.map((one) => [one.appointmentId, one]))
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
    rows.push(appointmentRow(entry, readyFor.get(entry.id), { zone, now }))
  })
  if (shown.length > 0) mark(Number.POSITIVE_INFINITY)
  return rows
}

const formsWords = { asked: 'Forms asked', begun: 'Forms begun', sent: 'Forms sent' } as const

type Readiness = Pick<Extract<Row, { kind: 'appointment' }>, 'forms' | 'signs' | 'cautions'>

function readiness(ready: Ready | undefined): Readiness {
  if (!ready) return { forms: null, signs: null, cautions: null }
  const { forms, clientId } = ready
  const href = `/practice/clients/${clientId}`
  const signs = warningWords(ready)
  const cautions = cautionWords(ready)
  return {
    forms: forms && { state: forms, words: formsWords[forms] },
    signs: signs === null ? null : { words: signs, isUrgent: ready.urgent > 0, href },
    cautions: cautions === null ? null : { words: cautions, href },
  }
}

function joinHref({ place, state, videoUrl, endsAt }: DiaryEntry, now: Instant): string | null {
  return place === 'video' && state === 'booked' && now < endsAt ? videoUrl : null
}

function appointmentRow(
  entry: DiaryEntry,
  ready: Ready | undefined,
  { zone, now }: { zone: string; now: Instant },
): Row {
  const standing = standingOf(entry)
  return {
    kind: 'appointment',
    id: entry.id,
    href: entry.state === 'held' ? '' : `/practice/appointments/${entry.id}`,
    time: timeOf(entry.startsAt, zone),
    until: timeOf(entry.endsAt, zone),
    client: entry.clientName ?? 'Somebody is filling in their details',
    chartHref: entry.clientId && `/practice/clients/${entry.clientId}`,
    nth: nthWords(entry.nth),
    isFirst: entry.nth === 1,
    type: entry.typeName,
    place: entry.place ? placeWords[entry.place] : '',
    joinHref: joinHref(entry, now),
    state: standing,
    stateWords: stateWords[standing],
    ...readiness(ready),
    canMark: canMark(entry, 'kept', now) && entry.state === 'booked',
    markAction: `/practice/appointments/${entry.id}/attendance`,
  }
}
