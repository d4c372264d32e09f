import type { Hours } from '../availability/hours.ts'
import { startOfDay } from '../availability/zones.ts'
import type { Instant } from '../clock.ts'
import { dayShortOf, placeWords, whenShort, zoneWords } from '../words.ts'
import type { Exception, TimeOff } from './dates/store.ts'
import { exceptionWords } from './exceptions.ts'
import { chipWords, offWords, overlapping } from './off.ts'
import { type Why, whyOutside } from './outside.ts'
import type { Preview } from './preview.ts'
import type { ComingAppointment, OfferedType, Plan } from './store.ts'
import { beginnings, type Choice, choicesWith, ends, WEEKDAYS, wheres } from './times.ts'
import {
  type Difference,
  differences,
  MOST_WINDOWS,
  type PostedWeek,
  type Row,
  rowsOf,
  type WeekWindow,
  weekWords,
} from './week.ts'

export const PATH = '/practice/availability'

/** What the page's address says: the plan that is edited, the type that is looked at. */
export type Looking = { plan: string | undefined; type: string | undefined }

export function address(looking: Partial<Looking>, more: Record<string, string> = {}): string {
  const entries = Object.entries({ plan: looking.plan ?? '', type: looking.type ?? '', ...more })
  const query = new URLSearchParams(entries.filter(([, value]) => value !== '')).toString()
  return query ? `${PATH}?${query}` : PATH
}

export type RowView = Row & { beginnings: Choice[]; ends: Choice[] }
export type DayView = { weekday: number; name: string; rows: RowView[]; copies: number[] }

/** A day's rows with blank ones for more: two where nothing is open, so that a break needs no second look. */
function dayViews({ rows, copies }: PostedWeek): DayView[] {
  return WEEKDAYS.map((name, index) => {
    const weekday = index + 1
    const own = rows.filter((row) => row.weekday === weekday)
    const last = Math.max(0, ...own.map(({ n }) => n))
    const count = Math.min(MOST_WINDOWS, Math.max(2, last + 1))
    const all = Array.from({ length: count }, (_, n) => {
      const row = own.find((one) => one.n === n + 1) ?? { weekday, n: n + 1, from: '', to: '', where: 'all' }
      return { ...row, beginnings: choicesWith(beginnings, row.from), ends: choicesWith(ends, row.to) }
    })
    return { weekday, name, rows: all, copies: copies.get(weekday) ?? [] }
  })
}

const whys: Record<Why, string> = {
  hours: 'outside your hours',
  place: 'not the place of these hours',
  timeOff: 'in your time off',
}

const MOST_OUTSIDE = 12

/** The booked appointments that could not be booked by these hours, meant so or not. They stay as they are. */
function outsideOf(coming: ComingAppointment[], hours: Hours, timeOff: TimeOff[]) {
  const off = timeOff.map(({ startsAt, endsAt }) => ({ start: startsAt, end: endsAt }))
  const found = coming.flatMap((appointment) => {
    const why = whyOutside(hours, off, appointment)
    return why === null ? [] : [{ appointment, why }]
  })
  const lines = found.map(({ appointment, why }) => ({
    href: `/practice/appointments/${appointment.id}`,
    when: whenShort(appointment.startsAt, hours.zone),
    client: appointment.clientName,
    type: appointment.typeName,
    place: appointment.place ? placeWords[appointment.place].toLowerCase() : '',
    why: whys[why],
    isMeant: appointment.isMeant,
  }))
  const [meant = [], unmeant = []] = [true, false].map((is) => lines.filter((one) => one.isMeant === is))
  return { unmeant: firstOf(unmeant), meant: firstOf(meant) }
}

const firstOf = <T>(all: T[]) => ({ count: all.length, shown: all.slice(0, MOST_OUTSIDE) })

function exceptionLines(exceptions: Exception[], zone: string) {
  const byDate = Map.groupBy(exceptions, ({ date }) => date)
  return [...byDate].map(([date, list]) => ({
    day: dayShortOf(startOfDay(date, zone), zone),
    date,
    parts: list.map((one) => ({
      words: exceptionWords(one),
      isClosed: one.kind === 'closed',
      removal: `${PATH}/exceptions/${one.id}/removal`,
    })),
  }))
}

function timeOffLines(timeOff: TimeOff[], zone: string) {
  const twice = overlapping(timeOff)
  return timeOff.map((one) => ({
    when: offWords(one, zone),
    reason: one.reason,
    doesOverlap: twice.has(one),
    removal: `${PATH}/time-off/${one.id}/removal`,
  }))
}

export type PageInputs = {
  plans: Plan[]
  plan: Plan
  /** What was chosen and could not be saved; null: the hours as they are. */
  typed: PostedWeek | null
  /** The revision that was looked at when these were chosen; null: the one there is. */
  base: string | null
  looking: Looking
  hours: Hours
  types: OfferedType[]
  chosen: OfferedType | undefined
  preview: Preview | null
  coming: ComingAppointment[]
  exceptions: Exception[]
  timeOff: TimeOff[]
  bookHref: string | null
  today: string
  now: Instant
}

export function availabilityPage(inputs: PageInputs) {
  const { plans, plan, typed, looking, hours, types, chosen, preview, coming, today, now } = inputs
  const { zone } = hours
  const isLater = plan.startsOn > today
  const planWords = (startsOn: string) =>
    startsOn > today ? `From ${chipWords(startsOn, today, zone)}` : 'Now'
  return {
    zone: zoneWords(zone, now),
    today,
    plans: plans.map(({ startsOn }) => ({
      words: planWords(startsOn),
      href: address({ plan: startsOn > today ? startsOn : undefined, type: looking.type }),
      isShown: startsOn === plan.startsOn,
    })),
    plan: {
      startsOn: plan.startsOn,
      base: inputs.base ?? String(plan.revision),
      words: weekWords(plan.windows),
      removal: isLater ? `${PATH}/plans/${plan.startsOn}/removal` : null,
      name: planWords(plan.startsOn),
    },
    type: chosen?.slug ?? '',
    days: dayViews(typed ?? { rows: rowsOf(plan.windows), copies: new Map() }),
    wheres,
    weekdays: WEEKDAYS,
    beginnings,
    ends,
    types: types.map(({ slug, name }) => ({
      name,
      href: address({ plan: looking.plan, type: slug }),
      isShown: slug === chosen?.slug,
    })),
    preview,
    bookHref: inputs.bookHref,
    outside: outsideOf(coming, hours, inputs.timeOff),
    exceptions: exceptionLines(inputs.exceptions, zone),
    timeOff: timeOffLines(inputs.timeOff, zone),
  }
}

/** What differs between the hours that are kept by now and those of a form; null when it is the same. */
export function changedSince(plan: Plan, mine: WeekWindow[]): Difference[] {
  return differences(plan.windows, mine)
}

const savedWords: Record<string, string> = {
  hours: 'Your hours are saved.',
  plan: 'These hours are gone. Those before them go on.',
  day: 'The day is saved.',
  off: 'Your time off is saved.',
  removed: 'It is removed.',
}

/** What was just done, as the address says it. */
export const savedNotice = (saved: unknown): string | null =>
  typeof saved === 'string' && Object.hasOwn(savedWords, saved) ? (savedWords[saved] ?? null) : null
