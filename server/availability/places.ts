import { type Instant, MINUTE } from '../clock.ts'
import type { PlaceName } from '../words.ts'
import { type Hours, openPieces } from './hours.ts'
import { type Busy, isOpen, type Offer, openSlots } from './slots.ts'
import { localDay } from './zones.ts'

/** A start that can be booked, and where one can meet then, in the order asked for. */
export type PlacedSlot = { start: Instant; places: PlaceName[] }

/** What is to be booked: the rules of its type, and where that type can be had. */
export type Wanted = { offer: Offer; places: PlaceName[] }

/**
 * The slots that are open for at least one of these places, ascending. For each place its windows count alone, so that
 * an appointment never begins where it could not be finished.
 */
export function placedSlots(
  hours: Hours,
  { offer, places }: Wanted,
  busy: Busy,
  span: { from: Instant; to: Instant },
  now: Instant,
): PlacedSlot[] {
  if (!namesPlaces(hours)) return openSlots(hours, offer, busy, span, now).map((start) => ({ start, places }))
  const byStart = new Map<Instant, PlaceName[]>()
  for (const place of places)
    for (const start of openSlots(hoursAt(hours, place), offer, busy, span, now)) {
      const others = byStart.get(start)
      if (others) others.push(place)
      else byStart.set(start, [place])
    }
  return [...byStart].map(([start, open]) => ({ start, places: open })).sort((a, b) => a.start - b.start)
}

/** Where an appointment could be booked at this start: the same decision as above. */
export function placesOpen(
  hours: Hours,
  { offer, places }: Wanted,
  busy: Busy,
  start: Instant,
  now: Instant,
): PlaceName[] {
  if (!namesPlaces(hours)) return isOpen(hours, offer, busy, start, now) ? places : []
  return places.filter((place) => isOpen(hoursAt(hours, place), offer, busy, start, now))
}

/** Where the opening hours alone allow one to meet from start to end, whoever is booked and however soon it is. */
export function placesWithin(
  hours: Hours,
  places: PlaceName[],
  { start, end }: { start: Instant; end: Instant },
): PlaceName[] {
  const isWithin = (own: Hours) => {
    const pieces = openPieces(own, localDay(start, own.zone) - 1, localDay(end, own.zone) + 1)
    return pieces.some((piece) => piece.start <= start && start < piece.end && end <= piece.until)
  }
  if (!namesPlaces(hours)) return isWithin(hours) ? places : []
  return places.filter((place) => isWithin(hoursAt(hours, place)))
}

/** Where a time that is kept for somebody can be met; when the hours have changed since, where its type can be had. */
export function placesKept(hours: Hours, { offer, places }: Wanted, start: Instant): PlaceName[] {
  const within = placesWithin(hours, places, { start, end: start + offer.minutes * MINUTE })
  return within.length > 0 ? within : places
}

const isNamed = (window: { places?: PlaceName[] | null }): boolean => Boolean(window.places)

const namesPlaces = ({ weekly, later = [], exceptions }: Hours): boolean =>
  weekly.some(isNamed) ||
  later.some((plan) => plan.weekly.some(isNamed)) ||
  exceptions.some((exception) => exception.kind === 'open' && isNamed(exception))

/** The hours in which one can be met at a place. */
function hoursAt(hours: Hours, place: PlaceName): Hours {
  const isThere = ({ places }: { places?: PlaceName[] | null }) => !places || places.includes(place)
  return {
    ...hours,
    weekly: hours.weekly.filter(isThere),
    later: hours.later?.map((plan) => ({ ...plan, weekly: plan.weekly.filter(isThere) })),
    exceptions: hours.exceptions.filter((exception) => exception.kind === 'closed' || isThere(exception)),
  }
}
