import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { type Busy, type Hours, isOpen, type Offer, openSlots } from '../../server/availability/slots.ts'
import {
  addDays,
  isDate,
  isZone,
  localDate,
  startOfDay,
  weekdayOf,
  zoneOffset,
} from '../../server/availability/zones.ts'

const MINUTE = 60_000
const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const CHICAGO = 'America/Chicago'

type Case = {
  zone?: string
  /** Windows for every day of the week, 'HH:MM-HH:MM'; hours past 24 reach into the next day. */
  windows?: string[]
  hours?: Partial<Hours>
  offer?: Partial<Offer>
  /** Local 'YYYY-MM-DDTHH:MM/YYYY-MM-DDTHH:MM' in the practice's zone. */
  busy?: string[]
  starts?: string[]
  /** The local date asked for, and how many days; local `now`, long before when left out. */
  date: string
  days?: number
  now?: string
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const instant = (text: string, zone: string): number => DateTime.fromISO(text, { zone }).toMillis()

function windowOf(text: string): { from: number; to: number } {
  const [from, to] = text.split('-') as [string, string]
  return { from: minuteOf(from), to: minuteOf(to) }
}

/** The local readings of the open slots: 'HH:MM', with the date in front when more than one day is asked for. */
function slotsOf(asked: Case): string[] {
  const zone = asked.zone ?? CHICAGO
  const weekly = (asked.windows ?? ['09:00-12:00']).flatMap((text) =>
    [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, ...windowOf(text) })),
  )
  const hours: Hours = { zone, weekly, exceptions: [], dailyLimit: null, ...asked.hours }
  const offer: Offer = {
    minutes: 60,
    bufferBefore: 0,
    bufferAfter: 0,
    step: 60,
    minimumNotice: 0,
    windowDays: 60,
    ...asked.offer,
  }
  const busy: Busy = {
    ranges: (asked.busy ?? []).map((text) => {
      const [start, end] = text.split('/') as [string, string]
      return { start: instant(start, zone), end: instant(end, zone) }
    }),
    starts: (asked.starts ?? []).map((text) => instant(text, zone)),
  }
  const from = instant(asked.date, zone)
  const to = DateTime.fromISO(asked.date, { zone })
    .plus({ days: asked.days ?? 1 })
    .startOf('day')
    .toMillis()
  const now = asked.now ? instant(asked.now, zone) : from - 20 * 1440 * MINUTE
  const form = asked.days ? 'dd HH:mm' : 'HH:mm'
  return openSlots(hours, offer, busy, { from, to }, now).map((slot) =>
    DateTime.fromMillis(slot, { zone }).toFormat(form),
  )
}

