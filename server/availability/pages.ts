import { HOUR, type Instant, iso } from '../clock.ts'
import * as words from '../words.ts'
import type { Opening } from './openings.ts'
import type { AppointmentType } from './store.ts'
import { addDays, dateOfDay, isSameClock, localDate, localDay, startOfDay } from './zones.ts'

export type TypeCard = {
  slug: string
  name: string
  summary: string
  description: string
  minutes: number
  price: string
  places: string
  href: string
}

export const typeCard = (type: AppointmentType): TypeCard => ({
  slug: type.slug,
  name: type.name,
  summary: type.summary,
  description: type.description,
  minutes: type.offer.minutes,
  price: words.moneyWords(type.priceCents, type.currency),
  places: words.placesWords(type.places),
  href: `/book/${type.slug}`,
})

export type Slot = {
  value: string
  time: string
  practiceTime: string | null
  /** Where one can meet then, when that is not everywhere the type can be had. */
  places: string | null
  href: string | null
}

export type TimesPage = {
  mode: 'book' | 'move'
  notice: string | null
  type: TypeCard
  dietitian: string | null
  dietitians: { name: string; href: string; isSelected: boolean }[]
  action: string
  hidden: { name: string; value: string }[]
  zone: { name: string; words: string; changeHref: string; isPractice: boolean; isGuess: boolean }
  practiceZoneWords: string
  inPersonOnly: boolean
  days: {
    date: string
    weekday: string
    monthDay: string
    label: string
    href: string
    isSelected: boolean
    count: number
  }[]
  selected: { label: string; groups: { name: string; slots: Slot[] }[] } | null
  earlierHref: string | null
  laterHref: string | null
  nextOpening: { label: string; href: string } | null
  backHref: string
}

/** What the page is asked to show, and where its links lead. */
export type TimesRequest = {
  mode: 'book' | 'move'
  /** The page's own path; choices are added as its query. */
  path: string
  /** Kept in every link of the page: who is asked for, and the appointment one comes from. */
  keep: Record<string, string>
  zone: string
  isGuess: boolean
  practiceZone: string
  /** First day of the strip, in the reader's zone. */
  from: string
  day: string | undefined
  notice: string | null
}

/** A type that is only in person is booked on the practice's clock, wherever somebody reads it. */
export const readersZone = (
  { places }: AppointmentType,
  read: { zone: string; isGuess: boolean },
  practiceZone: string,
): { zone: string; isGuess: boolean } =>
  places.every((place) => place === 'in_person') ? { zone: practiceZone, isGuess: false } : read

/** How many days the strip looks at. */
export const STRIP_DAYS = 7

export const stripSpan = (from: string, zone: string) => ({
  from: startOfDay(from, zone),
  to: startOfDay(addDays(from, STRIP_DAYS), zone),
})

export type TimesInputs = {
  request: TimesRequest
  type: AppointmentType
  dietitians: TimesPage['dietitians']
  dietitian: string | null
  openings: Opening[]
  /** The first free time after an empty strip. */
  next: Instant | undefined
  lastBookable: Instant
  /** The secret that a hold made from this page will have; none when an appointment is moved. */
  hold?: string
  now: Instant
}

export function timesPage(inputs: TimesInputs): TimesPage {
  const { request, type, openings, next, now } = inputs
  const { zone, practiceZone, mode, path, from } = request
  const span = stripSpan(from, zone)
  const isPractice = [span.from, span.to].every((at) => isSameClock(zone, practiceZone, at))
  const byDay = groupByDay(openings, zone)
  const chosen = request.day !== undefined && byDay.has(request.day) ? request.day : [...byDay.keys()][0]
  const href = (query: Record<string, string>) => link(path, { ...keptQuery(request), ...query })
  const anchor = openings[0]?.start ?? next ?? now
  return {
    mode,
    notice: request.notice,
    type: typeCard(type),
    dietitian: inputs.dietitian,
    dietitians: inputs.dietitians,
    action: `${path}/hold`,
    hidden: Object.entries({ ...request.keep, zone, ...(inputs.hold ? { hold: inputs.hold } : {}) }).map(
      ([name, value]) => ({ name, value }),
    ),
    zone: {
      name: zone,
      words: words.zoneWords(zone, anchor),
      changeHref: link('/zone', { returnTo: link(path, request.keep) }),
      isPractice,
      isGuess: request.isGuess,
    },
    practiceZoneWords: words.zoneWords(practiceZone, anchor),
    inPersonOnly: isPractice && type.places.every((place) => place === 'in_person'),
    days: [...byDay].map(([date, list]) => dayLink(date, list, chosen, zone, href({ from, day: date }))),
    selected: chosen === undefined ? null : selectedDay(byDay.get(chosen) ?? [], type, request),
    earlierHref: earlier(from, localDate(now, zone), href),
    laterHref:
      startOfDay(addDays(from, STRIP_DAYS), zone) < inputs.lastBookable
        ? href({ from: addDays(from, STRIP_DAYS) })
        : null,
    nextOpening: nextLink(next, zone, href),
    backHref: mode === 'book' ? '/book' : path.replace(/\/reschedule$/, ''),
  }
}

