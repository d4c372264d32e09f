import { HOUR, type Instant } from './clock.ts'

/** Times, money and lengths in the words people read (American English). Pure; formatters are kept per zone. */

type Style = 'time' | 'day' | 'dayShort' | 'weekday' | 'monthDay' | 'zoneLong' | 'zoneOffset' | 'dayYear'

const styles: Record<Style, Intl.DateTimeFormatOptions> = {
  time: { hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'long', month: 'long', day: 'numeric' },
  dayYear: { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' },
  dayShort: { weekday: 'short', month: 'short', day: 'numeric' },
  weekday: { weekday: 'short' },
  monthDay: { month: 'short', day: 'numeric' },
  zoneLong: { timeZoneName: 'long' },
  zoneOffset: { timeZoneName: 'shortOffset' },
}

const MOST_FORMATTERS = 600
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(style: Style, zone: string): Intl.DateTimeFormat {
  const key = `${style} ${zone}`
  let found = formatters.get(key)
  if (!found) {
    if (formatters.size >= MOST_FORMATTERS) formatters.clear()
    found = new Intl.DateTimeFormat('en-US', { ...styles[style], timeZone: zone })
    formatters.set(key, found)
  }
  return found
}

const MOST_KEPT = 5000

/** The same times are shown to everybody who looks: what was written once is kept. */
function written(style: Style): (instant: Instant, zone: string) => string {
  const kept = new Map<string, string>()
  return (instant, zone) => {
    const key = `${instant} ${zone}`
    let text = kept.get(key)
    if (text === undefined) {
      text = formatter(style, zone)
        .format(instant)
        .replace(/\u202f/g, ' ')
      if (kept.size >= MOST_KEPT) kept.clear()
      kept.set(key, text)
    }
    return text
  }
}

const zoneNames = new Map<string, string>()

/** What a zone calls itself, or its offset; asked of Intl once an hour of the calendar, splitting into parts is slow. */
function zoneName(style: 'zoneLong' | 'zoneOffset', at: Instant, zone: string): string {
  const key = `${style} ${zone} ${Math.floor(at / HOUR)}`
  let found = zoneNames.get(key)
  if (found === undefined) {
    const parts = formatter(style, zone).formatToParts(at)
    found = parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone
    if (zoneNames.size >= MOST_KEPT) zoneNames.clear()
    zoneNames.set(key, found)
  }
  return found
}

/** "9:30 AM" */
export const timeOf = written('time')
/** "Tuesday, December 1" */
export const dayOf = written('day')
/** "Tuesday, December 1, 2026" */
export const dayYearOf = written('dayYear')
/** "Tue, Dec 1" */
export const dayShortOf = written('dayShort')
/** "Tue" */
export const weekdayShortOf = written('weekday')
/** "Dec 1" */
export const monthDayOf = written('monthDay')

/** "Tue, Dec 1, 9:30 AM" */
export const whenShort = (instant: Instant, zone: string) =>
  `${dayShortOf(instant, zone)}, ${timeOf(instant, zone)}`

export const cityOf = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')

/** A zone in plain words, as it is on that day: "Eastern Standard Time (Indianapolis)". */
export function zoneWords(zone: string, at: Instant): string {
  const long = zoneName('zoneLong', at, zone)
  return zone === 'UTC' ? long : `${long} (${cityOf(zone)})`
}

/** "GMT-5", "GMT+5:45" */
export const offsetWords = (zone: string, at: Instant): string => zoneName('zoneOffset', at, zone)

const moneyFormats = new Map<string, Intl.NumberFormat>()

function moneyFormat(currency: string, digits: number): Intl.NumberFormat {
  const key = `${currency} ${digits}`
  let found = moneyFormats.get(key)
  if (!found) {
    const exactly = { minimumFractionDigits: digits, maximumFractionDigits: digits }
    found = new Intl.NumberFormat('en-US', { style: 'currency', currency, ...exactly })
    moneyFormats.set(key, found)
  }
  return found
}

/** "$145", "$145.50"; nothing to pay is "Free". */
export const moneyWords = (cents: number, currency: string): string =>
  cents === 0 ? 'Free' : moneyFormat(currency, cents % 100 === 0 ? 0 : 2).format(cents / 100)

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** "15 minutes", "1 hour", "24 hours", "3 days" */
export function lengthWords(minutes: number): string {
  if (minutes >= 2880 && minutes % 1440 === 0) return counted(minutes / 1440, 'day')
  if (minutes >= 60 && minutes % 60 === 0) return counted(minutes / 60, 'hour')
  return counted(minutes, 'minute')
}

/** Ends what is said of a day: true with a calendar of the browser, whatever it shows, and without one. */
export const WRITE_DAY = 'Where there is no calendar to choose from, write it like 2026-12-01.'

export type PlaceName = 'in_person' | 'video' | 'phone'

export const placeWords: Record<PlaceName, string> = {
  in_person: 'In person',
  video: 'By video',
  phone: 'By phone',
}

/** "in person, by video or by phone" */
export function placesWords(places: PlaceName[]): string {
  const words = places.map((place) => placeWords[place].toLowerCase())
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
