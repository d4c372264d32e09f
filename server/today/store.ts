import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'

/** What the dietitian should know of an appointment before it begins. */
export type Ready = {
  appointmentId: string
  clientId: string
  /** Where the forms stand that were asked for it; null: none was. */
  forms: 'asked' | 'begun' | 'sent' | null
  /** Warning signs of the client that nobody has acknowledged. */
  signs: number
  urgent: number
}

/** Of a dietitian's appointments that start in a span. */
export async function listReady(
  db: Knex,
  dietitianId: string,
  span: { from: Instant; to: Instant },
): Promise<Ready[]> {
  const { rows } = await db.raw<{ rows: Ready[] }>(
    `select a.id as "appointmentId", a.client_id as "clientId", asked.forms, open.signs, open.urgent
     from appointments a
     cross join lateral (
       select case when count(*) = 0 then null
         when bool_and(q.response_id is not null) then 'sent'
         when bool_or(q.response_id is null and d.id is not null) then 'begun'
         else 'asked' end as forms
       from form_requests q
       left join responses d on d.client_id = q.client_id and d.form_id = q.form_id and d.sent_at is null
       where q.appointment_id = a.id and q.withdrawn_at is null) asked
     cross join lateral (
       select count(*) as signs, count(*) filter (where s.kind = 'urgent') as urgent
       from raised_signs s where s.client_id = a.client_id and s.acknowledged_at is null) open
     where a.dietitian_id = ? and a.starts_at >= ? and a.starts_at < ? and a.client_id is not null`,
    [dietitianId, iso(span.from), iso(span.to)],
  )
  return rows
}
