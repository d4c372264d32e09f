import assert from 'node:assert/strict'
import type { Range } from '../../server/availability/slots.ts'
import type { DiaryEntry, TimeOff } from '../../server/calendar/store.ts'
import { mondayOf, weekPage } from '../../server/calendar/week.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../../server/clock.ts'

const ZONE = 'America/New_York'

const entry = (startsAt: Instant, given: Partial<DiaryEntry> = {}): DiaryEntry => ({
  id: 'an-id',
  state: 'booked',
  startsAt,
  endsAt: startsAt + HOUR,
  blocksFrom: startsAt,
  blocksTo: startsAt + HOUR,
  typeName: 'Consultation',
  place: 'video',
  clientName: 'Ana Ruiz',
  isNewClient: false,
  wasLate: false,
  clientId: 'a-client',
  nth: 1,
  videoUrl: null,
  ...given,
})

const week = (monday: string, entries: DiaryEntry[], timeOff: TimeOff[] = [], free: Range[] = []) =>
  weekPage({ monday, zone: ZONE, entries, timeOff, free, now: Date.parse('2026-03-03T14:00:00Z') })

/** What the clock on the wall shows at the line an item starts and ends at, and the item's own words. */
const placed = (page: ReturnType<typeof week>, date: string) => {
  const day = page.days.find((one) => one.date === date)
  const at = (line: number) => (page.hours[0] ?? 0) + (line - 1) / 4
  return day?.items.map(({ kind, time, rowStart, rowEnd }) => [kind, time, at(rowStart), at(rowEnd)])
}

