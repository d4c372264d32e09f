import type { TimesRequest } from '../availability/pages.ts'
import { localDate } from '../availability/zones.ts'
import type { Instant } from '../clock.ts'

export const NOTICES = {
  taken: 'Somebody has that time, or the minutes around it. Please choose another one.',
  reason: 'Please say why, as this time is outside your own rules. Only the practice sees it.',
}

type Wanted = {
  path: string
  keep: Record<string, string>
  zone: string
  from: string | undefined
  day: string | undefined
}

/** The strip of free times at the desk: each is a link to the same page with that time chosen. */
export function deskTimes({ path, keep, zone, from, day }: Wanted, now: Instant): TimesRequest {
  const today = localDate(now, zone)
  return {
    mode: 'move',
    path,
    keep,
    zone,
    isGuess: false,
    practiceZone: zone,
    from: from === undefined || from < today ? today : from,
    day,
    notice: null,
  }
}
