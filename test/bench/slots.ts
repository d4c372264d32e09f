import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { placedSlots } from '../../server/availability/places.ts'
import type { Busy, Hours, Offer } from '../../server/availability/slots.ts'
import type { PlaceName } from '../../server/words.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const NOW = Date.UTC(2026, 0, 5, 12)

const hours: Hours = {
  zone: 'America/Indiana/Indianapolis',
  weekly: [1, 2, 3, 4, 5].flatMap((weekday) => [
    { weekday, from: 9 * 60, to: 12 * 60 },
    { weekday, from: 13 * 60, to: 18 * 60 },
  ]),
  exceptions: [],
  dailyLimit: 6,
}

/** Appointments of an hour, spread over the days in an order that is not the calendar's. */
function busyOver(days: number, count: number): Busy {
  const starts = Array.from({ length: count }, (_, i) => {
    const day = (i * 7) % days
    return NOW + day * DAY + ((i * 13) % 32) * 15 * MINUTE
  })
  const ranges = starts.map((start) => ({ start: start - 10 * MINUTE, end: start + 70 * MINUTE }))
  return { ranges, starts }
}

const PLACES: PlaceName[] = ['in_person', 'video', 'phone']

/** In person on Tuesdays alone, and by video in the mornings. */
const placed: Hours = {
  ...hours,
  weekly: hours.weekly.map((window) => ({
    ...window,
    places: window.weekday === 2 ? ['in_person'] : window.from < 720 ? ['video'] : null,
  })),
}

function measure(name: string, own: Hours, days: number, count: number, goal: number): void {
  const offer: Offer = {
    minutes: 50,
    bufferBefore: 0,
    bufferAfter: 10,
    step: 15,
    minimumNotice: 1440,
    windowDays: days,
  }
  const busy = busyOver(days, count)
  const span = { from: NOW, to: NOW + days * DAY }
  const ask = () => placedSlots(own, { offer, places: PLACES }, busy, span, NOW)
  const [first, slots] = timed(ask)
  for (let i = 0; i < 20; i++) ask()
  const median = Array.from({ length: 50 }, () => timed(ask)[0]).sort((a, b) => a - b)[25] as number
  const ratio = (goal / median).toFixed(1)
  console.log(
    `${name}: ${days} days, ${count} busy, ${slots.length} slots: median ${median.toFixed(2)} ms ` +
      `(first call ${first.toFixed(1)} ms), goal ${goal} ms, goal/measured ${ratio}`,
  )
}

function timed<T>(act: () => T): [milliseconds: number, result: T] {
  const start = performance.now()
  const result = act()
  return [performance.now() - start, result]
}

/** Prints the median of 50 calls, after warm-up, beside its goal. */
export function benchSlots(): void {
  measure('slots', hours, 60, 200, 2)
  measure('slots', hours, 365, 2000, 8)
  measure('slots of three places', placed, 60, 200, 6)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) benchSlots()
