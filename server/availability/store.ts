import type { Knex } from 'knex'
import { DAY, HOUR, type Instant, iso } from '../clock.ts'
import type { PlaceName } from '../words.ts'
import type { DateException, Hours, WeeklyWindow } from './hours.ts'
import {
  type Decision,
  decideSlot,
  firstOpening,
  lastBookable,
  type Opening,
  openings,
  type Span,
} from './openings.ts'
import { stripSpan, type TimesInputs, type TimesRequest } from './pages.ts'
import type { Busy, Offer } from './slots.ts'

export type AppointmentType = {
  id: string
  slug: string
  name: string
  summary: string
  description: string
  priceCents: number
  currency: string
  places: PlaceName[]
  changeDeadlineMinutes: number
  isListed: boolean
  offer: Offer
}

export type BookableDietitian = { id: string; slug: string; name: string; credentials: string; hours: Hours }

/** A type with who offers it, in the practice's order, and when they can be booked. */
export type Bookable = { type: AppointmentType; dietitians: BookableDietitian[] }

type DietitianJson = Omit<BookableDietitian, 'hours'> & {
  zone: string
  dailyLimit: number | null
  weekly: WeeklyWindow[]
  exceptions: DateException[]
}

type BookableRow = {
  id: string
  slug: string
  name: string
  summary: string
  description: string
  minutes: number
  price_cents: number
  currency: string
  places: PlaceName[]
  buffer_before_minutes: number
  buffer_after_minutes: number
  step_minutes: number
  minimum_notice_minutes: number
  booking_window_days: number
  change_deadline_minutes: number
  listed: boolean
  dietitians: DietitianJson[]
}

// Exceptions of the past stay out: bookings only look ahead, and the list grows for years.
const bookableSql = `
  select t.id, t.slug, t.name, t.summary, t.description, t.minutes, t.price_cents, t.currency, t.places,
    t.buffer_before_minutes, t.buffer_after_minutes, t.step_minutes, t.minimum_notice_minutes,
    t.booking_window_days, t.change_deadline_minutes, t.listed,
    coalesce((
      select json_agg(json_build_object(
        'id', d.id, 'slug', d.slug, 'name', d.name, 'credentials', d.credentials, 'zone', d.zone,
        'dailyLimit', d.daily_limit,
        'weekly', coalesce((
          select json_agg(json_build_object('weekday', w.weekday, 'from', w.from_minute, 'to', w.to_minute))
          from weekly_hours w where w.dietitian_id = d.id), '[]'),
        'exceptions', coalesce((
          select json_agg(json_build_object('date', e.on_date, 'kind', e.kind, 'from', e.from_minute, 'to', e.to_minute))
          from date_exceptions e where e.dietitian_id = d.id and e.on_date >= ?::date), '[]')
      ) order by d.position, d.name)
      from appointment_type_dietitians td join dietitians d on d.id = td.dietitian_id
      where td.appointment_type_id = t.id and d.active
    ), '[]') as dietitians
  from appointment_types t
  where t.active`

function toBookable(row: BookableRow): Bookable {
  return {
    type: {
      id: row.id,
      slug: row.slug,
      name: row.name,
      summary: row.summary,
      description: row.description,
      priceCents: row.price_cents,
      currency: row.currency,
      places: row.places,
      changeDeadlineMinutes: row.change_deadline_minutes,
      isListed: row.listed,
      offer: {
        minutes: row.minutes,
        bufferBefore: row.buffer_before_minutes,
        bufferAfter: row.buffer_after_minutes,
        step: row.step_minutes,
        minimumNotice: row.minimum_notice_minutes,
        windowDays: row.booking_window_days,
      },
    },
    dietitians: row.dietitians.map(({ zone, dailyLimit, weekly, exceptions, ...rest }) => ({
      ...rest,
      hours: { zone, dailyLimit, weekly, exceptions },
    })),
  }
}

/** The day before yesterday by any zone's calendar: no exception before it matters. */
const exceptionsFrom = (now: Instant): string => iso(now - 2 * DAY).slice(0, 10)

/** A type by its slug, listed or not; undefined when there is none or it is no longer offered. */
export async function findBookable(db: Knex, slug: string, now: Instant): Promise<Bookable | undefined> {
  const { rows } = await db.raw<{ rows: BookableRow[] }>(`${bookableSql} and t.slug = ?`, [
    exceptionsFrom(now),
    slug,
  ])
  return rows[0] && toBookable(rows[0])
}

export async function listBookable(db: Knex, listed: boolean, now: Instant): Promise<Bookable[]> {
  const sql = `${bookableSql} and t.listed = ? order by t.position, t.name limit 50`
  const { rows } = await db.raw<{ rows: BookableRow[] }>(sql, [exceptionsFrom(now), listed])
  return rows.map(toBookable)
}

