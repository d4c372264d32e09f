import assert from 'node:assert/strict'
import {
  canCancelAsDietitian,
  canMark,
  decideChange,
  type Outcome,
  type State,
} from '../../server/appointments/states.ts'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'
import { NOW } from '../support/fixed.ts'

const states: State[] = ['held', 'lapsed', 'booked', 'kept', 'no_show', 'cancelled']
const outcomes: Outcome[] = ['kept', 'no_show', 'booked']

describe('what may become of an appointment', () => {
  /** For each state: what may be said of it an hour before its start, and an hour after. */
  const marks: Record<State, { before: Outcome[]; after: Outcome[] }> = {
    held: { before: [], after: [] },
    lapsed: { before: [], after: [] },
    booked: { before: [], after: ['kept', 'no_show'] },
    kept: { before: ['booked'], after: ['no_show', 'booked'] },
    no_show: { before: ['booked'], after: ['kept', 'booked'] },
    cancelled: { before: [], after: [] },
  }
  for (const state of states) {
    it(`${state}: the dietitian may mark it as ${marks[state].after.join(' or ') || 'nothing'}`, () => {
      const may = (now: number) =>
        outcomes.filter((outcome) => canMark({ state, startsAt: NOW }, outcome, now))
      assert.deepEqual(may(NOW - HOUR), marks[state].before)
      assert.deepEqual(may(NOW), marks[state].after)
      assert.deepEqual(may(NOW + HOUR), marks[state].after)
    })
  }

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
