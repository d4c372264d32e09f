import { isDate } from '../availability/zones.ts'
import { type PlaceName, WRITE_DAY } from '../words.ts'
import { minuteOf, placesOf, spanWords, whereWords } from './times.ts'
import type { Problem } from './week.ts'

/** A day unlike the others, as it was typed. */
export type PostedException = { on: string; kind: Kind; from: string; to: string; where: string }

/** Closed; other hours instead of the usual ones; or more hours besides them. */
export const kinds = ['closed', 'instead', 'extra'] as const
export type Kind = (typeof kinds)[number]

export type Open = { from: number; to: number; places: PlaceName[] | null }
/** What is kept of a date: that its usual hours are dropped, and hours of its own. */
export type OnDate = { date: string; isClosed: boolean; open: Open | null }

const DAY = 1440

const refuse = (name: string, message: string): Problem => ({ name, message })

/** @param today in the zone of the dietitian */
export function decideException(posted: PostedException, today: string): OnDate | Problem {
  const { on: date, kind } = posted
  if (!isDate(date)) return refuse('on', `Please choose the day. ${WRITE_DAY}`)
  if (date < today) return refuse('on', 'This day is over.')
  if (kind === 'closed') return { date, isClosed: true, open: null }
  const [from, to, places] = [
    minuteOf(posted.from, DAY - 1),
    minuteOf(posted.to, 2 * DAY),
    placesOf(posted.where),
  ]
  if (from === undefined) return refuse('open_from', 'Please choose when it begins.')
  if (to === undefined) return refuse('open_to', 'Please choose when it ends.')
  if (to <= from) return refuse('open_to', 'These hours end before they begin.')
  if (to - from > DAY) return refuse('open_to', 'Please choose 24 hours at most.')
  if (places === undefined) return refuse('open_where', 'Please choose the place from the list.')
  return { date, isClosed: kind === 'instead', open: { from, to, places } }
}

/** "Closed", "Also open 9:00 AM to 12:00 PM (by video)" */
export function exceptionWords(exception: { kind: 'closed' } | ({ kind: 'open' } & Open)): string {
  if (exception.kind === 'closed') return 'No usual hours'
  const { places } = exception
  const where = places === null ? '' : ` (${whereWords(places).toLowerCase()})`
  return `Open ${spanWords(exception)}${where}`
}
