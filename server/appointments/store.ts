import type { Knex } from 'knex'
import type { AppointmentType, BookableDietitian } from '../availability/store.ts'
import { type Instant, iso, MINUTE } from '../clock.ts'
import { isTaken } from '../database/refusals.ts'
import type { Jobs } from '../jobs/worker.ts'
import type { PlaceName } from '../words.ts'
import type { Outcome, State } from './states.ts'

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
  heldUntil: Instant | null
  holdExtended: boolean
  linkSealed: Buffer | null
  bookedAt: Instant | null
  bringsSealed: Buffer | null
  clientName: string | null
  clientEmail: string | null
  clientPhone: string | null
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
  held_until: number | null
  hold_extended: boolean
  link_sealed: Buffer | null
  booked_at: number | null
  brings_sealed: Buffer | null
  client_name: string | null
  client_email: string | null
  client_phone: string | null
}

const selectAppointment = `
  select a.id, a.dietitian_id, d.name as dietitian_name, d.video_url, a.appointment_type_id, t.slug as type_slug,
    t.name as type_name, a.client_id, a.state, a.starts_at, a.ends_at, a.place, a.zone, a.sequence, a.uid,
    a.price_cents, a.currency, a.change_deadline_minutes, a.booked_name, a.booked_phone, a.reminders,
    a.held_until, a.hold_extended, a.link_sealed, a.booked_at, a.brings_sealed,
    c.name as client_name, c.email as client_email, c.phone as client_phone
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
  heldUntil: row.held_until,
  holdExtended: row.hold_extended,
  linkSealed: row.link_sealed,
  bookedAt: row.booked_at,
  bringsSealed: row.brings_sealed,
  clientName: row.client_name,
  clientEmail: row.client_email,
  clientPhone: row.client_phone,
})

async function findOne(db: Knex, where: string, bindings: Knex.Value[]): Promise<Appointment | undefined> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `${selectAppointment} where ${where}`,
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
 * A daily limit can't be said by a constraint: who counts must be alone with that dietitian until they commit.
 * The count sees what others committed before the lock was given.
 */
export async function isDayFull(
  trx: Knex.Transaction,
  dietitian: BookableDietitian,
  start: Instant,
  now: Instant,
  except: string | null,
) {
  const { id, hours } = dietitian
  if (hours.dailyLimit === null) return false
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [id])
  const { rows } = await trx.raw<{ rows: { count: number }[] }>(
    `select count(*) as count from appointments
     where dietitian_id = ? and (state in ('booked', 'kept') or (state = 'held' and held_until > ?))
       and id is distinct from ?
       and starts_at >= (date_trunc('day', ?::timestamptz at time zone ?) at time zone ?)
       and starts_at < ((date_trunc('day', ?::timestamptz at time zone ?) + interval '1 day') at time zone ?)`,
    [id, iso(now), except, iso(start), hours.zone, hours.zone, iso(start), hours.zone, hours.zone],
  )
  return (rows[0] as { count: number }).count >= hours.dailyLimit
}

/** Holds that ran out give way to whoever comes next. A row that is being booked right now is left alone. */
export const lapseExpiredSql = `
  update appointments set state = 'lapsed' where id in (
    select id from appointments
    where dietitian_id = ? and state = 'held' and held_until <= ? and blocks && tstzrange(?, ?)
    for update skip locked)`

export type By = { role: 'client' | 'dietitian'; accountId: string | null }

const moveSql = `
  with was as (select id, starts_at from appointments where id = ? and state = 'booked' and sequence = ? for update),
  moved as (
    update appointments a set starts_at = ?, ends_at = ?, blocks = tstzrange(?, ?), zone = ?, sequence = a.sequence + 1
    from was where a.id = was.id
    returning a.id, was.starts_at as from_starts_at, a.starts_at, a.sequence)
  insert into appointment_changes (appointment_id, at, what, by_role, by_account_id, from_starts_at, to_starts_at, sequence)
  select id, ?, 'moved', ?, ?, from_starts_at, starts_at, sequence from moved
  returning id`

export type Move = {
  appointment: Appointment
  type: AppointmentType
  dietitian: BookableDietitian
  start: Instant
  zone: string
  by: By
}

/**
 * Moves an appointment to another start of the same dietitian and type.
 * Moves wait for each other (two updates into each other's time would deadlock for a second); bookings don't.
 * @returns 'taken' when somebody else has the time, 'changed' when the appointment is no longer as it was shown
 */
export async function moveAppointment(
  db: Knex,
  jobs: Jobs,
  move: Move,
  now: Instant,
): Promise<'moved' | 'taken' | 'changed'> {
  const { appointment, type, dietitian, start, by } = move
  const blocks = blockedBy(start, type)
  try {
    return await db.transaction(async (trx) => {
      await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [dietitian.id])
      if (await isDayFull(trx, dietitian, start, now, appointment.id)) return 'taken'
      await trx.raw(lapseExpiredSql, [dietitian.id, iso(now), iso(blocks.from), iso(blocks.to)])
      const times = [iso(start), iso(start + type.offer.minutes * MINUTE), iso(blocks.from), iso(blocks.to)]
      const { rows } = await trx.raw<{ rows: { id: number }[] }>(moveSql, [
        appointment.id,
        appointment.sequence,
        ...times,
        move.zone,
        iso(now),
        by.role,
        by.accountId,
      ] as Knex.RawBinding[])
      const [change] = rows
      if (!change) return 'changed'
      await jobs.publish(trx, 'appointment.moved', { changeId: change.id })
      return 'moved'
    })
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw error
  }
}

const cancelSql = `
  with cancelled as (
    update appointments set state = 'cancelled', cancelled_at = ?, sequence = sequence + 1
    where id = ? and state = 'booked' and dietitian_id = coalesce(?, dietitian_id)
    returning id, starts_at, sequence)
  insert into appointment_changes (appointment_id, at, what, by_role, by_account_id, from_starts_at, to_starts_at, sequence)
  select id, ?, 'cancelled', ?, ?, starts_at, starts_at, sequence from cancelled
  returning id`

/**
 * Cancels a booked appointment and frees its time.
 * @param dietitianId whose it must be, when a dietitian cancels
 * @returns false when it was not there to be cancelled (any more)
 */
export async function cancelAppointment(
  db: Knex,
  jobs: Jobs,
  cancellation: { id: string; by: By; dietitianId: string | null },
  now: Instant,
): Promise<boolean> {
  const { id, by, dietitianId } = cancellation
  return await db.transaction(async (trx) => {
    const bindings = [iso(now), id, dietitianId, iso(now), by.role, by.accountId] as Knex.RawBinding[]
    const { rows } = await trx.raw<{ rows: { id: number }[] }>(cancelSql, bindings)
    const [change] = rows
    if (!change) return false
    await jobs.publish(trx, 'appointment.cancelled', { changeId: change.id })
    return true
  })
}

const markSql = `
  with marked as (
    update appointments set state = ? where id = ? and dietitian_id = ? and state = ?
    returning id, starts_at, sequence)
  insert into appointment_changes (appointment_id, at, what, by_role, by_account_id, to_starts_at, sequence)
  select id, ?, ?, 'dietitian', ?, starts_at, sequence from marked
  returning id`

export type Mark = { id: string; dietitianId: string; accountId: string; from: State; outcome: Outcome }

/** @returns 'taken' when a reopened appointment's time has been given to somebody else, 'changed' when it is no longer as shown */
export async function markOutcome(
  db: Knex,
  mark: Mark,
  now: Instant,
): Promise<'marked' | 'taken' | 'changed'> {
  const { id, dietitianId, accountId, from, outcome } = mark
  const what = outcome === 'booked' ? 'reopened' : outcome
  try {
    const bindings = [outcome, id, dietitianId, from, iso(now), what, accountId]
    const { rows } = await db.raw<{ rows: unknown[] }>(markSql, bindings)
    return rows.length === 1 ? 'marked' : 'changed'
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw error
  }
}

/** One appointment as its own dietitian sees it; undefined when it is somebody else's or still a hold. */
export const findForDietitian = (db: Knex, id: string, dietitianId: string) =>
  findOne(db, `a.id = ? and a.dietitian_id = ? and a.state not in ('held', 'lapsed')`, [id, dietitianId])

export type HistoryEntry = {
  at: Instant
  what: string
  byRole: string
  fromStartsAt: Instant | null
  toStartsAt: Instant
}

export async function listHistory(db: Knex, appointmentId: string): Promise<HistoryEntry[]> {
  const rows = await db('appointment_changes')
    .where({ appointment_id: appointmentId })
    .orderBy('id')
    .limit(100)
    .select<
      { at: number; what: string; by_role: string; from_starts_at: number | null; to_starts_at: number }[]
    >('at', 'what', 'by_role', 'from_starts_at', 'to_starts_at')
  return rows.map((row) => ({
    at: row.at,
    what: row.what,
    byRole: row.by_role,
    fromStartsAt: row.from_starts_at,
    toStartsAt: row.to_starts_at,
  }))
}
