import assert from 'node:assert/strict'
import { HtmlValidate } from 'html-validate'
import {
  type Told,
  writeReminderToClient,
  writeReminderToDietitian,
  writeToClient,
  writeToDietitian,
} from '../../server/appointments/mails.ts'
import { suggestedMessage } from '../../server/appointments/messages.ts'
import type { Particulars } from '../../server/appointments/particulars.ts'
import { writeToPractice } from '../../server/inquiries/mails.ts'
import type { Written } from '../../server/mail/letter.ts'
import { INDIANAPOLIS, particulars, readable } from './particulars.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const KATHMANDU = 'Asia/Kathmandu'

const told = (own: Partial<Told> = {}): Told => ({
  what: 'booked',
  byRole: 'client',
  fromStartsAt: null,
  since: null,
  message: '',
  ...own,
})
const toClient = (own: Partial<Particulars> = {}, change: Partial<Told> = {}, now = NOW) =>
  writeToClient(particulars(own), told(change), now)
const toDietitian = (own: Partial<Particulars> = {}, change: Partial<Told> = {}) =>
  writeToDietitian(particulars(own), told(change))
const moved: Partial<Told> = { what: 'moved', fromStartsAt: Date.parse('2026-11-30T15:30:00Z') }

function every(own: Partial<Particulars>): [string, Written][] {
  return [
    ['confirmation to the client', toClient(own)],
    ['change to the client', toClient(own, moved)],
    ['cancellation to the client', toClient(own, { what: 'cancelled' })],
    ['cancellation undone, to the client', toClient(own, { what: 'restored', byRole: 'dietitian' })],
    ['words of the practice, to the client', toClient(own, { message: 'See you.\n\n<b>Soon</b> & well.' })],
    ['cancellation undone, to the dietitian', toDietitian(own, { what: 'restored', byRole: 'dietitian' })],
    ['late confirmation to the client', toClient(own, { since: { what: 'cancelled' } })],
    ['reminder to the client', writeReminderToClient(particulars(own), NOW)],
    ['confirmation to the dietitian', toDietitian(own)],
    ['change to the dietitian', toDietitian(own, moved)],
    ['cancellation to the dietitian', toDietitian(own, { what: 'cancelled' })],
    ['reminder to the dietitian', writeReminderToDietitian(particulars(own))],
  ]
}