const CASES: [name: string, asked: Case, expected: string[]][] = [
  ['an ordinary day', { date: '2026-06-10' }, ['09:00', '10:00', '11:00']],
  [
    'a window that ends at 24:00',
    { date: '2026-06-10', windows: ['22:00-24:00'], offer: { step: 30 } },
    ['22:00', '22:30', '23:00'],
  ],
  [
    'a window that crosses midnight counts on the day after too',
    { date: '2026-06-10', windows: ['23:00-25:30'], offer: { minutes: 30, step: 30 } },
    ['00:00', '00:30', '01:00', '23:00', '23:30'],
  ],
  [
    'a slot that crosses midnight inside such a window',
    { date: '2026-06-10', windows: ['22:30-25:00'], offer: { minutes: 120, step: 30 } },
    ['22:30', '23:00'],
  ],
  [
    'windows that touch within a day join',
    { date: '2026-06-10', windows: ['09:00-10:30', '10:30-12:00'], offer: { minutes: 90, step: 30 } },
    ['09:00', '09:30', '10:00', '10:30'],
  ],
  [
    'windows that touch at midnight join',
    { date: '2026-06-10', windows: ['00:00-01:00', '23:00-24:00'], offer: { minutes: 120 } },
    ['23:00'],
  ],
  [
    'windows that overlap offer nothing twice',
    { date: '2026-06-10', windows: ['09:00-11:00', '10:00-12:00'] },
    ['09:00', '10:00', '11:00'],
  ],
  [
    'a step shorter than the length',
    { date: '2026-06-10', offer: { minutes: 50, step: 15 }, windows: ['09:00-10:30'] },
    ['09:00', '09:15', '09:30'],
  ],
  [
    'a step longer than the length',
    { date: '2026-06-10', offer: { minutes: 20, step: 60 }, windows: ['09:00-11:30'] },
    ['09:00', '10:00', '11:00'],
  ],
  [
    'the grid counts from midnight, not from the opening',
    { date: '2026-06-10', windows: ['09:10-11:10'], offer: { minutes: 30, step: 30 } },
    ['09:30', '10:00', '10:30'],
  ],
  [
    'a neighbor later: the buffer after must be free',
    {
      date: '2026-06-10',
      windows: ['09:00-12:00'],
      offer: { step: 30, bufferAfter: 15 },
      busy: ['2026-06-10T11:00/2026-06-10T12:00'],
    },
    ['09:00', '09:30'],
  ],
  [
    'a neighbor earlier: the buffer before must be free',
    {
      date: '2026-06-10',
      windows: ['09:00-12:00'],
      offer: { step: 30, bufferBefore: 15 },
      busy: ['2026-06-10T09:00/2026-06-10T10:00'],
    },
    ['10:30', '11:00'],
  ],
  [
    'what only touches does not block',
    {
      date: '2026-06-10',
      busy: ['2026-06-10T11:00/2026-06-10T12:00', '2026-06-10T09:00/2026-06-10T10:00'],
    },
    ['10:00'],
  ],
  [
    'buffers may lie outside the hours, not in what blocks there',
    {
      date: '2026-06-10',
      offer: { bufferBefore: 30, bufferAfter: 30 },
      busy: ['2026-06-10T12:20/2026-06-10T13:00'],
    },
    ['09:00', '10:00'],
  ],
  [
    'a short range inside a long one does not free the rest of it',
    { date: '2026-06-10', busy: ['2026-06-10T08:00/2026-06-10T11:00', '2026-06-10T08:30/2026-06-10T09:00'] },
    ['11:00'],
  ],
  [
    'the minimum notice, to the minute',
    { date: '2026-06-10', now: '2026-06-10T08:00', offer: { minimumNotice: 120 } },
    ['10:00', '11:00'],
  ],
  [
    'a minute past the minimum notice',
    { date: '2026-06-10', now: '2026-06-10T08:01', offer: { minimumNotice: 120 } },
    ['11:00'],
  ],
  ['nothing that has begun', { date: '2026-06-10', now: '2026-06-10T10:30' }, ['11:00']],
  [
    'the booking window ends with a calendar day, whatever the hour now',
    {
      date: '2026-06-10',
      days: 5,
      now: '2026-06-10T23:59',
      offer: { windowDays: 2 },
      windows: ['09:00-10:00'],
    },
    ['11 09:00', '12 09:00'],
  ],
  [
    'the daily limit counts in the day of the practice (19:00 in Chicago is tomorrow in UTC)',
    {
      date: '2026-06-10',
      days: 2,
      windows: ['20:00-21:00'],
      hours: { dailyLimit: 2 },
      starts: ['2026-06-10T09:00', '2026-06-10T19:00', '2026-06-11T09:00'],
    },
    ['11 20:00'],
  ],
  ['a daily limit of none', { date: '2026-06-10', hours: { dailyLimit: 0 } }, []],
  [
    'a closed date, and the part of the evening before that reaches into it stays',
    {
      date: '2026-06-10',
      days: 2,
      windows: ['23:00-25:00'],
      hours: { exceptions: [{ date: '2026-06-10', kind: 'closed' }] },
    },
    ['10 00:00', '11 23:00'],
  ],
  [
    'extra hours on a date, beside the usual ones',
    {
      date: '2026-06-10',
      hours: { exceptions: [{ date: '2026-06-10', kind: 'open', from: 900, to: 960 }] },
    },
    ['09:00', '10:00', '11:00', '15:00'],
  ],
  [
    'extra hours on a closed date are the only ones',
    {
      date: '2026-06-10',
      hours: {
        exceptions: [
          { date: '2026-06-10', kind: 'open', from: 900, to: 960 },
          { date: '2026-06-10', kind: 'closed' },
        ],
      },
    },
    ['15:00'],
  ],
  [
    'time off over days',
    { date: '2026-06-09', days: 4, busy: ['2026-06-09T10:00/2026-06-11T11:00'] },
    ['09 09:00', '11 11:00', '12 09:00', '12 10:00', '12 11:00'],
  ],
  [
    'weekdays: 7 is Sunday',
    {
      date: '2026-06-08',
      days: 7,
      hours: {
        weekly: [
          { weekday: 7, from: 540, to: 600 },
          { weekday: 1, from: 600, to: 660 },
        ],
      },
    },
    ['08 10:00', '14 09:00'],
  ],
  ...['America/Indiana/Indianapolis', CHICAGO].flatMap((zone): [string, Case, string[]][] => [
    [
      `${zone} on the day of 23 hours`,
      { zone, date: '2026-03-08', windows: ['00:00-05:00'] },
      ['00:00', '01:00', '03:00', '04:00'],
    ],
    [
      `${zone}: a slot runs over the missing hour`,
      { zone, date: '2026-03-08', windows: ['00:00-05:00'], offer: { minutes: 120 } },
      ['00:00', '01:00', '03:00'],
    ],
    [
      `${zone} on the day of 25 hours: one hour comes twice`,
      { zone, date: '2026-11-01', windows: ['00:00-04:00'] },
      ['00:00', '01:00', '01:00', '02:00', '03:00'],
    ],
    [
      `${zone}: a Sunday window from 15:00 starts at 15:00 (spring)`,
      { zone, date: '2026-03-08', windows: ['15:00-17:00'] },
      ['15:00', '16:00'],
    ],
    [
      `${zone}: a Sunday window from 15:00 starts at 15:00 (fall)`,
      { zone, date: '2026-11-01', windows: ['15:00-17:00'] },
      ['15:00', '16:00'],
    ],
  ]),
  [
    'Kathmandu, booked from 13 to 14: the next slot is 14:00',
    {
      zone: 'Asia/Kathmandu',
      date: '2026-06-10',
      windows: ['12:00-16:00'],
      offer: { step: 30 },
      busy: ['2026-06-10T13:00/2026-06-10T14:00'],
    },
    ['12:00', '14:00', '14:30', '15:00'],
  ],
  [
    'Adelaide, half an hour off, in fall',
    { zone: 'Australia/Adelaide', date: '2026-04-05', windows: ['01:00-04:00'] },
    ['01:00', '02:00', '02:00', '03:00'],
  ],
  [
    'Auckland in spring',
    { zone: 'Pacific/Auckland', date: '2026-09-27', windows: ['01:00-04:00'] },
    ['01:00', '03:00'],
  ],
  [
    'São Paulo 2018: a day that starts at 1:00',
    { zone: 'America/Sao_Paulo', date: '2018-11-04', windows: ['00:00-03:00'] },
    ['01:00', '02:00'],
  ],
  [
    'São Paulo 2018: over the midnight that was left out',
    {
      zone: 'America/Sao_Paulo',
      date: '2018-11-03',
      windows: ['23:00-26:00'],
      hours: { exceptions: [{ date: '2018-11-02', kind: 'closed' }] },
      offer: { minutes: 120 },
    },
    ['23:00'],
  ],
  [
    'São Paulo 2018: 23:00 comes twice',
    { zone: 'America/Sao_Paulo', date: '2018-02-17', windows: ['22:00-24:00'] },
    ['22:00', '23:00', '23:00'],
  ],
  [
    "St. John's 2006: back from 0:01 to 23:01, the two days take turns",
    {
      zone: 'America/St_Johns',
      date: '2006-10-28',
      days: 2,
      windows: ['23:00-24:30'],
      offer: { minutes: 1, step: 30 },
    },
    ['28 00:00', '28 23:00', '28 23:30', '29 00:00', '28 23:30', '29 00:00', '29 23:00', '29 23:30'],
  ],
  [
    'Apia has no 30 December 2011',
    { zone: 'Pacific/Apia', date: '2011-12-29', days: 3, windows: ['09:00-10:00'] },
    ['29 09:00', '31 09:00'],
  ],
]

