import type { Knex } from 'knex'
import { pino } from 'pino'
import { type Instant, iso, MINUTE } from '../../server/clock.ts'
import { connect } from '../../server/database/connect.ts'
import { migrate } from '../../server/database/migrate.ts'
import { startJobs } from '../../server/jobs/worker.ts'
import { starterTypes } from '../../server/practice/starter.ts'
import { make } from '../support/make.ts'
import { open, type Postgres } from './postgres.ts'

/** The practice that a figure is measured in, straight into the tables. */

/** A new database with the schema and the queues, as a first start leaves it. */
export async function makeDatabase(postgres: Postgres, name: string): Promise<string> {
  const admin = await open(postgres.url('postgres'))
  await admin.query(`create database ${name}`)
  await admin.end()
  const url = postgres.url(name)
  await within(url, migrate)
  const jobs = await startJobs({ url, log: pino({ level: 'silent' }), isWorking: false })
  await jobs.stop()
  return url
}

export async function within<T>(url: string, act: (db: Knex) => Promise<T>): Promise<T> {
  const db = connect(url)
  try {
    return await act(db)
  } finally {
    await db.destroy()
  }
}

const everyDay = (from_minute: number, to_minute: number) =>
  [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from_minute, to_minute }))

type TypeOf = { slug: string; minutes: number; before?: number; after?: number; step?: number }

/** A type that can be booked at once and for a year. */
export const offerType = (db: Knex, dietitianIds: string[], { slug, minutes, before, after, step }: TypeOf) =>
  make.type(db, dietitianIds, {
    slug,
    minutes,
    buffer_before_minutes: before ?? 0,
    buffer_after_minutes: after ?? 0,
    step_minutes: step ?? 5,
    booking_window_days: 365,
  })

/** One who is there around the clock, for races. */
export async function addDietitian(db: Knex, slug: string, dailyLimit: number | null = null) {
  const { id } = await make.dietitian(db, { slug, zone: 'UTC', daily_limit: dailyLimit })
  await make.hours(db, id, everyDay(0, 1440))
  return id
}

const COMING_DAYS = 180
const PAST_DAYS = 2600
const HOURS = 8

/**
 * Five dietitians, 9 to 17 in UTC on every day, who offer the starter types and a very short one ("short") that
 * leaves room for tens of thousands of bookings; appointments on whole hours, spread evenly, each with its client, history and notes of mail.
 */
export async function seedDiary(
  url: string,
  size: { past: number; coming: number },
  now: Instant,
): Promise<void> {
  await within(url, async (db) => {
    await make.practice(db)
    const ids: string[] = []
    for (let n = 1; n <= 5; n++) {
      const { id } = await make.dietitian(db, { slug: `dietitian-${n}`, zone: 'UTC', position: n })
      await make.hours(db, id, everyDay(9 * 60, 17 * 60))
      ids.push(id)
    }
    for (const type of starterTypes) await make.type(db, ids, { ...type, booking_window_days: 365 })
    await offerType(db, ids, { slug: 'short', minutes: 5 })
  })
  // Not with the server's time limits: a hundred thousand rows take longer than a page may.
  const client = await open(url)
  const midnight = iso(now - (now % (1440 * MINUTE)))
  await client.query(clientsSql, [iso(now), Math.ceil((size.past + size.coming) / 10)])
  await client.query(diarySql, [midnight, -PAST_DAYS, -1, size.past, 'kept', 'p', iso(now)])
  await client.query(diarySql, [midnight, 1, COMING_DAYS, size.coming, 'booked', 'c', iso(now)])
  await client.query(historySql)
  await client.query('vacuum analyze')
  await client.end()
}

const clientsSql = `
  insert into clients (email, name, zone, created_at)
  select 'client' || n || '@example.com', 'Client ' || n, 'America/Chicago', $1::timestamptz from generate_series(1, $2::int) n`

// The order by md5 scatters them over the days, the same way each time.
const diarySql = `
  with given as (
    select $1::timestamptz as midnight, $2::int as first, $3::int as last, $4::int as most, $5 as state, $6 as letter,
      $7::timestamptz as now),
  people as (select id, row_number() over (order by email) - 1 as n, count(*) over () as many from clients),
  chosen as (
    select d.id as dietitian_id, g.midnight + make_interval(days => day, hours => 9 + hour) as start,
      row_number() over (order by md5(day || '.' || hour || d.slug)) as n, g.*
    from given g, generate_series(g.first, g.last) day, generate_series(0, ${HOURS - 1}) hour, dietitians d
    order by n limit (select most from given))
  insert into appointments (dietitian_id, appointment_type_id, client_id, state, starts_at, ends_at, blocks, place, zone, uid,
    price_cents, currency, change_deadline_minutes, booked_name, hold_hash, link_hash, link_sealed, created_at, booked_at)
  select c.dietitian_id, (select id from appointment_types where slug = 'fodmap-review'), p.id, c.state, c.start,
    c.start + interval '45 minutes', tstzrange(c.start, c.start + interval '55 minutes'), 'video', 'America/Chicago',
    c.letter || c.n || '@bench.example', 12500, 'USD', 1440, 'Ana Example', sha256(('hold' || c.letter || c.n)::bytea),
    sha256(('link' || c.letter || c.n)::bytea), '\\x00', least(c.start, c.now), least(c.start, c.now)
  from chosen c join people p on p.n = c.n % p.many`

const historySql = `
  with written as (
    insert into appointment_changes (appointment_id, at, what, by_role, to_starts_at, sequence)
    select id, created_at, 'booked', 'client', starts_at, 0 from appointments returning id, appointment_id, at)
  insert into sent_mails (key, message_id, sent_at)
  select 'appointment:' || appointment_id || ':' || id || ':' || reader, '<' || id || reader || '@bench.example>', at
  from written, (values ('client'), ('dietitian')) r (reader)`
