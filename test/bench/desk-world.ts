import type { Knex } from 'knex'
import type pg from 'pg'
import { DAY, type Instant, iso } from '../../server/clock.ts'
import { starterTypes } from '../../server/practice/starter.ts'
import { createSealer } from '../../server/sealing/seal.ts'
import { acceptKeys } from '../../server/sealing/store.ts'
import { make } from '../support/make.ts'
import { addChart, type Chart, sentText } from './desk-chart.ts'
import {
  aboutAnswersSql,
  answersSql,
  auditSql,
  diarySql,
  historySql,
  notesSql,
  numbersSql,
  peopleSql,
  sealedSql,
} from './desk-rows.ts'
import { cookieOf } from './filling.ts'
import { secrets } from './flora.ts'
import { open } from './postgres.ts'
import { within } from './world.ts'

/** A practice of four dietitians: the first sees all charts, the second those of their own clients. */
export type DeskWorld = {
  url: string
  clients: number
  chart: Chart
  desks: { name: string; cookie: string }[]
}

/** Days that were and days to come, as full in every practice: six appointments each. */
const NEAR_DAYS = 21
const APPOINTMENTS = 5
const A_DAY = 6
const DIETITIANS = 4
const ENTRIES = 100
const ENTRIES_OF_CHART = 400

const everyDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
  weekday,
  from_minute: 9 * 60,
  to_minute: 17 * 60,
}))

/** @param clients a multiple of four */
export async function seedDesk(url: string, clients: number, now: Instant): Promise<DeskWorld> {
  const people = await within(url, (db) => addPractice(db, now))
  const database = await open(url)
  await database.query(`set session_replication_role = replica; set synchronous_commit = off`)
  await addSealed(url, database, now)
  const midnight = now - (now % DAY)
  await addClients(database, { ...people, clients }, { now, midnight })
  await database.query('analyze')
  const chart = await within(url, (db) => addChart(db, people, { now, midnight }))
  const of = { now: iso(now), clients: chart.id }
  for (const sql of auditSql) await ask(database, sql, [of.now, ENTRIES, ENTRIES_OF_CHART, of.clients])
  const desks: DeskWorld['desks'] = []
  for (const [n, name] of ['all charts', 'own charts'].entries()) {
    const cookie = await signIn(database, people.dietitians[n] as { accountId: string }, now)
    desks.push({ name, cookie })
  }
  await database.query('vacuum analyze')
  await database.query('checkpoint')
  await database.end()
  return { url, clients, chart, desks }
}

export type Practice = { dietitians: { id: string; accountId: string; name: string }[]; typeId: string }

async function addPractice(db: Knex, now: Instant): Promise<Practice> {
  await make.practice(db, { zone: 'UTC' })
  const dietitians: Practice['dietitians'] = []
  for (let position = 1; position <= DIETITIANS; position += 1) {
    const name = `Dietitian ${position}`
    const { id, account_id } = await make.dietitian(db, {
      ...{ name, position, zone: 'UTC', slug: `dietitian-${position}` },
      sees_all_charts: position !== 2,
    })
    await make.hours(db, id, everyDay)
    dietitians.push({ id, accountId: String(account_id), name })
  }
  const ids = dietitians.map(({ id }) => id)
  for (const type of starterTypes) await make.type(db, ids, { ...type, booking_window_days: 90 })
  await make.ownForms(db)
  const [{ accountId } = { accountId: '' }] = dietitians
  for (let n = 0; n < 2; n += 1)
    await make.consent(db, { accountId }, { asked_of_everybody: true, created_at: iso(now) })
  const { id: typeId } = await db('appointment_types').where({ slug: 'fodmap-review' }).first('id')
  return { dietitians, typeId }
}

/** Beside the rows they are in, these can't be opened; that they say which key sealed them is enough, once it is known. */
async function addSealed(url: string, database: pg.Client, now: Instant): Promise<void> {
  const sealer = createSealer(secrets.SEALING_KEYS)
  await within(url, (db) => acceptKeys(db, sealer, now))
  const [intake, checkIn] = await within(url, (db) =>
    Promise.all([sentText(db, 'intake'), sentText(db, 'check-in')]),
  )
  const nowhere = { table: 'bench', column: 'value_sealed', row: '0' }
  const note = 'What was said in the hour, in some sentences. '.repeat(30)
  await database.query(
    sealedSql.replace(/\$(\d)/g, (_, n) =>
      literal(sealer.seal(nowhere, ['A word.', intake, checkIn, note][n - 1] ?? '')),
    ),
  )
}

/** A temporary table can't be made of parameters. */
const literal = (bytes: Buffer): string => `'\\x${bytes.toString('hex')}'`

type When = { now: Instant; midnight: Instant }

async function addClients(database: pg.Client, of: Practice & { clients: number }, { now, midnight }: When) {
  const ids = of.dietitians.map(({ id }) => id)
  await ask(database, peopleSql, [of.clients, iso(now), ids])
  await database.query(numbersSql)
  const days = Math.ceil((of.clients * APPOINTMENTS) / A_DAY / DIETITIANS)
  const past = Math.max(NEAR_DAYS, days - NEAR_DAYS)
  await ask(database, diarySql, [iso(midnight), -past, NEAR_DAYS - 1, of.typeId])
  const steps = [...historySql, answersSql, ...aboutAnswersSql, ...notesSql]
  for (const sql of steps) await ask(database, sql, [iso(now)])
}

/** Only as many parameters as the statement names. */
async function ask(database: pg.Client, sql: string, values: unknown[]): Promise<void> {
  const most = Math.max(0, ...[...sql.matchAll(/\$(\d)/g)].map(([, n]) => Number(n)))
  await database.query(sql, values.slice(0, most))
}

async function signIn(
  database: pg.Client,
  { accountId }: { accountId: string },
  now: Instant,
): Promise<string> {
  const sid = `bench-${accountId}`
  const device = 'A computer'
  const sess = { cookie: {}, passport: { user: accountId }, createdAt: now, signedInAt: now, device }
  await database.query('insert into sessions (sid, sess, expire) values ($1, $2, $3)', [
    ...[sid, JSON.stringify(sess), iso(now + DAY)],
  ])
  return cookieOf(sid)
}
