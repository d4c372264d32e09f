import { standingOf, stateWords } from '../../appointments/states.ts'
import type { Instant } from '../../clock.ts'
import { dayYearOf, placeWords, timeOf } from '../../words.ts'
import { chartPath } from '../links.ts'
import type { Visit } from './store.ts'

type At = { clientId: string; dietitianId: string; zone: string; now: Instant }

/** @param found one more than fits when another page follows; `page` counts from 0 */
export function visitsPage(found: Visit[], { page, size }: { page: number; size: number }, at: At) {
  const path = `${chartPath(at.clientId)}/appointments?page=`
  const lines = found.slice(0, size).map((visit) => {
    const state = standingOf(visit)
    return {
      isComing: visit.startsAt > at.now && visit.state === 'booked',
      day: dayYearOf(visit.startsAt, at.zone),
      time: `${timeOf(visit.startsAt, at.zone)} to ${timeOf(visit.endsAt, at.zone)}`,
      type: visit.type,
      more: `${placeWords[visit.place]}, with ${visit.dietitian}`,
      state: { state, words: stateWords[state] },
      href: visit.dietitianId === at.dietitianId ? `/practice/appointments/${visit.id}` : null,
    }
  })
  return {
    coming: lines.filter(({ isComing }) => isComing).reverse(),
    past: lines.filter(({ isComing }) => !isComing),
    newer: page > 0 ? `${path}${page}` : null,
    older: found.length > size ? `${path}${page + 2}` : null,
  }
}
