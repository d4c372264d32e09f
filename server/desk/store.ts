import type { Knex } from 'knex'
import { placesKept } from '../availability/places.ts'
import type { AppointmentType, Bookable, BookableDietitian } from '../availability/store.ts'
import { IS_SEEN, seenBy } from '../clients/store.ts'
import { HOUR, type Instant, iso } from '../clock.ts'
import { NotFound } from '../web/errors.ts'
import type { PlaceName } from '../words.ts'
import { type Around, type Broken, brokenRules, isTakenAt } from './rules.ts'

export type Booker = {
  id: string
  name: string
  phone: string
  zone: string
  /** How they met last time with this dietitian; null when there was none. */
  lastSlug: string | null
  lastPlace: PlaceName | null
}

/** A client to book for. @returns undefined when there is none, or this dietitian may not see them */
export async function findBooker(
  db: Knex,
  { clientId, dietitianId }: { clientId: string; dietitianId: string },
): Promise<Booker | undefined> {
  const { rows } = await db.raw<{ rows: Booker[] }>(
    `select c.id, c.name, c.phone, c.zone, last.slug as "lastSlug", last.place as "lastPlace"
     from clients c
     left join lateral (
       select t.slug, a.place from appointments a join appointment_types t on t.id = a.appointment_type_id
       where a.client_id = c.id and a.dietitian_id = ? and a.state in ('booked', 'kept')
       order by a.starts_at desc limit 1) last on true
     where c.id = ? and may_see_chart(?, c.id)`,
    [dietitianId, clientId, dietitianId],
  )
  return rows[0]
}

/** Limits count whole local days; the longest type with its buffers takes less. */
const AROUND = 26 * HOUR

const aroundSql = `
  select coalesce(json_agg(json_build_object(
      'start', (extract(epoch from lower(blocks)) * 1000)::float8, 'end', (extract(epoch from upper(blocks)) * 1000)::float8)
    ), '[]') as ranges,
    coalesce(json_agg((extract(epoch from starts_at) * 1000)::float8), '[]') as starts,
    coalesce(json_agg((extract(epoch from starts_at) * 1000)::float8) filter (where appointment_type_id = ?), '[]') as "ofType",
    (select coalesce(json_agg(json_build_object(
        'start', (extract(epoch from o.starts_at) * 1000)::float8, 'end', (extract(epoch from o.ends_at) * 1000)::float8)
      ), '[]')
     from time_off o where o.dietitian_id = ? and tstzrange(o.starts_at, o.ends_at) && tstzrange(?, ?)) as "timeOff"
  from appointments
  where dietitian_id = ? and state in ('held', 'booked', 'kept') and blocks && tstzrange(?, ?)
    and (held_until is null or held_until > ?) and id is distinct from ?`

type Asked = { dietitianId: string; typeId: string; start: Instant; except: string | null }

async function findAround(
  db: Knex,
  { dietitianId, typeId, start, except }: Asked,
  now: Instant,
): Promise<Around> {
  const span = [iso(start - AROUND), iso(start + AROUND)]
  const { rows } = await db.raw<{ rows: [Around] }>(aroundSql, [
    typeId,
    dietitianId,
    ...span,
    dietitianId,
    ...span,
    iso(now),
    except,
  ] as Knex.RawBinding[])
  return rows[0]
}

type Wish = {
  /** With one dietitian. */
  bookable: Bookable
  start: Instant
  /** Null: wherever the type can be had. */
  place: PlaceName | null
  /** The appointment that is to be moved there. */
  except: string | null
}

export type Look = {
  own: BookableDietitian
  type: AppointmentType
  broken: Broken[]
  isTaken: boolean
  /** Where the hours of the dietitian allow it then; all that the type has, when they allow it nowhere. */
  places: PlaceName[]
}

/** What speaks against a start: the dietitian's own rules that it breaks, and whether somebody has it. */
export async function lookAt(
  db: Knex,
  { bookable, start, place, except }: Wish,
  now: Instant,
): Promise<Look> {
  const { type, dietitians } = bookable
  const [own] = dietitians
  if (!own) throw new NotFound()
  const around = await findAround(db, { dietitianId: own.id, typeId: type.id, start, except }, now)
  const broken = brokenRules({ hours: own.hours, type, around, place }, start, now)
  const places = placesKept(own.hours, type, start)
  return { own, type, broken, isTaken: isTakenAt(type, around, start), places }
}

/** The appointment that this client has with this dietitian at a start: what a second press of the button finds. */
export const findAt = (
  db: Knex,
  { dietitianId, clientId, start }: { dietitianId: string; clientId: string; start: Instant },
): Promise<{ id: string } | undefined> =>
  db('appointments')
    .where({ dietitian_id: dietitianId, client_id: clientId, state: 'booked', starts_at: iso(start) })
    .first<{ id: string } | undefined>('id')

export type Choice = { id: string; name: string; email: string }

const MOST_RECENT = 12

/** Who came to this dietitian lately, or comes soon, of those whose charts they may see. */
export async function listRecent(db: Knex, dietitianId: string): Promise<Choice[]> {
  const { rows } = await db.raw<{ rows: Choice[] }>(
    `select c.id, c.name, c.email from (
       select client_id, max(starts_at) as at from (
         select client_id, starts_at from appointments
         where dietitian_id = ? and client_id is not null and state not in ('held', 'lapsed')
         order by starts_at desc limit 80) latest
       group by client_id) met
     join clients c on c.id = met.client_id
     where c.archived_at is null and ${IS_SEEN}
     order by met.at desc, c.id limit ${MOST_RECENT}`,
    [dietitianId, ...seenBy(dietitianId)],
  )
  return rows
}