describe('Open slots', () => {
  for (const [name, asked, expected] of CASES) {
    it(`${name}`, () => assert.deepEqual(slotsOf(asked), expected))
  }

  it("St. John's 2006: a span from the first midnight has the evening that comes back", () => {
    const zone = 'America/St_Johns'
    const weekly = [{ weekday: 6, from: 1380, to: 1440 }]
    const offer = { minutes: 1, bufferBefore: 0, bufferAfter: 0, step: 30, minimumNotice: 0, windowDays: 9 }
    const from = startOfDay('2006-10-29', zone)
    const span = { from, to: from + 180 * MINUTE }
    const hours = { zone, weekly, exceptions: [], dailyLimit: null }
    assert.deepEqual(openSlots(hours, offer, { ranges: [], starts: [] }, span, from), [from + 30 * MINUTE])
  })
})

describe('One start', () => {
  const hours: Hours = {
    zone: CHICAGO,
    weekly: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 540, to: 1020 })),
    exceptions: [],
    dailyLimit: 3,
  }
  const nine = instant('2026-03-08T09:00', CHICAGO)
  const now = nine - 5 * 1440 * MINUTE
  const offer: Offer = {
    minutes: 50,
    bufferBefore: 5,
    bufferAfter: 10,
    step: 10,
    minimumNotice: 1440,
    windowDays: 6,
  }

  it(`is open exactly when it is among the open slots (FLORA_SEED=${seed})`, () => {
    const near = fc.integer({ min: -100, max: 150 }).map((n) => nine + n * 15 * MINUTE)
    const ranges = fc.array(
      near.map((start) => ({ start, end: start + 75 * MINUTE })),
      { maxLength: 6 },
    )
    const agree = (busy: Busy) => {
      const [from, to] = [nine - 1440 * MINUTE, nine + 2 * 1440 * MINUTE]
      const shown = new Set(openSlots(hours, offer, busy, { from, to }, now))
      for (let start = from; start < to; start += 5 * MINUTE) {
        assert.equal(isOpen(hours, offer, busy, start, now), shown.has(start))
      }
    }
    const busy = fc.record({ ranges, starts: fc.array(near, { maxLength: 4 }) })
    fc.assert(fc.property(busy, agree), { numRuns: 30, seed })
  })

  for (const start of [nine + 1, nine + 30_000, Number.NaN, Infinity, -Infinity, -8.64e15, 9e15]) {
    it(`is not open at ${start}`, () => {
      assert.equal(isOpen(hours, offer, { ranges: [], starts: [] }, start, now), false)
    })
  }

  it('leaves what it was given as it was', () => {
    const ranges = [
      { start: nine + 60 * MINUTE, end: nine + 120 * MINUTE },
      { start: nine, end: nine + 90 * MINUTE },
    ]
    const before = structuredClone({ hours, ranges })
    openSlots(hours, offer, { ranges, starts: [] }, { from: nine, to: nine + 1440 * MINUTE }, now)
    assert.deepEqual({ hours, ranges }, before)
  })
})

