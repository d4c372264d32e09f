import { type Hours, openPieces } from '../availability/hours.ts'
import type { Range } from '../availability/slots.ts'
import { localDay } from '../availability/zones.ts'
import { type Instant, MINUTE } from '../clock.ts'

const WORTH_SHOWING = 15 * MINUTE

type Blocking = { state: string; blocksFrom: Instant; blocksTo: Instant }
type Away = { startsAt: Instant; endsAt: Instant }

const BLOCKS = ['held', 'booked', 'kept']

/** What blocks a dietitian, of a diary and time off, ascending. */
export const blockedIn = (entries: Blocking[], timeOff: Away[]): Range[] =>
  [
    ...entries
      .filter(({ state }) => BLOCKS.includes(state))
      .map(({ blocksFrom, blocksTo }) => ({ start: blocksFrom, end: blocksTo })),
    ...timeOff.map(({ startsAt, endsAt }) => ({ start: startsAt, end: endsAt })),
  ].sort((a, b) => a.start - b.start)

/** The opening hours in [from, to) that nothing blocks, ascending, of a quarter of an hour at least. */
export function freeStretches(hours: Hours, blocked: Range[], span: { from: Instant; to: Instant }): Range[] {
  if (span.from >= span.to) return []
  const first = localDay(span.from, hours.zone) - 1
  const pieces = openPieces(hours, first, localDay(span.to, hours.zone) + 1)
  return joined(pieces)
    .map(({ start, end }) => ({ start: Math.max(start, span.from), end: Math.min(end, span.to) }))
    .flatMap((piece) => without(piece, blocked))
    .filter(({ start, end }) => end - start >= WORTH_SHOWING)
}

function joined(pieces: Range[]): Range[] {
  const found: Range[] = []
  for (const { start, end } of pieces) {
    const last = found.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else found.push({ start, end })
  }
  return found
}

/** @param blocked ascending by their starts */
function without(piece: Range, blocked: Range[]): Range[] {
  const found: Range[] = []
  let from = piece.start
  for (const { start, end } of blocked) {
    if (end <= from || start >= piece.end) continue
    if (start > from) found.push({ start: from, end: start })
    from = end
  }
  if (from < piece.end) found.push({ start: from, end: piece.end })
  return found
}

/** The first quarter of an hour that is still to come: what begins before it is over before anybody has pressed. */
export const nextQuarter = (now: Instant): Instant => now - (now % WORTH_SHOWING) + WORTH_SHOWING

export const minutesOf = (ranges: Range[]): number =>
  ranges.reduce((sum, { start, end }) => sum + (end - start) / MINUTE, 0)
