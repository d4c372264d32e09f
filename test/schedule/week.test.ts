import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beginnings, ends, minuteWords, placesOf, whereOf, wheres } from '../../server/schedule/times.ts'
import {
  decideWeek,
  differences,
  type Row,
  rowsOf,
  type WeekWindow,
  weekWords,
} from '../../server/schedule/week.ts'

const row = (weekday: number, n: number, from: string, to: string, where = 'all'): Row => ({
  weekday,
  n,
  from,
  to,
  where,
})
const decide = (rows: Row[], copies: [number, number[]][] = []) =>
  decideWeek({ rows, copies: new Map(copies) })
const window = (weekday: number, from: number, to: number): WeekWindow => ({
  weekday,
  from,
  to,
  places: null,
})

describe('a week as it was chosen', () => {
  it('means its windows, day by day in order, and blank rows mean nothing', () => {
    const rows = [row(2, 1, '540', '720', 'in_person'), row(1, 2, '780', '1020'), row(1, 1, '540', '720')]
    assert.deepEqual(decide([...rows, row(3, 1, '', '720')]), {
      windows: [window(1, 540, 720), window(1, 780, 1020), { ...window(2, 540, 720), places: ['in_person'] }],
      problems: [],
    })
  })

  it('gives the hours of a day to others, whatever these had', () => {
    const rows = [row(1, 1, '540', '720', 'video'), row(3, 1, '900', '600'), row(7, 1, '600', '660')]
    const { windows, problems } = decide(rows, [[1, [3, 5]]])
    assert.deepEqual(problems, [])
    assert.deepEqual(
      windows.map(({ weekday, from, places }) => [weekday, from, String(places)]),
      [
        [1, 540, 'video'],
        [3, 540, 'video'],
        [5, 540, 'video'],
        [7, 600, 'null'],
      ],
    )
  })

  const refused: [string, Row[], [number, number[]][], string, RegExp][] = [
    ['without an end', [row(2, 3, '540', '')], [], 'd2-3-to', /Tuesday: please choose when it ends/],
    ['reversed', [row(1, 1, '720', '540')], [], 'd1-1-to', /end before they begin/],
    ['of no length', [row(1, 1, '720', '720')], [], 'd1-1-to', /end before they begin/],
    ['longer than a day', [row(1, 1, '0', '1800')], [], 'd1-1-to', /24 hours at most/],
    ['that begin on the next day', [row(1, 1, '1440', '1500')], [], 'd1-1-from', /from the list/],
    ['that end two days later', [row(1, 1, '540', '2881')], [], 'd1-1-to', /from the list/],
    ['that begin at no time', [row(1, 1, 'nine', '720')], [], 'd1-1-from', /from the list/],
    ['at no place of ours', [row(1, 1, '540', '720', 'moon')], [], 'd1-1-where', /place from the list/],
    [
      'that overlap',
      [row(1, 1, '540', '720'), row(1, 2, '700', '800')],
      [],
      'd1-2-from',
      /overlap with 9:00 AM to 12:00 PM/,
    ],
    [
      'that are the same twice',
      [row(6, 1, '540', '720'), row(6, 4, '540', '720')],
      [],
      'd6-4-from',
      /Saturday: these hours overlap/,
    ],
    [
      'of a night that reaches into the next day’s',
      [row(7, 1, '1320', '1620'), row(1, 1, '120', '300')],
      [],
      'd7-1-from',
      /Sunday: the night reaches into the hours of Monday/,
    ],
    [
      'copied to one day from two',
      [row(1, 1, '540', '720'), row(2, 1, '600', '720')],
      [
        [1, [3]],
        [2, [3]],
      ],
      'd2-copy',
      /Wednesday can take the hours of one day only/,
    ],
    [
      'copied to a day that is copied itself',
      [row(1, 1, '540', '720')],
      [
        [1, [2]],
        [2, [3]],
      ],
      'd1-copy',
      /Tuesday can’t take other hours while its own are copied/,
    ],
  ]
  for (const [what, rows, copies, name, message] of refused)
    it(`refuses hours ${what}, at their row`, () => {
      const { problems } = decide(rows, copies)
      assert.deepEqual(
        problems.map((problem) => problem.name),
        [name],
      )
      assert.match(problems[0]?.message ?? '', message)
    })

  it('takes windows that touch, and a night up to the next morning’s first hour', () => {
    const touching = [row(1, 1, '540', '720'), row(1, 2, '720', '800')]
    assert.deepEqual(decide(touching).problems, [])
    assert.deepEqual(decide([row(7, 1, '1320', '1560'), row(1, 1, '120', '300')]).problems, [])
  })

  it('is the same again when its own rows are read', () => {
    const places = fc.constantFrom(null, ...wheres.slice(1).map(({ value }) => placesOf(value) ?? null))
    const weeks = fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.nat(5), places), { maxLength: 20 })
    fc.assert(
      fc.property(weeks, (picked) => {
        const slots = new Map(picked.map(([weekday, slot, where]) => [`${weekday} ${slot}`, where]))
        const windows = [...slots].map(([key, where]) => {
          const [weekday = 1, slot = 0] = key.split(' ').map(Number)
          return { weekday, from: slot * 240, to: slot * 240 + 240, places: where }
        })
        const again = decide(rowsOf(windows))
        assert.deepEqual(again.problems, [])
        assert.deepEqual(differences(again.windows, windows), [])
        assert.deepEqual(rowsOf(again.windows), rowsOf(windows))
      }),
    )
  })

  it('is told in words', () => {
    assert.equal(weekWords([window(1, 540, 720), window(2, 540, 750)]), '6 hours 30 minutes a week')
    assert.equal(weekWords([window(1, 540, 600)]), '1 hour a week')
    assert.equal(weekWords([]), 'No hours yet')
    const mine = [{ ...window(1, 540, 720), places: ['video' as const] }, window(2, 540, 720)]
    assert.deepEqual(differences([window(2, 540, 720)], mine), [
      { day: 'Monday', saved: 'Closed', mine: '9:00 AM to 12:00 PM (by video)' },
    ])
  })
})

describe('the choices of a list', () => {
  it('have a word for each minute that can be kept', () => {
    assert.equal(minuteWords(0), '12:00 AM')
    assert.equal(minuteWords(720), '12:00 PM')
    assert.equal(minuteWords(1425), '11:45 PM')
    assert.equal(minuteWords(1440), 'midnight')
    assert.equal(minuteWords(1500), '1:00 AM the next day')
    for (const choices of [beginnings, ends, wheres]) {
      const words = choices.map((choice) => choice.words)
      assert.equal(new Set(words).size, choices.length)
    }
  })

  it('say places and read them again', () => {
    for (const { value } of wheres) assert.equal(whereOf(placesOf(value) ?? null), value)
    assert.equal(whereOf(['phone', 'video', 'in_person']), 'all')
    assert.equal(placesOf('moon'), undefined)
  })
})
