import type { Knex } from 'knex'
import { IS_SEEN, seenBy } from '../clients/store.ts'
import { type Instant, iso } from '../clock.ts'
import { type FormsDue, MOST_RAISED, type Raised } from './needs.ts'

/** What the dietitian should know of an appointment before it begins. */
export type Ready = {
  appointmentId: string
  clientId: string
  /** Where the forms stand that were asked for it; null: none was. */
  forms: 'asked' | 'begun' | 'sent' | null
  /** Warning signs of the client that nobody has acknowledged, and cautions. */
  signs: number
  urgent: number
  cautions: number
}

/**
 * Of a dietitian's appointments that start in a span, the next one first; nothing of holds and of clients whose charts
 * they may not see.
 */
export async function listReady(
  db: Knex,
  dietitianId: string,
  span: { from: Instant; to: Instant },
): Promise<(Ready & FormsDue)[]> {
  const { rows } = await db.raw<{ rows: (Ready & FormsDue)[] }>(
    `select a.id as "appointmentId", a.client_id as "clientId", c.name as "clientName", a.starts_at as "startsAt",
       a.state = 'booked' as "isBooked", asked.forms, asked.due as "formsDue", open.signs, open.urgent, open.cautions
     from appointments a
     join clients c on c.id = a.client_id
     cross join lateral (
       select count(*) filter (where q.response_id is null) as due, case when count(*) = 0 then null
         when bool_and(q.response_id is not null) then 'sent'
         when bool_or(q.response_id is null and d.id is not null) then 'begun'
         else 'asked' end as forms
       from form_requests q
       left join responses d on d.client_id = q.client_id and d.form_id = q.form_id and d.sent_at is null
       where q.appointment_id = a.id and q.withdrawn_at is null) asked
     cross join lateral (
       select count(*) filter (where s.kind <> 'caution') as signs, count(*) filter (where s.kind = 'urgent') as urgent,
         count(*) filter (where s.kind = 'caution') as cautions
       from raised_signs s where s.client_id = a.client_id and s.acknowledged_at is null) open
     where a.dietitian_id = ? and a.starts_at >= ? and a.starts_at < ? and a.state not in ('held', 'lapsed')
       and ${IS_SEEN}
     order by a.starts_at, a.id`,
    [dietitianId, iso(span.from), iso(span.to), ...seenBy(dietitianId)],
  )
  return rows
}

/** How many of the newest open signs are looked at: enough for the clients that fit on the page. */
const MOST_LOOKED_AT = 60

/**
 * Clients with signs that nobody has acknowledged, of those whose charts this dietitian may see; who has urgent ones
 * first, then warning signs, then cautions. The letters of the kinds stand in that order, read backwards.
 */
export async function listRaised(db: Knex, dietitianId: string): Promise<Raised[]> {
  const { rows } = await db.raw<{ rows: Raised[] }>(
    `with newest as materialized (
       select s.client_id, s.kind, s.raised_at from raised_signs s
       where s.acknowledged_at is null
         and ((select sees_all_charts from dietitians where id = ?)
           or exists (select 1 from own_clients o where o.dietitian_id = ? and o.client_id = s.client_id))
       order by s.kind desc, s.raised_at desc, s.id desc limit ${MOST_LOOKED_AT}),
     first as (
       select client_id, max(kind) as kind, max(raised_at) as at from newest
       group by client_id order by 2 desc, 3 desc limit ${MOST_RAISED})
     select f.client_id as "clientId", c.name as "clientName", open.*
     from first f
     join clients c on c.id = f.client_id
     cross join lateral (
       select count(*) filter (where s.kind <> 'caution') as signs, count(*) filter (where s.kind = 'urgent') as urgent,
         count(*) filter (where s.kind = 'caution') as cautions
       from raised_signs s where s.client_id = f.client_id and s.acknowledged_at is null) open
     order by f.kind desc, f.at desc`,
    [dietitianId, dietitianId],
  )
  return rows
}

export type Standing = { unmarked: number; earliest: Instant | null; next: Instant | null }

/**
 * How many booked appointments of a dietitian are over and not yet marked, since when, and the start of the next one.
 * @param next the instant from which on the next one is looked for
 */
export async function findStanding(
  db: Knex,
  dietitianId: string,
  { now, next }: { now: Instant; next: Instant },
): Promise<Standing> {
  const { rows } = await db.raw<{ rows: [Standing] }>(
    `select count(*) as unmarked, min(starts_at) as earliest, (
       select n.starts_at from appointments n
       where n.dietitian_id = ? and n.state = 'booked' and n.starts_at >= ? order by n.starts_at limit 1) as next
     from appointments where dietitian_id = ? and state = 'booked' and ends_at <= ?`,
    [dietitianId, iso(next), dietitianId, iso(now)],
  )
  return rows[0]
}
