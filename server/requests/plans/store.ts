import type { Knex } from 'knex'
import { type Instant, iso } from '../../clock.ts'
import type { Jobs } from '../../jobs/worker.ts'
import { lastMorning, type Turn, turnOf } from './turns.ts'

const BATCH = 50

/**
 * Asks for all that is due by plans, and writes to the clients. After a time of standing still each plan asks once, for
 * its latest turn. An earlier turn that is still open gives way; what was asked otherwise and is open is left to stand.
 */
export async function askPlanned(db: Knex, jobs: Jobs, now: Instant): Promise<void> {
  const practice = await db('practice').first<{ zone: string } | undefined>('zone')
  if (!practice) return
  for (let done = BATCH; done === BATCH; )
    done = await db.transaction((trx) => askBatch(trx, jobs, { now, zone: practice.zone }))
}

type PlanRow = { id: string; clientId: string; nextDueOn: string; everyWeeks: number }
type Asked = { id: string; clientId: string }

async function askBatch(trx: Knex.Transaction, jobs: Jobs, when: { now: Instant; zone: string }) {
  const { now, zone } = when
  const { rows: plans } = await trx.raw<{ rows: PlanRow[] }>(
    `select id, client_id as "clientId", next_due_on as "nextDueOn", every_weeks as "everyWeeks" from form_plans
     where stopped_at is null and next_due_on <= ?
     order by next_due_on, id limit ${BATCH} for update skip locked`,
    [lastMorning(now, zone)],
  )
  if (plans.length === 0) return 0
  const clientIds = plans.map(({ clientId }) => clientId)
  await trx.raw('select 1 from clients where id = any(?::uuid[]) order by id for no key update', [
    clientIds,
  ] as unknown as Knex.RawBinding[])
  await giveWay(trx, plans, now)
  const turns = plans.map((plan) => ({ id: plan.id, ...turnOf(plan, { now, zone }) }))
  const asked = await insertTurns(trx, turns, now)
  for (const requests of Map.groupBy(asked, ({ clientId }) => clientId).values())
    await jobs.publish(trx, 'form.asked', { requestIds: requests.map(({ id }) => id) })
  return plans.length
}

const giveWay = (trx: Knex, plans: PlanRow[], now: Instant) =>
  trx('form_requests')
    .whereIn(
      'plan_id',
      plans.map(({ id }) => id),
    )
    .where({ response_id: null, withdrawn_at: null })
    .update({ withdrawn_at: iso(now) })

const turnsSql = `
  with turns as (
    select * from unnest(?::uuid[], ?::timestamptz[], ?::date[]) as t (plan_id, due_at, next_due_on)),
  moved as (
    update form_plans p set next_due_on = t.next_due_on from turns t where p.id = t.plan_id returning p.id)
  insert into form_requests (client_id, form_id, plan_id, due_at, asked_by, asked_at)
  select p.client_id, p.form_id, p.id, t.due_at, p.asked_by, ?
  from turns t join form_plans p on p.id = t.plan_id
  join forms f on f.id = p.form_id and f.archived_at is null
  where not exists (
    select 1 from form_requests r where r.client_id = p.client_id and r.form_id = p.form_id
      and r.response_id is null and r.withdrawn_at is null)
  on conflict (plan_id, due_at) do nothing
  returning id, client_id as "clientId"`

async function insertTurns(trx: Knex, turns: (Turn & { id: string })[], now: Instant): Promise<Asked[]> {
  const { rows } = await trx.raw<{ rows: Asked[] }>(turnsSql, [
    turns.map(({ id }) => id),
    turns.map(({ dueAt }) => iso(dueAt)),
    turns.map(({ nextDueOn }) => nextDueOn),
    iso(now),
  ] as unknown as Knex.RawBinding[])
  return rows
}
