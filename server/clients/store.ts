import type { Knex } from 'knex'
import { type Ledger, recordAct } from '../audit/store.ts'
import { type Instant, iso } from '../clock.ts'
import { isDuplicate } from '../database/refusals.ts'
import { lockClient, withdrawAllOf } from '../requests/store.ts'

/**
 * Whose charts a dietitian may see, as may_see_chart() says it, for lists over `clients c`: whoever sees all is not asked
 * about each, and of anybody else Postgres gathers the clients or asks for each, whichever is less.
 */
export const IS_SEEN = `(
  (select d.sees_all_charts from dietitians d where d.id = ?)
  or exists (select 1 from own_clients o where o.dietitian_id = ? and o.client_id = c.id))`

/** The same, asked for each: where few are looked at until a page is full, which Postgres would take for many. */
export const IS_SEEN_EACH = IS_SEEN.replace('o.client_id = c.id', 'o.client_id = c.id offset 0')

/** Bindings of both. */
export const seenBy = (dietitianId: string): string[] => [dietitianId, dietitianId]

export type NewClient = { email: string; name: string; phone: string; zone: string }

/**
 * The client with this e-mail, made when there is none. A known client's name and phone stay as they are:
 * whoever books with somebody's address must not rewrite their record.
 */
export async function findOrInsertClient(
  trx: Knex,
  client: NewClient,
  now: Instant,
): Promise<{ id: string; isNew: boolean }> {
  const { rows } = await trx.raw<{ rows: { id: string; isNew: boolean }[] }>(
    `insert into clients (email, name, phone, zone, created_at) values (?, ?, ?, ?, ?)
     on conflict (lower(email)) do update set email = clients.email
     returning id, xmax = 0 as "isNew"`,
    [client.email, client.name, client.phone, client.zone, iso(now)],
  )
  return rows[0] as { id: string; isNew: boolean }
}

/** `born`: YYYY-MM-DD. */
export type Particulars = {
  name: string
  email: string
  phone: string
  zone: string
  pronouns: string
  born: string | null
}

type By = { accountId: string; dietitianId: string }

/** By hand, and the client of who adds them. @returns the id, or undefined when somebody has this e-mail already */
export function insertClient(
  ledger: Ledger,
  { accountId, dietitianId, ...given }: Particulars & By,
  now: Instant,
): Promise<string | undefined> {
  return ledger.db.transaction(async (trx) => {
    const { name, email, phone, zone, pronouns, born } = given
    const { rows } = await trx.raw<{ rows: { id: string }[] }>(
      `insert into clients (name, email, phone, zone, pronouns, born_on, dietitian_id, created_at)
       values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing returning id`,
      [name, email, phone, zone, pronouns, born, dietitianId, iso(now)],
    )
    const id = rows[0]?.id
    const entry = {
      accountId,
      action: 'client.created',
      clientId: id ?? null,
      subjectId: id ?? null,
    } as const
    if (id) await recordAct({ ...ledger, db: trx }, entry, now)
    return id
  })
}

/** Who has this e-mail; undefined when nobody has, or it is a client that this dietitian may not see. */
export async function findByEmail(
  db: Knex,
  email: string,
  dietitianId: string,
): Promise<{ id: string; name: string } | undefined> {
  const { rows } = await db.raw<{ rows: { id: string; name: string }[] }>(
    'select id, name from clients where lower(email) = lower(?) and may_see_chart(?, id)',
    [email, dietitianId],
  )
  return rows[0]
}

export type Colleague = { id: string; name: string }

export type Details = Particulars & {
  id: string
  /** Whose client they are, wherever their appointments are; null: nobody's. */
  dietitianId: string | null
  /** Who can be made their dietitian; null when whoever looks may not do so, for they don't see all charts. */
  colleagues: Colleague[] | null
  revision: number
  /** They sign in: the e-mail is theirs to change. */
  hasAccount: boolean
  since: Instant
  archivedAt: Instant | null
}

