import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { DAY, HOUR, type Instant } from '../../server/clock.ts'
import { lastMorning, morningOf, turnOf } from '../../server/requests/plans/turns.ts'

const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const zones = ['America/Indiana/Indianapolis', 'Asia/Kathmandu', 'Pacific/Apia', 'Europe/London', 'UTC']
const hourIn = (at: Instant, zone: string) => DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm')

describe('the turns of a plan', () => {
  it('come at 8 in the morning where the practice is, in winter and in summer', () => {
    for (const zone of zones)
      for (const date of ['2026-01-15', '2026-03-08', '2026-03-29', '2026-07-01', '2026-11-01'])
        assert.equal(hourIn(morningOf(date, zone), zone), `${date} 08:00`)
  })

  it('begin with the first moment of a day that has no such morning', () => {
    // Samoa had no December 30, 2011.
    assert.equal(hourIn(morningOf('2011-12-31', 'Pacific/Apia'), 'Pacific/Apia'), '2011-12-31 08:00')
    assert.ok(Number.isFinite(morningOf('2011-12-30', 'Pacific/Apia')))
  })

  it('have come from that very minute on', () => {
    const zone = 'America/Indiana/Indianapolis'
    const eight = morningOf('2026-03-03', zone)
    assert.equal(lastMorning(eight - 1, zone), '2026-03-02')
    assert.equal(lastMorning(eight, zone), '2026-03-03')
  })

  it(`are as many weeks apart as they should be, however late it is (FLORA_SEED=${seed})`, () => {
    const property = fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 1, max: 52 }),
      fc.integer({ min: 0, max: 800 }),
      (zone, everyWeeks, daysLate) => {
        const nextDueOn = '2026-03-02'
        const now = morningOf(nextDueOn, zone) + daysLate * DAY + HOUR
        const turn = turnOf({ nextDueOn, everyWeeks }, { now, zone })
        const days = (from: string, to: string) =>
          DateTime.fromISO(to, { zone: 'utc' }).diff(DateTime.fromISO(from, { zone: 'utc' }), 'days').days
        const dueOn = DateTime.fromMillis(turn.dueAt, { zone }).toISODate() as string
        assert.ok(morningOf(dueOn, zone) <= now)
        assert.ok(morningOf(turn.nextDueOn, zone) > now)
        assert.equal(days(dueOn, turn.nextDueOn), everyWeeks * 7)
        assert.equal(days(nextDueOn, dueOn) % (everyWeeks * 7), 0)
        assert.equal(hourIn(turn.dueAt, zone).slice(11), '23:59')
      },
    )
    fc.assert(property, { numRuns: 300, seed })
  })
})
