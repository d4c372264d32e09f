import type { Knex } from 'knex'
import { DAY, type Instant, iso } from '../clock.ts'
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

type BusyRow = { dietitian_id: string; start: number; end: number; counted_at: number | null }

// Epoch milliseconds come out as they are needed: parsing 2,000 ranges as text costs more than the query.
const busySql = `
  select dietitian_id, (extract(epoch from lower(blocks)) * 1000)::float8 as start,
    (extract(epoch from upper(blocks)) * 1000)::float8 as "end",
    (extract(epoch from counted_at) * 1000)::float8 as counted_at
  from busy_ranges
  where dietitian_id = any(?) and blocks && tstzrange(?, ?)
    and (held_until is null or held_until > ?)
    and appointment_id is distinct from ?`

/**
 * What blocks these dietitians around a span, two days more on both sides (buffers, the daily limit's whole days).
 * Holds that have run out do not count. `except` leaves one appointment out, when it is the one to be moved.
 */
export async function listBusy(
  db: Knex,
  dietitianIds: string[],
  span: { from: Instant; to: Instant },
  now: Instant,
  except: string | null = null,
): Promise<Map<string, Busy>> {
  const bindings = [dietitianIds, iso(span.from - 2 * DAY), iso(span.to + 2 * DAY), iso(now), except]
  const { rows } = await db.raw<{ rows: BusyRow[] }>(busySql, bindings)
  const busy = new Map<string, Busy>(dietitianIds.map((id) => [id, { ranges: [], starts: [] }]))
  for (const row of rows) {
    const own = busy.get(row.dietitian_id)
    own?.ranges.push({ start: row.start, end: row.end })
    if (row.counted_at !== null) own?.starts.push(row.counted_at)
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