type BusyRow = { dietitian_id: string; starts: number[]; ends: number[]; counted: (number | null)[] }

// One row a dietitian, in epoch milliseconds, as JSON: parsing 2,000 ranges as rows of text costs more than the query.
const busySql = `
  select dietitian_id,
    json_agg(round(date_part('epoch', lower(blocks)) * 1000)) as starts,
    json_agg(round(date_part('epoch', upper(blocks)) * 1000)) as ends,
    json_agg(round(date_part('epoch', counted_at) * 1000)) as counted
  from busy_ranges
  where dietitian_id = any(?) and blocks && tstzrange(?, ?)
    and (held_until is null or held_until > ?)
    and coalesce(appointment_id <> ?, true)
  group by dietitian_id`

/** The daily limit counts whole local days, of 25 hours at most; the longest type with its buffers takes less. */
const AROUND = 26 * HOUR

/**
 * What blocks these dietitians in a span and around it, so that all of its slots can be decided.
 * Holds that have run out do not count. `except` leaves one appointment out, when it is the one to be moved.
 */
export async function listBusy(
  db: Knex,
  dietitianIds: string[],
  span: { from: Instant; to: Instant },
  now: Instant,
  except: string | null = null,
): Promise<Map<string, Busy>> {
  const bindings = [dietitianIds, iso(span.from - AROUND), iso(span.to + AROUND), iso(now), except]
  const { rows } = await db.raw<{ rows: BusyRow[] }>(busySql, bindings)
  const busy = new Map<string, Busy>(dietitianIds.map((id) => [id, { ranges: [], starts: [] }]))
  for (const { dietitian_id, starts, ends, counted } of rows) {
    const ranges = starts.map((start, n) => ({ start, end: ends[n] as number }))
    busy.set(dietitian_id, { ranges, starts: counted.filter((start) => start !== null) })
  }
  return busy
}

/** The slots of a type in a span, as they are now. */
export async function listOpenings(
  db: Knex,
  bookable: Bookable,
  span: Span,
  now: Instant,
  except: string | null = null,
): Promise<Opening[]> {
  const ids = bookable.dietitians.map(({ id }) => id)
  return openings(bookable, await listBusy(db, ids, span, now, except), span, now)
}

/** The first slot that starts at or after an instant; undefined when nothing is free in the whole booking window. */
export async function findNextOpening(
  db: Knex,
  bookable: Bookable,
  from: Instant,
  now: Instant,
  except: string | null = null,
): Promise<Instant | undefined> {
  const span = { from, to: lastBookable(bookable, now) }
  if (span.to <= from) return undefined
  const ids = bookable.dietitians.map(({ id }) => id)
  return firstOpening(bookable, await listBusy(db, ids, span, now, except), from, now)?.start
}

/** The next opening of each of several types, with one look at who is busy. */
export async function listNextOpenings(
  db: Knex,
  bookables: Bookable[],
  now: Instant,
): Promise<Map<string, Instant>> {
  const ids = [...new Set(bookables.flatMap(({ dietitians }) => dietitians.map(({ id }) => id)))]
  const to = Math.max(now, ...bookables.map((bookable) => lastBookable(bookable, now)))
  const busy = await listBusy(db, ids, { from: now, to }, now)
  const found = new Map<string, Instant>()
  for (const bookable of bookables) {
    const next = firstOpening(bookable, busy, now, now)
    if (next) found.set(bookable.type.slug, next.start)
  }
  return found
}

/** Whether a start can be booked now and with whom: by the rules that show the slots, on what is busy now. */
export async function decideNow(
  db: Knex,
  bookable: Bookable,
  start: Instant,
  now: Instant,
  except: string | null = null,
): Promise<Decision> {
  const ids = bookable.dietitians.map(({ id }) => id)
  return decideSlot(bookable, await listBusy(db, ids, { from: start, to: start }, now, except), start, now)
}

/** What the page of times shows: one query when the strip has times, two when the next free one must be looked for. */
export async function findTimes(
  db: Knex,
  bookable: Bookable,
  request: Pick<TimesRequest, 'from' | 'zone'>,
  now: Instant,
  except: string | null = null,
): Promise<Pick<TimesInputs, 'openings' | 'next' | 'lastBookable'>> {
  const span = stripSpan(request.from, request.zone)
  const end = lastBookable(bookable, now)
  const openings = span.from < end ? await listOpenings(db, bookable, span, now, except) : []
  const from = span.to < end ? Math.max(span.to, now) : now
  const next = openings.length > 0 ? undefined : await findNextOpening(db, bookable, from, now, except)
  return { openings, next, lastBookable: end }
}
