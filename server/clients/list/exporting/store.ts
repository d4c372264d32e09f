import type { Knex } from 'knex'
import { type Instant, iso } from '../../../clock.ts'
import { IS_SEEN } from '../../store.ts'
import { IN_ORDER, matching, type Whose } from '../store.ts'

export type ExportLine = {
  name: string
  email: string
  phone: string
  zone: string
  isActive: boolean
  isArchived: boolean
  since: Instant
  lastAt: Instant | null
  nextAt: Instant | null
}

const BATCH = 500

/** All that the list shows over its pages, by name, in batches: however many there are, few are held at once. */
export async function* clientsForExport(db: Knex, whose: Whose, now: Instant): AsyncGenerator<ExportLine[]> {
  const { from, where, bindings } = matching(whose, now)
  let last = { sortName: '', id: '00000000-0000-0000-0000-000000000000' }
  for (;;) {
    const { rows } = await db.raw<{ rows: (ExportLine & typeof last)[] }>(
      `select c.id, c.sort_name as "sortName", c.name, c.email, c.phone, c.zone, c.is_active as "isActive",
         c.archived_at is not null as "isArchived", c.created_at as since,
         (select max(k.starts_at) from appointments k where k.client_id = c.id and k.state = 'kept') as "lastAt",
         (select min(n.starts_at) from appointments n
          where n.client_id = c.id and n.state = 'booked' and n.starts_at > ?) as "nextAt"
       from ${from} where ${IS_SEEN} and ${where} and (c.sort_name collate "C", c.id) > (? collate "C", ?::uuid)
       order by ${IN_ORDER} limit ${BATCH}`,
      [iso(now), ...bindings, last.sortName, last.id],
    )
    const end = rows.at(-1)
    if (!end) return
    yield rows
    last = { sortName: end.sortName, id: end.id }
  }
}
