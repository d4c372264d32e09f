import assert from 'node:assert/strict'
import type { Hours } from '../../server/availability/hours.ts'
import { DAY, HOUR } from '../../server/clock.ts'
import { type Coming, whyOutside } from '../../server/schedule/outside.ts'
import { NOW } from '../support/fixed.ts'

// NOW is 9:00 on a Tuesday; the hours are those of Tuesdays and Thursdays.
const hours: Hours = {
  zone: 'America/Indiana/Indianapolis',
  weekly: [
    { weekday: 2, from: 540, to: 720, places: ['video', 'phone'] },
    { weekday: 2, from: 720, to: 1020, places: ['video'] },
    { weekday: 4, from: 540, to: 1020 },
  ],
  later: [{ startsOn: '2026-03-16', weekly: [{ weekday: 4, from: 600, to: 660 }] }],
  exceptions: [
    { date: '2026-03-12', kind: 'closed' },
    { date: '2026-03-13', kind: 'open', from: 540, to: 600, places: ['in_person'] },
  ],
  dailyLimit: 1,
}
const at = (startsAt: number, given: Partial<Coming> = {}): Coming => ({
  startsAt,
  endsAt: startsAt + HOUR,
  place: 'video',
  ...given,
})

describe('why a booked appointment lies outside', () => {
  const cases: [string, Coming, ReturnType<typeof whyOutside>][] = [
    ['it does not', at(NOW), null],
    ['it does not, over two windows that are both by video', at(NOW + 2.5 * HOUR), null],
    ['its place is not that of the second window', at(NOW + 2.5 * HOUR, { place: 'phone' }), 'place'],
    ['its place is not that of these hours', at(NOW, { place: 'in_person' }), 'place'],
    ['it goes on after the hours', at(NOW + 7.5 * HOUR), 'hours'],
    ['the day is closed', at(NOW + DAY), 'hours'],
    ['it does not, on another day', at(NOW + 2 * DAY, { place: 'in_person' }), null],
    ['time off begins before it ends', at(NOW + 2 * DAY + 4 * HOUR), 'timeOff'],
    ['that date is closed', at(NOW + 9 * DAY - HOUR), 'hours'],
    ['that date is open at another place only', at(NOW + 10 * DAY - HOUR), 'place'],
    ['it does not, on a date that is open', at(NOW + 10 * DAY - HOUR, { place: 'in_person' }), null],
    ['other hours count by then', at(NOW + 14 * DAY - HOUR), 'hours'],
    ['it does not, by the hours that count by then', at(NOW + 16 * DAY), null],
  ]
  const off = [{ start: NOW + 2 * DAY + 4.9 * HOUR, end: NOW + 2 * DAY + 6 * HOUR }]
  for (const [why, coming, expected] of cases)
    it(`${expected ?? 'fits'}: ${why}`, () => {
      assert.equal(whyOutside(hours, off, coming), expected)
    })
})