describe('the week of a dietitian', () => {
  it('begins on Monday, on every day of it', () => {
    const days = ['2026-03-02', '2026-03-04', '2026-03-08']
    assert.deepEqual(days.map(mondayOf), ['2026-03-02', '2026-03-02', '2026-03-02'])
    const page = week('2026-03-02', [])
    assert.equal(page.label, 'Mar 2 – Mar 8, 2026')
    assert.deepEqual(
      page.days.map(({ weekday, isToday }) => `${weekday}${isToday ? '*' : ''}`),
      ['Mon', 'Tue*', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    )
    assert.equal(page.previousHref, '/practice/calendar?week=2026-02-23')
    assert.equal(page.nextHref, '/practice/calendar?week=2026-03-09')
  })

  it('shows the usual hours, and more when something is earlier or later', () => {
    assert.deepEqual(week('2026-03-02', []).hours, [8, 9, 10, 11, 12, 13, 14, 15, 16, 17])
    const early = entry(Date.parse('2026-03-03T11:30:00Z'))
    const late = entry(Date.parse('2026-03-05T04:30:00Z'))
    const { hours } = week('2026-03-02', [early, late])
    assert.deepEqual([hours[0], hours.at(-1)], [6, 23])
  })

  it('puts an appointment at its hour on days of 24, 23 and 25 hours', () => {
    for (const [date, utc] of [
      ['2026-03-04', '2026-03-04T20:00:00Z'],
      ['2026-03-08', '2026-03-08T19:00:00Z'], // clocks went forward at 2
      ['2026-11-01', '2026-11-01T20:00:00Z'], // and back at 2
    ] as const) {
      const page = week(mondayOf(date), [entry(Date.parse(utc))])
      assert.deepEqual(placed(page, date), [['appointment', '3:00 PM', 15, 16]], date)
    }
  })

  it('keeps an appointment in the hour that comes twice visible', () => {
    const page = week('2026-10-26', [entry(Date.parse('2026-11-01T05:30:00Z'))])
    assert.deepEqual(placed(page, '2026-11-01'), [['appointment', '1:30 AM', 1.5, 2.5]])
  })

  it('shows buffers around what blocks, and none where nothing is blocked', () => {
    const start = Date.parse('2026-03-04T15:00:00Z')
    const buffers = { blocksFrom: start - 15 * MINUTE, blocksTo: start + HOUR + 30 * MINUTE }
    const kinds = (state: DiaryEntry['state']) =>
      placed(week('2026-03-02', [entry(start, { state, ...buffers })]), '2026-03-04')
    assert.deepEqual(kinds('booked'), [
      ['buffer', '', 9.75, 10],
      ['appointment', '10:00 AM', 10, 11],
      ['buffer', '', 11, 11.5],
    ])
    assert.deepEqual(kinds('cancelled'), [['appointment', '10:00 AM', 10, 11]])
  })

  it('shows time off on each of its days, cut to the hours shown', () => {
    const off = { startsAt: Date.parse('2026-03-04T19:00:00Z'), endsAt: Date.parse('2026-03-06T15:00:00Z') }
    const page = week('2026-03-02', [], [off])
    assert.deepEqual(placed(page, '2026-03-04'), [['timeOff', '', 14, 18]])
    assert.deepEqual(placed(page, '2026-03-05'), [['timeOff', '', 8, 18]])
    assert.deepEqual(placed(page, '2026-03-06'), [['timeOff', '', 8, 10]])
    assert.deepEqual(placed(page, '2026-03-07'), [])
  })

  it('shows a hold as being booked, without a link and without a name', () => {
    const held = entry(Date.parse('2026-03-04T15:00:00Z'), { state: 'held', clientName: null, place: null })
    const [item] = week('2026-03-02', [held]).days[2]?.items ?? []
    assert.deepEqual([item?.kind, item?.href, item?.client], ['held', '', 'Being booked'])
    assert.match(item?.label ?? '', /^10:00 AM to 11:00 AM, Being booked, Consultation/)
  })

  it('offers each free hour as a link to book it, and names the stretch once', () => {
    const from = Date.parse('2026-03-04T14:30:00Z')
    const page = week('2026-03-02', [], [], [{ start: from, end: from + 2 * HOUR }])
    const items = page.days[2]?.items ?? []
    assert.deepEqual(placed(page, '2026-03-04'), [
      ['free', '9:30 AM', 9.5, 10],
      ['free', '10:00 AM', 10, 11],
      ['free', '11:00 AM', 11, 11.5],
    ])
    assert.deepEqual(
      items.map(({ href }) => href),
      ['2026-03-04T14:30:00Z', '2026-03-04T15:00:00Z', '2026-03-04T16:00:00Z'].map(
        (slot) => `/practice/calendar/booking?slot=${slot}`,
      ),
    )
    assert.deepEqual(
      items.map(({ stretch }) => stretch),
      ['Free until 11:30 AM', '', ''],
    )
    assert.equal(items[1]?.label, 'Free from 10:00 AM to 11:00 AM: book')
  })

  it('offers no part that is too small to press', () => {
    const from = Date.parse('2026-03-04T14:45:00Z')
    const free = (minutes: number) =>
      placed(week('2026-03-02', [], [], [{ start: from, end: from + minutes * MINUTE }]), '2026-03-04')?.map(
        ([, , start, end]) => [start, end],
      )
    assert.deepEqual(free(15), [])
    assert.deepEqual(free(30), [[9.75, 10.25]])
    assert.deepEqual(free(75), [[9.75, 11]])
    assert.deepEqual(free(150), [
      [9.75, 11],
      [11, 12.25],
    ])
  })

  it('says what came late, and what was cancelled late', () => {
    const start = Date.parse('2026-03-04T15:00:00Z')
    const words = (state: DiaryEntry['state']) =>
      week('2026-03-02', [entry(start, { state, wasLate: true })]).days[2]?.items[0]?.stateWords
    assert.deepEqual([words('kept'), words('cancelled')], ['Came late', 'Cancelled late'])
  })

  it('says all of an appointment in words for whoever can’t see the grid', () => {
    const [item] = week('2026-03-02', [entry(Date.parse('2026-03-04T15:00:00Z'))]).days[2]?.items ?? []
    assert.equal(item?.label, '10:00 AM to 11:00 AM, Ana Ruiz, Consultation, By video, Booked')
    assert.equal(item?.href, '/practice/appointments/an-id')
  })

  it('runs over the end of a year', () => {
    const page = week('2026-12-28', [entry(Date.parse('2026-12-31T15:00:00Z') + DAY)])
    assert.equal(page.label, 'Dec 28 – Jan 3, 2027')
    assert.equal(page.days[4]?.items.length, 1)
  })
})