/** The zone goes into the links only when it was chosen: else the page would never ask the browser again. */
const keptQuery = ({ keep, zone, isGuess }: TimesRequest) => (isGuess ? keep : { ...keep, zone })

const link = (path: string, query: Record<string, string>): string => {
  const text = new URLSearchParams(query).toString()
  return text ? `${path}?${text}` : path
}

function groupByDay(openings: Opening[], zone: string): Map<string, Opening[]> {
  const days = Map.groupBy(openings, ({ start }) => localDay(start, zone))
  return new Map([...days].map(([day, list]) => [dateOfDay(day), list]))
}

function dayLink(date: string, list: Opening[], chosen: string | undefined, zone: string, href: string) {
  const first = (list[0] as Opening).start
  return {
    date,
    weekday: words.weekdayShortOf(first, zone),
    monthDay: words.monthDayOf(first, zone),
    label: words.dayOf(first, zone),
    href,
    isSelected: date === chosen,
    count: list.length,
  }
}

function selectedDay(list: Opening[], type: AppointmentType, request: TimesRequest) {
  const { zone, practiceZone } = request
  const dayParts = [
    { name: 'Morning', until: 12 },
    { name: 'Afternoon', until: 17 },
    { name: 'Evening', until: Infinity },
  ]
  const groups = dayParts.map(({ name }) => ({ name, slots: [] as Slot[] }))
  const first = (list[0] as Opening).start
  const midnight = startOfDay(localDate(first, zone), zone)
  for (const { start, places } of list) {
    const index = dayParts.findIndex(({ until }) => start - midnight < until * HOUR)
    const isEverywhere = places.length === type.places.length
    groups[index]?.slots.push(slot(start, isEverywhere ? null : words.placesWords(places), request))
  }
  return {
    label: words.dayOf(first, zone),
    groups: groups.filter(({ slots }) => slots.length > 0),
    practiceZone,
  }
}

function slot(
  start: Instant,
  places: string | null,
  { zone, practiceZone, mode, path, keep }: TimesRequest,
): Slot {
  const value = iso(start).replace('.000Z', 'Z')
  const there = isSameClock(zone, practiceZone, start)
    ? null
    : `${words.weekdayShortOf(start, practiceZone)} ${words.timeOf(start, practiceZone)}`
  return {
    value,
    time: words.timeOf(start, zone),
    practiceTime: there,
    places,
    href: mode === 'move' ? link(path, { ...keep, zone, slot: value }) : null,
  }
}

function earlier(
  from: string,
  today: string,
  href: (query: Record<string, string>) => string,
): string | null {
  if (from <= today) return null
  const back = addDays(from, -STRIP_DAYS)
  return href({ from: back < today ? today : back })
}

function nextLink(next: Instant | undefined, zone: string, href: (query: Record<string, string>) => string) {
  if (next === undefined) return null
  return { label: words.whenShort(next, zone), href: href({ from: localDate(next, zone) }) }
}

/** "You can change or cancel until 24 hours before." */
export const cancellationRule = (minutes: number): string =>
  minutes === 0
    ? 'You can change or cancel until it begins.'
    : `You can change or cancel until ${words.lengthWords(minutes)} before.`

/** The same time on the practice's clock, when that clock shows something else; null when it doesn't. */
export function practiceWhen(start: Instant, zone: string, practiceZone: string): string | null {
  if (isSameClock(zone, practiceZone, start)) return null
  return `${words.whenShort(start, practiceZone)}, ${words.zoneWords(practiceZone, start)}`
}

/** "9:00 AM to 10:00 AM" */
export const timeSpan = (start: Instant, end: Instant, zone: string): string =>
  `${words.timeOf(start, zone)} to ${words.timeOf(end, zone)}`

/** The choice of a dietitian, when there is one: anyone, or somebody by name. */
export function dietitianChoices(
  dietitians: { name: string; slug: string }[],
  { path, keep, zone }: TimesRequest,
): TimesPage['dietitians'] {
  if (dietitians.length < 2) return []
  const { with: chosen, ...others } = keep
  const anyone = { name: 'Anyone', href: link(path, { ...others, zone }), isSelected: chosen === undefined }
  const named = dietitians.map(({ name, slug }) => ({
    name,
    href: link(path, { ...others, with: slug, zone }),
    isSelected: chosen === slug,
  }))
  return [anyone, ...named]
}
