import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isStillWanted, remindersFor } from '../../server/appointments/reminders.ts'
import type { State } from '../../server/appointments/states.ts'

const HOUR = 3_600_000
const START = Date.parse('2026-12-01T14:00:00Z')

describe('reminders', () => {
  const cases: [hoursAhead: number, expected: number[]][] = [
    [72, [48, 2]],
    [48.001, [48, 2]],
    [48, [2]],
    [24, [2]],
    [2.001, [2]],
    [2, []],
    [0.5, []],
    [-1, []],
  ]
  for (const [hoursAhead, expected] of cases) {
    it(`booked ${hoursAhead} hours ahead: ${expected.join(' and ') || 'none'}`, () => {
      const planned = remindersFor({ startsAt: START, changedAt: START - hoursAhead * HOUR })
      assert.deepEqual(
        planned,
        expected.map((hoursBefore) => ({ hoursBefore, at: START - hoursBefore * HOUR })),
      )
    })
  }

  it('are never planned for the past, whatever the time', () => {
    const instants = fc.integer({ min: 0, max: 4e12 })
    fc.assert(
      fc.property(instants, instants, (startsAt, changedAt) => {
        for (const { at, hoursBefore } of remindersFor({ startsAt, changedAt })) {
          assert.ok(at > changedAt && at === startsAt - hoursBefore * HOUR)
        }
      }),
    )
  })

  const timed = { state: 'booked' as State, sequence: 1, startsAt: START }
  const at = (hoursBefore: number) => START - hoursBefore * HOUR
  const wanted: [string, typeof timed, hoursBefore: number, now: number, boolean][] = [
    ['on time, two days before', timed, 48, at(48), true],
    ['on time, two hours before', timed, 2, at(2), true],
    ['a day late', timed, 48, at(24), true],
    ['so late that the next is due', timed, 48, at(2), false],
    ['an hour late, an hour before', timed, 2, at(1), true],
    ['at the start', timed, 2, START, false],
    ['after the start', timed, 48, START + 1, false],
    ['moved since', { ...timed, sequence: 2 }, 48, at(48), false],
    ...(['cancelled', 'kept', 'no_show', 'held'] as State[]).map((state): (typeof wanted)[number] => [
      state,
      { ...timed, state },
      48,
      at(48),
      false,
    ]),
  ]
  for (const [name, appointment, hoursBefore, now, expected] of wanted) {
    it(`${name}: ${expected ? 'still sent' : 'not sent'}`, () => {
      assert.equal(isStillWanted(appointment, { sequence: 1, hoursBefore }, now), expected)
    })
  }
})
