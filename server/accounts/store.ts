import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import type { Account } from '../web/access.ts'

type Row = {
  id: string
  role: Account['role']
  dietitian_id: string | null
  client_id: string | null
  name: string
  password_hash: string | null
}

const selectAccount = `
  select a.id, a.role, d.id as dietitian_id, c.id as client_id, coalesce(d.name, c.name, a.email) as name, a.password_hash
  from accounts a
  left join dietitians d on d.account_id = a.id
  left join clients c on c.account_id = a.id
  where a.disabled_at is null`

const toAccount = (row: Row): Account => ({
  id: row.id,
  role: row.role,
  dietitianId: row.dietitian_id,
  clientId: row.client_id,
  name: row.name,
})

/** Who a session belongs to; a disabled account is nobody from the next request on. */
export async function findAccount(db: Knex, id: string): Promise<Account | undefined> {
  const { rows } = await db.raw<{ rows: Row[] }>(`${selectAccount} and a.id = ?`, [id])
  return rows[0] && toAccount(rows[0])
}

export async function findAccountByEmail(
  db: Knex,
  email: string,
): Promise<{ account: Account; passwordHash: string | null } | undefined> {
  const { rows } = await db.raw<{ rows: Row[] }>(`${selectAccount} and lower(a.email) = lower(?)`, [email])
  return rows[0] && { account: toAccount(rows[0]), passwordHash: rows[0].password_hash }
}

export type NewAccount = { role: Account['role']; email: string; passwordHash: string }

/** @throws a unique violation when the e-mail has an account already */
export async function insertAccount(db: Knex, account: NewAccount, now: Instant): Promise<string> {
  const { role, email, passwordHash } = account
  const row = { role, email, password_hash: passwordHash, created_at: iso(now) }
  const [inserted] = await db('accounts').insert(row).returning<{ id: string }[]>('id')
  return (inserted as { id: string }).id
}
