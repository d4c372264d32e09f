import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { placedSlots, placesOpen, type Wanted } from '../../server/availability/places.ts'
import type {
  Busy,
  DateException,
  Hours,
  LaterPlan,
  Offer,
  WeeklyWindow,
} from '../../server/availability/slots.ts'
import type { PlaceName } from '../../server/words.ts'
import { oracleSlots } from './oracle.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const SELF = fileURLToPath(import.meta.url)
const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Each practice zone with the dates of its changes of clock (Kathmandu has none and gets Chicago's). */
const PRACTICES: [zone: string, changes: string[]][] = [
  ['America/Indiana/Indianapolis', ['2026-03-08', '2026-11-01']],
  ['America/Chicago', ['2026-03-08', '2026-11-01']],
  ['Europe/London', ['2026-03-29', '2026-10-25']],
  ['Asia/Kathmandu', ['2026-03-08', '2026-11-01']],
  ['Australia/Adelaide', ['2026-04-05', '2026-10-04']],
  ['Pacific/Auckland', ['2026-04-05', '2026-09-27']],
  ['America/Sao_Paulo', ['2018-02-18', '2018-11-04']],
]
/** Changes unlike the others: at 0:01, by half an hour, a lost day, twice in a short time, by two hours. */
const ODD_PRACTICES: [zone: string, changes: string[]][] = [
  ['America/St_Johns', ['2006-04-02', '2006-10-29']],
  ['Australia/Lord_Howe', ['2026-04-05', '2026-10-04']],
  ['Pacific/Apia', ['2011-12-30']],
  ['Africa/Casablanca', ['2026-02-15', '2026-03-22']],
  ['Antarctica/Troll', ['2026-03-29', '2026-10-25']],
]
const VIEWERS = [
  'Pacific/Kiritimati',
  'Asia/Kathmandu',
  'America/St_Johns',
  'UTC',
  'Europe/Berlin',
  'Pacific/Pago_Pago',
]
const STEPS = [15, 30, 60]
const PLACES: PlaceName[] = ['in_person', 'video', 'phone']
/** Of one zone, one change, one viewer and one step; all together more than 10,000. */
const CASES = 25
const CASES_ELSEWHERE = 14

type Case = { hours: Hours; wanted: Wanted; busy: Busy; span: { from: number; to: number }; now: number }

const oftenRound = (max: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: Math.floor(max / 15) }).map((n) => n * 15) },
    fc.nat(max),
  )
const window = fc
  .tuple(oftenRound(1439), fc.oneof({ weight: 4, arbitrary: oftenRound(700) }, oftenRound(2880)))
  .map(([from, length]) => ({ from, to: Math.min(from + Math.max(length, 1), 2880) }))
const WEEK = [1, 2, 3, 4, 5, 6, 7]
const somewhere = fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.subarray(PLACES, { minLength: 1 }))
const weekday = fc.integer({ min: 1, max: 7 })
/** One to three windows of a day, each somewhere, apart or beside each other. */
const dayOfWindows = fc
  .tuple(fc.uniqueArray(oftenRound(2000), { minLength: 2, maxLength: 6 }), somewhere, somewhere, somewhere)
  .map(([edges, ...places]) => {
    const sorted = edges.sort((a, b) => a - b)
    return places.flatMap((where, n) => {
      const [from, to] = [sorted[n * 2], sorted[n * 2 + 1] ?? sorted[n * 2]]
      const isWindow = from !== undefined && to !== undefined && from < 1440 && from < to && to - from <= 1440
      return isWindow ? [{ from, to, places: where }] : []
    })
  })
const weekly: fc.Arbitrary<WeeklyWindow[]> = fc.oneof(
  fc.array(
    fc.tuple(weekday, window).map(([on, w]) => ({ weekday: on, ...w })),
    { maxLength: 14 },
  ),
  fc.array(
    fc.tuple(weekday, window, somewhere).map(([on, w, places]) => ({ weekday: on, ...w, places })),
    { maxLength: 21 },
  ),
  fc
    .array(dayOfWindows, { minLength: 7, maxLength: 7 })
    .map((days) => days.flatMap((windows, n) => windows.map((w) => ({ weekday: n + 1, ...w })))),
  window.map((w) => WEEK.map((on) => ({ weekday: on, ...w }))),
  fc.tuple(window, somewhere).map(([w, places]) => WEEK.map((on) => ({ weekday: on, ...w, places }))),
  fc.constant(WEEK.map((on) => ({ weekday: on, from: 0, to: 1440 }))),
)

const dateNear = (change: string) =>
  fc
    .integer({ min: -3, max: 4 })
    .map((n) => new Date(Date.parse(change) + n * DAY).toISOString().slice(0, 10))

/** Other hours from dates around the change; also long before, and with nothing open. */
function laterAround(change: string): fc.Arbitrary<LaterPlan[] | undefined> {
  const startsOn = fc.oneof({ weight: 5, arbitrary: dateNear(change) }, fc.constant('2001-01-01'))
  const plan = fc.record({
    startsOn,
    weekly: fc.oneof({ weight: 5, arbitrary: weekly }, fc.constant<WeeklyWindow[]>([])),
  })
  const plans = fc
    .uniqueArray(plan, { maxLength: 3, selector: ({ startsOn }) => startsOn })
    .map((list) => list.sort((a, b) => a.startsOn.localeCompare(b.startsOn)))
  return fc.option(plans, { nil: undefined, freq: 2 })
}

