import type { Knex } from 'knex'
import type { Role } from '../../audit/chain.ts'
import type { Instant } from '../../clock.ts'

export type AuditLine = {
  position: number
  at: Instant
  role: Role
  action: string
  accountId: string | null
  /** Of who did it; null when there is no such account (any more). */
  name: string | null
}

export const PAGE = 50

const linesSql = `
  select e.position, e.at, e.role, e.action, e.account_id as "accountId", coalesce(d.name, c.name) as name
  from audit_entries e
  left join dietitians d on d.account_id = e.account_id
  left join clients c on c.account_id = e.account_id
  where e.client_id = ? and (select may_see_chart(?, ?)) and e.position < coalesce(?, 9223372036854775807)
  order by e.position desc limit ${PAGE + 1}`

/**
 * Who saw or changed what of a client, the newest first; nothing for a dietitian who may not see their chart. One more
 * than a page, to know of the next.
 * @param before the entry that the page stops short of: looking adds an entry, and numbered pages would shift. Null: the newest
 */
export async function listAuditOf(
  db: Knex,
  { clientId, dietitianId }: { clientId: string; dietitianId: string },
  before: number | null,
): Promise<AuditLine[]> {
  const bindings = [clientId, dietitianId, clientId, before] as Knex.RawBinding[]
  const { rows } = await db.raw<{ rows: AuditLine[] }>(linesSql, bindings)
  return rows
}
