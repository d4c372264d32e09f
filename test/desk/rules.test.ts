import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Hours } from '../../server/availability/hours.ts'
import { placesOpen, type Wanted } from '../../server/availability/places.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../../server/clock.ts'
import { type Around, brokenRules, brokenWords, isTakenAt } from '../../server/desk/rules.ts'
import type { PlaceName } from '../../server/words.ts'
import { NOW } from '../support/fixed.ts'

const ZONE = 'America/Indiana/Indianapolis'
const everyDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 540, to: 1020 }))
const hours: Hours = { zone: ZONE, weekly: everyDay, exceptions: [], dailyLimit: null }
const type: Wanted = {
  offer: {
    minutes: 60,
    bufferBefore: 10,
    bufferAfter: 20,
    step: 30,
    minimumNotice: 120,
    windowDays: 30,
    dailyLimit: null,
  },
  places: ['video', 'in_person'],
}
const nothing: Around = { ranges: [], starts: [], ofType: [], timeOff: [] }

/** Wednesday, 9:00 in Indianapolis. */
const MORNING = NOW + DAY

type Given = { hours?: Partial<Hours>; offer?: Partial<Wanted['offer']>; around?: Partial<Around> }

const broken = (start: Instant, given: Given = {}, place: PlaceName | null = null) =>
  brokenRules(
    {
      hours: { ...hours, ...given.hours },
      type: { ...type, offer: { ...type.offer, ...given.offer } },
      around: { ...nothing, ...given.around },
      place,
    },
    start,
    NOW,
  )

describe('the rules that the practice may break', () => {
  it('are each named alone, and none at a usual time', () => {
    const starts = [MORNING + 3 * HOUR]
    const off = { start: MORNING + 30 * MINUTE, end: MORNING + 90 * MINUTE }
    const there = everyDay.map((window) => ({ ...window, places: ['video' as const] }))
    const table: [expected: string[], found: string[]][] = [
      [[], broken(MORNING)],
      [['closed'], broken(MORNING - HOUR)],
      [['closed'], broken(MORNING + 7.5 * HOUR)],
      [['offStep'], broken(MORNING + 5 * MINUTE)],
      [['tooSoon'], broken(NOW + HOUR)],
      [['tooFar'], broken(MORNING + 40 * DAY)],
      [['timeOff'], broken(MORNING, { around: { timeOff: [off] } })],
      [['dayFull'], broken(MORNING, { hours: { dailyLimit: 1 }, around: { starts } })],
      [[], broken(MORNING + DAY, { hours: { dailyLimit: 1 }, around: { starts } })],
      [['typeFull'], broken(MORNING, { offer: { dailyLimit: 1 }, around: { starts, ofType: starts } })],
      [[], broken(MORNING, { offer: { dailyLimit: 1 }, around: { starts } })],
      [['place'], broken(MORNING, { hours: { weekly: there } }, 'in_person')],
      [[], broken(MORNING, { hours: { weekly: there } }, 'video')],
      [['closed', 'offStep'], broken(MORNING - 5 * MINUTE)],
    ]
    for (const [expected, found] of table) assert.deepEqual(found, expected)
  })

  it('have a sentence each', () => {
    const all = ['closed', 'place', 'timeOff', 'dayFull', 'typeFull', 'tooSoon', 'tooFar', 'offStep'] as const
    const words = brokenWords([...all])
    assert.equal(new Set(words).size, all.length)
    for (const sentence of words) assert.match(sentence, /^[A-Z].*\.$/)
  })

  it('are broken by a start exactly when it is none of the slots', () => {
    const places: PlaceName[] = ['video', 'in_person', 'phone']
    const window = fc.record({
      weekday: fc.integer({ min: 1, max: 7 }),
      from: fc.integer({ min: 0, max: 20 }).map((n) => n * 60),
      length: fc.integer({ min: 1, max: 10 }).map((n) => n * 60),
      places: fc.option(fc.subarray(places, { minLength: 1 })),
    })
    const cases = fc.record({
      windows: fc.array(window, { maxLength: 6 }),
      place: fc.constantFrom(...places),
      closed: fc.boolean(),
      dailyLimit: fc.option(fc.integer({ min: 1, max: 2 })),
      typeLimit: fc.option(fc.integer({ min: 1, max: 2 })),
      step: fc.constantFrom(15, 30, 60),
      minimumNotice: fc.constantFrom(0, 60, 2880),
      windowDays: fc.integer({ min: 1, max: 5 }),
      starts: fc.array(fc.integer({ min: 0, max: 96 }), { maxLength: 3 }),
      off: fc.integer({ min: 0, max: 96 }),
      at: fc.integer({ min: 1, max: 96 * 3 }),
    })
    fc.assert(
      fc.property(cases, (one) => {
        const weekly = one.windows.map(({ length, ...rest }) => ({ ...rest, to: rest.from + length }))
        const own: Hours = {
          zone: ZONE,
          weekly,
          exceptions: one.closed ? [{ date: '2026-03-04', kind: 'closed' }] : [],
          dailyLimit: one.dailyLimit,
        }
        const { step, minimumNotice, windowDays } = one
        const offer = { ...type.offer, step, minimumNotice, windowDays, dailyLimit: one.typeLimit }
        const wanted = { offer, places: [one.place] }
        const starts = one.starts.map((n) => NOW + n * 30 * MINUTE)
        const timeOff = [{ start: NOW + one.off * 30 * MINUTE, end: NOW + one.off * 30 * MINUTE + 2 * HOUR }]
        const around = { ranges: [], starts, ofType: starts.slice(0, 1), timeOff }
        const start = NOW + one.at * 15 * MINUTE
        const open = placesOpen(own, wanted, { ranges: timeOff, starts, ofType: around.ofType }, start, NOW)
        const found = brokenRules({ hours: own, type: wanted, around, place: one.place }, start, NOW)
        assert.equal(found.length === 0, open.length > 0, found.join())
      }),
      { seed: 7, numRuns: 1500 },
    )
  })
})

describe('another appointment in the way', () => {
  it('counts the buffers, and touching is no overlap', () => {
    const ranges = [{ start: MORNING, end: MORNING + HOUR }]
    const isTaken = (start: Instant) => isTakenAt(type, { ...nothing, ranges }, start)
    assert.ok(isTaken(MORNING))
    assert.ok(isTaken(MORNING + HOUR + 9 * MINUTE))
    assert.ok(!isTaken(MORNING + HOUR + 10 * MINUTE))
    assert.ok(isTaken(MORNING - HOUR - 19 * MINUTE))
    assert.ok(!isTaken(MORNING - HOUR - 20 * MINUTE))
  })
})
