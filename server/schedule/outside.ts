import type { Hours } from '../availability/hours.ts'
import { placesWithin } from '../availability/places.ts'
import type { Range } from '../availability/slots.ts'
import type { Instant } from '../clock.ts'
import type { PlaceName } from '../words.ts'

export type Coming = { startsAt: Instant; endsAt: Instant; place: PlaceName | null }

export type Why = 'hours' | 'place' | 'timeOff'

const ALL: PlaceName[] = ['in_person', 'video', 'phone']

/** Why a booked appointment could not be booked by these hours; null when it could. */
export function whyOutside(hours: Hours, timeOff: Range[], coming: Coming): Why | null {
  const { startsAt: start, endsAt: end, place } = coming
  if (timeOff.some((off) => off.start < end && start < off.end)) return 'timeOff'
  const open = placesWithin(hours, ALL, { start, end })
  if (open.length === 0) return 'hours'
  return place === null || open.includes(place) ? null : 'place'
}
