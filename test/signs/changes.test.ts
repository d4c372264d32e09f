import assert from 'node:assert/strict'
import { clearChange, itchChange } from '../../server/signs/changes.ts'

describe('a clear change', () => {
  for (const [baseline, now, isClear] of [
    [60, 42, true],
    [60, 42.1, false],
    [70, 49, true],
    [52.5, 36.8, false],
    [52.5, 36.7, true],
    [10, 0, true],
    [40, 40, false],
    [40, 60, false],
    [0, 0, false],
  ] as const)
    it(`of the gut score is ${isClear ? '' : 'not '}from ${baseline} to ${now}`, () => {
      assert.equal(clearChange(baseline, now), isClear)
    })

  for (const [before, now, change] of [
    [8, 4, 'better'],
    [8, 5, null],
    [2, 6, 'worse'],
    [2, 5, null],
    [3, 3, null],
  ] as const)
    it(`of itch from ${before} to ${now} is ${change ?? 'none'}`, () => {
      assert.equal(itchChange(before, now), change)
    })
})
