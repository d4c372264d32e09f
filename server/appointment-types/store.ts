import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import { freeSlug } from '../practice/slugs/store.ts'
import type { PlaceName } from '../words.ts'
import { rowOf } from './rows.ts'

export type Who = 'anyone' | 'clients' | 'practice'

/** What can be said of an appointment type. Lengths are minutes, but windowDays; the price is in cents. */
export type TypeFields = {
  name: string
  slug: string
  summary: string
  description: string
  minutes: number
  bufferBefore: number
  bufferAfter: number
  price: number
  currency: string
  places: PlaceName[]
  who: Who
  dietitians: string[]
  notice: number
  windowDays: number
  step: number
  dailyLimit: number | null
  changeDeadline: number
  consents: string[]
  forms: { id: string; againAfterDays: number | null }[]
}

export type Type = TypeFields & { id: string; revision: number; isArchived: boolean }

const typeSql = `
  select t.id, t.revision, not t.active as "isArchived", t.name, t.slug, t.summary, t.description, t.minutes,
    t.buffer_before_minutes as "bufferBefore", t.buffer_after_minutes as "bufferAfter", t.price_cents as price,
    t.currency, t.places, case when t.practice_only then 'practice' when t.listed then 'anyone' else 'clients' end as who,
    t.minimum_notice_minutes as notice, t.booking_window_days as "windowDays", t.step_minutes as step,
    t.daily_limit as "dailyLimit", t.change_deadline_minutes as "changeDeadline",
    array(select d.dietitian_id::text from appointment_type_dietitians d where d.appointment_type_id = t.id) as dietitians,
    array(select c.consent_id::text from appointment_type_consents c where c.appointment_type_id = t.id) as consents,
    coalesce((select json_agg(json_build_object('id', f.form_id, 'againAfterDays', f.again_after_days)
      order by f.position, f.form_id) from appointment_type_forms f where f.appointment_type_id = t.id), '[]') as forms
  from appointment_types t`

export async function findType(db: Knex, id: string): Promise<Type | undefined> {
  const { rows } = await db.raw<{ rows: Type[] }>(`${typeSql} where t.id = ?`, [id])
  return rows[0]
}

/** All of them in the practice's order, those that are archived last. */
export async function listTypes(db: Knex): Promise<Type[]> {
  const { rows } = await db.raw<{ rows: Type[] }>(
    `${typeSql} order by not t.active, t.position, t.name, t.id limit 200`,
  )
  return rows
}

export type Choices = Record<'dietitians' | 'consents' | 'forms', { id: string; name: string }[]>

/** Who can offer a type, and which consents and forms it can ask for. */
export async function listChoices(db: Knex): Promise<Choices> {
  const { rows } = await db.raw<{ rows: { kind: keyof Choices; id: string; name: string }[] }>(
    `(select 'dietitians' as kind, id, name from dietitians where active order by position, name limit 100)
     union all
     (select 'consents', c.id, coalesce(v.title, c.draft_title) from consents c
      left join current_consent_versions v on v.consent_id = c.id
      where c.retired_at is null and not c.asked_of_everybody order by c.position limit 100)
     union all
     (select 'forms', f.id, v.title from forms f join current_form_versions v on v.form_id = f.id
      where f.archived_at is null order by v.title limit 100)`,
  )
  const of = (wanted: keyof Choices) =>
    rows.filter(({ kind }) => kind === wanted).map(({ id, name }) => ({ id, name }))
  return { dietitians: of('dietitians'), consents: of('consents'), forms: of('forms') }
}

const UNIQUE = '23505'
const FOREIGN = '23503'
const codeOf = (error: unknown) => (error as { code?: string }).code

