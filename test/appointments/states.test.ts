import assert from 'node:assert/strict'
import {
  canCancelAsDietitian,
  canMark,
  canRestore,
  decideChange,
  isMarked,
  meanings,
  type Outcome,
  type Standing,
  type State,
  standingOf,
} from '../../server/appointments/states.ts'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'
import { NOW } from '../support/fixed.ts'

const states: State[] = ['held', 'lapsed', 'booked', 'kept', 'no_show', 'cancelled']
const outcomes: Outcome[] = ['kept', 'late', 'no_show', 'booked', 'cancelled', 'cancelled_late']

/** What is in the table for each standing. */
const marked: Record<Standing, { state: State; wasLate: boolean }> = {
  held: { state: 'held', wasLate: false },
  lapsed: { state: 'lapsed', wasLate: false },
  booked: { state: 'booked', wasLate: false },
  kept: { state: 'kept', wasLate: false },
  late: { state: 'kept', wasLate: true },
  no_show: { state: 'no_show', wasLate: false },
  cancelled: { state: 'cancelled', wasLate: false },
  cancelled_late: { state: 'cancelled', wasLate: true },
}

describe('what may become of an appointment', () => {
  /** For each standing: what may be said of it an hour before its start, and an hour after. */
  const marks: Record<Standing, { before: Outcome[]; after: Outcome[] }> = {
    held: { before: [], after: [] },
    lapsed: { before: [], after: [] },
    booked: { before: [], after: ['kept', 'late', 'no_show'] },
    kept: { before: ['booked'], after: ['late', 'no_show', 'booked'] },
    late: { before: ['booked'], after: ['kept', 'no_show', 'booked'] },
    no_show: { before: ['booked'], after: ['kept', 'late', 'booked'] },
    cancelled: { before: ['cancelled_late'], after: ['cancelled_late'] },
    cancelled_late: { before: ['cancelled'], after: ['cancelled'] },
  }
  for (const standing of Object.keys(marks) as Standing[]) {
    it(`${standing}: the dietitian may mark it as ${marks[standing].after.join(' or ') || 'nothing'}`, () => {
      const appointment = { ...marked[standing], startsAt: NOW }
      const may = (now: number) => outcomes.filter((outcome) => canMark(appointment, outcome, now))
      assert.deepEqual(may(NOW - HOUR), marks[standing].before)
      assert.deepEqual(may(NOW), marks[standing].after)
      assert.deepEqual(may(NOW + HOUR), marks[standing].after)
      assert.equal(standingOf(appointment), standing)
    })
  }

  it('what is marked so already is not marked again', () => {
    for (const outcome of outcomes) {
      const same = outcomes.filter((other) => isMarked({ ...meanings[outcome], startsAt: NOW }, other))
      assert.deepEqual(same, [outcome])
    }
  })

  it('a cancellation is undone within ten minutes, and before its start', () => {
    const off = { state: 'cancelled' as const, startsAt: NOW + HOUR, cancelledAt: NOW }
    assert.ok(canRestore(off, NOW))
    assert.ok(canRestore(off, NOW + 10 * MINUTE - 1))
    assert.ok(!canRestore(off, NOW + 10 * MINUTE))
    assert.ok(!canRestore({ ...off, startsAt: NOW + MINUTE }, NOW + MINUTE))
    for (const state of states.filter((one) => one !== 'cancelled'))
      assert.ok(!canRestore({ ...off, state, cancelledAt: null }, NOW), state)
  })

  it('only what is booked may be cancelled by the dietitian, even late', () => {
    const may = states.filter((state) => canCancelAsDietitian({ state, startsAt: NOW }))
    assert.deepEqual(may, ['booked'])
  })

  it('a client may change what is booked, to the very minute of its deadline', () => {
    const at = (left: number, changeDeadlineMinutes = 1440, state: State = 'booked') => {
      const decision = decideChange({ state, startsAt: NOW + left, changeDeadlineMinutes }, NOW)
      return decision.ok ? 'ok' : decision.because
    }
    const table: [left: number, deadline: number, expected: string][] = [
      [2 * DAY, 1440, 'ok'],
      [DAY, 1440, 'ok'],
      [DAY - 1, 1440, 'tooLate'],
      [MINUTE, 1440, 'tooLate'],
      [MINUTE, 0, 'ok'],
      [0, 0, 'past'],
      [0, 1440, 'past'],
      [-HOUR, 1440, 'past'],
    ]
    for (const [left, deadline, expected] of table)
      assert.equal(at(left, deadline), expected, `${left} ${deadline}`)
    const others = states.filter((state) => state !== 'booked').map((state) => at(2 * DAY, 1440, state))
    assert.deepEqual(others, ['over', 'over', 'over', 'over', 'cancelled'])
  })
})