describe('Zones', () => {
  for (const name of [
    'UTC',
    CHICAGO,
    'America/Indiana/Indianapolis',
    'Asia/Kathmandu',
    'Asia/Katmandu',
    'US/Eastern',
  ]) {
    it(`${name} is a zone`, () => assert.equal(isZone(name), true))
  }

  it('every zone that Intl lists is a zone', () => {
    assert.deepEqual(
      Intl.supportedValuesOf('timeZone').filter((name) => !isZone(name)),
      [],
    )
  })

  const strangers = [
    '',
    '+05:00',
    '-0300',
    'EST',
    'CET',
    'utc',
    'america/chicago',
    'America/Nowhere',
    'Etc/Unknown',
  ]
  const hostile = [
    'SystemV/PST8PDT',
    'America/Chicago ',
    'America/Chicago\n',
    '__proto__',
    `America/${'A'.repeat(1e5)}`,
  ]
  for (const name of [...strangers, ...hostile]) {
    it(`${JSON.stringify(name.slice(0, 30))} is no zone`, () => assert.equal(isZone(name), false))
  }
  for (const name of [undefined, null, 5, ['America/Chicago']]) {
    it(`${JSON.stringify(name)} is no zone`, () => assert.equal(isZone(name as unknown as string), false))
  }

  it('offsets agree with luxon, also before 1970 and after more zones than are kept', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      for (let year = 1975; year < 2040; year += 13) {
        const at = Date.UTC(year, year % 12, 7, 3, 30)
        assert.equal(zoneOffset(at, zone), DateTime.fromMillis(at, { zone }).offset, `${zone} ${year}`)
      }
    }
    assert.equal(zoneOffset(Date.UTC(1965, 6, 1), CHICAGO), -300)
  })

  it('the offset changes at the very minute of the change', () => {
    const change = Date.UTC(2026, 2, 8, 8)
    assert.deepEqual([zoneOffset(change - 1, CHICAGO), zoneOffset(change, CHICAGO)], [-360, -300])
  })

  it('a name that is no zone throws', () => {
    assert.throws(() => zoneOffset(0, 'America/Nowhere'), RangeError)
  })

  it('the local date is the one on that wall', () => {
    const at = Date.UTC(2026, 0, 1, 4)
    assert.equal(localDate(at, CHICAGO), '2025-12-31')
    assert.equal(localDate(at, 'Asia/Kathmandu'), '2026-01-01')
    assert.equal(localDate(-1, 'UTC'), '1969-12-31')
  })

  const firsts: [string, string, string][] = [
    ['2026-06-10', CHICAGO, '2026-06-10T05:00:00.000Z'],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
    ['2006-10-29', 'America/St_Johns', '2006-10-29T02:30:00.000Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2026-06-10', 'Pacific/Kiritimati', '2026-06-09T10:00:00.000Z'],
  ]
  for (const [date, zone, expected] of firsts) {
    it(`${date} starts in ${zone} at ${expected}`, () => {
      assert.equal(new Date(startOfDay(date, zone)).toISOString(), expected)
    })
  }
})

describe('Dates', () => {
  for (const text of ['1970-01-01', '2024-02-29', '2026-12-31', '2199-12-31']) {
    it(`${text} is a date`, () => assert.equal(isDate(text), true))
  }
  const strangers = [
    '',
    '1969-12-31',
    '2200-01-01',
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
  ]
  for (const text of [
    ...strangers,
    '2026-04-31',
    '2026-01-01T00:00',
    '2026-01-01\n',
    '+02026-01-01',
    '２026-01-01',
  ]) {
    it(`${JSON.stringify(text)} is no date`, () => assert.equal(isDate(text), false))
  }

  it('days are added on the calendar', () => {
    assert.equal(addDays('2024-02-28', 2), '2024-03-01')
    assert.equal(addDays('2026-01-01', -1), '2025-12-31')
    assert.equal(addDays('2026-03-08', 365), '2027-03-08')
  })

  it('weekdays run from Monday 1 to Sunday 7', () => {
    assert.deepEqual(['1970-01-01', '2026-06-08', '2026-06-14', '1969-12-31'].map(weekdayOf), [4, 1, 7, 3])
  })
})
