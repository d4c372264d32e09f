import { suggestedMessage } from '../appointments/messages.ts'
import { timeSpan } from '../availability/pages.ts'
import type { AppointmentType, Bookable } from '../availability/store.ts'
import { isSameClock } from '../availability/zones.ts'
import { type Instant, iso, MINUTE } from '../clock.ts'
import {
  dayYearOf,
  lengthWords,
  moneyWords,
  type PlaceName,
  placeWords,
  whenShort,
  zoneWords,
} from '../words.ts'
import { type Broken, brokenWords } from './rules.ts'

/** An instant as links and hidden fields carry it. */
export const slotOf = (start: Instant): string => iso(start).replace('.000Z', 'Z')

/** The type to begin with: a first talk for who has not come yet, else the one of last time, or a further talk. */
export function suggestedType(offered: Bookable[], lastSlug: string | null): Bookable | undefined {
  const last = offered.find(({ type }) => type.slug === lastSlug)
  if (lastSlug === null) return offered.find(({ type }) => type.isListed) ?? offered[0]
  if (last && !last.type.isListed) return last
  return offered.find(({ type }) => !type.isListed) ?? last ?? offered[0]
}

/** Links to the same page with another type. */
export const typeChoices = (
  offered: Bookable[],
  chosen: AppointmentType,
  path: string,
  slot: string | null,
) =>
  offered.map(({ type }) => ({
    name: type.name,
    minutes: type.offer.minutes,
    href: `${path}?${new URLSearchParams({ type: type.slug, ...(slot ? { slot } : {}) })}`,
    isSelected: type.id === chosen.id,
  }))

type Chosen = {
  start: Instant
  type: AppointmentType
  broken: Broken[]
  zone: string
  /** The client's. */
  clientZone: string
}

/** A time as it is looked at before it is taken: when, for the client too, and what speaks against it. */
export function chosenTime({ start, type, broken, zone, clientZone }: Chosen) {
  const end = start + type.offer.minutes * MINUTE
  return {
    slot: slotOf(start),
    when: dayYearOf(start, zone),
    time: timeSpan(start, end, zone),
    zoneWords: zoneWords(zone, start),
    clientWhen: isSameClock(zone, clientZone, start)
      ? null
      : `${whenShort(start, clientZone)}, ${zoneWords(clientZone, start)}`,
    type: type.name,
    length: lengthWords(type.offer.minutes),
    price: moneyWords(type.priceCents, type.currency),
    warnings: brokenWords(broken),
  }
}

const MOST_FRESH = 12

/** Times to choose from in the same form, when the one that was chosen is gone. */
export const freshTimes = (openings: { start: Instant }[], zone: string) =>
  openings.slice(0, MOST_FRESH).map(({ start }) => ({ value: slotOf(start), words: whenShort(start, zone) }))

/** Where they can meet; the place of last time is chosen, when it is one of them. */
export const placeChoices = (places: PlaceName[]) =>
  places.map((place) => ({ value: place, words: placeWords[place] }))

export const usualPlace = (places: PlaceName[], last: PlaceName | null): PlaceName =>
  last !== null && places.includes(last) ? last : (places[0] ?? 'video')

/** The fields of a booking before anybody typed. */
export const bookingFields = (
  { phone, lastPlace }: { phone: string; lastPlace: PlaceName | null },
  places: PlaceName[],
  names: { dietitian: string; practice: string },
): Record<string, string> => ({
  place: usualPlace(places, lastPlace),
  phone,
  reminders: 'yes',
  message: suggestedMessage('booked', names),
})

/** Clients to book for, at a time or yet without one. */
export const choicesPage = (
  clients: { id: string; name: string; email: string }[],
  start: Instant | undefined,
) =>
  clients.map(({ id, name, email }) => ({
    name,
    email,
    href: `/practice/clients/${id}/booking${start === undefined ? '' : `?slot=${slotOf(start)}`}`,
  }))
