import type { Knex } from 'knex'
import type { AppointmentType, BookableDietitian } from '../availability/store.ts'
import { type Instant, iso, MINUTE } from '../clock.ts'
import type { PlaceName } from '../words.ts'
import type { State } from './states.ts'

export type Appointment = {
  id: string
  dietitianId: string
  dietitianName: string
  /** Their room for video calls; null when the practice sends a link by itself. */
  videoUrl: string | null
  typeId: string
  typeSlug: string
  typeName: string
  clientId: string | null
  state: State
  startsAt: Instant
  endsAt: Instant
  place: PlaceName | null
  zone: string
  sequence: number
  uid: string
  priceCents: number
  currency: string
  changeDeadlineMinutes: number
  bookedName: string | null
  bookedPhone: string
  reminders: boolean
  wasLate: boolean
  /** The bounds of what it blocks: buffers included. */
  blocksFrom: Instant
  blocksTo: Instant
  heldUntil: Instant | null
  holdExtended: boolean
  linkSealed: Buffer | null
  bookedAt: Instant | null
  cancelledAt: Instant | null
  bringsSealed: Buffer | null
  clientName: string | null
  clientEmail: string | null
  clientPhone: string | null
  /** It is sure that the client wants it: it shows their chart to its dietitian. */
  opensChart: boolean
}

type Row = {
  id: string
  dietitian_id: string
  dietitian_name: string
  video_url: string | null
  appointment_type_id: string
  type_slug: string
  type_name: string
  client_id: string | null
  state: State
  starts_at: number
  ends_at: number
  place: PlaceName | null
  zone: string
  sequence: number
  uid: string
  price_cents: number
  currency: string
  change_deadline_minutes: number
  booked_name: string | null
  booked_phone: string
  reminders: boolean
  was_late: boolean
  blocks_from: number
  blocks_to: number
  held_until: number | null
  hold_extended: boolean
  link_sealed: Buffer | null
  booked_at: number | null
  cancelled_at: number | null
  brings_sealed: Buffer | null
  client_name: string | null
  client_email: string | null
  client_phone: string | null
  opens_chart: boolean
}

const appointmentColumns = `
  a.id, a.dietitian_id, d.name as dietitian_name, d.video_url, a.appointment_type_id, t.slug as type_slug,
    a.type_name, a.client_id, a.state, a.starts_at, a.ends_at, a.place, a.zone, a.sequence, a.uid,
    a.price_cents, a.currency, a.change_deadline_minutes, a.booked_name, a.booked_phone, a.reminders,
    a.was_late, lower(a.blocks) as blocks_from, upper(a.blocks) as blocks_to, a.held_until, a.hold_extended, a.link_sealed,
    a.booked_at, a.cancelled_at, a.brings_sealed,
    c.name as client_name, c.email as client_email, c.phone as client_phone, a.opens_chart`

const fromAppointments = `
  from appointments a
  join dietitians d on d.id = a.dietitian_id
  join appointment_types t on t.id = a.appointment_type_id
  left join clients c on c.id = a.client_id`

const toAppointment = (row: Row): Appointment => ({
  id: row.id,
  dietitianId: row.dietitian_id,
  dietitianName: row.dietitian_name,
  videoUrl: row.video_url,
  typeId: row.appointment_type_id,
  typeSlug: row.type_slug,
  typeName: row.type_name,
  clientId: row.client_id,
  state: row.state,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  place: row.place,
  zone: row.zone,
  sequence: row.sequence,
  uid: row.uid,
  priceCents: row.price_cents,
  currency: row.currency,
  changeDeadlineMinutes: row.change_deadline_minutes,
  bookedName: row.booked_name,
  bookedPhone: row.booked_phone,
  reminders: row.reminders,
  wasLate: row.was_late,
  blocksFrom: row.blocks_from,
  blocksTo: row.blocks_to,
  heldUntil: row.held_until,
  holdExtended: row.hold_extended,
  linkSealed: row.link_sealed,
  bookedAt: row.booked_at,
  cancelledAt: row.cancelled_at,
  bringsSealed: row.brings_sealed,
  clientName: row.client_name,
  clientEmail: row.client_email,
  clientPhone: row.client_phone,
  opensChart: row.opens_chart,
})

