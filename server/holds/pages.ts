import type { Appointment } from '../appointments/store.ts'
import type { Opening } from '../availability/openings.ts'
import { cancellationRule, practiceWhen, type TypeCard, timeSpan, typeCard } from '../availability/pages.ts'
import type { AppointmentType } from '../availability/store.ts'
import { type Instant, iso, MINUTE } from '../clock.ts'
import type { Practice } from '../practice/store.ts'
import {
  dayOf,
  moneyWords,
  type PlaceName,
  placesWords,
  placeWords,
  timeOf,
  whenShort,
  zoneWords,
} from '../words.ts'

const MOST_FRESH = 12

export type DetailsPage = {
  action: string
  extendAction: string | null
  releaseAction: string
  type: TypeCard
  dietitian: string
  when: string
  time: string
  zoneWords: string
  practiceWhen: string | null
  price: string
  cancellationRule: string
  minutesLeft: number
  heldUntilIso: string
  heldUntilTime: string
  isExpired: boolean
  placeChoices: { value: PlaceName; words: string; hint: string }[]
  isKnownClient: boolean
  /** Times to choose from in the same form, when the hold has ended. */
  fresh: { value: string; words: string }[]
}

type Inputs = {
  /** Where one can meet at the time that is kept; of a hold that has ended, where the type can be had. */
  places: PlaceName[]
  hold: Appointment
  token: string
  type: AppointmentType
  practice: Practice
  fresh: Opening[]
  now: Instant
}

export function detailsPage({ hold, token, type, practice, places, fresh, now }: Inputs): DetailsPage {
  const { startsAt, endsAt, zone } = hold
  const heldUntil = hold.heldUntil ?? now
  const hasEnded = hold.state === 'lapsed' || heldUntil <= now
  const path = `/book/holds/${token}`
  return {
    action: `${path}/appointment`,
    extendAction: hold.holdExtended || hasEnded ? null : `${path}/extension`,
    releaseAction: `${path}/release`,
    type: { ...typeCard(type), places: placesWords(places) },
    dietitian: hold.dietitianName,
    when: dayOf(startsAt, zone),
    time: timeSpan(startsAt, endsAt, zone),
    zoneWords: zoneWords(zone, startsAt),
    practiceWhen: practiceWhen(startsAt, zone, practice.zone),
    price: moneyWords(hold.priceCents, hold.currency),
    cancellationRule: cancellationRule(hold.changeDeadlineMinutes),
    minutesLeft: Math.max(0, Math.ceil((heldUntil - now) / MINUTE)),
    heldUntilIso: iso(heldUntil),
    heldUntilTime: timeOf(heldUntil, zone),
    isExpired: hasEnded,
    placeChoices: places.map((value) => ({
      value,
      words: placeWords[value],
      hint: placeHint(value, practice),
    })),
    isKnownClient: hold.clientId !== null,
    fresh: fresh
      .slice(0, MOST_FRESH)
      .map((opening) => ({ value: iso(opening.start), words: freshWords(opening, type, zone) })),
  }
}

/** "Tue, Dec 1, 9:30 AM (by video)": where it can be, when that is not everywhere the type can be had. */
function freshWords({ start, places }: Opening, type: AppointmentType, zone: string): string {
  const when = whenShort(start, zone)
  return places.length === type.places.length ? when : `${when} (${placesWords(places)})`
}

const placeHints: Record<PlaceName, (practice: Practice) => string> = {
  in_person: (practice) => practice.address.replaceAll('\n', ', '),
  video: () => 'In your browser. Your appointment’s page tells you how to join.',
  phone: () => 'We call you. Please give your number below.',
}

const placeHint = (place: PlaceName, practice: Practice): string => placeHints[place](practice)
