import { DAY, type Instant } from '../clock.ts'
import type { PlaceName } from '../words.ts'
import type { Hours } from './hours.ts'
import { placedSlots, placesOpen } from './places.ts'
import type { Busy } from './slots.ts'
import type { AppointmentType, Bookable, BookableDietitian } from './store.ts'

/** A start that can be booked now, with whom, in the practice's order, and where the first of them can be met then. */
export type Opening = { start: Instant; dietitians: BookableDietitian[]; places: PlaceName[] }

/** When a dietitian is busy; `byType`: which of the starts are of which type, by its id. */
export type Diary = Busy & { byType?: Map<string, Instant[]> }

export type Span = { from: Instant; to: Instant }

const NOTHING: Diary = { ranges: [], starts: [] }

/** A dietitian's diary as the rules of one type look at it. */
function busyFor({ id }: AppointmentType, diary: Diary | undefined): Busy {
  const { ranges, starts, byType } = diary ?? NOTHING
  return { ranges, starts, ofType: byType?.get(id) ?? [] }
}

/** The slots of all dietitians of a type, one entry a start, ascending. */
export function openings(
  { type, dietitians }: Bookable,
  busy: Map<string, Diary>,
  span: Span,
  now: Instant,
): Opening[] {
  const byStart = new Map<Instant, Opening>()
  for (const dietitian of dietitians) {
    const own = busyFor(type, busy.get(dietitian.id))
    for (const { start, places } of placedSlots(dietitian.hours, type, own, span, now)) {
      const others = byStart.get(start)
      if (others) others.dietitians.push(dietitian)
      else byStart.set(start, { start, dietitians: [dietitian], places })
    }
  }
  const found = [...byStart.values()]
  return dietitians.length > 1 ? found.sort((a, b) => a.start - b.start) : found
}

/** The last instant at which a slot of this type may start, a day generously counted. */
export const lastBookable = (bookable: Bookable, now: Instant): Instant =>
  now + (bookable.type.offer.windowDays + 2) * DAY

/** The first slot from an instant on, looked for week by week. */
export function firstOpening(bookable: Bookable, busy: Map<string, Diary>, from: Instant, now: Instant) {
  const end = lastBookable(bookable, now)
  for (let at = from; at < end; at += 7 * DAY) {
    const [first] = openings(bookable, busy, { from: at, to: Math.min(at + 7 * DAY, end) }, now)
    if (first) return first
  }
  return undefined
}

export type Decision =
  | { ok: true; dietitians: BookableDietitian[] }
  | { ok: false; because: 'taken' | 'notOpen' }

/**
 * Whether a start can be booked now, and with whom: the same function that shows the slots decides.
 * 'taken': it would be open if nobody were booked; 'notOpen': it never was, or is too soon or too far away.
 */
export function decideSlot(
  bookable: Bookable,
  busy: Map<string, Diary>,
  start: Instant,
  now: Instant,
): Decision {
  const { dietitians, type } = bookable
  const isOpen = (hours: Hours, diary: Diary | undefined) =>
    placesOpen(hours, type, busyFor(type, diary), start, now).length > 0
  const open = dietitians.filter(({ id, hours }) => isOpen(hours, busy.get(id)))
  if (open.length > 0) return { ok: true, dietitians: open }
  const wouldBe = dietitians.some(({ hours }) => isOpen(hours, NOTHING))
  return { ok: false, because: wouldBe ? 'taken' : 'notOpen' }
}
