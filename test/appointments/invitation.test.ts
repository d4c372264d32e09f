import assert from 'node:assert/strict'
import fc from 'fast-check'
import ICAL from 'ical.js'
import { type Method, writeInvitation } from '../../server/appointments/invitation.ts'
import type { Particulars, Reader } from '../../server/appointments/particulars.ts'
import { particulars } from './particulars.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')

function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text))
  const events = calendar.getAllSubcomponents('vevent')
  assert.equal(events.length, 1)
  const event = events[0] as ICAL.Component
  return { calendar, event, value: (name: string) => event.getFirstPropertyValue(name) }
}

const write = (own: Partial<Particulars>, reader: Reader = 'client', method: Method = 'REQUEST') =>
  writeInvitation(particulars(own), reader, method, NOW)

const instantOf = (value: unknown): number => (value as ICAL.Time).toJSDate().getTime()

describe('invitation', () => {
  it('is read by another program as it was meant', () => {
    const { calendar, event, value } = read(write({ sequence: 3 }))
    assert.equal(calendar.getFirstPropertyValue('method'), 'REQUEST')
    assert.equal(calendar.getFirstPropertyValue('version'), '2.0')
    assert.equal(value('uid'), particulars().uid)
    assert.equal(value('sequence'), 3)
    assert.equal(value('status'), 'CONFIRMED')
    assert.equal(value('summary'), 'Initial consultation with Dana Reed')
    assert.equal(instantOf(value('dtstamp')), NOW)
    assert.match(String(value('description')), new RegExp(particulars().link))
    const organizer = event.getFirstProperty('organizer')
    assert.equal(String(organizer?.getFirstValue()).toLowerCase(), 'mailto:hello@practice.example')
    assert.equal(organizer?.getParameter('cn'), 'Blue Tree Nutrition')
    const attendee = event.getFirstProperty('attendee')
    assert.equal(String(attendee?.getFirstValue()).toLowerCase(), 'mailto:ana@client.example')
    assert.equal(attendee?.getParameter('cn'), 'Ana Example')
  })

  const starts: [string, string, string][] = [
    ['the day after the clocks went forward in New York', '2026-03-09T13:00:00Z', '20260309T130000Z'],
    ['the day after they went back in New York', '2026-11-02T14:00:00Z', '20261102T140000Z'],
    ['the hour they go back in London', '2026-10-25T01:00:00Z', '20261025T010000Z'],
    ['the night they go forward in London', '2026-03-29T01:30:00Z', '20260329T013000Z'],
    ['over the end of a year in UTC', '2026-12-31T23:30:00Z', '20261231T233000Z'],
  ]
  for (const [name, start, written] of starts) {
    for (const zone of ['America/New_York', 'Europe/London', 'Asia/Kathmandu']) {
      it(`says its start and end in UTC: ${name}, a client in ${zone}`, () => {
        const startsAt = Date.parse(start)
        const text = write({ startsAt, endsAt: startsAt + 75 * 60_000, zone })
        assert.match(text, new RegExp(`^DTSTART:${written}\r$`, 'm'))
        const { value } = read(text)
        assert.equal(instantOf(value('dtstart')), startsAt)
        assert.equal(instantOf(value('dtend')), startsAt + 75 * 60_000)
        assert.equal((value('dtstart') as ICAL.Time).zone.tzid, 'UTC')
      })
    }
  }

  it('takes the appointment back', () => {
    const { calendar, value } = read(write({ sequence: 4 }, 'client', 'CANCEL'))
    assert.equal(calendar.getFirstPropertyValue('method'), 'CANCEL')
    assert.equal(value('status'), 'CANCELLED')
    assert.equal(value('sequence'), 4)
    assert.equal(value('uid'), particulars().uid)
  })

  it('to download names no attendee', () => {
    const { calendar, event } = read(write({}, 'client', 'PUBLISH'))
    assert.equal(calendar.getFirstPropertyValue('method'), 'PUBLISH')
    assert.equal(event.getFirstProperty('attendee'), null)
    assert.ok(event.getFirstProperty('organizer'))
  })

  it('tells the dietitian of the client, and never the client’s link', () => {
    const text = write({ place: 'phone', bookedPhone: '+1 317 555 0199' }, 'dietitian')
    const { event, value } = read(text)
    assert.equal(value('summary'), 'Initial consultation with Ana Example')
    assert.equal(value('location'), 'Phone call: +1 317 555 0199')
    assert.match(
      String(event.getFirstProperty('attendee')?.getFirstValue()),
      /mailto:dana@practice\.example/i,
    )
    assert.doesNotMatch(text.replaceAll('\r\n ', ''), /\/appointments\/a{43}/)
  })

  const places: [Partial<Particulars>, string][] = [
    [{ place: 'in_person' }, '12 Sample Street, Indianapolis, IN 46204'],
    [{ place: 'video' }, 'Video call'],
    [{ place: 'phone', bookedPhone: '317 555 0199' }, 'Phone call: we call you at 317 555 0199'],
    [{ place: 'phone' }, 'Phone call: we call you'],
  ]
  for (const [own, location] of places) {
    it(`says where: ${location}`, () => {
      assert.equal(read(write(own)).value('location'), location)
    })
  }

  const names = [
    'Ana "the Gut" Example',
    'Example, Ana; PhD',
    'back\\slash \\n not a line',
    'Ana\r\nATTENDEE:mailto:evil@evil.example',
    'Ana\u2028\u0085\u000b\u0000Example',
    'أنا مثال',
    'שרה \u202eelpmaxE',
    '👩🏽‍⚕️'.repeat(30),
    'é'.repeat(120),
    'N'.repeat(120),
    'lone \ud83d surrogate',
    'BEGIN:VEVENT',
    ':;,="^n',
  ]
  for (const name of names) {
    it(`keeps a name in its place: ${JSON.stringify(name).slice(0, 50)}`, () => {
      const own = {
        client: { name, email: 'ana@client.example' },
        typeName: name,
        practice: { ...particulars().practice, name },
      }
      for (const reader of ['client', 'dietitian'] as Reader[]) keepsItsShape(write(own, reader))
      const clean = name.toWellFormed().replace(/[\p{Cc}\u2028\u202e\s]+/gu, ' ')
      assert.equal(read(write(own, 'dietitian')).value('summary'), `${clean} with ${clean}`)
    })
  }

  it('keeps any name in its place', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 120 })
    fc.assert(
      fc.property(name, (name) => {
        const own = {
          client: { name, email: 'a@b.example' },
          dietitian: { ...particulars().dietitian, name },
        }
        for (const reader of ['client', 'dietitian'] as Reader[]) keepsItsShape(write(own, reader))
      }),
      { numRuns: 300 },
    )
  })
})

/** One event with the properties it should have, CRLF, no line over 75 octets, no stray control characters. */
function keepsItsShape(text: string) {
  assert.doesNotMatch(text, /(?<!\r)\n|\r(?!\n)/)
  assert.doesNotMatch(text.replaceAll('\r\n', ''), /\p{Cc}/u)
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line)
  const { event } = read(text)
  const names = event.getAllProperties().map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  assert.deepEqual(names.toSorted(), [
    'attendee',
    'class',
    'description',
    'dtend',
    'dtstamp',
    'dtstart',
    'location',
    'organizer',
    'sequence',
    'status',
    'summary',
    'uid',
  ])
}
