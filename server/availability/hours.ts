import { DAY, type Instant, MINUTE } from '../clock.ts'
import type { PlaceName } from '../words.ts'
import { dayOfDate, dayStretches, weekdayOfDay } from './zones.ts'

/** Minutes of the wall clock after local midnight: from 0..1439, to > from, to <= 2880 (past 1440: into the next day). */
export type Window = { from: number; to: number }
/** Where one can be met in a window; none named: everywhere. */
type Somewhere = { places?: PlaceName[] | null }
/** Weekday: 1 = Monday … 7 = Sunday. */
export type WeeklyWindow = Window & Somewhere & { weekday: number }
/** Closed: the weekly windows that start on this date are dropped. Open: one window more. */
export type DateException =
  | { date: string; kind: 'closed' }
  | ({ date: string; kind: 'open' } & Window & Somewhere)
/** Other weekly windows from a date on, until the next such date. */
export type LaterPlan = { startsOn: string; weekly: WeeklyWindow[] }
export type Hours = {
  zone: string
  weekly: WeeklyWindow[]
  /** Ascending. */
  later?: LaterPlan[]
  exceptions: DateException[]
  dailyLimit: number | null
}

/**
 * A piece of opening time [start, end) within one local day (a day number) and one offset. `midnight` is where 0:00
 * lies at that offset. `until`: the end of the opening time that goes on without a gap, over later pieces too.
 */
export type OpenPiece = { start: Instant; end: Instant; until: Instant; day: number; midnight: Instant }

const MINUTES_A_DAY = 1440

/** What the wall-clock windows of those local days (day numbers, both included) mean in instants, ascending. */
export function openPieces(hours: Hours, firstDay: number, lastDay: number): OpenPiece[] {
  const windowsOf = windowsByDay(hours)
  const pieces: OpenPiece[] = []
  let before = windowsOf(firstDay - 1)
  for (let day = firstDay; day <= lastDay; day++) {
    const own = windowsOf(day)
    addPieces(pieces, day, hours.zone, openMinutes(own, before))
    before = own
  }
  // Around a change at midnight two days can take turns.
  pieces.sort((a, b) => a.start - b.start)
  for (let i = pieces.length - 2; i >= 0; i--) {
    const [piece, next] = [pieces[i] as OpenPiece, pieces[i + 1] as OpenPiece]
    if (piece.end === next.start) piece.until = next.until
  }
  return pieces
}

/** The windows that start on a day, by day number. */
function windowsByDay({ weekly, later = [], exceptions }: Hours): (day: number) => Window[] {
  const plans = [{ from: -Infinity, byWeekday: byWeekday(weekly) }]
  for (const plan of later) plans.push({ from: dayOfDate(plan.startsOn), byWeekday: byWeekday(plan.weekly) })
  const byDay = Map.groupBy(exceptions, (exception) => dayOfDate(exception.date))
  return (day) => {
    const plan = plans.findLast(({ from }) => from <= day)
    const usual = plan?.byWeekday.get(weekdayOfDay(day)) ?? []
    const special = byDay.get(day)
    if (!special) return usual
    const isClosed = special.some((exception) => exception.kind === 'closed')
    return [...(isClosed ? [] : usual), ...special.filter((exception) => exception.kind === 'open')]
  }
}

const byWeekday = (weekly: WeeklyWindow[]) => Map.groupBy(weekly, (window) => window.weekday)

/** The minutes 0..1440 of a day that its own windows and those that reach over from the day before leave open. */
function openMinutes(own: Window[], before: Window[]): Window[] {
  const windows: Window[] = []
  for (const { from, to } of before) {
    if (to > MINUTES_A_DAY) windows.push({ from: Math.max(from - MINUTES_A_DAY, 0), to: to - MINUTES_A_DAY })
  }
  for (const { from, to } of own) windows.push({ from, to: Math.min(to, MINUTES_A_DAY) })
  windows.sort((a, b) => a.from - b.from)
  const merged: Window[] = []
  for (const window of windows) {
    const last = merged.at(-1)
    if (last && window.from <= last.to) last.to = Math.max(last.to, window.to)
    else merged.push(window)
  }
  return merged
}

function addPieces(pieces: OpenPiece[], day: number, zone: string, windows: Window[]): void {
  if (windows.length === 0) return
  for (const stretch of dayStretches(day, zone)) {
    const midnight = day * DAY - stretch.offset * MINUTE
    for (const { from, to } of windows) {
      const start = Math.max(stretch.start, midnight + from * MINUTE)
      const end = Math.min(stretch.end, midnight + to * MINUTE)
      if (start < end) pieces.push({ start, end, until: end, day, midnight })
    }
  }
}
