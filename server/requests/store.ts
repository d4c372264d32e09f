import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import type { Questionnaire } from '../forms/fhir.ts'
import type { Jobs } from '../jobs/worker.ts'
import { minutesFor } from './length.ts'
import { startingTypes } from './starter.ts'

const isOpen = 'r.response_id is null and r.withdrawn_at is null'

/** Whether a dietitian, by their account, may see the chart of a client. */
const maySee = 'exists (select 1 from dietitians d where d.account_id = ? and may_see_chart(d.id, ?))'

/** Whoever asks and whoever answers do it one after the other: of a form at most one request is open. */
export async function lockClient(trx: Knex, clientId: string): Promise<void> {
  await trx.raw('select 1 from clients where id = ? for no key update', [clientId])
}

// What is asked of one client.

export type OpenRequest = {
  id: string
  clientId: string
  formId: string
  slug: string
  title: string
  /** About how long the form takes. */
  minutes: number
  dueAt: Instant
  /** The client's; with an appointment, the one it was booked in. */
  zone: string
  isForAppointment: boolean
  /** There is a draft to go on with. */
  isBegun: boolean
}

export type OpenRow = Omit<OpenRequest, 'minutes'> & { versionId: string; definition: Questionnaire | null }

/** As text, so that a page can ask for it together with other lists. Times are numbers, within JSON too. */
const openSql = (where: string) => `
  select r.id, r.client_id as "clientId", r.form_id as "formId", f.slug, v.title, v.id as "versionId",
    case when v.id = any(?::uuid[]) then null else v.definition end as definition,
    (extract(epoch from r.due_at) * 1000)::float8 as "dueAt", coalesce(a.zone, c.zone) as zone,
    r.appointment_id is not null as "isForAppointment", exists (
      select 1 from responses d where d.client_id = r.client_id and d.form_id = r.form_id and d.sent_at is null
    ) as "isBegun"
  from form_requests r
  join forms f on f.id = r.form_id and f.archived_at is null
  join current_form_versions v on v.form_id = f.id
  join clients c on c.id = r.client_id
  left join appointments a on a.id = r.appointment_id
  where ${isOpen} and ${where}
  order by r.due_at, r.asked_at, v.title, r.id limit 50`

/** Bindings: `knownVersions()`, the client's id. */
export const openOfClientSql = openSql('r.client_id = ?')

const MOST_KNOWN = 1000
const minutesOf = new Map<string, number>()

/** Of these versions, which never change, it is known how long they take: their definitions need not come along. */
export const knownVersions = (): string[] => [...minutesOf.keys()]

export function toOpenRequest({ versionId, definition, ...rest }: OpenRow): OpenRequest {
  if (minutesOf.size > MOST_KNOWN) minutesOf.clear()
  if (definition) minutesOf.set(versionId, minutesFor(definition))
  return { ...rest, minutes: minutesOf.get(versionId) ?? 1 }
}

async function listOpen(db: Knex, where: string, bindings: Knex.Value[]): Promise<OpenRequest[]> {
  const { rows } = await db.raw<{ rows: OpenRow[] }>(openSql(where), [
    knownVersions(),
    ...bindings,
  ] as Knex.RawBinding[])
  return rows.map(toOpenRequest)
}

/** The forms that a client is asked for and has not sent, the most urgent first. */
export const listOpenRequests = (db: Knex, clientId: string): Promise<OpenRequest[]> =>
  listOpen(db, 'r.client_id = ?', [clientId])

/** Of these requests, those that are still open. */
export const listStillOpen = (db: Knex, ids: string[]): Promise<OpenRequest[]> =>
  listOpen(db, 'r.id = any(?::uuid[])', [ids])

/** What is open of the forms that an appointment asks for, whoever asked first. */
export const listOpenBefore = (db: Knex, appointmentId: string): Promise<OpenRequest[]> =>
  listOpen(
    db,
    `(r.client_id, r.form_id) in (
       select b.client_id, t.form_id from appointments b
       join appointment_type_forms t on t.appointment_type_id = b.appointment_type_id where b.id = ?
       union select x.client_id, x.form_id from form_requests x where x.appointment_id = ?)`,
    [appointmentId, appointmentId],
  )

export type Asking = { clientId: string; formId: string; askedBy: string; dueAt: Instant }

/**
 * Asks a client for a form, once, and writes to them.
 * @param asking.askedBy the dietitian's account
 * @returns the request's id; undefined when the form is asked of them already, is no longer to be had, or whoever asks
 * may not see their chart
 */
