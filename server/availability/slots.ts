import { DAY, type Instant, MINUTE } from '../clock.ts'
import { type Hours, type OpenPiece, openPieces } from './hours.ts'
import { localDay } from './zones.ts'

export type { DateException, Hours, LaterPlan, WeeklyWindow, Window } from './hours.ts'

/** Half-open: [start, end). */
export type Range = { start: Instant; end: Instant }
/**
 * All in minutes, but windowDays: how many calendar days of the practice ahead one can book, and dailyLimit: how many of
 * this type a dietitian takes on one day.
 */
export type Offer = {
  minutes: number
  bufferBefore: number
  bufferAfter: number
  step: number
  minimumNotice: number
  windowDays: number
  dailyLimit?: number | null
}
/**
 * `ranges`: what blocks, buffers included (appointments, live holds, time off), in any order, overlaps allowed.
 * `starts`: the starts of the appointments that count for the dietitian's daily limit; `ofType`: those of them that count
 * for the type's.
 */
export type Busy = { ranges: Range[]; starts: Instant[]; ofType?: Instant[] }

/** Ascending starts of the slots that can be booked now and start in [from, to). */
export function openSlots(
  hours: Hours,
  offer: Offer,
  busy: Busy,
  span: { from: Instant; to: Instant },
  now: Instant,
): Instant[] {
  const from = Math.max(span.from, now + offer.minimumNotice * MINUTE)
  // Cut before any zone is asked, so that a span without end costs no more than the booking window.
  const to = Math.min(span.to, now + (offer.windowDays + 2) * DAY)
  if (!(from < to && offer.step > 0 && offer.minutes > 0)) return []

  const length = offer.minutes * MINUTE
  const lastDay = localDay(now, hours.zone) + offer.windowDays
  // A day more on either side: near a change at midnight dates can take turns, and a slot can reach into the next days.
  const pieces = openPieces(hours, localDay(from, hours.zone) - 1, localDay(to + length, hours.zone) + 1)
  const isFull = fullDays(hours.zone, [
    { most: hours.dailyLimit, starts: busy.starts },
    { most: offer.dailyLimit ?? null, starts: busy.ofType ?? [] },
  ])
  const isFree = freeFinder(offer, busy.ranges, from, to)
  const slots: Instant[] = []
  for (const piece of pieces) {
    if (piece.day > lastDay || isFull(piece.day)) continue
    for (const start of startsIn(piece, offer, from, to)) if (isFree(start)) slots.push(start)
  }
  return slots
}

/** The same decision for one start, by the same code: what is shown is what is accepted. */
export function isOpen(hours: Hours, offer: Offer, busy: Busy, start: Instant, now: Instant): boolean {
  return openSlots(hours, offer, busy, { from: start, to: start + 1 }, now).includes(start)
}

/** The starts within a piece on the grid that the practice's own clock counts from its midnight. */
function startsIn(piece: OpenPiece, offer: Offer, from: Instant, to: Instant): Instant[] {
  const step = offer.step * MINUTE
  const earliest = Math.max(piece.start, from)
  const first = piece.midnight + Math.ceil((earliest - piece.midnight) / step) * step
  const before = Math.min(piece.end, to, piece.until - offer.minutes * MINUTE + 1)
  const starts: Instant[] = []
  for (let start = first; start < before; start += step) starts.push(start)
  return starts
}

type Limit = { most: number | null; starts: Instant[] }

/** Answers whether a limit is reached on a local day (a day number). */
function fullDays(zone: string, limits: Limit[]): (day: number) => boolean {
  const counted = limits.flatMap(({ most, starts }) =>
    most === null ? [] : [{ most, counts: new Map<number, number>(), starts }],
  )
  for (const { counts, starts } of counted)
    for (const start of starts) {
      const day = localDay(start, zone)
      counts.set(day, (counts.get(day) ?? 0) + 1)
    }
  return (day) => counted.some(({ most, counts }) => (counts.get(day) ?? 0) >= most)
}

/** Answers whether a slot, its buffers included, is free. To be asked in ascending order: it walks along. */
function freeFinder(offer: Offer, ranges: Range[], from: Instant, to: Instant): (start: Instant) => boolean {
  const before = offer.bufferBefore * MINUTE
  const after = (offer.minutes + offer.bufferAfter) * MINUTE
  const blocked = merge(ranges.filter(({ start, end }) => end > from - before && start < to + after))
  let next = 0
  return (start) => {
    while (next < blocked.length && (blocked[next] as Range).end <= start - before) next++
    const range = blocked[next]
    return !range || range.start >= start + after
  }
}

function merge(ranges: Range[]): Range[] {
  const merged: Range[] = []
  for (const { start, end } of ranges
    .filter((range) => range.start < range.end)
    .sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}
