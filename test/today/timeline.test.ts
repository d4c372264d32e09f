import assert from 'node:assert/strict'
import type { DiaryEntry } from '../../server/calendar/store.ts'
import { type Instant, MINUTE } from '../../server/clock.ts'
import { timeline } from '../../server/today/timeline.ts'

const ZONE = 'America/Indiana/Indianapolis'
const NINE = Date.parse('2026-03-03T14:00:00Z')

const at = (minutes: number, length = 60, state: DiaryEntry['state'] = 'booked'): DiaryEntry => ({
  id: String(minutes),
  state,
  startsAt: NINE + minutes * MINUTE,
  endsAt: NINE + (minutes + length) * MINUTE,
  blocksFrom: NINE + minutes * MINUTE,
  blocksTo: NINE + (minutes + length) * MINUTE,
  typeName: 'Consultation',
  place: 'phone',
  clientName: 'Ana',
  isNewClient: false,
  wasLate: false,
  clientId: 'c',
  nth: 2,
  videoUrl: 'https://video.example/room',
})

/** The line in short: times of appointments, gaps and where we are. */
const line = (entries: DiaryEntry[], now: Instant) =>
  timeline(entries, { zone: ZONE, now, ready: [] }).map((row) => {
    if (row.kind === 'now') return `now ${row.time}`
    return row.kind === 'gap' ? row.words : row.time
  })

describe('the day as a line of time', () => {
  it('says where we are: before, among and after the appointments', () => {
    const day = [at(0), at(60)]
    const places: [minutes: number, expected: string[]][] = [
      [-30, ['now 8:30 AM', '9:00 AM', '10:00 AM']],
      [0, ['now 9:00 AM', '9:00 AM', '10:00 AM']],
      [30, ['9:00 AM', 'now 9:30 AM', '10:00 AM']],
      [90, ['9:00 AM', '10:00 AM', 'now 10:30 AM']],
      [500, ['9:00 AM', '10:00 AM', 'now 5:20 PM']],
    ]
    for (const [minutes, expected] of places) assert.deepEqual(line(day, NINE + minutes * MINUTE), expected)
  })

  it('names a free stretch between two appointments from twenty minutes on', () => {
    const before = NINE - MINUTE
    assert.deepEqual(line([at(0), at(79)], before), ['now 8:59 AM', '9:00 AM', '10:19 AM'])
    const gap = ['now 8:59 AM', '9:00 AM', 'Free until 10:20 AM', '10:20 AM']
    assert.deepEqual(line([at(0), at(80)], before), gap)
  })

  it('leaves out what was cancelled, and its time is free', () => {
    const day = [at(0), at(60, 60, 'cancelled'), at(120)]
    assert.deepEqual(line(day, NINE - MINUTE), ['now 8:59 AM', '9:00 AM', 'Free until 11:00 AM', '11:00 AM'])
  })

  it('is empty on a day without appointments', () => {
    assert.deepEqual(line([], NINE), [])
    assert.deepEqual(line([at(0, 60, 'cancelled')], NINE), [])
  })

  it('offers to mark what has begun, and links all but holds', () => {
    const rows = timeline([at(-60), at(0), at(60, 60, 'held')], {
      zone: ZONE,
      now: NINE + 30 * MINUTE,
      ready: [],
    })
    const found = rows.flatMap((row) => (row.kind === 'appointment' ? [[row.canMark, row.href]] : []))
    assert.deepEqual(found, [
      [true, '/practice/appointments/-60'],
      [true, '/practice/appointments/0'],
      [false, ''],
    ])
  })

  it('says where the forms stand and which warning signs wait, of each appointment', () => {
    const ready = [
      { appointmentId: '0', clientId: 'c', forms: 'begun' as const, signs: 3, urgent: 1, cautions: 2 },
      { appointmentId: '60', clientId: 'd', forms: null, signs: 0, urgent: 0, cautions: 0 },
    ]
    const rows = timeline([at(0), at(60), at(120)], { zone: ZONE, now: NINE - MINUTE, ready })
    const found = rows.flatMap((row) =>
      row.kind === 'appointment' ? [[row.forms, row.signs, row.cautions]] : [],
    )
    assert.deepEqual(found, [
      [
        { state: 'begun', words: 'Forms begun' },
        { words: '3 warning signs, 1 urgent', isUrgent: true, href: '/practice/clients/c' },
        { words: '2 cautions', href: '/practice/clients/c' },
      ],
      [null, null, null],
      [null, null, null],
    ])
  })

  it('leads into the video call until the appointment is over, and says which one it is', () => {
    const video = { ...at(0), place: 'video' as const }
    const row = (entry: DiaryEntry, now: Instant) =>
      timeline([entry], { zone: ZONE, now, ready: [] }).find(({ kind }) => kind === 'appointment')
    const hrefs = [row(video, NINE - MINUTE), row(video, NINE + 60 * MINUTE), row(at(0), NINE)].map(
      (one) => one?.kind === 'appointment' && one.joinHref,
    )
    assert.deepEqual(hrefs, ['https://video.example/room', null, null])
    const nth = [1, 2].map((n) => row({ ...video, nth: n }, NINE))
    assert.deepEqual(
      nth.map((one) => one?.kind === 'appointment' && [one.nth, one.isFirst]),
      [
        ['First appointment', true],
        ['2nd appointment', false],
      ],
    )
  })
})
