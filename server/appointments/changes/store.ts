import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import type { AppointmentType, BookableDietitian } from '../../availability/store.ts'
import { type Instant, iso, MINUTE } from '../../clock.ts'
import { isTaken } from '../../database/refusals.ts'
import type { Deps } from '../../deps.ts'
import type { Events } from '../../jobs/events.ts'
import { RESTORE_MINUTES } from '../states.ts'
import { type Appointment, isDayFull, lapseExpiredSql } from '../store.ts'

export type By = { role: 'client' | 'dietitian'; accountId: string | null }

/** What the practice says with a change: why it is outside the rules, and to the client. Empty: nothing. */
export type Said = { reason: string; message: string }

export const NOTHING_SAID: Said = { reason: '', message: '' }

export type Needs = Pick<Deps, 'db' | 'jobs' | 'sealer'>

export const wordsPlace = (column: 'reason_sealed' | 'message_sealed', changeId: number) => ({
  table: 'appointment_changes',
  column,
  row: String(changeId),
})

type ChangeEvent = Extract<keyof Events, `appointment.${string}`>

export type Happened = {
  event: ChangeEvent
  changeId: number
  appointmentId: string
  clientId: string | null
  by: By
  said: Said
}

/** The words that go with a change, who listens to it, and that it is noted: the end of its transaction. */
export async function tell(
  trx: Knex.Transaction,
  { jobs, sealer }: Needs,
  { event, changeId, appointmentId, clientId, by, said }: Happened,
  now: Instant,
): Promise<void> {
  const sealed = (column: 'reason_sealed' | 'message_sealed', text: string) =>
    text === '' ? null : sealer.seal(wordsPlace(column, changeId), text)
  if (said.reason !== '' || said.message !== '')
    await trx('appointment_changes')
      .where({ id: changeId })
      .update({
        reason_sealed: sealed('reason_sealed', said.reason),
        message_sealed: sealed('message_sealed', said.message),
      })
  await jobs.publish(trx, event, { changeId })
  const { role, accountId } = by
  if (role === 'dietitian' && accountId !== null)
    await recordAct(
      { db: trx, sealer },
      { accountId, action: event, subjectId: appointmentId, clientId },
      now,
    )
}

/** Changes of one dietitian wait for each other: two into each other's time would deadlock for a second. */
export const lockDietitian = (trx: Knex.Transaction, dietitianId: string) =>
  trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [dietitianId])

const changeColumns =
  'appointment_id, at, what, by_role, by_account_id, from_starts_at, to_starts_at, sequence'

const moveSql = `
  with was as (select id, starts_at from appointments where id = ? and state = 'booked' and sequence = ? for update),
  moved as (
    update appointments a set starts_at = ?, ends_at = ?, blocks = tstzrange(?, ?), zone = ?, sequence = a.sequence + 1
    from was where a.id = was.id
    returning a.id, was.starts_at as from_starts_at, a.starts_at, a.sequence)
  insert into appointment_changes (${changeColumns})
  select id, ?, 'moved', ?, ?, from_starts_at, starts_at, sequence from moved
  returning id`

export type Move = {
  /** As it was shown: one that has changed since is not moved. */
  appointment: Appointment
  type: AppointmentType
  dietitian: BookableDietitian
  start: Instant
  zone: string
  by: By
  said: Said
  /** By the practice, past its own daily limit. */
  isOutside: boolean
}

/** Where an appointment ends and what it blocks when it starts then: its own length and buffers go along. */
export function movedTo({ startsAt, endsAt, blocksFrom, blocksTo }: Appointment, start: Instant) {
  const by = start - startsAt
  return { end: endsAt + by, from: blocksFrom + by, to: blocksTo + by }
}

/**
 * Moves an appointment to another start of the same dietitian and type.
 * @returns 'taken' when somebody else has the time, 'changed' when the appointment is no longer as it was shown
 */
export async function moveAppointment(
  needs: Needs,
  move: Move,
  now: Instant,
): Promise<'moved' | 'taken' | 'changed'> {
  const { appointment, dietitian, start, by, said } = move
  const { end, from, to } = movedTo(appointment, start)
  const { id: appointmentId, clientId, sequence } = appointment
  try {
    return await needs.db.transaction(async (trx) => {
      await lockDietitian(trx, dietitian.id)
      if (!move.isOutside && (await isDayFull(trx, move, start, now, appointmentId))) return 'taken'
      await trx.raw(lapseExpiredSql, [dietitian.id, iso(now), iso(from), iso(to)])
      const times = [start, end, from, to].map(iso)
      const { rows } = await trx.raw<{ rows: { id: number }[] }>(moveSql, [
        appointmentId,
        sequence,
        ...times,
        move.zone,
        iso(now),
        by.role,
        by.accountId,
      ] as Knex.RawBinding[])
      const changeId = rows[0]?.id
      if (changeId === undefined) return 'changed'
      await tell(trx, needs, { event: 'appointment.moved', changeId, appointmentId, clientId, by, said }, now)
      return 'moved'
    })
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw error
  }
}

