import type { Knex } from 'knex'
import { recordAct } from '../audit/store.ts'
import { type Instant, iso } from '../clock.ts'
import { markOf } from '../practice/meanwhile.ts'
import type { Sealer } from '../sealing/seal.ts'
import { rightsFields } from './pages.ts'

export type Person = {
  /** Of the dietitian. */
  id: string
  accountId: string
  name: string
  credentials: string
  email: string
  isOwner: boolean
  seesAllCharts: boolean
  disabledAt: Instant | null
}

const personSql = `
  select d.id, d.account_id as "accountId", d.name, d.credentials, a.email, d.is_owner as "isOwner",
    d.sees_all_charts as "seesAllCharts", a.disabled_at as "disabledAt"
  from dietitians d join accounts a on a.id = d.account_id`

/** Who works in the practice, those who no longer do last. At most 200. */
export async function listPeople(db: Knex): Promise<Person[]> {
  const { rows } = await db.raw<{ rows: Person[] }>(
    `${personSql} order by a.disabled_at is not null, d.position, d.created_at, d.id limit 200`,
  )
  return rows
}

export async function findPerson(db: Knex, id: string): Promise<Person | undefined> {
  const { rows } = await db.raw<{ rows: Person[] }>(`${personSql} where d.id = ?`, [id])
  return rows[0]
}

export type Work = { coming: number; types: { name: string; slug: string }[] }

/** What somebody has to do with: the appointments to come, and the types they offer. */
export async function findWork(db: Knex, dietitianId: string, now: Instant): Promise<Work> {
  const { rows } = await db.raw<{ rows: [Work] }>(
    `select
       (select count(*) from appointments a
        where a.dietitian_id = ? and a.state = 'booked' and a.starts_at > ?) as coming,
       (select coalesce(json_agg(json_build_object('name', t.name, 'slug', t.slug) order by t.position, t.id), '[]')
        from appointment_type_dietitians o join appointment_types t on t.id = o.appointment_type_id
        where o.dietitian_id = ? and t.active) as types`,
    [dietitianId, iso(now), dietitianId],
  )
  return rows[0]
}

/**
 * Whoever changes who may do what does it one after the other, so that two can't take each other's place away.
 * @returns whether they still own the practice, now that it is their turn: another owner may have been quicker
 */
export async function takeTurn(trx: Knex, accountId: string): Promise<boolean> {
  await lockPeople(trx)
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select 1 from dietitians d join accounts a on a.id = d.account_id
     where a.id = ? and d.is_owner and a.disabled_at is null`,
    [accountId],
  )
  return rows.length > 0
}

export async function lockPeople(trx: Knex): Promise<void> {
  await trx.raw('select 1 from practice for no key update')
}

async function hasOtherOwner(trx: Knex, id: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select 1 from dietitians d join accounts a on a.id = d.account_id
     where d.is_owner and a.disabled_at is null and d.id <> ? limit 1`,
    [id],
  )
  return rows.length > 0
}

/** What somebody who may no longer change it has asked of others is off. */
async function withdrawInvitationsOf(trx: Knex, accountId: string, now: Instant): Promise<void> {
  await trx('invitations')
    .where({ invited_by: accountId, accepted_at: null, withdrawn_at: null })
    .update({ withdrawn_at: iso(now) })
}

type Ledger = { db: Knex; sealer: Sealer }
type Rights = { seesAllCharts: boolean; isOwner: boolean }

/** @param by the account of the owner who does it */
export type Changing<T> = { id: string; by: string } & T

/**
 * What somebody may see and do, from now on.
 * @returns 'last' when the practice would be without an owner; 'changed' when their rights are others than were shown
 */
export const saveRights = (
  { db, sealer }: Ledger,
  { id, by, base, rights }: Changing<{ base: string; rights: Rights }>,
  now: Instant,
): Promise<'saved' | 'last' | 'changed' | 'gone'> =>
  db.transaction(async (trx) => {
    const isOwner = await takeTurn(trx, by)
    const person = await findPerson(trx, id)
    if (!person || !isOwner) return 'gone'
    if (markOf(rightsFields(person)) !== base) return 'changed'
    const losesOwner = person.isOwner && !rights.isOwner
    if (losesOwner && person.disabledAt === null && !(await hasOtherOwner(trx, id))) return 'last'
    await trx('dietitians')
      .where({ id })
      .update({ sees_all_charts: rights.seesAllCharts, is_owner: rights.isOwner })
    if (losesOwner) await withdrawInvitationsOf(trx, person.accountId, now)
    await recordAct(
      { db: trx, sealer },
      { accountId: by, action: 'person.changed', clientId: null, subjectId: id },
      now,
    )
    return 'saved'
  })

/** Signs somebody out everywhere for good; nobody can book with them any more. What they did stays. */
export const disablePerson = (
  { db, sealer }: Ledger,
  { id, by }: Changing<object>,
  now: Instant,
): Promise<'disabled' | 'self' | 'last' | 'gone'> =>
  db.transaction(async (trx) => {
    const isOwner = await takeTurn(trx, by)
    const person = await findPerson(trx, id)
    if (!person || !isOwner) return 'gone'
    if (person.accountId === by) return 'self'
    if (person.disabledAt !== null) return 'disabled'
    if (person.isOwner && !(await hasOtherOwner(trx, id))) return 'last'
    const { accountId } = person
    await trx('accounts')
      .where({ id: accountId })
      .update({ disabled_at: iso(now) })
    await trx('dietitians').where({ id }).update({ active: false })
    await trx('sessions').where({ account_id: accountId }).del()
    await withdrawInvitationsOf(trx, accountId, now)
    await recordAct(
      { db: trx, sealer },
      { accountId: by, action: 'person.disabled', clientId: null, subjectId: id },
      now,
    )
    return 'disabled'
  })

/** They may sign in again and be booked, as before. */
export const enablePerson = (
  { db, sealer }: Ledger,
  { id, by }: Changing<object>,
  now: Instant,
): Promise<'enabled' | 'gone'> =>
  db.transaction(async (trx) => {
    const isOwner = await takeTurn(trx, by)
    const person = await findPerson(trx, id)
    if (!person || !isOwner) return 'gone'
    if (person.disabledAt === null) return 'enabled'
    await trx('accounts').where({ id: person.accountId }).update({ disabled_at: null })
    await trx('dietitians').where({ id }).update({ active: true })
    await recordAct(
      { db: trx, sealer },
      { accountId: by, action: 'person.enabled', clientId: null, subjectId: id },
      now,
    )
    return 'enabled'
  })
