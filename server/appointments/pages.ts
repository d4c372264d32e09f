import { cancellationRule, practiceWhen, timeSpan } from '../availability/pages.ts'
import type { Instant } from '../clock.ts'
import { MINUTE } from '../clock.ts'
import type { Practice } from '../practice/store.ts'
import { dayOf, lengthWords, moneyWords, type PlaceName, placeWords, timeOf, zoneWords } from '../words.ts'
import { decideChange, type State } from './states.ts'
import type { Appointment } from './store.ts'

/** What of an appointment its client is shown. */
export type Shown = Pick<
  Appointment,
  | 'state'
  | 'startsAt'
  | 'endsAt'
  | 'zone'
  | 'place'
  | 'sequence'
  | 'typeSlug'
  | 'typeName'
  | 'dietitianName'
  | 'videoUrl'
  | 'priceCents'
  | 'currency'
  | 'changeDeadlineMinutes'
  | 'bookedPhone'
  | 'bookedAt'
>

export type AppointmentPage = {
  state: State
  isJustBooked: boolean
  heading: string
  type: { name: string; minutes: number }
  dietitian: string
  when: string
  time: string
  zoneWords: string
  practiceWhen: string | null
  place: string
  placeDetail: string
  price: string
  cancellationRule: string
  canChange: boolean
  whyNot: string | null
  rescheduleHref: string
  cancelHref: string
  inviteHref: string
  /** The video call, from ten minutes before until the end. */
  joinHref: string | null
  /** The same type once more, for the client that this appointment is of. */
  bookAgainHref: string
  again: { name: string; minutes: number; href: string }[]
}

const JUST = 15 * MINUTE
const JOIN_BEFORE = 10 * MINUTE

function joinHref({ place, state, videoUrl, startsAt, endsAt }: Shown, now: Instant): string | null {
  const isTime = now >= startsAt - JOIN_BEFORE && now < endsAt
  return place === 'video' && state === 'booked' && isTime ? videoUrl : null
}

const headings: Record<State, string> = {
  held: 'Being booked',
  lapsed: 'Given back',
  booked: 'Your appointment is booked',
  kept: 'This appointment is over',
  no_show: 'This appointment is over',
  cancelled: 'This appointment is cancelled',
}

const placeDetails: Record<PlaceName, (appointment: Shown, practice: Practice) => string> = {
  in_person: (_appointment, practice) => practice.address.replaceAll('\n', ', '),
  video: ({ videoUrl }) =>
    videoUrl
      ? 'The link to join is on this page from ten minutes before.'
      : 'We send you the link to join by e-mail before we meet.',
  phone: ({ bookedPhone }) =>
    `We will call you at the number that ends in ${bookedPhone.replace(/\D/g, '').slice(-2)}.`,
}

/** Why a client can't change an appointment here, and what they can do. */
function whyNot(appointment: Shown, practice: Practice, now: Instant): string | null {
  const decision = decideChange(appointment, now)
  if (decision.ok) return null
  const reach = practice.phone
    ? `call ${practice.phone} or write to ${practice.email}`
    : `write to ${practice.email}`
  const words = {
    tooLate: `Changes here close ${lengthWords(appointment.changeDeadlineMinutes)} before, so that the time can be given to somebody else. Please ${reach} and we will find a way.`,
    past: `It has begun. If something went wrong, please ${reach}.`,
    over: `If something went wrong, please ${reach}.`,
    cancelled: 'Its time was given back. You can book another one whenever you like.',
  }
  return words[decision.because]
}

type Inputs = {
  appointment: Shown
  token: string
  practice: Practice
  again: AppointmentPage['again']
  now: Instant
}

export function appointmentPage({ appointment, token, practice, again, now }: Inputs): AppointmentPage {
  const { startsAt, endsAt, zone, state } = appointment
  const place = appointment.place ?? 'video'
  const path = `/appointments/${token}`
  const refusal = whyNot(appointment, practice, now)
  return {
    state,
    isJustBooked:
      state === 'booked' && appointment.sequence === 0 && now - (appointment.bookedAt ?? 0) < JUST,
    heading: headings[state],
    type: { name: appointment.typeName, minutes: Math.round((endsAt - startsAt) / MINUTE) },
    dietitian: appointment.dietitianName,
    when: dayOf(startsAt, zone),
    time: timeSpan(startsAt, endsAt, zone),
    zoneWords: zoneWords(zone, startsAt),
    practiceWhen: practiceWhen(startsAt, zone, practice.zone),
    place: placeWords[place],
    placeDetail: placeDetails[place](appointment, practice),
    price: moneyWords(appointment.priceCents, appointment.currency),
    cancellationRule: cancellationRule(appointment.changeDeadlineMinutes),
    canChange: refusal === null,
    whyNot: refusal,
    rescheduleHref: `${path}/reschedule`,
    cancelHref: `${path}/cancellation`,
    inviteHref: `${path}/invite.ics`,
    joinHref: joinHref(appointment, now),
    bookAgainHref: `/book/${appointment.typeSlug}?after=${token}`,
    again,
  }
}

export type MovePage = {
  action: string
  slot: string
  from: string
  to: string
  zoneWords: string
  practiceTo: string | null
  backHref: string
}

/** @param move.slot the ISO instant that the button sends back */
export function movePage(
  appointment: Appointment,
  move: { token: string; slot: string; start: Instant; zone: string },
  practice: Practice,
): MovePage {
  const { token, slot, start, zone } = move
  const written = (instant: Instant) => `${dayOf(instant, zone)}, ${timeOf(instant, zone)}`
  const path = `/appointments/${token}/reschedule`
  return {
    action: path,
    slot,
    from: written(appointment.startsAt),
    to: written(start),
    zoneWords: zoneWords(zone, start),
    practiceTo: practiceWhen(start, zone, practice.zone),
    backHref: `${path}?${new URLSearchParams({ zone })}`,
  }
}

/** What the invitation file to download tells. */
export const toldToClient = (appointment: Appointment, practice: Practice, link: string) => ({
  uid: appointment.uid,
  sequence: appointment.sequence,
  startsAt: appointment.startsAt,
  endsAt: appointment.endsAt,
  place: appointment.place ?? 'video',
  bookedName: appointment.bookedName ?? '',
  bookedPhone: appointment.bookedPhone,
  typeName: appointment.typeName,
  client: { name: appointment.clientName ?? '', email: appointment.clientEmail ?? '' },
  dietitian: { name: appointment.dietitianName, email: practice.email, zone: practice.zone },
  practice,
  link,
  practiceLink: link,
})