const cancelSql = `
  with cancelled as (
    update appointments set state = 'cancelled', cancelled_at = ?, was_late = ?, sequence = sequence + 1
    where id = ? and state = 'booked' and sequence = ? and dietitian_id = coalesce(?, dietitian_id)
    returning id, client_id, starts_at, sequence)
  insert into appointment_changes (${changeColumns})
  select id, ?, 'cancelled', ?, ?, starts_at, starts_at, sequence from cancelled
  returning id, (select client_id from cancelled)`

export type Cancellation = {
  id: string
  /** As it was shown: one that was moved since is not cancelled. */
  sequence: number
  by: By
  /** Whose it must be, when a dietitian cancels. */
  dietitianId: string | null
  /** Later than was promised, and it counts so. */
  isLate: boolean
  said: Said
}

/**
 * Cancels a booked appointment and frees its time.
 * @returns false when it is no longer as it was shown, or cancelled already
 */
export async function cancelAppointment(
  needs: Needs,
  { id, sequence, by, dietitianId, isLate, said }: Cancellation,
  now: Instant,
): Promise<boolean> {
  return await needs.db.transaction(async (trx) => {
    const bindings = [iso(now), isLate, id, sequence, dietitianId, iso(now), by.role, by.accountId]
    const { rows } = await trx.raw<{ rows: { id: number; client_id: string }[] }>(
      cancelSql,
      bindings as Knex.RawBinding[],
    )
    const [change] = rows
    if (!change) return false
    const of = { changeId: change.id, appointmentId: id, clientId: change.client_id }
    await tell(trx, needs, { event: 'appointment.cancelled', ...of, by, said }, now)
    return true
  })
}

const restoreSql = `
  with restored as (
    update appointments set state = 'booked', cancelled_at = null, was_late = false, sequence = sequence + 1
    where id = ? and state = 'cancelled' and cancelled_at > ? and starts_at > ?
    returning id, starts_at, sequence)
  insert into appointment_changes (${changeColumns})
  select id, ?, 'restored', 'dietitian', ?, starts_at, starts_at, sequence from restored
  returning id`

/**
 * Undoes a cancellation, for ten minutes, while its time is free.
 * @param appointment of the dietitian whose account it is
 * @returns 'taken' when somebody has the time by now, 'changed' when it is too late or was done already
 */
export async function restoreAppointment(
  needs: Needs,
  { appointment, accountId }: { appointment: Appointment; accountId: string },
  now: Instant,
): Promise<'restored' | 'taken' | 'changed'> {
  const { id: appointmentId, dietitianId, clientId, blocksFrom, blocksTo } = appointment
  const by: By = { role: 'dietitian', accountId }
  try {
    return await needs.db.transaction(async (trx) => {
      await lockDietitian(trx, dietitianId)
      await trx.raw(lapseExpiredSql, [dietitianId, iso(now), iso(blocksFrom), iso(blocksTo)])
      const since = iso(now - RESTORE_MINUTES * MINUTE)
      const { rows } = await trx.raw<{ rows: { id: number }[] }>(restoreSql, [
        appointmentId,
        since,
        iso(now),
        iso(now),
        accountId,
      ])
      const changeId = rows[0]?.id
      if (changeId === undefined) return 'changed'
      const happened = { event: 'appointment.restored', changeId, appointmentId, clientId, by } as const
      await tell(trx, needs, { ...happened, said: NOTHING_SAID }, now)
      return 'restored'
    })
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw error
  }
}

export type HistoryEntry = {
  id: number
  at: Instant
  what: string
  byRole: string
  fromStartsAt: Instant | null
  toStartsAt: Instant
  reasonSealed: Buffer | null
  messageSealed: Buffer | null
}

export async function listHistory(db: Knex, appointmentId: string): Promise<HistoryEntry[]> {
  const { rows } = await db.raw<{ rows: HistoryEntry[] }>(
    `select id, at, what, by_role as "byRole", from_starts_at as "fromStartsAt", to_starts_at as "toStartsAt",
       reason_sealed as "reasonSealed", message_sealed as "messageSealed"
     from appointment_changes where appointment_id = ? order by id limit 100`,
    [appointmentId],
  )
  return rows
}
