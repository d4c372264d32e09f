import { BadRequest } from '../web/errors.ts'
import { isSlug } from '../web/form.ts'
import { zoneNow } from './renamed.ts'
import { addDays, isDate, isZone } from './zones.ts'

export const ZONE_COOKIE = 'zone'

/** The zone somebody asked for in the address, else the one they chose before, else the practice's as a guess. */
export function readZone(query: unknown, cookies: string | undefined, fallback: string) {
  if (query !== undefined) {
    if (typeof query !== 'string' || !isZone(query)) {
      throw new BadRequest('We don’t know this time zone. Please use a name like America/Chicago.', 'zone')
    }
    return { zone: zoneNow(query), isGuess: false }
  }
  const kept = cookieValue(cookies, ZONE_COOKIE)
  return kept && isZone(kept) ? { zone: zoneNow(kept), isGuess: false } : { zone: fallback, isGuess: true }
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  const found = header
    ?.split(/;\s*/)
    .find((pair) => pair.startsWith(`${name}=`) || pair.startsWith(`__Host-${name}=`))
  try {
    return found && decodeURIComponent(found.slice(found.indexOf('=') + 1))
  } catch {
    return undefined // not one of ours
  }
}

/** A day of the address, or undefined when there is none. */
export function readDay(query: unknown, field: string): string | undefined {
  if (query === undefined || query === '') return undefined
  if (typeof query !== 'string' || !isDate(query)) {
    throw new BadRequest('We could not read the date. Please write it like 2026-12-01.', field)
  }
  return query
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

/** An ISO 8601 instant with its offset, as ms; undefined when it is none. */
export function readInstant(text: unknown): number | undefined {
  const raw = Array.isArray(text) ? text.at(-1) : text
  if (typeof raw !== 'string' || !INSTANT.test(raw)) return undefined
  const instant = Date.parse(raw)
  return Number.isNaN(instant) || !isDate(new Date(instant).toISOString().slice(0, 10)) ? undefined : instant
}

const MOST_DAYS = 92

export type SlotsQuery = { type: string; from: string; to: string; zone: string; with: string | undefined }

/** @throws {BadRequest} naming the first field that is wrong */
export function readSlotsQuery(query: Record<string, unknown>): SlotsQuery {
  const { type, from, to, zone } = query
  if (!isSlug(type)) throw new BadRequest('Name an appointment type: type=SLUG.', 'type')
  const days = { from: readDay(from, 'from'), to: readDay(to, 'to') }
  if (!days.from) throw new BadRequest('Name the first day: from=YYYY-MM-DD.', 'from')
  if (!days.to) throw new BadRequest('Name the last day: to=YYYY-MM-DD.', 'to')
  if (days.to < days.from) throw new BadRequest('The last day lies before the first.', 'to')
  if (days.to > addDays(days.from, MOST_DAYS))
    throw new BadRequest(`Ask for at most ${MOST_DAYS} days at once.`, 'to')
  if (typeof zone !== 'string' || !isZone(zone))
    throw new BadRequest('Name a time zone: zone=Area/City.', 'zone')
  if (query.with !== undefined && !isSlug(query.with)) throw new BadRequest('No such dietitian.', 'with')
  return { type, from: days.from, to: days.to, zone, with: query.with as string | undefined }
}
