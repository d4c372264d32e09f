import type { AppointmentType, Bookable } from '../availability/store.ts'
import { MINUTE } from '../clock.ts'
import type { PlaceName } from '../words.ts'

type Booked = {
  startsAt: number
  endsAt: number
  blocksFrom: number
  blocksTo: number
  place: PlaceName | null
  typeName: string
  priceCents: number
  currency: string
  changeDeadlineMinutes: number
}

/** A type as an appointment was booked with it: whatever became of the type, a move changes the time and nothing else. */
export function keptType(type: AppointmentType, booked: Booked): AppointmentType {
  const { startsAt, endsAt, blocksFrom, blocksTo, place } = booked
  return {
    ...type,
    name: booked.typeName,
    priceCents: booked.priceCents,
    currency: booked.currency,
    changeDeadlineMinutes: booked.changeDeadlineMinutes,
    places: place ? [place] : type.places,
    offer: {
      ...type.offer,
      minutes: (endsAt - startsAt) / MINUTE,
      bufferBefore: (startsAt - blocksFrom) / MINUTE,
      bufferAfter: (blocksTo - endsAt) / MINUTE,
    },
  }
}

export const asBooked = ({ type, dietitians }: Bookable, booked: Booked): Bookable => ({
  type: keptType(type, booked),
  dietitians,
})
