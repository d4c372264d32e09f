import assert from 'node:assert/strict'
import type { Hours } from '../../server/availability/hours.ts'
import {
  placedSlots,
  placesKept,
  placesOpen,
  placesWithin,
  type Wanted,
} from '../../server/availability/places.ts'
import { openSlots } from '../../server/availability/slots.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../../server/clock.ts'
import type { PlaceName } from '../../server/words.ts'
import { NOW } from '../support/fixed.ts'

const ALL: PlaceName[] = ['in_person', 'video', 'phone']
const offer = { minutes: 60, bufferBefore: 0, bufferAfter: 0, step: 60, minimumNotice: 0, windowDays: 30 }
const NOTHING = { ranges: [], starts: [] }

/** NOW is 9:00 on Tuesday, March 3. */
const hours = (given: Partial<Hours>): Hours => ({
  zone: 'America/Indiana/Indianapolis',
  weekly: [],
  exceptions: [],
  dailyLimit: null,
  ...given,
})
const today = { from: NOW, to: NOW + 15 * HOUR }
const shown = (given: Partial<Hours>, wanted: Partial<Wanted> = {}, span = today) =>
  placedSlots(hours(given), { offer, places: ALL, ...wanted }, NOTHING, span, NOW).map(
    ({ start, places }) => [(start - NOW) / HOUR + 9, places.join()],
  )

describe('where one can meet at a slot', () => {
  const nineToTwelve = { weekday: 2, from: 540, to: 720 }

  it('is everywhere the type can be had, when no window names a place', () => {
    assert.deepEqual(shown({ weekly: [nineToTwelve] }, { places: ['video', 'phone'] }), [
      [9, 'video,phone'],
      [10, 'video,phone'],
      [11, 'video,phone'],
    ])
  })

  it('is where its whole time lies in windows of that place, which are merged place by place', () => {
    const weekly = [
      { ...nineToTwelve, to: 690, places: ['video' as const] },
      { weekday: 2, from: 690, to: 780, places: ['video' as const, 'in_person' as const] },
      { weekday: 2, from: 780, to: 840 },
    ]
    assert.deepEqual(shown({ weekly }), [
      [9, 'video'],
      [10, 'video'],
      [11, 'video'],
      [12, 'in_person,video'],
      [13, 'in_person,video,phone'],
    ])
    assert.deepEqual(shown({ weekly }, { places: ['phone'] }), [[13, 'phone']])
  })

  it('is said by the hours of a date too, and by those that begin later', () => {
    const given = {
      weekly: [nineToTwelve],
      later: [
        { startsOn: '2026-03-10', weekly: [{ weekday: 2, from: 540, to: 600, places: ['phone' as const] }] },
      ],
      exceptions: [
        { date: '2026-03-03', kind: 'open' as const, from: 720, to: 780, places: ['in_person' as const] },
      ],
    }
    assert.deepEqual(shown(given), [
      [9, ALL.join()],
      [10, ALL.join()],
      [11, ALL.join()],
      [12, 'in_person'],
    ])
    const nextWeek = { from: NOW + 6.5 * DAY, to: NOW + 7.5 * DAY }
    assert.deepEqual(shown(given, {}, nextWeek), [[9 + 7 * 24 - 1, 'phone']]) // an hour less: the clocks have changed
  })

  it('is decided for one start as the list decides it', () => {
    const own = hours({
      weekly: [
        { ...nineToTwelve, places: ['video'] },
        { weekday: 2, from: 720, to: 780 },
      ],
    })
    const wanted = { offer, places: ALL }
    const listed = new Map(
      placedSlots(own, wanted, NOTHING, today, NOW).map(({ start, places }) => [start, places]),
    )
    for (let start: Instant = NOW - HOUR; start < NOW + 6 * HOUR; start += 15 * MINUTE)
      assert.deepEqual(placesOpen(own, wanted, NOTHING, start, NOW), listed.get(start) ?? [])
  })

  it('stays open to who keeps the time, however busy and soon it is; all places when the hours have changed', () => {
    const own = hours({ weekly: [{ ...nineToTwelve, places: ['video'] }], dailyLimit: 1 })
    assert.deepEqual(placesKept(own, { offer: { ...offer, minimumNotice: 9999 }, places: ALL }, NOW), [
      'video',
    ])
    assert.deepEqual(placesKept(own, { offer, places: ALL }, NOW + 5 * HOUR), ALL)
    assert.deepEqual(placesWithin(own, ALL, { start: NOW + 2.5 * HOUR, end: NOW + 3.5 * HOUR }), [])
  })
})

describe('hours that begin on a date', () => {
  it('count from that day on; a night that began under the old ones still ends under them', () => {
    const given = {
      weekly: [{ weekday: 2, from: 1380, to: 1560 }],
      later: [{ startsOn: '2026-03-04', weekly: [{ weekday: 3, from: 600, to: 660 }] }],
    }
    const twoDays = { from: NOW, to: NOW + 2 * DAY }
    assert.deepEqual(
      shown(given, {}, twoDays).map(([hour]) => hour),
      [23, 24, 25, 34],
    )
    assert.deepEqual(shown(given, {}, { from: NOW + 6.5 * DAY, to: NOW + 7.7 * DAY }), [])
  })
})

describe('a daily limit of a type', () => {
  it('closes the day for that type once it is reached, beside the limit of the dietitian', () => {
    const own = hours({ weekly: [{ weekday: 2, from: 540, to: 1020 }], dailyLimit: 3 })
    const starts = [NOW, NOW + HOUR]
    const slots = (dailyLimit: number | null, ofType: Instant[]) =>
      openSlots(own, { ...offer, dailyLimit }, { ranges: [], starts, ofType }, today, NOW).length
    assert.equal(slots(null, starts), 8)
    assert.equal(slots(2, [NOW]), 8)
    assert.equal(slots(2, starts), 0)
    assert.equal(slots(1, [NOW - DAY, NOW + DAY]), 8)
  })
})
