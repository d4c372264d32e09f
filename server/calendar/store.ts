import type { Knex } from 'knex'
import type { State } from '../appointments/states.ts'
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
}

const MOST_IN_DIARY = 500

/** A dietitian's appointments and live holds that start in a span, ascending; cancelled ones too. */
export async function listDiary(
  db: Knex,
  dietitianId: string,
  span: { from: Instant; to: Instant },
  now: Instant,
): Promise<DiaryEntry[]> {
  const { rows } = await db.raw<{ rows: DiaryRow[] }>(
    `select a.id, a.state, a.starts_at, a.ends_at, lower(a.blocks) as blocks_from, upper(a.blocks) as blocks_to,
       t.name as type_name, a.place, coalesce(c.name, a.booked_name) as client_name,
       (c.id is not null and not exists (
         select 1 from appointments k where k.client_id = c.id and k.state = 'kept')) as is_new_client
     from appointments a
     join appointment_types t on t.id = a.appointment_type_id
     left join clients c on c.id = a.client_id
     where a.dietitian_id = ? and a.starts_at >= ? and a.starts_at < ? and a.state <> 'lapsed' and (a.held_until is null or a.held_until > ?)
     order by a.starts_at, a.id
     limit ${MOST_IN_DIARY}`,
    [dietitianId, iso(span.from), iso(span.to), iso(now)],
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
  }))
}

/** The start of the dietitian's next booked appointment at or after an instant. */
export async function findNextStart(
  db: Knex,
  dietitianId: string,
  from: Instant,
): Promise<Instant | undefined> {
  const row = await db('appointments')
    .where({ dietitian_id: dietitianId, state: 'booked' })
    .where('starts_at', '>=', iso(from))
    .orderBy('starts_at')
    .first<{ starts_at: number } | undefined>('starts_at')
  return row?.starts_at
}

/** How many booked appointments of a dietitian are over and not yet marked kept or no-show. */
export async function countUnmarked(
  db: Knex,
  dietitianId: string,
  before: Instant,
): Promise<{ count: number; earliest: Instant | null }> {
  const row = await db('appointments')
    .where({ dietitian_id: dietitianId, state: 'booked' })
    .where('ends_at', '<=', iso(before))
    .first<{ count: number; earliest: number | null }>(
      db.raw('count(*) as count, min(starts_at) as earliest'),
    )
  return row ?? { count: 0, earliest: null }
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

/** Whether a client has not yet kept an appointment. */
export async function isProspective(db: Knex, clientId: string): Promise<boolean> {
  return (await db('appointments').where({ client_id: clientId, state: 'kept' }).first('id')) === undefined
}
