import type { Knex } from 'knex'
import { recordAct } from '../audit/store.ts'
import { IS_SEEN, seenBy } from '../clients/store.ts'
import { type Instant, iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { PlaceName } from '../words.ts'
import type { WeekWindow } from './week.ts'

export type Ledger = Pick<Deps, 'db' | 'sealer'>

/** Whose schedule it is, and who is signed in as them. */
export type Who = { dietitianId: string; accountId: string }

/** Weekly hours that are in force from a date on until the next plan begins. */
export type Plan = { startsOn: string; revision: number; windows: WeekWindow[] }

const plansSql = `
  select p.starts_on as "startsOn", p.revision, coalesce((
    select json_agg(json_build_object(
      'weekday', w.weekday, 'from', w.from_minute, 'to', w.to_minute, 'places', w.places)
      order by w.weekday, w.from_minute)
    from weekly_hours w where w.dietitian_id = p.dietitian_id and w.starts_on = p.starts_on), '[]') as windows
  from weekly_plans p
  where p.dietitian_id = ? and p.starts_on >= (
    select max(q.starts_on) from weekly_plans q where q.dietitian_id = p.dietitian_id and q.starts_on <= ?::date)
  order by p.starts_on`

/** More of them are refused: nobody could look through them. */
export const MOST_PLANS = 50

/** Changes of one dietitian's plans and dates wait for each other, so that what is looked at stays true. */
export const lockSchedule = (trx: Knex.Transaction, dietitianId: string) =>
  trx.raw(
    `select starts_on from weekly_plans where dietitian_id = ? and starts_on = '0001-01-01' for update`,
    [dietitianId],
  )

/** The plan in force on a date, and those after it. */
export async function listPlans(db: Knex, dietitianId: string, today: string): Promise<Plan[]> {
  const { rows } = await db.raw<{ rows: Plan[] }>(plansSql, [dietitianId, today])
  return rows
}

export type Week = { startsOn: string; windows: WeekWindow[] }

/**
 * Changes the hours of a plan.
 * @param base the revision that was looked at
 * @returns 'changed' when somebody saved others since, or took the plan away
 */
export function saveWeek(
  { db, sealer }: Ledger,
  who: Who,
  { startsOn, base, windows }: Week & { base: number },
  now: Instant,
): Promise<'saved' | 'changed'> {
  const key = { dietitian_id: who.dietitianId, starts_on: startsOn }
  return db.transaction(async (trx) => {
    const count = await trx('weekly_plans')
      .where({ ...key, revision: base })
      .update({ revision: base + 1 })
    if (count === 0) return 'changed'
    await trx('weekly_hours').where(key).del()
    await insertWindows(trx, who.dietitianId, { startsOn, windows })
    await record({ db: trx, sealer }, who, now)
    return 'saved'
  })
}

/**
 * Other hours from a date on.
 * @param week.today YYYY-MM-DD; plans that are over don't count
 * @returns 'exists' when there are some from that very date, 'tooMany' when there are too many plans
 */
export function insertPlan(
  { db, sealer }: Ledger,
  who: Who,
  { today, ...week }: Week & { today: string },
  now: Instant,
): Promise<'saved' | 'exists' | 'tooMany'> {
  return db.transaction(async (trx) => {
    await lockSchedule(trx, who.dietitianId)
    const plans = await listPlans(trx, who.dietitianId, today)
    if (plans.some(({ startsOn }) => startsOn === week.startsOn)) return 'exists'
    if (plans.length >= MOST_PLANS) return 'tooMany'
    const { rows } = await trx.raw<{ rows: unknown[] }>(
      'insert into weekly_plans (dietitian_id, starts_on) values (?, ?) on conflict do nothing returning revision',
      [who.dietitianId, week.startsOn],
    )
    if (rows.length === 0) return 'exists'
    await insertWindows(trx, who.dietitianId, week)
    await record({ db: trx, sealer }, who, now)
    return 'saved'
  })
}

/** Takes hours away that are to begin after a date. @returns false when there are none of theirs */
export function removePlan(
  { db, sealer }: Ledger,
  who: Who,
  { startsOn, today }: { startsOn: string; today: string },
  now: Instant,
): Promise<boolean> {
  return db.transaction(async (trx) => {
    const count = await trx('weekly_plans')
      .where({ dietitian_id: who.dietitianId, starts_on: startsOn })
      .where('starts_on', '>', today)
      .del()
    if (count > 0) await record({ db: trx, sealer }, who, now)
    return count > 0
  })
}

async function insertWindows(trx: Knex.Transaction, dietitianId: string, { startsOn, windows }: Week) {
  if (windows.length === 0) return
  await trx('weekly_hours').insert(
    windows.map(({ weekday, from, to, places }) => ({
      dietitian_id: dietitianId,
      starts_on: startsOn,
      weekday,
      from_minute: from,
      to_minute: to,
      places,
    })),
  )
}

const record = (ledger: Ledger, { accountId, dietitianId }: Who, now: Instant) =>
  recordAct(ledger, { accountId, action: 'hours.changed', subjectId: dietitianId, clientId: null }, now)

export type OfferedType = { slug: string; name: string; isListed: boolean }

/** What can be booked with a dietitian. */
export async function listOffered(db: Knex, dietitianId: string): Promise<OfferedType[]> {
  const { rows } = await db.raw<{ rows: OfferedType[] }>(
    `select t.slug, t.name, t.listed as "isListed" from appointment_types t
     join appointment_type_dietitians o on o.appointment_type_id = t.id
     where o.dietitian_id = ? and t.active order by t.position, t.name limit 50`,
    [dietitianId],
  )
  return rows
}

export type ComingAppointment = {
  id: string
  startsAt: Instant
  endsAt: Instant
  place: PlaceName | null
  clientName: string
  typeName: string
  /** The practice put it at this time though it breaks a rule, and said why. */
  isMeant: boolean
}

/** The booked appointments of a dietitian that have not begun, the next first. */
export async function listComing(db: Knex, dietitianId: string, now: Instant): Promise<ComingAppointment[]> {
  const { rows } = await db.raw<{ rows: ComingAppointment[] }>(
    `select a.id, a.starts_at as "startsAt", a.ends_at as "endsAt", a.place,
       case when ${IS_SEEN} then c.name else a.booked_name end as "clientName", a.type_name as "typeName",
       coalesce((select h.reason_sealed is not null from appointment_changes h
         where h.appointment_id = a.id and h.what in ('booked', 'moved') order by h.id desc limit 1), false) as "isMeant"
     from appointments a join clients c on c.id = a.client_id
     where a.dietitian_id = ? and a.state = 'booked' and a.starts_at > ?
     order by a.starts_at, a.id limit 1000`,
    [...seenBy(dietitianId), dietitianId, iso(now)],
  )
  return rows
}
