import assert from 'node:assert/strict'
import { instantAt } from '../../server/availability/zones.ts'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { decideException, type PostedException } from '../../server/schedule/exceptions.ts'
import { decideOff, offWords, overlapping, type PostedOff } from '../../server/schedule/off.ts'
import { NOW } from '../support/fixed.ts'

const ZONE = 'America/Indiana/Indianapolis'
const off = (posted: Partial<PostedOff>) =>
  decideOff({ from: '', fromTime: '', to: '', toTime: '', ...posted }, ZONE, NOW)
const words = (posted: Partial<PostedOff>) => {
  const decided = off(posted)
  return 'message' in decided ? decided.message : offWords(decided, ZONE)
}

describe('time off', () => {
  it('is whole days from midnight to midnight of the dietitian’s zone, also when the clocks change', () => {
    assert.deepEqual(off({ from: '2026-03-07', to: '2026-03-08' }), {
      startsAt: Date.parse('2026-03-07T05:00:00Z'),
      endsAt: Date.parse('2026-03-09T04:00:00Z'),
    })
    assert.equal(words({ from: '2026-03-08' }), 'Sun, Mar 8')
    assert.equal(words({ from: '2026-03-07', to: '2026-03-08' }), 'Sat, Mar 7 to Sun, Mar 8')
  })

  it('is a part of a day, or begins and ends within one', () => {
    assert.equal(
      words({ from: '2026-03-10', fromTime: '780', toTime: '900' }),
      'Tue, Mar 10, 1:00 PM to 3:00 PM',
    )
    assert.equal(
      words({ from: '2026-03-10', fromTime: '780', to: '2026-03-12', toTime: '600' }),
      'Tue, Mar 10, 1:00 PM to Thu, Mar 12, 10:00 AM',
    )
    assert.equal(words({ from: '2026-03-10', fromTime: '780' }), 'Tue, Mar 10, 1:00 PM on')
  })

  const refused: [string, Partial<PostedOff>, string, RegExp][] = [
    ['without a first day', {}, 'off_from', /choose the first day/],
    ['with a day that is none', { from: '2026-02-30' }, 'off_from', /choose the first day/],
    ['with a last day that is none', { from: '2026-03-10', to: 'soon' }, 'off_to', /choose the last day/],
    ['reversed', { from: '2026-03-10', to: '2026-03-09' }, 'off_to', /lies before the first/],
    ['of 400 days', { from: '2026-03-10', to: '2027-04-13' }, 'off_to', /365 days long at most/],
    ['of 366 days', { from: '2026-03-10', to: '2027-03-10' }, 'off_to', /365 days long at most/],
    [
      'that ends when it begins',
      { from: '2026-03-10', fromTime: '600', toTime: '600' },
      'off_to_time',
      /ends before/,
    ],
    ['at a time that is none', { from: '2026-03-10', fromTime: 'x' }, 'off_from_time', /from the list/],
    ['that is over', { from: '2026-03-02' }, 'off_from', /in the past/],
  ]
  for (const [what, posted, name, message] of refused)
    it(`${what} is refused`, () => {
      const decided = off(posted)
      assert.ok('message' in decided)
      assert.equal(decided.name, name)
      assert.match(decided.message, message)
    })

  it('of 365 days is fine', () => {
    assert.ok(!('message' in off({ from: '2026-03-10', to: '2027-03-09' })))
  })

  it('that overlaps with another is known', () => {
    const [a, b, c] = [0, HOUR, 2 * HOUR].map((start) => ({ startsAt: start, endsAt: start + HOUR })) as [
      { startsAt: number; endsAt: number },
      { startsAt: number; endsAt: number },
      { startsAt: number; endsAt: number },
    ]
    assert.deepEqual([...overlapping([a, b, c])], [])
    const long = { startsAt: 0, endsAt: HOUR + 1 }
    assert.deepEqual([...overlapping([long, b, c])], [long, b])
  })
})

describe('a day unlike the others', () => {
  const day = (posted: Partial<PostedException>) =>
    decideException(
      { on: '2026-03-10', kind: 'closed', from: '', to: '', where: 'all', ...posted },
      '2026-03-03',
    )

  it('is closed, has other hours, or has more of them', () => {
    const hours = { from: '540', to: '720', where: 'video' }
    const open = { from: 540, to: 720, places: ['video'] }
    assert.deepEqual(day({ from: '9' }), { date: '2026-03-10', isClosed: true, open: null })
    assert.deepEqual(day({ kind: 'instead', ...hours }), { date: '2026-03-10', isClosed: true, open })
    assert.deepEqual(day({ kind: 'extra', ...hours }), { date: '2026-03-10', isClosed: false, open })
  })

  const refused: [Partial<PostedException>, string][] = [
    [{ on: '' }, 'on'],
    [{ on: '2026-03-02' }, 'on'],
    [{ kind: 'extra' }, 'open_from'],
    [{ kind: 'extra', from: '540' }, 'open_to'],
    [{ kind: 'extra', from: '540', to: '500' }, 'open_to'],
    [{ kind: 'instead', from: '540', to: '2000' }, 'open_to'],
    [{ kind: 'instead', from: '540', to: '600', where: 'moon' }, 'open_where'],
  ]
  for (const [posted, name] of refused)
    it(`is refused at ${name}: ${JSON.stringify(posted)}`, () => {
      const decided = day(posted)
      assert.ok('message' in decided)
      assert.equal(decided.name, name)
    })
})

describe('a minute of a date', () => {
  const cases: [string, number, string, string][] = [
    ['2026-03-10', 540, ZONE, '2026-03-10T13:00:00.000Z'],
    ['2026-03-08', 150, ZONE, '2026-03-08T07:00:00.000Z'], // skipped: the end of the gap
    ['2026-11-01', 90, ZONE, '2026-11-01T05:30:00.000Z'], // shown twice: the first time
    ['2026-11-01', 1440, ZONE, '2026-11-02T05:00:00.000Z'],
    ['2011-12-30', 600, 'Pacific/Apia', '2011-12-30T10:00:00.000Z'], // a day that was skipped
  ]
  for (const [date, minute, zone, expected] of cases)
    it(`${minute} of ${date} in ${zone} is ${expected}`, () => {
      assert.equal(iso(instantAt(date, minute, zone)), expected)
    })

  it('goes on by a day from one date to the next', () => {
    assert.equal(instantAt('2026-06-02', 600, ZONE) - instantAt('2026-06-01', 600, ZONE), DAY)
  })
})
