import type { Knex } from 'knex'
import { type Instant, iso } from '../../clock.ts'

/** What happened to an appointment, and the time that it brought. */
export type Change = {
  appointmentId: string
  clientId: string
  what: 'booked' | 'moved' | 'cancelled' | 'restored'
  at: Instant
  sequence: number
  startsAt: Instant
  hasForms: boolean
}

export async function findChange(db: Knex, id: number): Promise<Change | undefined> {
  const { rows } = await db.raw<{ rows: Change[] }>(
    `select a.id as "appointmentId", a.client_id as "clientId", h.what, h.at, h.sequence, h.to_starts_at as "startsAt",
       exists (select 1 from appointment_type_forms t where t.appointment_type_id = a.appointment_type_id) as "hasForms"
     from appointment_changes h join appointments a on a.id = h.appointment_id
     where h.id = ? and h.what in ('booked', 'moved', 'cancelled', 'restored')`,
    [id],
  )
  return rows[0]
}

const open = 'r.response_id is null and r.withdrawn_at is null'

const followSql = `
  with soonest as (
    select distinct on (r.id) r.id, a.id as appointment_id, a.starts_at
    from form_requests r
    join appointments a on a.client_id = r.client_id and a.state = 'booked' and (
      a.id = r.appointment_id or (a.starts_at > ? and exists (
        select 1 from appointment_type_forms t
        where t.appointment_type_id = a.appointment_type_id and t.form_id = r.form_id
      ) and not exists (
        select 1 from form_requests x where x.appointment_id = a.id and x.form_id = r.form_id)))
    where r.client_id = ? and r.appointment_id is not null and ${open}
    order by r.id, a.starts_at <= ?, a.starts_at, a.id)
  update form_requests r set appointment_id = s.appointment_id, due_at = s.starts_at
  from soonest s where s.id = r.id and (r.appointment_id, r.due_at) is distinct from (s.appointment_id, s.starts_at)`

const leaveSql = `
  update form_requests r set withdrawn_at = ? from appointments a
  where a.id = r.appointment_id and a.state = 'cancelled' and r.client_id = ? and ${open}`

/**
 * Lets what a client is still asked for follow their appointments: each open request goes with the next booked
 * appointment that asks for its form; one whose appointment was cancelled and that no other asks for is withdrawn.
 */
export async function followAppointments(trx: Knex, clientId: string, now: Instant): Promise<void> {
  await trx.raw(followSql, [iso(now), clientId, iso(now)])
  await trx.raw(leaveSql, [iso(now), clientId])
}

const askSql = `
  insert into form_requests (client_id, form_id, appointment_id, due_at, asked_at)
  select a.client_id, t.form_id, a.id, a.starts_at, ?
  from appointments a
  join appointment_type_forms t on t.appointment_type_id = a.appointment_type_id
  join forms f on f.id = t.form_id and f.archived_at is null
  where a.id = ? and a.state = 'booked' and a.starts_at > ?
    and exists (select 1 from current_form_versions v where v.form_id = f.id)
    and not exists (
      select 1 from form_requests r where r.client_id = a.client_id and r.form_id = t.form_id and ${open})
    and not exists (
      select 1 from responses s where s.client_id = a.client_id and s.form_id = t.form_id and s.sent_at is not null
        and (t.again_after_days is null
          or s.amends_id is null and s.sent_at > a.starts_at - t.again_after_days * interval '24 hours'))
  on conflict (appointment_id, form_id) do nothing
  returning id`

/**
 * Asks for the forms of an appointment's type, each once: not one that is asked already, nor one that the client sent
 * lately enough before it. @returns the new requests
 */
export async function askForAppointment(trx: Knex, appointmentId: string, now: Instant): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(askSql, [iso(now), appointmentId, iso(now)])
  return rows.map(({ id }) => id)
}

const againSql = `
  update form_requests r set withdrawn_at = null
  where r.appointment_id = ? and r.response_id is null
    and r.withdrawn_at >= (
      select max(h.at) from appointment_changes h where h.appointment_id = r.appointment_id and h.what = 'cancelled')
    and exists (select 1 from appointments a where a.id = r.appointment_id and a.state = 'booked')
    and not exists (
      select 1 from form_requests x where x.client_id = r.client_id and x.form_id = r.form_id
        and x.response_id is null and x.withdrawn_at is null)`

/** What the cancellation of an appointment took back is asked again, now that it is on again. */
export async function askAgain(trx: Knex, { appointmentId }: Change): Promise<void> {
  await trx.raw(againSql, [appointmentId])
}

/** An appointment as it stands, for its reminders; `isReminded`: the client wants to be. */
export type Standing = {
  clientId: string
  isBooked: boolean
  sequence: number
  startsAt: Instant
  /** The client's, in which it was booked. */
  zone: string
  isReminded: boolean
}

export async function findStanding(db: Knex, id: string): Promise<Standing | undefined> {
  const { rows } = await db.raw<{ rows: Standing[] }>(
    `select client_id as "clientId", state = 'booked' as "isBooked", sequence, starts_at as "startsAt", zone,
       reminders as "isReminded"
     from appointments where id = ?`,
    [id],
  )
  return rows[0]
}
