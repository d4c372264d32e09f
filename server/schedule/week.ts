import type { PlaceName } from '../words.ts'
import { minuteOf, placesOf, spanWords, WEEKDAYS, weekdayWords, whereOf, whereWords } from './times.ts'

/** Opening time that starts on a weekday (1 = Monday); minutes after midnight, past 1440 of the next day; null: all places. */
export type WeekWindow = { weekday: number; from: number; to: number; places: PlaceName[] | null }

/** A row of the form as it was chosen, and the days that take the hours of each day. */
export type Row = { weekday: number; n: number; from: string; to: string; where: string }
export type PostedWeek = { rows: Row[]; copies: Map<number, number[]> }

export type Problem = { name: string; message: string }

const DAY = 1440
export const MOST_WINDOWS = 8

export const nameOf = ({ weekday, n }: Pick<Row, 'weekday' | 'n'>, field: 'from' | 'to' | 'where'): string =>
  `d${weekday}-${n}-${field}`

/** Who chooses no beginning has no hours there, whatever stands beside it. */
export const isBlank = ({ from }: Row): boolean => from === ''

/** The windows that a posted week means, or all that is wrong with it. */
export function decideWeek({ rows, copies }: PostedWeek): { windows: WeekWindow[]; problems: Problem[] } {
  const problems = copyProblems(copies)
  const sourceOf = new Map(
    [...copies].flatMap(([source, targets]) => targets.map((target) => [target, source])),
  )
  const own = rows.filter((row) => !isBlank(row) && !sourceOf.has(row.weekday))
  const read = own.map((row) => ({ row, answer: readRow(row) }))
  const kept: Kept[] = []
  for (const { row, answer } of read) {
    if ('message' in answer) problems.push(answer)
    else kept.push({ row, window: answer })
  }
  problems.push(...overlaps(kept))
  const windows = kept.flatMap(({ window }) => [
    window,
    ...(copies.get(window.weekday) ?? []).map((weekday) => ({ ...window, weekday })),
  ])
  if (problems.length === 0) problems.push(...nightOverlaps(windows))
  return { windows: inOrder(windows), problems: problems.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
}

type Kept = { row: Row; window: WeekWindow }

function readRow(row: Row): WeekWindow | Problem {
  const refuse = (field: 'from' | 'to' | 'where', message: string) => ({ name: nameOf(row, field), message })
  const day = weekdayWords(row.weekday)
  if (row.to === '') return refuse('to', `${day}: please choose when it ends.`)
  const [from, to, places] = [minuteOf(row.from, DAY - 1), minuteOf(row.to, 2 * DAY), placesOf(row.where)]
  if (from === undefined) return refuse('from', `${day}: please choose the beginning from the list.`)
  if (to === undefined) return refuse('to', `${day}: please choose the end from the list.`)
  if (places === undefined) return refuse('where', `${day}: please choose the place from the list.`)
  if (to <= from) return refuse('to', `${day}: these hours end before they begin.`)
  if (to - from > DAY) return refuse('to', `${day}: please choose 24 hours at most.`)
  return { weekday: row.weekday, from, to, places }
}

/** Of two windows that overlap the later row is named. */
function overlaps(kept: Kept[]): Problem[] {
  return kept.flatMap(({ row, window }, index) => {
    const other = kept
      .slice(0, index)
      .find((one) => one.window.weekday === window.weekday && doOverlap(one.window, window))
    if (!other) return []
    const words = `${weekdayWords(row.weekday)}: these hours overlap with ${spanWords(other.window)}.`
    return [{ name: nameOf(row, 'from'), message: words }]
  })
}

/** A night that reaches into the hours of the next day. */
function nightOverlaps(windows: WeekWindow[]): Problem[] {
  return windows
    .filter(({ to }) => to > DAY)
    .flatMap((night) => {
      const next = (night.weekday % 7) + 1
      const rest = { from: 0, to: night.to - DAY }
      const met = windows.find((one) => one.weekday === next && doOverlap(one, rest))
      if (!met) return []
      const message = `${weekdayWords(night.weekday)}: the night reaches into the hours of ${weekdayWords(next)}.`
      return [{ name: `d${night.weekday}-1-from`, message }]
    })
}

const doOverlap = (a: { from: number; to: number }, b: { from: number; to: number }): boolean =>
  a.from < b.to && b.from < a.to

function copyProblems(copies: Map<number, number[]>): Problem[] {
  const taken = new Map<number, number>()
  const problems: Problem[] = []
  for (const [source, targets] of copies)
    for (const target of targets) {
      const words = weekdayWords(target)
      const other = taken.get(target)
      if (other !== undefined) {
        const message = `${words} can take the hours of one day only: of ${weekdayWords(other)} or of ${weekdayWords(source)}.`
        problems.push({ name: `d${source}-copy`, message })
      } else if ((copies.get(target) ?? []).length > 0)
        problems.push({
          name: `d${source}-copy`,
          message: `${words} can’t take other hours while its own are copied. Please do one after the other.`,
        })
      taken.set(target, source)
    }
  return problems
}

export const inOrder = (windows: WeekWindow[]): WeekWindow[] =>
  windows.toSorted((a, b) => a.weekday - b.weekday || a.from - b.from)

/** "9:00 AM to 12:00 PM (by video), 1:00 PM to 5:00 PM", "Closed" */
export function dayWords(windows: WeekWindow[], weekday: number): string {
  const words = inOrder(windows)
    .filter((window) => window.weekday === weekday)
    .map(({ places, ...span }) =>
      places === null ? spanWords(span) : `${spanWords(span)} (${whereWords(places).toLowerCase()})`,
    )
  return words.length === 0 ? 'Closed' : words.join(', ')
}

export type Difference = { day: string; saved: string; mine: string }

/** The days on which two weeks differ. */
export function differences(saved: WeekWindow[], mine: WeekWindow[]): Difference[] {
  const days = WEEKDAYS.map((day, n) => ({ day, saved: dayWords(saved, n + 1), mine: dayWords(mine, n + 1) }))
  return days.filter((day) => day.saved !== day.mine)
}

/** The rows of a week that is kept, numbered from 1 on each day. */
export const rowsOf = (windows: WeekWindow[]): Row[] =>
  [...Map.groupBy(inOrder(windows), ({ weekday }) => weekday).values()].flatMap((day) =>
    day.map(({ weekday, from, to, places }, index) => ({
      weekday,
      n: index + 1,
      from: String(from),
      to: String(to),
      where: whereOf(places),
    })),
  )

/** "37 hours a week", "2 hours 30 minutes a week" */
export function weekWords(windows: WeekWindow[]): string {
  const minutes = windows.reduce((sum, { from, to }) => sum + to - from, 0)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  const parts = [hours ? `${hours} ${hours === 1 ? 'hour' : 'hours'}` : '', rest ? `${rest} minutes` : '']
  return parts.some(Boolean) ? `${parts.filter(Boolean).join(' ')} a week` : 'No hours yet'
}
