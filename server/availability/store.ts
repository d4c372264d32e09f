import type { Knex } from 'knex'
import { DAY, type Instant, iso } from '../clock.ts'
import type { PlaceName } from '../words.ts'
import { listBusy } from './busy/store.ts'
import type { DateException, Hours, LaterPlan } from './hours.ts'
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
import type { Offer } from './slots.ts'

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
  plans: LaterPlan[]
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
  daily_limit: number | null
  change_deadline_minutes: number
  listed: boolean
  dietitians: DietitianJson[]
}

/** The hours of a dietitian d; of plans and exceptions only those that matter from a date on: the lists grow for years. */
const plansSql = `
  coalesce((
    select json_agg(json_build_object('startsOn', p.starts_on, 'weekly', coalesce((
      select json_agg(json_build_object(
        'weekday', w.weekday, 'from', w.from_minute, 'to', w.to_minute, 'places', w.places))
      from weekly_hours w where w.dietitian_id = p.dietitian_id and w.starts_on = p.starts_on), '[]')
    ) order by p.starts_on)
    from weekly_plans p where p.dietitian_id = d.id and p.starts_on >= (
      select max(q.starts_on) from weekly_plans q where q.dietitian_id = d.id and q.starts_on <= ?::date)), '[]')`
const exceptionsSql = `
  coalesce((
    select json_agg(json_build_object(
      'date', e.on_date, 'kind', e.kind, 'from', e.from_minute, 'to', e.to_minute, 'places', e.places))
    from date_exceptions e where e.dietitian_id = d.id and e.on_date >= ?::date), '[]')`

const typeColumns = `t.id, t.slug, t.name, t.summary, t.description, t.minutes, t.price_cents, t.currency, t.places,
    t.buffer_before_minutes, t.buffer_after_minutes, t.step_minutes, t.minimum_notice_minutes,
    t.booking_window_days, t.daily_limit, t.change_deadline_minutes, t.listed`
const dietitianJson = `json_build_object(
        'id', d.id, 'slug', d.slug, 'name', d.name, 'credentials', d.credentials, 'zone', d.zone,
        'dailyLimit', d.daily_limit, 'plans', ${plansSql}, 'exceptions', ${exceptionsSql})`

const bookableSql = `
  select ${typeColumns},
    coalesce((
      select json_agg(${dietitianJson} order by d.position, d.name)
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
        dailyLimit: row.daily_limit,
      },
    },
    dietitians: row.dietitians.map(({ zone, dailyLimit, plans, exceptions, ...rest }) => ({
      ...rest,
      hours: { zone, dailyLimit, exceptions, ...inForce(plans) },
    })),
  }
}

/** The first plan holds from before anything that matters. */
const inForce = ([first, ...later]: LaterPlan[]): Pick<Hours, 'weekly' | 'later'> => ({
  weekly: first?.weekly ?? [],
  later,
})

/** The day before yesterday by any zone's calendar: nothing of before matters. */
const mattersFrom = (now: Instant): string => iso(now - 2 * DAY).slice(0, 10)

type HoursRow = { zone: string; daily_limit: number | null; plans: LaterPlan[]; exceptions: DateException[] }

/** The hours of one dietitian from now on. */
export async function findHours(db: Knex, dietitianId: string, now: Instant): Promise<Hours> {
  const { rows } = await db.raw<{ rows: HoursRow[] }>(
    `select d.zone, d.daily_limit, ${plansSql} as plans, ${exceptionsSql} as exceptions
     from dietitians d where d.id = ?`,
    [mattersFrom(now), mattersFrom(now), dietitianId],
  )
  const [row] = rows
  if (!row) throw new Error('No such dietitian')
  return { zone: row.zone, dailyLimit: row.daily_limit, exceptions: row.exceptions, ...inForce(row.plans) }
}

/** A type by its slug, listed or not; undefined when there is none that clients can book (any more). */
export async function findBookable(db: Knex, slug: string, now: Instant): Promise<Bookable | undefined> {
  const { rows } = await db.raw<{ rows: BookableRow[] }>(
    `${bookableSql} and not t.practice_only and t.slug = ?`,
    [mattersFrom(now), mattersFrom(now), slug],
  )
  return rows[0] && toBookable(rows[0])
}

export async function listBookable(db: Knex, listed: boolean, now: Instant): Promise<Bookable[]> {
  const sql = `${bookableSql} and not t.practice_only and t.listed = ? order by t.position, t.name limit 50`
  const { rows } = await db.raw<{ rows: BookableRow[] }>(sql, [mattersFrom(now), mattersFrom(now), listed])
  return rows.map(toBookable)
}

/** All that a dietitian offers, listed or not: what the practice itself can book with them. */
export async function listOffered(db: Knex, dietitianId: string, now: Instant): Promise<Bookable[]> {
  const sql = `${bookableSql} and exists (
      select 1 from appointment_type_dietitians o where o.appointment_type_id = t.id and o.dietitian_id = ?)
    order by t.position, t.name limit 100`
  const { rows } = await db.raw<{ rows: BookableRow[] }>(sql, [
    mattersFrom(now),
    mattersFrom(now),
    dietitianId,
  ])
  return rows.map(toBookable).map((one) => withOnly(one, dietitianId))
}

const withOnly = ({ type, dietitians }: Bookable, dietitianId: string): Bookable => ({
  type,
  dietitians: dietitians.filter(({ id }) => id === dietitianId),
})

const bookedSql = `
  select ${typeColumns},
    coalesce((select json_agg(${dietitianJson}) from dietitians d where d.id = ? and d.active), '[]') as dietitians
  from appointment_types t where t.id = ?`

/** The type of an appointment and its dietitian, whether or not either would still be offered: it is booked. */
export async function findBooked(
  db: Knex,
  { typeId, dietitianId }: { typeId: string; dietitianId: string },
  now: Instant,
): Promise<Bookable> {
  const { rows } = await db.raw<{ rows: [BookableRow] }>(bookedSql, [
    mattersFrom(now),
    mattersFrom(now),
    dietitianId,
    typeId,
  ])
  return toBookable(rows[0])
}

/** The slots of a type in a span, as they are now. */
export async function listOpenings(
  db: Knex,
  bookable: Bookable,
  span: Span,
  now: Instant,
  except: string | null = null,
): Promise<Opening[]> {
  return openings(bookable, await listBusy(db, [bookable], span, now, except), span, now)
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
  return firstOpening(bookable, await listBusy(db, [bookable], span, now, except), from, now)?.start
}

/** The next opening of each of several types, with one look at who is busy. */
export async function listNextOpenings(
  db: Knex,
  bookables: Bookable[],
  now: Instant,
): Promise<Map<string, Instant>> {
  const to = Math.max(now, ...bookables.map((bookable) => lastBookable(bookable, now)))
  const busy = await listBusy(db, bookables, { from: now, to }, now)
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
  return decideSlot(
    bookable,
    await listBusy(db, [bookable], { from: start, to: start }, now, except),
    start,
    now,
  )
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
