import { z } from 'zod'
import { isDate } from '../availability/zones.ts'
import type { Instant } from '../clock.ts'
import { choice, line, type Read, readForm, refusedForm } from '../web/form.ts'
import { WRITE_DAY } from '../words.ts'
import { decideException, kinds, type OnDate } from './exceptions.ts'
import { decideOff, type Off } from './off.ts'
import {
  decideWeek,
  isBlank,
  MOST_WINDOWS,
  nameOf,
  type PostedWeek,
  type Problem,
  type Row,
  type WeekWindow,
} from './week.ts'

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]

const last = (raw: unknown): string => {
  const value = Array.isArray(raw) ? raw.at(-1) : raw
  return typeof value === 'string' ? value : ''
}

/** The rows of a posted week, whatever they say; blank ones are left out. */
export function rowsIn(body: unknown): PostedWeek {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const rows = WEEKDAYS.flatMap((weekday) =>
    Array.from({ length: MOST_WINDOWS }, (_, index): Row => {
      const at = { weekday, n: index + 1 }
      const field = (name: 'from' | 'to' | 'where') => last(fields[nameOf(at, name)])
      return { ...at, from: field('from'), to: field('to'), where: field('where') }
    }),
  )
  const copies = WEEKDAYS.map((weekday): [number, number[]] => {
    const ticked = [fields[`d${weekday}-copy`] ?? []].flat().map(Number)
    return [weekday, WEEKDAYS.filter((other) => other !== weekday && ticked.includes(other))]
  })
  return {
    rows: rows.filter((row) => !isBlank(row)),
    copies: new Map(copies.filter(([, targets]) => targets.length > 0)),
  }
}

const short = (label: string) => line({ most: 10, label, tooLong: 'Please choose this again.' })

/** What is no day is told so, however long it is. */
const day = (label: string) => line({ most: 200, label })

const weekFields = z.object({
  plan: short('The plan'),
  base: short('The revision'),
  starts_on: day('The day'),
})

export type WeekFields = {
  /** The first day of the plan that is changed. */
  plan: string
  base: number
  /** From when on the hours are to be these; empty: of the whole plan. */
  startsOn: string
  windows: WeekWindow[]
}

/** @param today of the dietitian: other hours begin later */
export function readWeek(body: unknown, today: string): Read<WeekFields> {
  const { windows, problems } = decideWeek(rowsIn(body))
  const startsOn = last((body as Record<string, unknown> | undefined)?.starts_on).trim()
  const read = readForm(refusing(weekFields, [...problems, ...startProblems(startsOn, today)]), body)
  if (!read.ok) return read
  return {
    ok: true,
    value: {
      plan: read.value.plan,
      base: /^\d{1,9}$/.test(read.value.base) ? Number(read.value.base) : -1,
      startsOn,
      windows,
    },
  }
}

function startProblems(startsOn: string, today: string): Problem[] {
  if (startsOn === '') return []
  const refuse = (message: string) => [{ name: 'starts_on', message }]
  if (!isDate(startsOn)) return refuse(`Please choose a day, or leave it empty. ${WRITE_DAY}`)
  return startsOn > today
    ? []
    : refuse('Please choose a day after today, or leave it empty to change the hours now.')
}

/** A form that is refused for what its fields mean together. */
const refusing = <T extends z.ZodObject>(form: T, problems: Problem[]): T =>
  form.superRefine((_, context) => {
    for (const { name, message } of problems) context.addIssue({ code: 'custom', path: [name], message })
  })

const refuse = (body: unknown, { name, message }: Problem) =>
  ({ ok: false, form: refusedForm(body, name, message) }) as const

const exceptionFields = z.object({
  on: day('The day'),
  kind: choice(kinds, 'Please choose what is different on that day.'),
  open_from: short('The beginning'),
  open_to: short('The end'),
  open_where: line({ most: 20, label: 'The place' }),
})

export function readException(body: unknown, today: string): Read<OnDate> {
  const read = readForm(exceptionFields, body)
  if (!read.ok) return read
  const { on, kind, open_from: from, open_to: to, open_where: where } = read.value
  const decided = decideException({ on, kind, from, to, where }, today)
  return 'message' in decided ? refuse(body, decided) : { ok: true, value: decided }
}

const offFields = z.object({
  off_from: day('The first day'),
  off_from_time: short('The time'),
  off_to: day('The last day'),
  off_to_time: short('The time'),
  off_note: line({ most: 200, label: 'The note' }),
})

export function readTimeOff(body: unknown, zone: string, now: Instant): Read<Off & { reason: string }> {
  const read = readForm(offFields, body)
  if (!read.ok) return read
  const { off_from: from, off_from_time: fromTime, off_to: to, off_to_time: toTime, off_note } = read.value
  const decided = decideOff({ from, fromTime, to, toTime }, zone, now)
  return 'message' in decided ? refuse(body, decided) : { ok: true, value: { ...decided, reason: off_note } }
}
