import type { Knex } from 'knex'
import { type Ledger, recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import { isTaken } from '../../database/refusals.ts'
import { meanings, type Outcome, type State } from '../states.ts'
import type { Appointment } from '../store.ts'

const markSql = `
  with marked as (
    update appointments set state = ?, was_late = ? where id = ? and state = ? and was_late = ?
    returning id, starts_at, sequence)
  insert into appointment_changes (appointment_id, at, what, by_role, by_account_id, to_starts_at, sequence)
  select id, ?, ?, 'dietitian', ?, starts_at, sequence from marked
  returning id`

/** `appointment`: the dietitian's own, as it was shown to them. */
export type Mark = { appointment: Appointment; accountId: string; outcome: Outcome }

/** @returns 'taken' when a reopened appointment's time has been given to somebody else, 'changed' when it is no longer as shown */
export async function markOutcome(
  ledger: Ledger,
  { appointment, accountId, outcome }: Mark,
  now: Instant,
): Promise<'marked' | 'taken' | 'changed'> {
  const { id, clientId, state: from, wasLate: fromLate } = appointment
  const { state, wasLate, what } = meanings[outcome]
  try {
    return await ledger.db.transaction(async (trx) => {
      const bindings = [state, wasLate, id, from satisfies State, fromLate, iso(now), what, accountId]
      const { rows } = await trx.raw<{ rows: unknown[] }>(markSql, bindings)
      if (rows.length === 0) return 'changed'
      const entry = { accountId, action: 'appointment.marked', subjectId: id, clientId } as const
      await recordAct({ ...ledger, db: trx }, entry, now)
      return 'marked'
    })
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw error
  }
}

/** How often a client came: `kept` counts those who came late too; `cancelled` those in time and late. */
export type Attendance = {
  kept: number
  late: number
  noShows: number
  cancelled: number
  cancelledLate: number
}

/** The counts of one client, as a select list over `appointments a`. */
export const attendanceSql = `
  count(*) filter (where a.state = 'kept') as kept,
  count(*) filter (where a.state = 'kept' and a.was_late) as late,
  count(*) filter (where a.state = 'no_show') as "noShows",
  count(*) filter (where a.state = 'cancelled') as cancelled,
  count(*) filter (where a.state = 'cancelled' and a.was_late) as "cancelledLate"`

/** @returns the counts over all of a client's appointments, with whomever they were; asked by who may see the chart */
export async function countAttendance(db: Knex, clientId: string): Promise<Attendance> {
  const { rows } = await db.raw<{ rows: [Attendance] }>(
    `select ${attendanceSql} from appointments a where a.client_id = ?`,
    [clientId],
  )
  return rows[0]
}
