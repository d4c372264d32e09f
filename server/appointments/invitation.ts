import ical, { ICalAttendeeStatus, ICalCalendarMethod, ICalEventClass, ICalEventStatus } from 'ical-generator'
import type { Instant } from '../clock.ts'
import { greeted, joinLines, oneLine } from '../mail/letter.ts'
import type { Particulars, Reader } from './particulars.ts'

export type Method = 'REQUEST' | 'CANCEL' | 'PUBLISH'

type Told = Omit<
  Particulars,
  'id' | 'zone' | 'priceCents' | 'currency' | 'changeDeadlineMinutes' | 'bookLink'
>

/**
 * An appointment for somebody's calendar (RFC 5545, 5546): times in UTC, the row's own UID and SEQUENCE, so that a later one
 * replaces an earlier one. REQUEST and CANCEL go with mails; PUBLISH is the file to download.
 */
export function writeInvitation(told: Told, reader: Reader, method: Method, now: Instant): string {
  const calendar = ical({
    method: ICalCalendarMethod[method],
    prodId: { company: 'Flora', product: 'Appointments', language: 'EN' },
  })
  const event = calendar.createEvent({
    id: oneLine(told.uid),
    sequence: told.sequence,
    stamp: new Date(now),
    start: new Date(told.startsAt),
    end: new Date(told.endsAt),
    summary: summaryFor(told, reader),
    location: locationFor(told, reader),
    description: descriptionFor(told, reader),
    organizer: { name: parameter(told.practice.name) || 'Practice', email: oneLine(told.practice.email) },
    status: method === 'CANCEL' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    class: ICalEventClass.PRIVATE,
  })
  // Who booked has said yes; and RFC 5546 lets no attendee stand in what is published.
  if (method !== 'PUBLISH') {
    event.createAttendee({ ...attendeeFor(told, reader), status: ICalAttendeeStatus.ACCEPTED, rsvp: false })
  }
  return calendar.toString()
}

const summaryFor = ({ typeName, client, dietitian }: Told, reader: Reader): string =>
  `${oneLine(typeName)} with ${oneLine(reader === 'client' ? dietitian.name : client.name)}`

function locationFor({ place, practice, bookedPhone }: Told, reader: Reader): string {
  if (place === 'in_person') return joinLines(practice.address) || oneLine(practice.name)
  if (place === 'video') return 'Video call'
  const number = oneLine(bookedPhone)
  if (reader === 'dietitian') return number ? `Phone call: ${number}` : 'Phone call'
  return number ? `Phone call: we call you at ${number}` : 'Phone call: we call you'
}

function descriptionFor({ practice, link, practiceLink }: Told, reader: Reader): string {
  if (reader === 'dietitian') return `Your page of this appointment: ${practiceLink}`
  return `See, change or cancel your appointment: ${link}\n\n${oneLine(practice.name)}`
}

function attendeeFor({ client, dietitian }: Told, reader: Reader): { name?: string; email: string } {
  const person = reader === 'client' ? { ...client, name: greeted(client.name) } : dietitian
  const name = parameter(person.name)
  return name ? { name, email: oneLine(person.email) } : { email: oneLine(person.email) }
}

/** A parameter's value can hold no quote (RFC 5545, 3.2), and what undoes a backslash differs between programs. */
const parameter = (text: string): string => oneLine(text).replace(/["\\]/g, "'")
