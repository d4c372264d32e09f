import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'

export type NewClient = { email: string; name: string; phone: string; zone: string }

/**
 * The client with this e-mail, made when there is none. A known client's name and phone stay as they are:
 * whoever books with somebody's address must not rewrite their record.
 */
export async function findOrInsertClient(trx: Knex, client: NewClient, now: Instant): Promise<string> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into clients (email, name, phone, zone, created_at) values (?, ?, ?, ?, ?)
     on conflict (lower(email)) do update set email = clients.email
     returning id`,
    [client.email, client.name, client.phone, client.zone, iso(now)],
  )
  return (rows[0] as { id: string }).id
}

export type ClientLine = {
  id: string
  name: string
  email: string
  /** Whether they have kept an appointment. */
  isActive: boolean
  nextAt: Instant | null
  /** Warning signs that nobody has acknowledged. */
  signs: number
  urgent: number
}

export const PAGE = 25

/**
 * Clients by name; `page` counts from 0. One more than a page, to know of the next.
 * @param withSigns only those with warning signs that nobody has acknowledged
 */
export async function listClients(
  db: Knex,
  { page, withSigns }: { page: number; withSigns: boolean },
  now: Instant,
): Promise<ClientLine[]> {
  const open = 'from raised_signs s where s.client_id = c.id and s.acknowledged_at is null'
  const { rows } = await db.raw<{ rows: ClientLine[] }>(
    `with shown as (
       select c.id, c.name, c.email from clients c
       ${withSigns ? `where exists (select 1 ${open})` : ''}
       order by lower(c.name), c.id offset ? limit ${PAGE + 1})
     select c.id, c.name, c.email,
       exists (select 1 from appointments k where k.client_id = c.id and k.state = 'kept') as "isActive",
       (select min(a.starts_at) from appointments a
        where a.client_id = c.id and a.state = 'booked' and a.starts_at > ?) as "nextAt",
       (select count(*) ${open}) as signs,
       (select count(*) ${open} and s.kind = 'urgent') as urgent
     from shown c order by lower(c.name), c.id`,
    [page * PAGE, iso(now)],
  )
  return rows
}
