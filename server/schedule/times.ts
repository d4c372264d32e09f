import { type PlaceName, placesWords } from '../words.ts'

export type Choice = { value: string; words: string }

const QUARTER = 15
const DAY = 1440
const ALL: PlaceName[] = ['in_person', 'video', 'phone']

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** "Monday" @param weekday 1 = Monday … 7 = Sunday */
export const weekdayWords = (weekday: number): string => WEEKDAYS[weekday - 1] ?? ''

/** Minutes after midnight on the wall clock, past 1440 those of the next day: "9:30 AM", "midnight", "1:00 AM the next day" */
export function minuteWords(minute: number): string {
  if (minute === DAY) return 'midnight'
  const [hour, rest] = [Math.floor((minute % DAY) / 60), minute % 60]
  const words = `${hour % 12 || 12}:${String(rest).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`
  return minute < DAY ? words : `${words} the next day`
}

/** "9:00 AM to 12:00 PM" */
export const spanWords = ({ from, to }: { from: number; to: number }): string =>
  `${minuteWords(from)} to ${minuteWords(to)}`

const quarters = (first: number, last: number, step = QUARTER): number[] =>
  Array.from({ length: (last - first) / step + 1 }, (_, n) => first + n * step)

const toChoice = (minute: number): Choice => ({ value: String(minute), words: minuteWords(minute) })

/** When a window can begin, and when it can end; those who work at night go on past midnight. */
export const beginnings = quarters(0, DAY - QUARTER).map(toChoice)
export const ends = [...quarters(QUARTER, DAY), ...quarters(DAY + 30, DAY + 360, 30)].map(toChoice)

/** The choices with one more, when what is kept is not among them. */
export function choicesWith(choices: Choice[], value: string): Choice[] {
  if (value === '' || !/^\d{1,4}$/.test(value) || choices.some((choice) => choice.value === value))
    return choices
  return [...choices, toChoice(Number(value))].sort((a, b) => Number(a.value) - Number(b.value))
}

/** Places as a choice of a list writes them; all of them is 'all'. */
export const whereOf = (places: PlaceName[] | null): string =>
  places === null || places.length === ALL.length
    ? 'all'
    : ALL.filter((place) => places.includes(place)).join('-')

const subsets: PlaceName[][] = [
  ['in_person'],
  ['video'],
  ['phone'],
  ['in_person', 'video'],
  ['in_person', 'phone'],
  ['video', 'phone'],
]

/** "By video", "In person or by phone" */
export const whereWords = (places: PlaceName[] | null): string =>
  places === null ? 'All places' : placesWords(places).replace(/^./, (first) => first.toUpperCase())

export const wheres: Choice[] = [null, ...subsets].map((places) => ({
  value: whereOf(places),
  words: whereWords(places),
}))

/** What a choice of the list stands for; undefined when it is none. */
export function placesOf(where: string): PlaceName[] | null | undefined {
  if (where === 'all' || where === '') return null
  return subsets.find((places) => whereOf(places) === where)
}

/** Minutes after midnight from a choice; undefined when it is none. @param most the latest that may be */
export function minuteOf(text: string, most: number): number | undefined {
  const minute = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return minute <= most ? minute : undefined
}
