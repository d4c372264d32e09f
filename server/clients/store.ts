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
