import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import { openOrSay } from '../../sealing/reading.ts'
import type { PlaceName } from '../../words.ts'
import type { OnDate } from '../exceptions.ts'
import type { Off } from '../off.ts'
import { type Ledger, lockSchedule, type Who } from '../store.ts'

/** More of them are refused: nobody could look through the list. */
export const MOST_DATES = 400

export type Exception = { id: number; date: string } & (
  | { kind: 'closed' }
  | { kind: 'open'; from: number; to: number; places: PlaceName[] | null }
)

/** The days unlike the others, from a date on. */
export async function listExceptions(db: Knex, dietitianId: string, from: string): Promise<Exception[]> {
  const { rows } = await db.raw<{ rows: Exception[] }>(exceptionsSql, [dietitianId, from])
  return rows
}

const exceptionsSql = `
  select id, on_date as date, kind, from_minute as "from", to_minute as "to", places from date_exceptions
  where dietitian_id = ? and on_date >= ? order by on_date, kind, from_minute, id limit ${MOST_DATES}`

/**
 * Keeps what is different on a date; being closed twice is being closed.
 * @param on.today YYYY-MM-DD; days that are over don't count
 * @returns 'overlaps' when it has hours of its own at that time already, 'tooMany' when there are too many such dates
 */
export function insertException(
  { db, sealer }: Ledger,
  who: Who,
  { date, isClosed, open, today }: OnDate & { today: string },
  now: Instant,
): Promise<'saved' | 'overlaps' | 'tooMany'> {
  return db.transaction(async (trx) => {
    await lockSchedule(trx, who.dietitianId)
    const there = await listExceptions(trx, who.dietitianId, today)
    const thatDay = there.filter((one) => one.date === date)
    const isNewClosing = isClosed && !thatDay.some(({ kind }) => kind === 'closed')
    if (there.length + Number(isNewClosing) + (open ? 1 : 0) > MOST_DATES) return 'tooMany'
    const doesOverlap = thatDay.some(
      (one) => one.kind === 'open' && open && one.from < open.to && open.from < one.to,
    )
    if (doesOverlap) return 'overlaps'
    const of = { dietitian_id: who.dietitianId, on_date: date }
    if (isNewClosing) await trx('date_exceptions').insert({ ...of, kind: 'closed' })
    if (open) {
      const hours = { from_minute: open.from, to_minute: open.to, places: open.places }
      await trx('date_exceptions').insert({ ...of, kind: 'open', ...hours })
    }
    await record({ db: trx, sealer }, who, 'hours.changed', now)
    return 'saved'
  })
}

/** @returns false when there is none of theirs */
export const removeException = (ledger: Ledger, who: Who, id: number, now: Instant): Promise<boolean> =>
  remove(ledger, who, { table: 'date_exceptions', action: 'hours.changed', id }, now)

export type TimeOff = Off & { id: number; reason: string }

/** As a row of JSON: the sealed note as base64. */
type TimeOffRow = Off & { id: number; sealed: string | null }

const reasonPlace = (id: number) => ({ table: 'time_off', column: 'reason_sealed', row: String(id) })

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

const timeOffSql = `
  select id, ${ms('starts_at')} as "startsAt", ${ms('ends_at')} as "endsAt",
    encode(reason_sealed, 'base64') as sealed from time_off
  where dietitian_id = ? and ends_at > ? order by starts_at, id limit ${MOST_DATES}`

type Reading = { db: Knex } & Parameters<typeof openOrSay>[0]

/** The days unlike the others from today on and the time off that is not over, in one query. */
export async function listDates(
  reading: Reading,
  { dietitianId, accountId }: Who,
  { today, now }: { today: string; now: Instant },
): Promise<{ exceptions: Exception[]; timeOff: TimeOff[] }> {
  const { rows } = await reading.db.raw<{ rows: [{ exceptions: Exception[]; timeOff: TimeOffRow[] }] }>(
    `select (select coalesce(json_agg(e), '[]') from (${exceptionsSql}) e) as exceptions,
       (select coalesce(json_agg(o), '[]') from (${timeOffSql}) o) as "timeOff"`,
    [dietitianId, today, dietitianId, iso(now)],
  )
  const [{ exceptions, timeOff }] = rows
  const open = ({ id, sealed, ...off }: TimeOffRow): TimeOff => {
    const wanted = sealed && { place: reasonPlace(id), sealed: Buffer.from(sealed, 'base64'), accountId }
    return { id, ...off, reason: wanted ? openOrSay(reading, wanted).text : '' }
  }
  return { exceptions, timeOff: timeOff.map(open) }
}

/** @returns 'tooMany' when there is too much of it */
export function insertTimeOff(
  { db, sealer }: Ledger,
  who: Who,
  { startsAt, endsAt, reason }: Off & { reason: string },
  now: Instant,
): Promise<'saved' | 'tooMany'> {
  return db.transaction(async (trx) => {
    await lockSchedule(trx, who.dietitianId)
    const { rows } = await trx.raw<{ rows: unknown[] }>(timeOffSql, [who.dietitianId, iso(now)])
    if (rows.length >= MOST_DATES) return 'tooMany'
    const [row] = await trx('time_off')
      .insert({ starts_at: iso(startsAt), ends_at: iso(endsAt), dietitian_id: who.dietitianId })
      .returning<{ id: number }[]>('id')
    const { id } = row as { id: number }
    const reason_sealed = sealer.seal(reasonPlace(id), reason)
    if (reason !== '') await trx('time_off').where({ id }).update({ reason_sealed })
    await record({ db: trx, sealer }, who, 'timeoff.changed', now)
    return 'saved'
  })
}

/** @returns false when there is none of theirs */
export const removeTimeOff = (ledger: Ledger, who: Who, id: number, now: Instant): Promise<boolean> =>
  remove(ledger, who, { table: 'time_off', action: 'timeoff.changed', id }, now)

type Act = 'hours.changed' | 'timeoff.changed'
type Removal = { table: 'date_exceptions' | 'time_off'; action: Act; id: number }

function remove(
  { db, sealer }: Ledger,
  who: Who,
  { table, action, id }: Removal,
  now: Instant,
): Promise<boolean> {
  return db.transaction(async (trx) => {
    const count = await trx(table).where({ id, dietitian_id: who.dietitianId }).del()
    if (count > 0) await record({ db: trx, sealer }, who, action, now)
    return count > 0
  })
}

const record = (ledger: Ledger, { accountId, dietitianId }: Who, action: Act, now: Instant) =>
  recordAct(ledger, { accountId, action, subjectId: dietitianId, clientId: null }, now)
