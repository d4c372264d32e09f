import assert from 'node:assert/strict'
import {
  counted,
  dayOf,
  dayYearOf,
  lengthWords,
  moneyWords,
  offsetWords,
  placesWords,
  timeOf,
  whenShort,
  zoneWords,
} from '../server/words.ts'

const at = Date.parse('2026-12-01T14:30:00Z')

describe('the words for times and money', () => {
  it('name a time in the reader’s zone', () => {
    assert.equal(whenShort(at, 'America/Indiana/Indianapolis'), 'Tue, Dec 1, 9:30 AM')
    assert.equal(dayOf(at, 'Pacific/Auckland'), 'Wednesday, December 2')
    assert.equal(dayYearOf(at, 'Asia/Kathmandu'), 'Tuesday, December 1, 2026')
    assert.equal(timeOf(at, 'Asia/Kathmandu'), '8:15 PM')
  })

  it('call midnight and noon what people call them', () => {
    assert.equal(timeOf(Date.parse('2026-12-01T00:00:00Z'), 'UTC'), '12:00 AM')
    assert.equal(timeOf(Date.parse('2026-12-01T12:00:00Z'), 'UTC'), '12:00 PM')
  })

  it('have only plain spaces, so that what is copied can be searched for', () => {
    const all = [whenShort(at, 'UTC'), timeOf(at, 'UTC'), zoneWords('America/New_York', at)].join()
    assert.doesNotMatch(all, /[\u00a0\u202f]/)
  })

  it('name a zone as it is on that day, with its city', () => {
    assert.equal(zoneWords('America/New_York', at), 'Eastern Standard Time (New York)')
    assert.equal(
      zoneWords('America/New_York', Date.parse('2026-07-01T12:00:00Z')),
      'Eastern Daylight Time (New York)',
    )
    assert.equal(zoneWords('America/Argentina/Buenos_Aires', at), 'Argentina Standard Time (Buenos Aires)')
    assert.equal(zoneWords('UTC', at), 'Coordinated Universal Time')
    assert.equal(offsetWords('Asia/Kathmandu', at), 'GMT+5:45')
  })

  it('write money without needless zeros, and nothing to pay as free', () => {
    const written = [0, 14500, 14550, 5, 1000000].map((cents) => moneyWords(cents, 'USD'))
    assert.deepEqual(written, ['Free', '$145', '$145.50', '$0.05', '$10,000'])
    assert.equal(moneyWords(12000, 'EUR'), '€120')
  })

  it('say lengths in the unit that people would use', () => {
    const said = [1, 15, 45, 60, 90, 120, 1440, 2880, 4320, 2900].map(lengthWords)
    assert.deepEqual(said, [
      '1 minute',
      '15 minutes',
      '45 minutes',
      '1 hour',
      '90 minutes',
      '2 hours',
      '24 hours',
      '2 days',
      '3 days',
      '2900 minutes',
    ])
    assert.deepEqual(
      [counted(1, 'inquiry', 'inquiries'), counted(0, 'inquiry', 'inquiries')],
      ['1 inquiry', '0 inquiries'],
    )
  })

  it('list places as a sentence would', () => {
    assert.equal(placesWords(['video']), 'by video')
    assert.equal(placesWords(['phone', 'video']), 'by phone or by video')
    assert.equal(placesWords(['in_person', 'video', 'phone']), 'in person, by video or by phone')
  })
})
