import assert from 'node:assert/strict'
import { decideSlot, firstOpening, openings } from '../../server/availability/openings.ts'
import type { Busy } from '../../server/availability/slots.ts'
import type { Bookable, BookableDietitian } from '../../server/availability/store.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../../server/clock.ts'
import { NOW } from '../support/fixed.ts'

const weekdays = [1, 2, 3, 4, 5, 6, 7]

const dietitian = (id: string, from: number, to: number): BookableDietitian => ({
  id,
  slug: id,
  name: id,
  credentials: '',
  hours: {
    zone: 'America/Indiana/Indianapolis',
    weekly: weekdays.map((weekday) => ({ weekday, from: from * 60, to: to * 60 })),
    exceptions: [],
    dailyLimit: null,
  },
})

const bookable = (...dietitians: BookableDietitian[]): Bookable => ({
  dietitians,
  type: {
    id: 't',
    slug: 't',
    name: 'T',
    summary: '',
    description: '',
    priceCents: 0,
    currency: 'USD',
    places: ['video'],
    changeDeadlineMinutes: 1440,
    isListed: true,
    offer: { minutes: 60, bufferBefore: 0, bufferAfter: 0, step: 60, minimumNotice: 0, windowDays: 10 },
  },
})

const TOMORROW = NOW + DAY // 9:00 of a Wednesday
const day = { from: TOMORROW - 9 * HOUR, to: TOMORROW + 15 * HOUR }
const busy = (id: string, ...starts: Instant[]): Map<string, Busy> =>
  new Map([[id, { ranges: starts.map((start) => ({ start, end: start + HOUR })), starts }]])

const robin = dietitian('robin', 9, 12)
const kim = dietitian('kim', 11, 14)

describe('the openings of several dietitians', () => {
  it('come once a start, ascending, with all who are there in the practice’s order', () => {
    const found = openings(bookable(kim, robin), new Map(), day, NOW)
    assert.deepEqual(
      found.map(({ start, dietitians }) => [
        (start - TOMORROW) / HOUR + 9,
        dietitians.map(({ id }) => id).join(),
      ]),
      [
        [9, 'robin'],
        [10, 'robin'],
        [11, 'kim,robin'],
        [12, 'kim'],
        [13, 'kim'],
      ],
    )
  })

  it('leave out only the one who is busy', () => {
    const found = openings(bookable(robin, kim), busy('robin', TOMORROW + 2 * HOUR), day, NOW)
    assert.deepEqual(
      found.find(({ start }) => start === TOMORROW + 2 * HOUR)?.dietitians.map(({ id }) => id),
      ['kim'],
    )
  })
})

describe('the first opening', () => {
  it('is found weeks ahead, and not at all behind the booking window', () => {
    const everything = { ranges: [{ start: NOW, end: NOW + 8 * DAY }], starts: [] }
    const found = firstOpening(bookable(robin), new Map([['robin', everything]]), NOW, NOW)
    assert.equal(found?.start, NOW + 8 * DAY)
    const forEver = { ranges: [{ start: NOW, end: NOW + 99 * DAY }], starts: [] }
    assert.equal(firstOpening(bookable(robin), new Map([['robin', forEver]]), NOW, NOW), undefined)
    assert.equal(firstOpening(bookable(), new Map(), NOW, NOW), undefined)
  })
})

describe('whether a start can be booked', () => {
  const decide = (start: Instant, taken = new Map<string, Busy>()) => {
    const decision = decideSlot(bookable(robin, kim), taken, start, NOW)
    return decision.ok ? decision.dietitians.map(({ id }) => id).join() : decision.because
  }

  it('says with whom', () => {
    assert.equal(decide(TOMORROW), 'robin')
    assert.equal(decide(TOMORROW + 2 * HOUR), 'robin,kim')
    assert.equal(decide(TOMORROW + 2 * HOUR, busy('robin', TOMORROW + 2 * HOUR)), 'kim')
  })

  it('tells what somebody took from what never was a slot', () => {
    assert.equal(decide(TOMORROW, busy('robin', TOMORROW)), 'taken')
    for (const start of [TOMORROW + MINUTE, TOMORROW - HOUR, NOW - DAY, NOW + 60 * DAY, TOMORROW + 5 * HOUR])
      assert.equal(decide(start), 'notOpen')
  })

  it('answers as the list of openings does, for every minute of a day', () => {
    const taken = busy('robin', TOMORROW + HOUR)
    const open = new Set(openings(bookable(robin, kim), taken, day, NOW).map(({ start }) => start))
    for (let start = day.from; start < day.to; start += 15 * MINUTE)
      assert.equal(
        decideSlot(bookable(robin, kim), taken, start, NOW).ok,
        open.has(start),
        new Date(start).toISOString(),
      )
  })
})
