import { DAY, type Instant } from '../clock.ts'
import { type Busy, isOpen, openSlots } from './slots.ts'
import type { Bookable, BookableDietitian } from './store.ts'

/** A start that can be booked now, and with whom, in the practice's order. */
export type Opening = { start: Instant; dietitians: BookableDietitian[] }

export type Span = { from: Instant; to: Instant }

const NOTHING: Busy = { ranges: [], starts: [] }

/** The slots of all dietitians of a type, one entry a start, ascending. */
export function openings(bookable: Bookable, busy: Map<string, Busy>, span: Span, now: Instant): Opening[] {
  const byStart = new Map<Instant, BookableDietitian[]>()
  for (const dietitian of bookable.dietitians) {
    const own = busy.get(dietitian.id) ?? NOTHING
    for (const start of openSlots(dietitian.hours, bookable.type.offer, own, span, now)) {
      const others = byStart.get(start)
      if (others) others.push(dietitian)
      else byStart.set(start, [dietitian])
    }
  }
  const found = [...byStart].map(([start, dietitians]) => ({ start, dietitians }))
  return bookable.dietitians.length > 1 ? found.sort((a, b) => a.start - b.start) : found
}

/** The last instant at which a slot of this type may start, a day generously counted. */
export const lastBookable = (bookable: Bookable, now: Instant): Instant =>
  now + (bookable.type.offer.windowDays + 2) * DAY

/** The first slot from an instant on, looked for week by week. */
export function firstOpening(bookable: Bookable, busy: Map<string, Busy>, from: Instant, now: Instant) {
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
  busy: Map<string, Busy>,
  start: Instant,
  now: Instant,
): Decision {
  const { dietitians, type } = bookable
  const open = dietitians.filter(({ id, hours }) =>
    isOpen(hours, type.offer, busy.get(id) ?? NOTHING, start, now),
  )
  if (open.length > 0) return { ok: true, dietitians: open }
  const wouldBe = dietitians.some(({ hours }) => isOpen(hours, type.offer, NOTHING, start, now))
  return { ok: false, because: wouldBe ? 'taken' : 'notOpen' }
}