export const askForm = (db: Knex, jobs: Jobs, asking: Asking, now: Instant): Promise<string | undefined> =>
  db.transaction(async (trx) => {
    const { clientId, formId, askedBy, dueAt } = asking
    await lockClient(trx, clientId)
    const { rows } = await trx.raw<{ rows: { id: string }[] }>(
      `insert into form_requests (client_id, form_id, due_at, asked_by, asked_at)
       select ?, f.id, ?, ?, ? from forms f
       where f.id = ? and f.archived_at is null
         and exists (select 1 from current_form_versions v where v.form_id = f.id)
         and ${maySee}
         and not exists (select 1 from form_requests r where r.client_id = ? and r.form_id = f.id and ${isOpen})
       returning id`,
      [clientId, iso(dueAt), askedBy, iso(now), formId, askedBy, clientId, clientId],
    )
    const id = rows[0]?.id
    if (id) await jobs.publish(trx, 'form.asked', { requestIds: [id] })
    return id
  })

/** What a dietitian ends, and of whom. */
export type Ending = { clientId: string; id: string; dietitianId: string }

/** Takes a request back. @returns false when it is not there to be withdrawn (any more) by this dietitian */
export async function withdraw(
  db: Knex,
  { clientId, id, dietitianId }: Ending,
  now: Instant,
): Promise<boolean> {
  const count = await db('form_requests')
    .where({ id, client_id: clientId, response_id: null, withdrawn_at: null })
    .whereRaw('may_see_chart(?, client_id)', [dietitianId])
    .update({ withdrawn_at: iso(now) })
  return count > 0
}

/** Of a form that is archived nothing is asked any more: what is open is withdrawn, and plans stop. */
export async function withdrawAll(trx: Knex, formId: string, now: Instant): Promise<void> {
  await trx('form_plans')
    .where({ form_id: formId, stopped_at: null })
    .update({ stopped_at: iso(now) })
  await trx('form_requests')
    .where({ form_id: formId, response_id: null, withdrawn_at: null })
    .update({ withdrawn_at: iso(now) })
}

/** Of somebody who goes into the archive nothing is asked any more, once or again and again. */
export async function withdrawAllOf(trx: Knex, clientId: string, now: Instant): Promise<void> {
  await lockClient(trx, clientId)
  await trx('form_plans')
    .where({ client_id: clientId, stopped_at: null })
    .update({ stopped_at: iso(now) })
  await trx('form_requests')
    .where({ client_id: clientId, response_id: null, withdrawn_at: null })
    .update({ withdrawn_at: iso(now) })
}

/**
 * A form that an appointment asked for says, when it is sent, that the client wants that appointment. Not when it was asked
 * before, or another appointment with somebody else asks for it too: then it may be sent for the sake of that one.
 * Before the client is locked: an appointment that changes is locked first, too.
 */
export async function proveAppointments(
  trx: Knex,
  { clientId, formId }: { clientId: string; formId: string },
): Promise<void> {
  await trx.raw(
    `update appointments a set opens_chart = true from form_requests r
     where r.client_id = ? and r.form_id = ? and ${isOpen} and a.id = r.appointment_id and a.client_id = r.client_id
       and not a.opens_chart and a.state in ('booked', 'kept') and r.asked_at >= a.booked_at
       and not exists (
         select 1 from appointments b join appointment_type_forms t on t.appointment_type_id = b.appointment_type_id
         where b.client_id = r.client_id and b.state = 'booked' and b.dietitian_id <> a.dietitian_id
           and t.form_id = r.form_id)`,
    [clientId, formId],
  )
}

/** What was sent answers every open request of its form. In the transaction that sends. */
export async function answerRequests(
  trx: Knex,
  { clientId, formId, responseId }: { clientId: string; formId: string; responseId: string },
  now: Instant,
): Promise<void> {
  await lockClient(trx, clientId)
  await trx('form_requests')
    .where({ client_id: clientId, form_id: formId, response_id: null, withdrawn_at: null })
    .update({ response_id: responseId, answered_at: iso(now) })
}

export type AskableForm = { id: string; title: string }

/** The forms that can be asked of somebody, by title. */
export async function listAskableForms(db: Knex): Promise<AskableForm[]> {
  const { rows } = await db.raw<{ rows: AskableForm[] }>(askableSql)
  return rows
}

const askableSql = `
  select f.id, v.title from forms f join current_form_versions v on v.form_id = f.id
  where f.archived_at is null order by lower(v.title), f.id limit 200`

// Again and again.

export type NewPlan = {
  clientId: string
  formId: string
  everyWeeks: number
  /** YYYY-MM-DD on the practice's calendar. */
  firstDueOn: string
  askedBy: string
}

/**
 * Asks for a form every so many weeks, from a day on, in the morning; until it is stopped.
 * @returns the plan's id; undefined when the form is asked of them regularly already, or whoever asks may not see their
 * chart
 */
export const startPlan = (db: Knex, jobs: Jobs, plan: NewPlan, now: Instant): Promise<string | undefined> =>
  db.transaction(async (trx) => {
    const { clientId, formId, everyWeeks, firstDueOn, askedBy } = plan
    const { rows } = await trx.raw<{ rows: { id: string }[] }>(
      `insert into form_plans (client_id, form_id, every_weeks, next_due_on, asked_by, asked_at)
       select ?, ?, ?, ?, ?, ? where ${maySee}
       on conflict (client_id, form_id) where stopped_at is null do nothing returning id`,
      [clientId, formId, everyWeeks, firstDueOn, askedBy, iso(now), askedBy, clientId],
    )
    const id = rows[0]?.id
    if (id) await jobs.publish(trx, 'form.planned', {})
    return id
  })

