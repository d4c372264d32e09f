import type { Standing } from '../appointments/states.ts'
import type { Range } from '../availability/slots.ts'
import { zoneOffset } from '../availability/zones.ts'
import { HOUR, type Instant, iso, MINUTE } from '../clock.ts'
import { timeOf } from '../words.ts'

export type Item = {
  kind: 'appointment' | 'buffer' | 'timeOff' | 'held' | 'free'
  /** Grid lines of the day, a quarter of an hour each; 1 is the start of the first hour shown. */
  rowStart: number
  rowEnd: number
  href: string
  time: string
  client: string
  type: string
  place: string
  state: Standing | ''
  stateWords: string
  label: string
  /** Of a free hour: it begins a free stretch, which an agenda names as a whole. */
  stretch: string
}

export const QUARTER = 15 * MINUTE

/** What the clock on the wall shows, counted as if every day had 24 hours: the grid has a row for each of its quarters. */
export function onWall(start: Instant, end: Instant, zone: string) {
  const [first, last] = [start, end].map((instant) => instant + zoneOffset(instant, zone) * MINUTE) as [
    number,
    number,
  ]
  // In the hour that a zone has twice, the end can read earlier than the start.
  return { start: first, end: last > first ? last : first + end - start }
}

export type Frame = { from: number; quarters: number; zone: string }

/** The grid lines of a stretch of time, or nothing when it lies outside the hours shown. */
export function rows(start: Instant, end: Instant, { from, quarters, zone }: Frame) {
  const shown = onWall(start, end, zone)
  const rowStart = Math.max(1, Math.floor((shown.start - from) / QUARTER) + 1)
  const rowEnd = Math.min(quarters + 1, Math.ceil((shown.end - from) / QUARTER) + 1)
  return rowEnd > rowStart ? { rowStart, rowEnd } : undefined
}

export const plain = {
  href: '',
  time: '',
  client: '',
  type: '',
  place: '',
  state: '' as const,
  stateWords: '',
  stretch: '',
}

const SMALLEST = 2 * QUARTER

/** Where the next part of a free stretch ends: with the hour, unless that leaves a part too small to press. */
function partEnd(from: Instant, end: Instant, zone: string): Instant {
  const wall = from + zoneOffset(from, zone) * MINUTE
  const hour = from + HOUR - (wall % HOUR)
  const until = hour - from < SMALLEST ? hour + HOUR : hour
  return end - until < SMALLEST ? end : until
}

/** A free stretch, hour by hour of the clock: each is a link to book it. */
export function freeItems({ start, end }: Range, frame: Frame): Item[] {
  const { zone } = frame
  const items: Item[] = []
  for (let from = start; from < end; ) {
    const until = partEnd(from, end, zone)
    const lines = rows(from, until, frame)
    const time = timeOf(from, zone)
    if (lines && until - from >= SMALLEST)
      items.push({
        ...plain,
        ...lines,
        kind: 'free',
        href: `/practice/calendar/booking?slot=${iso(from).replace('.000Z', 'Z')}`,
        time,
        label: `Free from ${time} to ${timeOf(until, zone)}: book`,
        stretch: from === start ? `Free until ${timeOf(end, zone)}` : '',
      })
    from = until
  }
  return items
}
