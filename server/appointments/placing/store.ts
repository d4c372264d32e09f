import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { AppointmentType, BookableDietitian } from '../../availability/store.ts'
import { type Instant, iso, MINUTE } from '../../clock.ts'
import { isTaken } from '../../database/refusals.ts'
import { hashToken, makeToken } from '../../sealing/seal.ts'
import type { PlaceName } from '../../words.ts'
import { lockDietitian, type Needs, type Said, tell } from '../changes/store.ts'
import { blockedBy, isDayFull, lapseExpiredSql } from '../store.ts'

export type Placing = {
  type: AppointmentType
  dietitian: BookableDietitian
  clientId: string
  start: Instant
  place: PlaceName
  phone: string
  reminders: boolean
  accountId: string
  said: Said
  /** Past the dietitian's own rules, but never over another appointment. */
  isOutside: boolean
  /** Of the calendar entry: what stands behind the @. */
  host: string
}

// No hold goes before it: a secret that nobody has stands in the place of its own.
const placeSql = `
  with placed as (
    insert into appointments (id, dietitian_id, appointment_type_id, client_id, state, starts_at, ends_at, blocks, place,
      zone, uid, price_cents, currency, change_deadline_minutes, booked_name, booked_phone, reminders, hold_hash, link_hash,
      link_sealed, created_at, booked_at, opens_chart)
    select ?, ?, ?, c.id, 'booked', ?, ?, tstzrange(?, ?), ?, c.zone, ?, ?, ?, ?, c.name, ?, ?, ?, ?, ?, ?, ?, true
    from clients c where c.id = ? and may_see_chart(?, c.id)
    on conflict do nothing
    returning id, starts_at, sequence)
  insert into appointment_changes (appointment_id, at, what, by_role, by_account_id, to_starts_at, sequence)
  select id, ?, 'booked', 'dietitian', ?, starts_at, sequence from placed
  returning id`

/** The practice books for a client. @returns the new appointment's id, or 'taken' when somebody has the time */
export async function placeAppointment(
  needs: Needs,
  placing: Placing,
  now: Instant,
): Promise<{ id: string } | 'taken'> {
  const { type, dietitian, clientId, start, accountId, said } = placing
  const blocks = blockedBy(start, type)
  const id = randomUUID()
  try {
    return await needs.db.transaction(async (trx) => {
      await lockDietitian(trx, dietitian.id)
      if (!placing.isOutside && (await isDayFull(trx, placing, start, now, null))) return 'taken'
      await trx.raw(lapseExpiredSql, [dietitian.id, iso(now), iso(blocks.from), iso(blocks.to)])
      const bindings = [...bindingsOf(needs, id, placing, now), clientId, dietitian.id, iso(now), accountId]
      const { rows } = await trx.raw<{ rows: { id: number }[] }>(placeSql, bindings as Knex.RawBinding[])
      const changeId = rows[0]?.id
      if (changeId === undefined) return 'taken'
      const by = { role: 'dietitian', accountId } as const
      const of = { changeId, appointmentId: id, clientId }
      await tell(trx, needs, { event: 'appointment.booked', ...of, by, said }, now)
      return { id }
    })
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw error
  }
}

function bindingsOf({ sealer }: Needs, id: string, placing: Placing, now: Instant) {
  const { type, dietitian, start, place, phone, reminders, host } = placing
  const blocks = blockedBy(start, type)
  const link = makeToken()
  return [
    id,
    dietitian.id,
    type.id,
    iso(start),
    iso(start + type.offer.minutes * MINUTE),
    iso(blocks.from),
    iso(blocks.to),
    place,
    `${id}@${host}`,
    type.priceCents,
    type.currency,
    type.changeDeadlineMinutes,
    phone,
    reminders,
    hashToken(makeToken()),
    hashToken(link),
    sealer.seal({ table: 'appointments', column: 'link_sealed', row: id }, link),
    iso(now),
    iso(now),
  ]
}
