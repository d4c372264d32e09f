import type { Knex } from 'knex'
import { blockedBy, isDayFull, lapseExpiredSql } from '../appointments/store.ts'
import type { AppointmentType, BookableDietitian } from '../availability/store.ts'
import { findOrInsertClient } from '../clients/store.ts'
import { DAY, type Instant, iso, MINUTE } from '../clock.ts'
import { isTaken } from '../database/refusals.ts'
import type { Jobs } from '../jobs/worker.ts'
import type { PlaceName } from '../words.ts'

export const HOLD_MINUTES = 10

export type NewHold = {
  type: AppointmentType
  dietitian: BookableDietitian
  start: Instant
  zone: string
  holdHash: Buffer
  uid: string
  /** Set when a known client books from their own appointment's page. */
  clientId: string | null
  /** The appointment whose page they come from is surely theirs, and so is what they book from there. */
  opensChart: boolean
  /** The hold that this one takes the place of: given back when this one is sure, and not before. */
  insteadOf: string | null
}

// "on conflict do nothing" makes a loser answer at once: a plain insert deadlocks for a second with many rivals.
const insertHoldSql = `
  insert into appointments (dietitian_id, appointment_type_id, client_id, state, starts_at, ends_at, blocks, zone, uid,
    price_cents, currency, change_deadline_minutes, hold_hash, held_until, created_at, opens_chart)
  values (?, ?, ?, 'held', ?, ?, tstzrange(?, ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict do nothing
  returning id`

/** Undoes the whole transaction: an earlier hold that was to be given back is still there. */
class Taken extends Error {}

/** Keeps a slot for ten minutes. @returns the hold's id, or 'taken' when somebody else was first */
export async function insertHold(db: Knex, hold: NewHold, now: Instant): Promise<{ id: string } | 'taken'> {
  const { type, dietitian, start, insteadOf } = hold
  const blocks = blockedBy(start, type)
  try {
    return await db.transaction(async (trx) => {
      // Two who want each other's times would wait for each other.
      if (insteadOf) await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [dietitian.id])
      if (await isDayFull(trx, hold, start, now, insteadOf)) return 'taken'
      if (insteadOf) await giveBack(trx, insteadOf)
      await trx.raw(lapseExpiredSql, [dietitian.id, iso(now), iso(blocks.from), iso(blocks.to)])
      const { rows } = await trx.raw<{ rows: { id: string }[] }>(insertHoldSql, [
        dietitian.id,
        type.id,
        hold.clientId,
        iso(start),
        iso(start + type.offer.minutes * MINUTE),
        iso(blocks.from),
        iso(blocks.to),
        hold.zone,
        hold.uid,
        type.priceCents,
        type.currency,
        type.changeDeadlineMinutes,
        hold.holdHash,
        iso(now + HOLD_MINUTES * MINUTE),
        iso(now),
        hold.opensChart,
      ] as Knex.RawBinding[])
      if (!rows[0]) throw new Taken()
      return rows[0]
    })
  } catch (error) {
    if (error instanceof Taken || isTaken(error)) return 'taken'
    throw error
  }
}

const renewHoldSql = `
  update appointments set state = 'held', starts_at = ?, ends_at = ?, blocks = tstzrange(?, ?), held_until = ?
  where id = ? and state in ('held', 'lapsed')
  returning id`

export type Renewal = { id: string; type: AppointmentType; dietitian: BookableDietitian; start: Instant }

/**
 * Keeps a time, the old one or another, in the row of a hold that ended: its secret still leads to what becomes of it,
 * so that a second press of the button finds the appointment.
 * @returns 'taken' when somebody else has the time, or the hold is an appointment by now
 */
