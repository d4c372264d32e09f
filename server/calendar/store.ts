import type { Knex } from 'knex'
import type { State } from '../appointments/states.ts'
import { IS_SEEN, seenBy } from '../clients/store.ts'
import { type Instant, iso } from '../clock.ts'
import type { PlaceName } from '../words.ts'

export type DiaryEntry = {
  id: string
  state: State
  startsAt: Instant
  endsAt: Instant
  blocksFrom: Instant
  blocksTo: Instant
  typeName: string
  place: PlaceName | null
  clientName: string | null
  isNewClient: boolean
  wasLate: boolean
  clientId: string | null
  /** Which of the client's appointments it is, of those that were not cancelled or missed; 0 when nobody may know. */
  nth: number
  /** The dietitian's room for video calls. */
  videoUrl: string | null
}

type DiaryRow = {
  id: string
  state: State
  starts_at: number
  ends_at: number
  blocks_from: number
  blocks_to: number
  type_name: string
  place: PlaceName | null
  client_name: string | null
  is_new_client: boolean
  was_late: boolean
  client_id: string | null
  nth: number
  video_url: string | null
}

const MOST_IN_DIARY = 500

/**
 * A dietitian's appointments and live holds that start in a span, ascending; cancelled ones too. A hold says of nobody who
 * it is for, and of a client whose chart they may not see there is what was typed with the booking.
 */
export async function listDiary(
  db: Knex,
  dietitianId: string,
  span: { from: Instant; to: Instant },
  now: Instant,
): Promise<DiaryEntry[]> {
  const { rows } = await db.raw<{ rows: DiaryRow[] }>(
    `select a.id, a.state, a.starts_at, a.ends_at, lower(a.blocks) as blocks_from, upper(a.blocks) as blocks_to,
       a.type_name, a.place, a.was_late, c.id as client_id, d.video_url, coalesce(c.name, a.booked_name) as client_name,
       (c.id is not null and not exists (
         select 1 from appointments k where k.client_id = c.id and k.state = 'kept')) as is_new_client,
       case when c.id is null then 0 else 1 + (
         select count(*) from appointments k
         where k.client_id = c.id and k.state in ('booked', 'kept') and k.starts_at < a.starts_at) end as nth
     from appointments a
     join dietitians d on d.id = a.dietitian_id
     left join clients c on c.id = a.client_id and a.state <> 'held' and ${IS_SEEN}
     where a.dietitian_id = ? and a.starts_at >= ? and a.starts_at < ? and a.state <> 'lapsed' and (a.held_until is null or a.held_until > ?)
     order by a.starts_at, a.id
     limit ${MOST_IN_DIARY}`,
    [...seenBy(dietitianId), dietitianId, iso(span.from), iso(span.to), iso(now)],
  )
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    blocksFrom: row.blocks_from,
    blocksTo: row.blocks_to,
    typeName: row.type_name,
    place: row.place,
    clientName: row.client_name,
    isNewClient: row.is_new_client,
    wasLate: row.was_late,
    clientId: row.client_id,
    nth: row.nth,
    videoUrl: row.video_url,
  }))
}

export type TimeOff = { startsAt: Instant; endsAt: Instant }

export async function listTimeOff(
  db: Knex,
  dietitianId: string,
  span: { from: Instant; to: Instant },
): Promise<TimeOff[]> {
  const { rows } = await db.raw<{ rows: { starts_at: number; ends_at: number }[] }>(
    `select starts_at, ends_at from time_off
     where dietitian_id = ? and tstzrange(starts_at, ends_at) && tstzrange(?, ?) order by starts_at limit 200`,
    [dietitianId, iso(span.from), iso(span.to)],
  )
  return rows.map((row) => ({ startsAt: row.starts_at, endsAt: row.ends_at }))
}
