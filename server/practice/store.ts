import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import type { StarterType } from './starter.ts'

export type Habit = { title: string; text: string; icon: string }

export type NewPractice = {
  name: string
  tagline: string
  zone: string
  email: string
  phone: string
  address: string
  headline: string
  introduction: string
  about: string
  callToAction: string
  habits: Habit[]
}

/** Minutes without being used, and in all. */
export type SessionMinutes = Record<'client' | 'dietitian', { idle: number; absolute: number }>

export type Practice = NewPractice & {
  /** A picture of its own, by its public address; null: there is none. */
  logo: { hash: string; width: number; height: number } | null
  /** Whether there is something to read at /policies. */
  hasPolicies: boolean
  sessionMinutes: SessionMinutes
}

// Asked at every page: as text, which costs half of what building it does.
const practiceSql = `
  select name, tagline, zone, email, phone, address, headline, introduction, about, call_to_action as "callToAction", habits,
    case when logo_hash is not null
      then json_build_object('hash', logo_hash, 'width', logo_width, 'height', logo_height) end as logo,
    cancellation_policy <> '' or privacy_policy <> '' as "hasPolicies",
    json_build_object(
      'client', json_build_object('idle', client_idle_minutes, 'absolute', client_absolute_minutes),
      'dietitian', json_build_object('idle', dietitian_idle_minutes, 'absolute', dietitian_absolute_minutes)
    ) as "sessionMinutes"
  from practice`

/** The one practice of this portal; undefined before the setup. */
export async function findPractice(db: Knex): Promise<Practice | undefined> {
  const { rows } = await db.raw<{ rows: Practice[] }>(practiceSql)
  return rows[0]
}

/** @throws {Error} a unique violation when there is a practice already */
export async function insertPractice(db: Knex, practice: NewPractice, now: Instant): Promise<void> {
  const { callToAction, habits, ...rest } = practice
  await db('practice').insert({
    ...rest,
    call_to_action: callToAction,
    habits: JSON.stringify(habits),
    created_at: iso(now),
  })
}

export type NewDietitian = {
  accountId: string
  slug: string
  name: string
  credentials: string
  zone: string
  biography: string
  videoUrl: string | null
  dailyLimit: number | null
  position: number
}

export async function insertDietitian(db: Knex, dietitian: NewDietitian, now: Instant): Promise<string> {
  const { accountId, dailyLimit, videoUrl, ...rest } = dietitian
  const row = {
    ...rest,
    account_id: accountId,
    daily_limit: dailyLimit,
    video_url: videoUrl,
    created_at: iso(now),
  }
  const [inserted] = await db('dietitians').insert(row).returning<{ id: string }[]>('id')
  return (inserted as { id: string }).id
}

/** The zone in which a dietitian's hours are read. */
export async function findZone(db: Knex, dietitianId: string): Promise<string> {
  const row = await db('dietitians').where({ id: dietitianId }).first<{ zone: string } | undefined>('zone')
  if (!row) throw new Error('No such dietitian')
  return row.zone
}

type Hours = { weekday: number; from_minute: number; to_minute: number }

/** The types a practice offers and the hours of the dietitian who offers them. */
export async function insertOffer(
  db: Knex,
  dietitianId: string,
  offer: { types: StarterType[]; hours: Hours[] },
  now: Instant,
): Promise<void> {
  const rows = offer.types.map((type, position) => ({
    ...type,
    currency: 'USD',
    position,
    created_at: iso(now),
  }))
  const types = await db('appointment_types').insert(rows).returning<{ id: string }[]>('id')
  const links = types.map(({ id }) => ({ appointment_type_id: id, dietitian_id: dietitianId }))
  await db('appointment_type_dietitians').insert(links)
  await db('weekly_hours').insert(offer.hours.map((hours) => ({ ...hours, dietitian_id: dietitianId })))
}