function exceptionsAround(change: string): fc.Arbitrary<DateException[]> {
  const date = dateNear(change)
  const closed = date.map((on): DateException => ({ date: on, kind: 'closed' }))
  const open = fc
    .tuple(date, window, somewhere)
    .map(([on, w, places]): DateException => ({ date: on, kind: 'open', ...w, places }))
  return fc.array(fc.oneof(closed, open), { maxLength: 3 })
}

function busyAround(noon: number): fc.Arbitrary<Busy> {
  const near = fc.oneof(
    fc.integer({ min: -300, max: 300 }).map((n) => noon + n * 15 * MINUTE),
    fc.integer({ min: -75 * 3600, max: 75 * 3600 }).map((n) => noon + n * 1000),
  )
  const length = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 120 }) }, fc.nat(2000))
  const range = fc.tuple(near, length).map(([start, n]) => ({ start, end: start + n * MINUTE }))
  const starts = fc.array(near, { maxLength: 8 })
  return fc
    .tuple(fc.array(range, { maxLength: 12 }), starts, fc.option(fc.nat(8), { nil: undefined }))
    .map(([ranges, all, n]) => ({ ranges, starts: all, ofType: n === undefined ? n : all.slice(0, n) }))
}

function offerWith(step: number): fc.Arbitrary<Offer> {
  const buffer = fc.constantFrom(0, 0, 5, 10, 15, 30, 47)
  return fc.record({
    minutes: fc.constantFrom(15, 20, 30, 45, 50, 60, 60, 90, 120, 480, 1500),
    bufferBefore: buffer,
    bufferAfter: buffer,
    step: fc.constant(step),
    minimumNotice: fc.constantFrom(0, 0, 60, 1440, 2880),
    windowDays: fc.constantFrom(0, 1, 2, 5, 30, 90),
    dailyLimit: fc.constantFrom(undefined, null, null, null, 1, 2),
  })
}

/** A span of one to three whole days of the viewer's calendar that lies over the change or beside it. */
function spanFor(viewer: string, change: string): fc.Arbitrary<{ from: number; to: number }> {
  return fc.tuple(fc.integer({ min: -2, max: 1 }), fc.integer({ min: 1, max: 3 })).map(([first, days]) => {
    const from = DateTime.fromISO(change, { zone: viewer }).plus({ days: first })
    return { from: from.startOf('day').toMillis(), to: from.plus({ days }).startOf('day').toMillis() }
  })
}

function caseFor(zone: string, viewer: string, change: string, step: number): fc.Arbitrary<Case> {
  const noon = Date.parse(change) + DAY / 2
  return fc.record({
    hours: fc.record({
      zone: fc.constant(zone),
      weekly,
      later: laterAround(change),
      exceptions: exceptionsAround(change),
      dailyLimit: fc.constantFrom(null, null, null, 0, 1, 2, 3),
    }),
    wanted: fc.record({ offer: offerWith(step), places: fc.subarray(PLACES, { minLength: 1 }) }),
    busy: busyAround(noon),
    span: spanFor(viewer, change),
    now: fc.integer({ min: -6 * 86_400, max: 86_400 }).map((seconds) => noon + seconds * 1000),
  })
}

/** Compares the two for a zone, all viewers and steps; returns how many slots they agreed on, and how many not everywhere. */
function compare(zone: string, changes: string[], numRuns: number): { slots: number; partly: number } {
  let slots = 0
  let partly = 0
  const agree = ({ hours, wanted, busy, span, now }: Case) => {
    const expected = oracleSlots(hours, wanted, busy, span, now)
    assert.deepEqual(placedSlots(hours, wanted, busy, span, now), expected)
    slots += expected.length
    partly += expected.filter(({ places }) => places.length < wanted.places.length).length
    const [some] = expected
    if (some) assert.deepEqual(placesOpen(hours, wanted, busy, some.start, now), some.places)
  }
  let run = 0
  for (const viewer of VIEWERS) {
    for (const change of changes) {
      for (const step of STEPS) {
        fc.assert(fc.property(caseFor(zone, viewer, change, step), agree), { numRuns, seed: seed + run++ })
      }
    }
  }
  return { slots, partly }
}

/** Runs this file as a script on a machine of another zone; resolves to what it printed. */
function compareUnder(timeZone: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TZ: timeZone, FLORA_SEED: String(seed) }
    const child = spawn(process.execPath, [SELF], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(output.trim()) : reject(new Error(output))))
  })
}

function compareAsScript(): void {
  let slots = 0
  for (const [zone, changes] of PRACTICES) slots += compare(zone, changes, CASES_ELSEWHERE).slots
  console.log(`${Intl.DateTimeFormat().resolvedOptions().timeZone}: ${slots} slots`)
}

function describeComparison(): void {
  describe(`the slots and the brute-force oracle (FLORA_SEED=${seed})`, () => {
    for (const [zone, changes] of [...PRACTICES, ...ODD_PRACTICES]) {
      it(`agree in ${zone} on the days around ${changes.join(' and ')}, whoever looks`, () => {
        const { slots, partly } = compare(zone, changes, CASES)
        assert.ok(
          slots > 100 && partly > 10,
          `hardly a slot was compared: ${slots}, ${partly} not everywhere`,
        )
      })
    }

    it('agree, and give the same, on servers in UTC, Kathmandu and New York', async () => {
      const zones = ['UTC', 'Asia/Kathmandu', 'America/New_York']
      const outputs = await Promise.all(zones.map(compareUnder))
      const counts = outputs.map((output) => output.split(': ')[1])
      assert.equal(new Set(counts).size, 1, outputs.join('\n'))
      assert.ok(outputs[1]?.startsWith('Asia/Kat'), `the child did not run in its zone: ${outputs[1]}`)
    })
  })
}

if (process.argv[1] === SELF) compareAsScript()
else describeComparison()
