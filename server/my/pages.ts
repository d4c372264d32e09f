import { type AppointmentPage, appointmentPage } from '../appointments/pages.ts'
import type { State } from '../appointments/states.ts'
import { timeSpan } from '../availability/pages.ts'
import type { Instant } from '../clock.ts'
import type { Signed } from '../consents/store.ts'
import type { Practice } from '../practice/store.ts'
import { aboutWords, dueWords } from '../requests/due.ts'
import type { OpenRequest } from '../requests/store.ts'
import { dayOf, dayYearOf, lengthWords, placeWords, zoneWords } from '../words.ts'
import type { Overview, Own, ToDo, Type } from './store.ts'

/** How many coming appointments the page shows; the rest are in the list. */
export const MOST_COMING = 10

/** Opens the secret of an appointment's page; undefined when it can't be read any more. */
type OpenLink = (appointment: Own) => string | undefined

type Told = { client: { name: string }; practice: Practice; openLink: OpenLink; now: Instant }

export type OwnPage = AppointmentPage & {
  id: string
  /** Its own page; without its secret there is none, and no way to change it. */
  href: string | null
  /** "Tuesday, March 10, 9:00 AM to 10:00 AM", to tell its links from those of the others. */
  name: string
  isOn: boolean
  /** The name typed with the booking, when it is another than the client's. */
  bookedAs: string | null
  /** Where they say that it is theirs, while that is not sure. */
  confirmAction: string | null
}

function ownPage(appointment: Own, { client, practice, openLink, now }: Told): OwnPage {
  const token = openLink(appointment)
  const { startsAt, endsAt, zone } = appointment
  return {
    ...appointmentPage({ appointment, token: token ?? '', practice, again: [], now }),
    id: appointment.id,
    href: hrefOf(token),
    name: `${dayOf(startsAt, zone)}, ${timeSpan(startsAt, endsAt, zone)}`,
    isOn: appointment.state === 'booked' && startsAt <= now && now < endsAt,
    bookedAs: bookedAs(appointment, client),
    confirmAction: appointment.needsConfirming ? `/my/appointments/${appointment.id}/confirmation` : null,
  }
}

const hrefOf = (token: string | undefined) => (token === undefined ? null : `/appointments/${token}`)

const bookedAs = ({ bookedName }: Own, { name }: { name: string }): string | null =>
  bookedName.trim().toLowerCase() === name.trim().toLowerCase() ? null : bookedName

export type Again = { name: string; length: string; href: string }

/** `words`: "About 12 minutes. Before your appointment on Friday, March 6" */
export type ToFillIn = { title: string; href: string; isBegun: boolean; words: string }

export type MyPage = {
  name: string
  toSign: { title: string; href: string; isAgain: boolean }[]
  toFillIn: ToFillIn[]
  /** The one to come to, or to be in right now. */
  next: OwnPage | null
  coming: OwnPage[]
  /** More are coming than are shown. */
  hasMore: boolean
  /** The latest one, when none is coming; with the way to another time when it was cancelled. */
  last: { words: string; againHref: string | null } | null
  again: Again[]
  /** Types for who has been here before. */
  followUps: Again[]
  signed: { title: string; when: string; href: string }[]
  hasAppointments: boolean
  hasNotes: boolean
}

type Gathered = Overview & ToDo & { signed: Signed[] }

const MOST_SIGNED = 3

export function myPage(
  { appointments, types, toSign, toFillIn, hasNotes, signed }: Gathered,
  told: Told,
): MyPage {
  const { now, client, practice } = told
  const coming = appointments.filter(({ state, endsAt }) => state === 'booked' && endsAt > now)
  const [next, ...others] = coming.slice(0, MOST_COMING).map((appointment) => ownPage(appointment, told))
  const again = bookAgain(appointments, types, told.openLink)
  return {
    name: client.name,
    toSign: toSign.map(({ versionId, title, isAgain }) => ({
      title,
      isAgain,
      href: `/my/consents/${versionId}`,
    })),
    toFillIn: toFillIn.map((form) => formLine(form, now)),
    next: next ?? null,
    coming: others,
    hasMore: coming.length > MOST_COMING,
    last: next ? null : lastPage(appointments.at(-1), again),
    again: again.filter(({ isFollowUp }) => !isFollowUp),
    followUps: again.filter(({ isFollowUp }) => isFollowUp),
    signed: signed.slice(0, MOST_SIGNED).map(({ signatureId, title, signedAt }) => ({
      title,
      when: dayYearOf(signedAt, practice.zone),
      href: `/my/consents/signatures/${signatureId}`,
    })),
    hasAppointments: appointments.length > 0,
    hasNotes,
  }
}

