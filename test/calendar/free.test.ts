import assert from 'node:assert/strict'
import type { Hours } from '../../server/availability/hours.ts'
import { blockedIn, freeStretches, minutesOf } from '../../server/calendar/free.ts'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'

/** Tuesday and Wednesday, 9 to 12 and 13 to 17 in UTC. */
const windows = [2, 3].flatMap((weekday) => [
  { weekday, from: 540, to: 720 },
  { weekday, from: 780, to: 1020 },
])
const hours: Hours = { zone: 'UTC', weekly: windows, exceptions: [], dailyLimit: null }
const TUESDAY = Date.parse('2026-03-03T00:00:00Z')
const week = { from: TUESDAY - DAY, to: TUESDAY + 6 * DAY }

const entry = (hour: number, minutes: number, state = 'booked') => ({
  state,
  blocksFrom: TUESDAY + hour * HOUR,
  blocksTo: TUESDAY + hour * HOUR + minutes * MINUTE,
})

const free = (
  entries: ReturnType<typeof entry>[],
  timeOff: { startsAt: number; endsAt: number }[] = [],
  from = week.from,
) =>
  freeStretches(hours, blockedIn(entries, timeOff), { from, to: week.to }).map(
    ({ start, end }) => [(start - TUESDAY) / HOUR, (end - TUESDAY) / HOUR] as const,
  )

describe('what is free of a week', () => {
  it('is the opening hours, from now on', () => {
    assert.deepEqual(free([]), [
      [9, 12],
      [13, 17],
      [33, 36],
      [37, 41],
    ])
    assert.deepEqual(free([], [], TUESDAY + 14.5 * HOUR)[0], [14.5, 17])
    assert.deepEqual(free([], [], week.to), [])
  })

  it('is not what an appointment, a hold or time off blocks, buffers included', () => {
    const booked = [entry(10, 60), entry(9.5, 15, 'held'), entry(16, 60, 'kept')]
    assert.deepEqual(free(booked).slice(0, 3), [
      [9, 9.5],
      [9.75, 10],
      [11, 12],
    ])
    const off = [{ startsAt: TUESDAY + 11 * HOUR, endsAt: TUESDAY + 34 * HOUR }]
    assert.deepEqual(free([], off), [
      [9, 11],
      [34, 36],
      [37, 41],
    ])
  })

  it('is also the time of what was cancelled or missed', () => {
    assert.deepEqual(free([entry(10, 60, 'cancelled'), entry(14, 60, 'no_show')]), free([]))
  })

  it('is not a gap of less than a quarter of an hour', () => {
    assert.deepEqual(free([entry(9, 170)])[0], [13, 17])
    assert.deepEqual(free([entry(9, 165)])[0], [11.75, 12])
  })

  it('adds up in minutes', () => {
    const ranges = freeStretches(hours, blockedIn([entry(9, 90)], []), week)
    assert.equal(minutesOf(ranges), 14 * 60 - 90)
  })
})