async function findOne(db: Knex, where: string, bindings: Knex.Value[]): Promise<Appointment | undefined> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select ${appointmentColumns} ${fromAppointments} where ${where}`,
    bindings as Knex.RawBinding[],
  )
  return rows[0] && toAppointment(rows[0])
}

/** The row that a hold's secret stands for, whatever became of it. */
export const findByHold = (db: Knex, holdHash: Buffer) => findOne(db, 'a.hold_hash = ?', [holdHash])

/** The appointment that the link in a mail stands for. */
export const findByLink = (db: Knex, linkHash: Buffer) =>
  findOne(db, `a.link_hash = ? and a.state not in ('held', 'lapsed')`, [linkHash])

/** The bounds of what an appointment blocks, buffers included. */
export function blockedBy(start: Instant, { offer }: AppointmentType): { from: Instant; to: Instant } {
  const end = start + offer.minutes * MINUTE
  return { from: start - offer.bufferBefore * MINUTE, to: end + offer.bufferAfter * MINUTE }
}

/**
 * A daily limit, of the dietitian's or of the type's for them, can't be said by a constraint: who counts must be alone
 * with that dietitian until they commit. The count sees what others committed before the lock was given.
 */
export async function isDayFull(
  trx: Knex.Transaction,
  { dietitian, type }: { dietitian: BookableDietitian; type: AppointmentType },
  start: Instant,
  now: Instant,
  except: string | null,
) {
  const { id, hours } = dietitian
  const limits = [hours.dailyLimit, type.offer.dailyLimit ?? null]
  if (limits.every((limit) => limit === null)) return false
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [id])
  const { rows } = await trx.raw<{ rows: { count: number; of_type: number }[] }>(
    `select count(*) as count, count(*) filter (where appointment_type_id = ?) as of_type from appointments
     where dietitian_id = ? and (state in ('booked', 'kept') or (state = 'held' and held_until > ?))
       and id is distinct from ?
       and starts_at >= (date_trunc('day', ?::timestamptz at time zone ?) at time zone ?)
       and starts_at < ((date_trunc('day', ?::timestamptz at time zone ?) + interval '1 day') at time zone ?)`,
    [type.id, id, iso(now), except, iso(start), hours.zone, hours.zone, iso(start), hours.zone, hours.zone],
  )
  const { count, of_type } = rows[0] as { count: number; of_type: number }
  return [count, of_type].some((booked, n) => booked >= (limits[n] ?? Infinity))
}

/** Holds that ran out give way to whoever comes next. A row that is being booked right now is left alone. */
export const lapseExpiredSql = `
  update appointments set state = 'lapsed' where id in (
    select id from appointments
    where dietitian_id = ? and state = 'held' and held_until <= ? and blocks && tstzrange(?, ?)
    for update skip locked)`

export type OwnAppointment = Appointment & { isChartSeen: boolean }

/**
 * One appointment as its own dietitian sees it: of a client whose chart they may not see, what was typed with the booking
 * and no more. Undefined when it is somebody else's or still a hold.
 */
export async function findForDietitian(
  db: Knex,
  id: string,
  dietitianId: string,
): Promise<OwnAppointment | undefined> {
  const { rows } = await db.raw<{ rows: (Row & { is_seen: boolean })[] }>(
    `select ${appointmentColumns}, may_see_chart(a.dietitian_id, a.client_id) as is_seen ${fromAppointments}
     where a.id = ? and a.dietitian_id = ? and a.state not in ('held', 'lapsed')`,
    [id, dietitianId],
  )
  if (!rows[0]) return undefined
  const own = { ...toAppointment(rows[0]), isChartSeen: rows[0].is_seen }
  return own.isChartSeen ? own : { ...own, clientName: own.bookedName, clientPhone: null }
}
