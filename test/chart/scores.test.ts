import assert from 'node:assert/strict'
import { figureOf, scoreTable } from '../../server/chart/scores.ts'
import type { ScoreRow } from '../../server/chart/store.ts'
import { DAY } from '../../server/clock.ts'
import { NOW } from '../support/fixed.ts'

const at = (daysAgo: number, linkId: string, value: number): ScoreRow => ({
  responseId: `r${daysAgo}`,
  title: 'Check-in',
  linkId,
  label: linkId,
  value,
  at: NOW - daysAgo * DAY,
})

const table = (rows: ScoreRow[], itch: { before: number; now: number } | null = null) =>
  scoreTable(rows, { clientId: 'c', zone: 'UTC', itch })

const marks = (rows: ScoreRow[], itch: { before: number; now: number } | null = null) =>
  table(rows, itch).rows.map(({ cells }) => cells.map((cell) => cell?.mark?.words ?? null))

describe('the table of scores', () => {
  it('is empty without scores', () => {
    assert.deepEqual(table([]), { columns: [], rows: [] })
  })

  it('has gut, skin and habits first, six columns at the most, and says where a score is missing', () => {
    const names = ['z', 'habits-score', 'skin-score', 'a', 'b', 'gut-score', 'c']
    const rows = [...names.map((name) => at(1, name, 1)), at(2, 'skin-score', 2)]
    const { columns, rows: lines } = table(rows)
    assert.deepEqual(columns, ['gut-score', 'skin-score', 'habits-score', 'z', 'a', 'b'])
    assert.deepEqual(
      lines[1]?.cells.map((cell) => cell?.figure ?? null),
      [null, '2', null, null, null, null],
    )
  })

  it('shows the latest responses and the very first', () => {
    const days = Array.from({ length: 20 }, (_, n) => n)
    const { rows } = table(days.map((n) => at(n, 'gut-score', 50)))
    assert.deepEqual(
      rows.map(({ href }) => href.split('/').at(-1)),
      ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r19'],
    )
  })

  it('marks the latest gut score alone, from a fall of 30 percent since the first', () => {
    const fall = (to: number) =>
      marks([at(0, 'gut-score', to), at(1, 'gut-score', 20), at(9, 'gut-score', 60)])
    assert.deepEqual(fall(42.1), [[null], [null], [null]])
    assert.deepEqual(fall(42), [['clearly better than at first'], [null], [null]])
    assert.deepEqual(fall(90), [[null], [null], [null]])
    assert.deepEqual(marks([at(0, 'gut-score', 0)]), [[null]])
  })

  it('marks the latest skin score where the itch clearly changed', () => {
    const rows = [at(0, 'skin-score', 40), at(1, 'skin-score', 40)]
    const mark = (before: number, now: number) => marks(rows, { before, now })[0]?.[0]
    assert.equal(mark(7, 3), 'itch clearly better, from 7 to 3')
    assert.equal(mark(3, 7), 'itch clearly worse, from 3 to 7')
    assert.equal(mark(7, 4), null)
    assert.deepEqual(marks(rows), [[null], [null]])
  })

  it('has at most one decimal', () => {
    assert.deepEqual([0, 33.333, 66.65, 100].map(figureOf), ['0', '33.3', '66.7', '100'])
  })
})