export async function renewHold(db: Knex, renewal: Renewal, now: Instant): Promise<{ id: string } | 'taken'> {
  const { id, type, dietitian, start } = renewal
  const blocks = blockedBy(start, type)
  try {
    return await db.transaction(async (trx) => {
      await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [dietitian.id])
      if (await isDayFull(trx, renewal, start, now, id)) return 'taken'
      await trx.raw(lapseExpiredSql, [dietitian.id, iso(now), iso(blocks.from), iso(blocks.to)])
      const { rows } = await trx.raw<{ rows: { id: string }[] }>(renewHoldSql, [
        iso(start),
        iso(start + type.offer.minutes * MINUTE),
        iso(blocks.from),
        iso(blocks.to),
        iso(now + HOLD_MINUTES * MINUTE),
        id,
      ])
      return rows[0] ?? 'taken'
    })
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw error
  }
}

/** Ten minutes more from now on, once. @returns whether it was extended */
export async function extendHold(db: Knex, holdHash: Buffer, now: Instant): Promise<boolean> {
  const count = await db('appointments')
    .where({ hold_hash: holdHash, state: 'held', hold_extended: false })
    .where('held_until', '>', iso(now))
    .update({ held_until: iso(now + HOLD_MINUTES * MINUTE), hold_extended: true })
  return count === 1
}

/** Gives a held slot back. */
export async function giveBack(db: Knex, id: string): Promise<void> {
  await db('appointments').where({ id, state: 'held' }).update({ state: 'lapsed' })
}

/** Deletes holds that ended a day ago without a booking; nothing depends on it, it only tidies. */
export async function deleteOldHolds(db: Knex, now: Instant): Promise<number> {
  return await db('appointments')
    .whereIn('state', ['held', 'lapsed'])
    .where('held_until', '<', iso(now - DAY))
    .delete()
}

export type Booking = {
  id: string
  name: string
  /** Undefined when a known client books: the hold names them already. */
  email: string | undefined
  phone: string
  place: PlaceName
  reminders: boolean
  zone: string
  bringsSealed: Buffer | null
  linkHash: Buffer
  linkSealed: Buffer
}

/** Undoes the whole transaction, the client included. */
class HoldGone extends Error {}

const bookSql = `
  with booked as (
    update appointments set state = 'booked', client_id = coalesce(client_id, ?), opens_chart = opens_chart or ?, place = ?, booked_name = ?,
      booked_phone = ?, reminders = ?, brings_sealed = ?, link_hash = ?, link_sealed = ?, held_until = null, booked_at = ?
    where id = ? and state = 'held'
    returning id, starts_at, sequence)
  insert into appointment_changes (appointment_id, at, what, by_role, to_starts_at, sequence)
  select id, ?, 'booked', 'client', starts_at, sequence from booked
  returning id`

/**
 * Turns a hold into an appointment: client, history and the mails that tell of it in one transaction. Under the address
 * of a client who is known it does not open their chart: whoever typed it may be anybody.
 * @returns 'taken' when the hold is gone; it may have run out and given way
 */
export async function bookHeld(
  db: Knex,
  jobs: Jobs,
  booking: Booking,
  now: Instant,
): Promise<'booked' | 'taken'> {
  const { id, email, name, phone, zone } = booking
  return await db
    .transaction(async (trx) => {
      const client =
        email === undefined ? undefined : await findOrInsertClient(trx, { email, name, phone, zone }, now)
      const { rows } = await trx.raw<{ rows: { id: number }[] }>(bookSql, [
        client?.id ?? null,
        client?.isNew ?? false,
        booking.place,
        name,
        phone,
        booking.reminders,
        booking.bringsSealed,
        booking.linkHash,
        booking.linkSealed,
        iso(now),
        id,
        iso(now),
      ] as Knex.RawBinding[])
      const [change] = rows
      if (!change) throw new HoldGone()
      await jobs.publish(trx, 'appointment.booked', { changeId: change.id })
      return 'booked' as const
    })
    .catch((error) => {
      if (error instanceof HoldGone) return 'taken' as const
      throw error
    })
}