export async function findDetails(
  db: Knex,
  { clientId, dietitianId }: { clientId: string; dietitianId: string },
): Promise<Details | undefined> {
  const { rows } = await db.raw<{ rows: Details[] }>(
    `select id, name, email, phone, zone, pronouns, born_on as born, revision, account_id is not null as "hasAccount",
       created_at as since, archived_at as "archivedAt", dietitian_id as "dietitianId", (
         select json_agg(json_build_object('id', d.id, 'name', d.name) order by lower(d.name), d.id)
         from dietitians d
         where (d.active or d.id = c.dietitian_id) and (select sees_all_charts from dietitians where id = ?)) as colleagues
     from clients c where id = ? and may_see_chart(?, id)`,
    [dietitianId, clientId, dietitianId],
  )
  return rows[0]
}

export type Change = Omit<Particulars, 'email'> &
  By & {
    clientId: string
    email?: string
    revision: number
    /** Whose client they become, null for nobody's; only who sees all charts may say so. */
    ownDietitianId?: string | null
  }

/**
 * Changes what is known of a client; the e-mail only of somebody who does not sign in, and then the links that lie in the
 * old mailbox are over.
 * @returns 'changed-since' when it is no longer as it was shown, 'taken' when somebody else has the e-mail
 */
export async function changeDetails(
  ledger: Ledger,
  change: Change,
  now: Instant,
): Promise<'changed' | 'changed-since' | 'taken'> {
  const { clientId, accountId, dietitianId, revision, name, phone, zone, pronouns, born, email } = change
  const { ownDietitianId } = change
  try {
    return await ledger.db.transaction(async (trx) => {
      const { rows } = await trx.raw<{ rows: unknown[] }>(
        `update clients set name = ?, phone = ?, zone = ?, pronouns = ?, born_on = ?, revision = revision + 1,
           email = case when account_id is null then coalesce(?, email) else email end,
           dietitian_id = case when ? and (select sees_all_charts from dietitians where id = ?) then ? else dietitian_id end
         where id = ? and revision = ? and may_see_chart(?, id) returning id`,
        [
          name,
          phone,
          zone,
          pronouns,
          born,
          email ?? null,
          ownDietitianId !== undefined,
          dietitianId,
          ownDietitianId ?? null,
          clientId,
          revision,
          dietitianId,
        ] as Knex.RawBinding[],
      )
      if (rows.length === 0) return 'changed-since'
      if (email !== undefined) await trx('sign_in_links').where({ client_id: clientId }).del()
      const entry = { accountId, action: 'client.changed', clientId, subjectId: clientId } as const
      await recordAct({ ...ledger, db: trx }, entry, now)
      return 'changed'
    })
  } catch (error) {
    if (isDuplicate(error)) return 'taken'
    throw error
  }
}

/**
 * Into the archive: out of the lists, nothing is asked of them any more. Somebody with an appointment to come stays.
 * @returns false when there is one, or they are in the archive already
 */
export function archiveClient(
  ledger: Ledger,
  { clientId, accountId, dietitianId }: By & { clientId: string },
  now: Instant,
): Promise<boolean> {
  return ledger.db.transaction(async (trx) => {
    // A booking of this moment is waited for, and seen by the next statement.
    await lockClient(trx, clientId)
    const { rows } = await trx.raw<{ rows: unknown[] }>(
      `update clients c set archived_at = ?, revision = revision + 1
       where c.id = ? and c.archived_at is null and may_see_chart(?, c.id) and not exists (
         select 1 from appointments a where a.client_id = c.id and a.state = 'booked' and a.starts_at > ?)
       returning c.id`,
      [iso(now), clientId, dietitianId, iso(now)],
    )
    if (rows.length === 0) return false
    await withdrawAllOf(trx, clientId, now)
    const entry = { accountId, action: 'client.archived', clientId, subjectId: clientId } as const
    await recordAct({ ...ledger, db: trx }, entry, now)
    return true
  })
}

export function restoreClient(
  ledger: Ledger,
  { clientId, accountId, dietitianId }: By & { clientId: string },
  now: Instant,
): Promise<void> {
  return ledger.db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: unknown[] }>(
      `update clients set archived_at = null, revision = revision + 1
       where id = ? and archived_at is not null and may_see_chart(?, id) returning id`,
      [clientId, dietitianId],
    )
    const entry = { accountId, action: 'client.restored', clientId, subjectId: clientId } as const
    if (rows.length > 0) await recordAct({ ...ledger, db: trx }, entry, now)
  })
}