describe('mails about appointments', () => {
  it('tell a client far away the time of their own zone, and name it', () => {
    const { subject, text } = toClient({ zone: KATHMANDU })
    assert.equal(subject, 'Your appointment on Tue, Dec 1 at 7:45 PM is booked')
    assert.match(text, /When: Tuesday, December 1, 2026, 7:45 PM to 8:45 PM, Nepal Time \(Kathmandu\)/)
    assert.doesNotMatch(text, /9:00 AM to|Eastern/)
    assert.match(text, /until Monday, November 30, 2026 at 7:45 PM \(24 hours before\)/)
  })

  it('tell the dietitian the time of the dietitian’s zone, whatever the client’s', () => {
    const { subject, text } = toDietitian({ zone: KATHMANDU })
    assert.equal(subject, 'New appointment: Ana Example on Tue, Dec 1 at 9:00 AM')
    assert.match(
      text,
      /When: Tuesday, December 1, 2026, 9:00 AM to 10:00 AM, Eastern Standard Time \(Indianapolis\)/,
    )
    assert.doesNotMatch(text, /7:45|Nepal/)
  })

  it('tell both times of an appointment in person', () => {
    const { text } = toClient({ zone: 'America/Los_Angeles', place: 'in_person' })
    assert.match(text, /When: .* 6:00 AM to 7:00 AM, Pacific Standard Time \(Los Angeles\)/)
    assert.match(text, /Time at the practice: .* 9:00 AM to 10:00 AM, Eastern Standard Time \(Indianapolis\)/)
    assert.doesNotMatch(toClient({ place: 'in_person' }).text, /Time at the practice/)
  })

  const days: [string, string, string, string, string][] = [
    [
      'America/New_York',
      '2026-03-07T14:00:00Z',
      '2026-03-09T13:00:00Z',
      'Mon, Mar 9 at 9:00 AM',
      'Eastern Daylight Time',
    ],
    [
      'America/New_York',
      '2026-10-31T13:00:00Z',
      '2026-11-02T14:00:00Z',
      'Mon, Nov 2 at 9:00 AM',
      'Eastern Standard Time',
    ],
    [
      'Europe/London',
      '2026-03-09T13:00:00Z',
      '2026-03-30T13:00:00Z',
      'Mon, Mar 30 at 2:00 PM',
      'British Summer Time',
    ],
    [
      'Europe/London',
      '2026-10-24T14:00:00Z',
      '2026-11-02T14:00:00Z',
      'Mon, Nov 2 at 2:00 PM',
      'Greenwich Mean Time',
    ],
  ]
  for (const [zone, from, to, when, zoneName] of days) {
    it(`moved over a change of clock in ${zone}, to ${to}`, () => {
      const [fromStartsAt, startsAt] = [Date.parse(from), Date.parse(to)]
      const mail = toClient({ zone, startsAt }, { what: 'moved', fromStartsAt }, fromStartsAt - 1e9)
      assert.equal(mail.subject, `Your appointment is now on ${when}`)
      assert.match(mail.text, new RegExp(`Now: .*, ${zoneName} \\(`))
      assert.match(mail.text, /Before: \w+day, \w+ \d+, 2026 at /)
    })
  }

  it('don’t depend on the zone of the machine', () => {
    const before = process.env.TZ
    try {
      const written = ['Pacific/Kiritimati', 'UTC', 'America/Los_Angeles'].map((zone) => {
        process.env.TZ = zone
        return JSON.stringify(every({ zone: KATHMANDU, startsAt: Date.parse('2026-07-14T14:00:00Z') }))
      })
      assert.equal(new Set(written).size, 1)
    } finally {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
  })

  it('confirm all that was agreed', () => {
    const { text } = toClient({ place: 'in_person' })
    const facts = [
      'Hello Ana Example,',
      'Where: 12 Sample Street, Indianapolis, IN 46204',
      'Appointment: Initial consultation',
      'Dietitian: Dana Reed',
      'Length: 1 hour',
      'Price: $145',
      particulars().link,
      'until Monday, November 30, 2026 at 9:00 AM (24 hours before)',
      'Blue Tree Nutrition',
    ]
    for (const fact of facts) assert.ok(text.includes(fact), `${fact} in:\n${text}`)
  })

  const places: [Partial<Particulars>, string, string][] = [
    [{ place: 'video' }, 'Your appointment page tells you how to join.', 'Where: By video\n'],
    [
      { place: 'phone', bookedPhone: '317 555 0199' },
      'We will call you at 317 555 0199.',
      'Please call 317 555 0199.',
    ],
  ]
  for (const [own, forClient, forDietitian] of places) {
    it(`say where: ${own.place}`, () => {
      assert.ok(toClient(own).text.includes(forClient))
      assert.ok(toDietitian(own).text.includes(forDietitian))
    })
  }

  const deadlines: [string, number, string, RegExp][] = [
    ['in time', 1440, '2026-11-30T14:00:00Z', /change or cancel it on your appointment page until Monday/],
    [
      'too late',
      1440,
      '2026-11-30T14:00:00.001Z',
      /less than 24 hours.*call us at 317 555 0100 or write to hello@/,
    ],
    ['no deadline', 0, '2026-12-01T13:59:00Z', /until it begins/],
    ['three days', 4320, '2026-11-22T12:00:00Z', /until Saturday, November 28, 2026 at 9:00 AM \(3 days/],
  ]
  for (const [name, changeDeadlineMinutes, now, words] of deadlines) {
    it(`say how to change it: ${name}`, () => {
      assert.match(toClient({ changeDeadlineMinutes }, {}, Date.parse(now)).text, words)
    })
  }

  it('don’t offer to change what has begun', () => {
    assert.doesNotMatch(toClient({}, {}, particulars().startsAt).text, /change or cancel/)
  })

  it('say by whom it was cancelled, and how to book again', () => {
    const own = toClient({}, { what: 'cancelled' })
    assert.equal(own.subject, 'Your appointment on Tue, Dec 1 at 9:00 AM is cancelled')
    assert.match(own.text, /You cancelled this appointment/)
    assert.match(own.text, /Book another time:\nhttps:\/\/flora\.example\/book\n/)
    const ours = toClient({}, { what: 'cancelled', byRole: 'dietitian' })
    assert.match(ours.text, /Blue Tree Nutrition had to cancel/)
    assert.match(toDietitian({}, { what: 'cancelled' }).text, /Ana Example cancelled/)
    assert.match(toDietitian({}, { what: 'cancelled', byRole: 'dietitian' }).text, /The practice cancelled/)
  })

  it('begin with what the practice wrote, a paragraph for each line, in place of the usual words', () => {
    for (const what of ['booked', 'moved', 'cancelled', 'restored'] as const) {
      const { text, subject } = toClient({}, { what, byRole: 'dietitian', message: 'One.\n\n\r\nTwo.\u202e' })
      assert.match(text, /^Hello Ana Example,\n\nOne\.\n\nTwo\.\n\n/)
      assert.doesNotMatch(text, /We look forward|We moved|had to cancel|after all, at the same/)
      assert.doesNotMatch(subject, /One/)
      const usual = toClient({}, { what, byRole: 'dietitian', message: ' \n ' }).text
      assert.ok(
        usual.includes(suggestedMessage(what, { dietitian: 'Dana Reed', practice: 'Blue Tree Nutrition' })),
      )
    }
    assert.doesNotMatch(toDietitian({}, { message: 'One.' }).text, /One\./)
  })

  it('say that a cancellation was undone', () => {
    const { subject, text } = toClient({}, { what: 'restored', byRole: 'dietitian' })
    assert.equal(subject, 'Your appointment on Tue, Dec 1 at 9:00 AM takes place after all')
    assert.match(text, /takes place after all, at the same time as before/)
    const late = toClient({}, { what: 'cancelled', since: { what: 'restored' } })
    assert.match(late.text, /Please note: this appointment takes place after all\./)
    const { subject: own } = toDietitian({}, { what: 'restored', byRole: 'dietitian' })
    assert.equal(own, 'On again: Ana Example on Tue, Dec 1 at 9:00 AM')
  })

  it('that come late say what happened since', () => {
    const cancelled = toClient({}, { since: { what: 'cancelled' } }).text
    assert.match(cancelled, /has been cancelled since/)
    assert.doesNotMatch(cancelled, /You can change/)
    const startsAt = Date.parse('2026-12-03T15:00:00Z')
    const again = { since: { what: 'moved', startsAt } } as const
    assert.match(toClient({}, again).text, /since been moved to Thursday, December 3, 2026 at 10:00 AM/)
    assert.match(toDietitian({}, again).text, /since been moved to Thursday, December 3/)
  })

  for (const [name, { text, html }] of every({ place: 'in_person', zone: KATHMANDU })) {
    it(`${name}: the HTML says what the text says, and is sound`, async () => {
      const words = readable(html)
      for (const line of text.split('\n').flatMap((line) => line.split(/(?<=^[A-Z][\w ]*): ?/))) {
        assert.ok(words.includes(line), `${JSON.stringify(line)} in ${words}`)
      }
      assert.match(html, /<html lang="en">/)
      assert.match(html, /color-scheme/)
      const rules = new HtmlValidate({
        extends: ['html-validate:standard'],
        rules: { 'no-inline-style': 'off', 'no-deprecated-attr': 'off', deprecated: 'off' },
      })
      const report = await rules.validateString(html)
      assert.deepEqual(
        report.results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => [ruleId, message])),
        [],
      )
    })
  }

  it('escape what people typed, and keep it on its line', () => {
    const name = '<img src=x onerror=alert(1)>"\'&\r\nBcc: evil@evil.example'
    const own: Partial<Particulars> = {
      bookedName: name,
      bookedPhone: name,
      typeName: name,
      place: 'phone',
      client: { name, email: 'ana@client.example' },
      dietitian: { name, email: 'd@practice.example', zone: INDIANAPOLIS },
      practice: { ...particulars().practice, name, address: name, phone: name },
    }
    for (const [kind, { subject, text, html }] of every(own)) {
      assert.doesNotMatch(subject, /[\r\n]/, kind)
      assert.doesNotMatch(html, /<img/, kind)
      assert.doesNotMatch(text, /^Bcc/m, kind)
      assert.doesNotMatch(html, /[\u2068\u2069]/, kind)
    }
  })

  it('keep names to themselves, from right to left too', () => {
    const { text, html, subject } = toDietitian({
      client: { name: '\u202eشيماء\u2067 \u2069مثال', email: 'a@b.example' },
    })
    assert.match(html, /<bdi>شيماء مثال<\/bdi> has an appointment/)
    assert.doesNotMatch(text + html + subject, /[\u202a-\u202e\u2066-\u2069]/)
  })

  it('don’t carry the advertisement of whoever booked to a stranger', () => {
    for (const bookedName of ['Win at evil.example', 'https://evil.example', 'me@evil.example', 'www.evil']) {
      const { text, html } = toClient({ bookedName })
      assert.match(text, /^Hello,\n/)
      assert.doesNotMatch(text + html, /evil/)
    }
    for (const bookedName of ['J. R. Smith', 'Dr. Ana Example', "O'Neil-Müller", 'J.R. Ewing']) {
      assert.ok(toClient({ bookedName }).text.startsWith(`Hello ${bookedName},\n`))
    }
  })

  it('tell the dietitian when a known client was booked under another name', () => {
    assert.match(toDietitian({ bookedName: 'Annie' }).text, /Client: Ana Example\nBooked as: Annie\n/)
  })

  it('never give the client’s secret link to the dietitian', () => {
    for (const { text, html } of [
      toDietitian(),
      toDietitian({}, moved),
      writeReminderToDietitian(particulars()),
    ])
      assert.doesNotMatch(text + html, /a{43}/)
  })
})

describe('mail about an inquiry', () => {
  it('names who wrote and where to read it', () => {
    const { subject, text } = writeToPractice({
      name: 'Ana\r\nExample',
      at: NOW,
      practice: { name: 'Blue Tree Nutrition', zone: INDIANAPOLIS },
      link: 'https://flora.example/practice/inquiries/1',
    })
    assert.equal(subject, 'A new message from Ana Example')
    assert.match(text, /https:\/\/flora\.example\/practice\/inquiries\/1/)
    assert.match(text, /Sunday, November 22, 2026 at 7:00 AM, Eastern Standard Time \(Indianapolis\)/)
  })
})
