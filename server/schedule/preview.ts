import type { Opening } from '../availability/openings.ts'
import { addDays, dateOfDay, localDay, startOfDay, weekdayOf } from '../availability/zones.ts'
import { type Instant, MINUTE } from '../clock.ts'
import { dayOf, type PlaceName, placesWords, timeOf, weekdayShortOf } from '../words.ts'
import { whereWords } from './times.ts'

/** How many days from today on a client is shown, as the desk looks at them. */
export const PREVIEW_DAYS = 28

export type PreviewDay = {
  date: string
  number: string
  /** "Tuesday, March 3" */
  label: string
  isToday: boolean
  /** Before today, or after the last day that is looked at. */
  isOut: boolean
  count: number
  /** Of the day's times, when none of them can be everywhere: "by video". */
  places: string | null
  /** "9:00 AM to 11:30 AM", "2:00 PM (by video)" */
  runs: string[]
}

export type Preview = { weekdays: string[]; weeks: PreviewDay[][]; total: number; list: PreviewDay[] }

export const previewSpan = (today: string, zone: string) => ({
  from: startOfDay(today, zone),
  to: startOfDay(addDays(today, PREVIEW_DAYS), zone),
})

type Inputs = { openings: Opening[]; places: PlaceName[]; step: number; today: string; zone: string }

/** The next four weeks, from the Monday of this one, with the times that can be booked. @param inputs.step in minutes */
export function previewPage({ openings, places, step, today, zone }: Inputs): Preview {
  const byDay = Map.groupBy(openings, ({ start }) => dateOfDay(localDay(start, zone)))
  const last = addDays(today, PREVIEW_DAYS - 1)
  const monday = addDays(today, 1 - weekdayOf(today))
  const weeks = Math.ceil((weekdayOf(today) - 1 + PREVIEW_DAYS) / 7)
  const day = (date: string): PreviewDay => {
    const list = byDay.get(date) ?? []
    const begin = startOfDay(date, zone)
    return {
      date,
      number: String(Number(date.slice(8))),
      label: dayOf(begin, zone),
      isToday: date === today,
      isOut: date < today || date > last,
      count: list.length,
      places: commonPlaces(list, places),
      runs: runsOf(list, { places, step, zone }),
    }
  }
  const shown = Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, n) => day(addDays(monday, week * 7 + n))),
  )
  return {
    weekdays: (shown[0] ?? []).map(({ date }) => weekdayShortOf(startOfDay(date, zone), zone)),
    weeks: shown,
    total: openings.length,
    list: shown.flat().filter(({ count }) => count > 0),
  }
}

/** Where all of a day's times can be, when that is less than the type offers. */
function commonPlaces(list: Opening[], all: PlaceName[]): string | null {
  const open = all.filter((place) => list.some(({ places }) => places.includes(place)))
  return list.length === 0 || open.length === all.length ? null : placesWords(open)
}

type Run = { first: Instant; last: Instant; places: PlaceName[] }

/** Times that follow each other step by step at the same places, in one. */
function runsOf(
  list: Opening[],
  { places: all, step, zone }: Pick<Inputs, 'places' | 'step' | 'zone'>,
): string[] {
  const runs: Run[] = []
  for (const { start, places } of list) {
    const run = runs.at(-1)
    if (run && start - run.last === step * MINUTE && String(places) === String(run.places)) run.last = start
    else runs.push({ first: start, last: start, places })
  }
  return runs.map(({ first, last, places }) => {
    const when = first === last ? timeOf(first, zone) : `${timeOf(first, zone)} to ${timeOf(last, zone)}`
    return places.length === all.length ? when : `${when} (${whereWords(places).toLowerCase()})`
  })
}
