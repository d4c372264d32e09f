import { standingOf, stateWords } from '../../appointments/states.ts'
import type { Instant } from '../../clock.ts'
import { sizeWords } from '../../files/names.ts'
import { dayYearOf, placeWords, timeOf, whenShort } from '../../words.ts'
import { chartPath, responsePath } from '../links.ts'
import { cursorText } from './cursor.ts'
import { type Kind, kindWords } from './kinds.ts'
import type { Moment } from './store.ts'

export type Line = {
  icon: string
  words: string
  /** What it is called, in somebody's own words. */
  name: string
  more: string
  href: string | null
  state: { state: string; words: string } | null
}

type At = {
  clientId: string
  dietitianId: string
  zone: string
  now: Instant
  nameOf(moment: Moment): string
}

const by: Record<string, string> = { client: 'the client', dietitian: 'the practice', system: 'itself' }
const changed: Record<string, string> = {
  booked: 'Booked',
  moved: 'Moved',
  cancelled: 'Cancelled',
  restored: 'Cancellation taken back',
}

const plain = (icon: string, words: string): Line => ({
  icon,
  words,
  name: '',
  more: '',
  href: null,
  state: null,
})

function lineOf(moment: Moment, at: At): Line {
  const { clientId, dietitianId, zone } = at
  const ownHref = (of: { id: string; with: string }) =>
    of.with === dietitianId ? `/practice/appointments/${of.id}` : null
  switch (moment.what) {
    case 'visit': {
      const { type, state, wasLate, place, name } = moment.about
      const standing = standingOf({ state, wasLate })
      return {
        ...plain('calendar-days', moment.at > at.now ? 'Coming' : 'Appointment'),
        name: type,
        more: `${placeWords[place]}, with ${name}`,
        href: ownHref(moment.about),
        state: { state: standing, words: stateWords[standing] },
      }
    }
    case 'change': {
      const { type, what, role, from, to } = moment.about
      const times =
        what === 'moved' && from !== null
          ? `from ${whenShort(from, zone)} to ${whenShort(to, zone)}`
          : `for ${whenShort(to, zone)}`
      return {
        ...plain(what === 'cancelled' ? 'calendar-x' : 'calendar-clock', changed[what] ?? what),
        name: type,
        more: `${times}, by ${by[role] ?? role}`,
        href: ownHref(moment.about),
      }
    }
    case 'sent': {
      const { id, title, number, isCheckIn } = moment.about
      const words = number > 1 ? `Changed, version ${number}` : 'Sent'
      return {
        ...plain(isCheckIn ? 'activity' : 'clipboard-check', words),
        name: title,
        href: responsePath(clientId, id),
      }
    }
    case 'asked':
      return {
        ...plain('clipboard-list', moment.about.isBack ? 'Asked for, and taken back' : 'Asked for'),
        name: moment.about.title,
      }
    case 'note': {
      const { id, signer, isShared } = moment.about
      const more = isShared ? 'shared with the client' : ''
      return { ...plain('notebook-pen', `Note signed by ${signer}`), more, href: `/practice/notes/${id}` }
    }
    case 'draft':
      return {
        ...plain('file-pen-line', 'Your draft of a note'),
        href: `/practice/notes/${moment.about.id}`,
        state: { state: 'draft', words: 'Not signed' },
      }
    case 'addendum': {
      const { id, signer, number } = moment.about
      return {
        ...plain('notebook-pen', `Addendum ${number} signed by ${signer}`),
        href: `/practice/notes/${id}`,
      }
    }
    case 'mail':
      return { ...plain('mail', 'Mail'), name: moment.about.subject }
    case 'consent': {
      const { id, title, number } = moment.about
      return {
        ...plain('file-pen-line', 'Signed'),
        name: title,
        more: `version ${number}`,
        href: `/practice/consents/signatures/${id}`,
      }
    }
    case 'file': {
      const { id, bytes } = moment.about
      return {
        ...plain('paperclip', 'File'),
        name: at.nameOf(moment),
        more: sizeWords(bytes),
        href: `/practice/files/${id}`,
      }
    }
  }
}

/**
 * Moments by the days of the practice's calendar.
 * @param found one more than fits when another page follows
 */
export function timelinePage(
  found: Moment[],
  at: At,
  { kind, isFirst, size }: { kind: Kind | null; isFirst: boolean; size: number },
) {
  const path = chartPath(at.clientId)
  const shown = found.slice(0, size)
  const last = found.length > size ? shown.at(-1) : undefined
  const query = (more: Record<string, string>) => {
    const text = new URLSearchParams({ ...(kind ? { kind } : {}), ...more }).toString()
    return text ? `${path}?${text}#timeline` : `${path}#timeline`
  }
  const days = Map.groupBy(shown, (moment) => dayYearOf(moment.at, at.zone))
  return {
    days: [...days].map(([label, moments]) => ({
      label,
      isComing: (moments[0]?.at ?? 0) > at.now && dayYearOf(at.now, at.zone) !== label,
      lines: moments.map((moment) => ({ time: timeOf(moment.at, at.zone), ...lineOf(moment, at) })),
    })),
    filters: [
      { words: 'Everything', href: `${path}#timeline`, isHere: kind === null },
      ...(Object.keys(kindWords) as Kind[]).map((one) => ({
        words: kindWords[one],
        href: `${path}?kind=${one}#timeline`,
        isHere: one === kind,
      })),
    ],
    newer: isFirst ? null : query({}),
    older: last ? query({ before: cursorText(last) }) : null,
  }
}
