import assert from 'node:assert/strict'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'
import { enteredSince, readTime, whyNever } from '../../server/desk/time.ts'
import { NOW } from '../support/fixed.ts'

const NEW_YORK = 'America/New_York'

const read = (date: string, time: string, zone = NEW_YORK) => {
  const found = readTime({ date, time }, zone)
  return found.ok ? new Date(found.start).toISOString() : `${found.field}: ${found.message}`
}

describe('a time that the practice types', () => {
  it('is one of the clock on the wall, in winter and in summer', () => {
    assert.equal(read('2026-03-04', '09:05'), '2026-03-04T14:05:00.000Z')
    assert.equal(read('2026-07-04', '09:05'), '2026-07-04T13:05:00.000Z')
    assert.equal(read('2026-07-04', '00:00', 'Asia/Kathmandu'), '2026-07-03T18:15:00.000Z')
  })

  it('is the first of two when the clocks go back, and none when they skip it', () => {
    assert.equal(read('2026-11-01', '01:30'), '2026-11-01T05:30:00.000Z')
    assert.equal(
      read('2026-03-08', '02:30'),
      'time: The clocks skip this time on that day. Please choose another one.',
    )
    assert.equal(read('2026-03-08', '03:00'), '2026-03-08T07:00:00.000Z')
  })

  it('that can’t be read is refused beside its field', () => {
    for (const date of ['', '2026-02-30', '3/4/2026', '2026-3-4', '9999-01-01'])
      assert.match(read(date, '09:00'), /^date: /, date)
    for (const time of ['', '9:00', '24:00', '09:60', '9 AM', '09:00:00'])
      assert.match(read('2026-03-04', time), /^time: /, time)
  })

  it('lies ahead, within two years, on a whole minute', () => {
    assert.match(whyNever(NOW, NOW) ?? '', /has passed/)
    assert.equal(whyNever(NOW + MINUTE, NOW), null)
    assert.equal(whyNever(NOW + 730 * DAY, NOW), null)
    assert.match(whyNever(NOW + 730 * DAY + MINUTE, NOW) ?? '', /two years/)
    assert.match(whyNever(NOW + MINUTE + 1, NOW) ?? '', /whole minute/)
  })

  it('has begun today at most eight hours ago, where that can be entered', () => {
    const evening = NOW + 10 * HOUR // 7 PM
    const since = enteredSince(evening, 'America/Indiana/Indianapolis')
    assert.equal(whyNever(evening - 8 * HOUR, evening, since), null)
    assert.match(whyNever(evening - 8 * HOUR - MINUTE, evening, since) ?? '', /too long ago/)
    const night = NOW - 7 * HOUR // 2 AM
    const midnight = enteredSince(night, 'America/Indiana/Indianapolis')
    assert.equal(midnight, night - 2 * HOUR)
    assert.match(whyNever(midnight - MINUTE, night, midnight) ?? '', /too long ago/)
  })
})