/** Who offers it and what it asks for, as it is from now on; what is no longer among the choices stays as it was. */
async function saveLinks(trx: Knex, id: string, { dietitians, consents, forms }: TypeFields): Promise<void> {
  const own = { appointment_type_id: id }
  const among = await listChoices(trx)
  const idsOf = (kind: keyof Choices) => among[kind].map((choice) => choice.id)
  await trx('appointment_type_dietitians').where(own).whereIn('dietitian_id', idsOf('dietitians')).del()
  await trx('appointment_type_consents').where(own).whereIn('consent_id', idsOf('consents')).del()
  await trx('appointment_type_forms').where(own).whereIn('form_id', idsOf('forms')).del()
  // One that is among the choices no longer, since a moment ago, is there already.
  const of = async (table: string, rows: object[]) =>
    rows.length > 0 &&
    (await trx(table)
      .insert(rows.map((row) => ({ ...own, ...row })))
      .onConflict()
      .ignore())
  await of(
    'appointment_type_dietitians',
    dietitians.map((dietitian_id) => ({ dietitian_id })),
  )
  await of(
    'appointment_type_consents',
    consents.map((consent_id) => ({ consent_id })),
  )
  await of(
    'appointment_type_forms',
    forms.map((form, position) => ({ form_id: form.id, position, again_after_days: form.againAfterDays })),
  )
}

/** Without a web address it gets one of its name. @returns its id; 'slug' when the address is another type's, 'gone' when something that was chosen is no longer there */
export async function insertType(db: Knex, fields: TypeFields, now: Instant): Promise<string> {
  try {
    return await db.transaction(async (trx) => {
      const position = trx.raw('(select coalesce(max(position), 0) + 1 from appointment_types)')
      const { name } = fields
      const slug = fields.slug || (await freeSlug(trx, { table: 'appointment_types', name }))
      const [row] = await trx('appointment_types')
        .insert({ ...rowOf(fields), slug, position, created_at: iso(now) })
        .returning<{ id: string }[]>('id')
      const { id } = row as { id: string }
      await saveLinks(trx, id, fields)
      return id
    })
  } catch (error) {
    return refusalOf(error)
  }
}

export type Refusal = 'slug' | 'gone'

function refusalOf(error: unknown): Refusal {
  if (codeOf(error) === UNIQUE) return 'slug'
  if (codeOf(error) === FOREIGN) return 'gone'
  throw error
}

/** @returns 'changed' when somebody saved it since it was shown: nothing is written then */
export async function saveType(
  db: Knex,
  shown: { id: string; revision: number },
  fields: TypeFields,
): Promise<'saved' | 'changed' | Refusal> {
  const { id, revision } = shown
  try {
    return await db.transaction(async (trx) => {
      const count = await trx('appointment_types')
        .where({ id, revision })
        .update({ ...rowOf(fields), revision: revision + 1 })
      if (count === 0) return 'changed'
      await saveLinks(trx, id, fields)
      return 'saved'
    })
  } catch (error) {
    return refusalOf(error)
  }
}

/** No longer offered, or again. What is booked stays. @returns false when it was so already */
export async function markArchived(db: Knex, id: string, isArchived: boolean): Promise<boolean> {
  const changed = await db('appointment_types')
    .where({ id, active: isArchived })
    .update({ active: !isArchived, revision: db.raw('revision + 1') })
  return changed === 1
}

/** @returns false when something was booked with it: then it can only be archived */
export async function deleteType(db: Knex, id: string): Promise<boolean> {
  try {
    return await db.transaction(async (trx) => (await trx('appointment_types').where({ id }).del()) === 1)
  } catch (error) {
    if (codeOf(error) === FOREIGN) return false
    throw error
  }
}

/** One place up or down among those that are offered. @returns false at either end */
export function moveType(db: Knex, id: string, go: 'up' | 'down'): Promise<boolean> {
  return db.transaction(async (trx) => {
    const rows = await trx('appointment_types')
      .where({ active: true })
      .orderBy(['position', 'name', 'id'])
      .forUpdate()
      .select<{ id: string }[]>('id')
    const order = rows.map((row) => row.id)
    const from = order.indexOf(id)
    const to = go === 'up' ? from - 1 : from + 1
    if (from < 0 || to < 0 || to >= order.length) return false
    order.splice(to, 0, ...order.splice(from, 1))
    await trx.raw(
      `update appointment_types t set position = o.position
       from unnest(?::uuid[]) with ordinality o (id, position) where o.id = t.id`,
      [order],
    )
    return true
  })
}