function formLine(form: OpenRequest, now: Instant): ToFillIn {
  const about = aboutWords(form.minutes)
  const words = `${about.charAt(0).toUpperCase()}${about.slice(1)}. ${dueWords(form, now)}.`
  return { title: form.title, href: `/my/forms/${form.slug}`, isBegun: form.isBegun, words }
}

/**
 * The types they had, and those for who has been here before; each from their latest appointment of it, or their
 * latest of all. The secret of an appointment of theirs is what says who books: nobody is asked again who they are.
 */
function bookAgain(appointments: Own[], types: Type[], openLink: OpenLink) {
  const latest = appointments.at(-1)
  const latestOf = new Map(appointments.map((appointment) => [appointment.typeSlug, appointment]))
  return types.flatMap(({ slug, name, minutes, isListed, isOpen }) => {
    const own = latestOf.get(slug)
    const before = own ?? (isListed ? undefined : latest)
    const token = isOpen && before ? openLink(before) : undefined
    if (token === undefined) return []
    const href = `/book/${slug}?after=${token}`
    return [{ name, slug, length: lengthWords(minutes), href, isFollowUp: own === undefined }]
  })
}

function lastPage(last: Own | undefined, again: (Again & { slug: string })[]): MyPage['last'] {
  if (!last) return null
  const { state, startsAt, zone, typeSlug } = last
  const when = dayYearOf(startsAt, zone)
  if (state === 'no_show') return { words: `We missed you on ${when}.`, againHref: null }
  if (state !== 'cancelled') return { words: `Your last appointment was on ${when}.`, againHref: null }
  const againHref = again.find(({ slug }) => slug === typeSlug)?.href ?? '/book'
  return { words: `Your appointment on ${when} was cancelled.`, againHref }
}

const ended: Partial<Record<State, string>> = {
  kept: 'We met',
  no_show: 'We missed you',
  cancelled: 'Cancelled',
}

/** What became of an appointment, in words for the client. */
function wordsFor({ state, startsAt, endsAt }: Own, now: Instant): string {
  if (now < startsAt) return ended[state] ?? 'Booked'
  return ended[state] ?? (now < endsAt ? 'Now' : 'Over')
}

export type Line = {
  href: string | null
  when: string
  time: string
  zoneWords: string
  type: string
  dietitian: string
  place: string
  words: string
  bookedAs: string | null
}

export type ListPage = {
  groups: { id: string; heading: string; lines: Line[] }[]
  newer: string | null
  older: string | null
}

/** @param page from 0 on; `found` has one more than fits when another page follows */
export function listPage(found: Own[], paging: { page: number; size: number }, told: Told): ListPage {
  const { page, size } = paging
  const shown = found.slice(0, size)
  const isComing = ({ state, endsAt }: Own) => state === 'booked' && endsAt > told.now
  const group = (id: string, heading: string, own: Own[]) => ({
    id,
    heading,
    lines: own.map((one) => line(one, told)),
  })
  const groups = [
    group('coming', 'Coming', shown.filter(isComing)),
    group(
      'past',
      'Past and cancelled',
      shown.filter((own) => !isComing(own)),
    ),
  ]
  return {
    groups: groups.filter(({ lines }) => lines.length > 0),
    newer: page > 0 ? `/my/appointments?page=${page}` : null,
    older: found.length > size ? `/my/appointments?page=${page + 2}` : null,
  }
}

function line(appointment: Own, { client, openLink, now }: Told): Line {
  const { startsAt, endsAt, zone, typeName, dietitianName, place } = appointment
  return {
    href: hrefOf(openLink(appointment)),
    when: dayYearOf(startsAt, zone),
    time: timeSpan(startsAt, endsAt, zone),
    zoneWords: zoneWords(zone, startsAt),
    type: typeName,
    dietitian: dietitianName,
    place: placeWords[place ?? 'video'].toLowerCase(),
    words: wordsFor(appointment, now),
    bookedAs: bookedAs(appointment, client),
  }
}