/** Ends a plan, and what it asked last if that is still open. @returns false when it had ended, or is not theirs to end */
export const stopPlan = (db: Knex, { clientId, id, dietitianId }: Ending, now: Instant): Promise<boolean> =>
  db.transaction(async (trx) => {
    const count = await trx('form_plans')
      .where({ id, client_id: clientId, stopped_at: null })
      .whereRaw('may_see_chart(?, client_id)', [dietitianId])
      .update({ stopped_at: iso(now) })
    if (count === 0) return false
    await trx('form_requests')
      .where({ plan_id: id, response_id: null, withdrawn_at: null })
      .update({ withdrawn_at: iso(now) })
    return true
  })

export type Plan = {
  id: string
  formId: string
  title: string
  everyWeeks: number
  nextDueOn: string
  /** Of what it asked for first; null: nothing yet. */
  firstDueAt: Instant | null
}

/** The plans that run for a client; `nextDueOn` is a day of the practice's calendar. */
export async function listPlans(db: Knex, clientId: string): Promise<Plan[]> {
  const { rows } = await db.raw<{ rows: Plan[] }>(plansSql, [clientId])
  return rows
}

const plansSql = `
  select p.id, p.form_id as "formId", v.title, p.every_weeks as "everyWeeks", p.next_due_on as "nextDueOn",
    (select (extract(epoch from min(r.due_at)) * 1000)::float8 from form_requests r where r.plan_id = p.id) as "firstDueAt"
  from form_plans p join current_form_versions v on v.form_id = p.form_id
  where p.client_id = ? and p.stopped_at is null order by p.next_due_on, p.id limit 50`

/** The plans of a client and the forms that can be asked for, in one query. */
export async function listPlansAndForms(
  db: Knex,
  clientId: string,
): Promise<{ plans: Plan[]; forms: AskableForm[] }> {
  const { rows } = await db.raw<{ rows: [{ plans: Plan[]; forms: AskableForm[] }] }>(
    `select (select coalesce(json_agg(p), '[]') from (${plansSql}) p) as plans,
       (select coalesce(json_agg(f), '[]') from (${askableSql}) f) as forms`,
    [clientId],
  )
  return rows[0]
}

// Which forms an appointment type asks for.

export type AskingType = {
  id: string
  name: string
  isAsking: boolean
  /** Not asked again when it was sent within so many days before the appointment; null: was ever sent. */
  againAfterDays: number | null
}

/** All appointment types, and which of them ask for a form. */
export async function listAskingTypes(db: Knex, formId: string): Promise<AskingType[]> {
  const { rows } = await db.raw<{ rows: AskingType[] }>(
    `select t.id, t.name, k.form_id is not null as "isAsking", k.again_after_days as "againAfterDays"
     from appointment_types t
     left join appointment_type_forms k on k.appointment_type_id = t.id and k.form_id = ?
     order by t.position, t.id limit 100`,
    [formId],
  )
  return rows
}

export type AskedBy = { typeId: string; againAfterDays: number | null }

/** From the next booking on; what is asked already stays. */
export const saveAskingTypes = (db: Knex, formId: string, types: AskedBy[]): Promise<void> =>
  db.transaction(async (trx) => {
    await trx('appointment_type_forms')
      .where({ form_id: formId })
      .whereNotIn(
        'appointment_type_id',
        types.map(({ typeId }) => typeId),
      )
      .del()
    await trx.raw(
      `insert into appointment_type_forms (appointment_type_id, form_id, position, again_after_days)
       select x.type, ?, coalesce((
         select max(position) + 1 from appointment_type_forms k where k.appointment_type_id = x.type), 0), x.days
       from unnest(?::uuid[], ?::integer[]) as x (type, days)
       on conflict (appointment_type_id, form_id) do update set again_after_days = excluded.again_after_days`,
      [
        formId,
        types.map(({ typeId }) => typeId),
        types.map(({ againAfterDays }) => againAfterDays),
      ] as unknown as Knex.RawBinding[],
    )
  })

/** What the types of a new practice ask for. Types and forms that are not there, or ask already, are left alone. */
export async function askStarterForms(trx: Knex): Promise<void> {
  const rows = JSON.stringify(startingTypes)
  await trx.raw(
    `insert into appointment_type_forms (appointment_type_id, form_id, again_after_days)
     select t.id, f.id, x."againAfterDays"
     from json_to_recordset(?::json) as x (type text, form text, "againAfterDays" integer)
     join appointment_types t on t.slug = x.type
     join forms f on f.slug = x.form
     on conflict do nothing`,
    [rows],
  )
}
