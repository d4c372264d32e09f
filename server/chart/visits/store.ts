import type { Knex } from 'knex'
import type { State } from '../../appointments/states.ts'
import type { Instant } from '../../clock.ts'
import type { PlaceName } from '../../words.ts'

export type Visit = {
  id: string
  startsAt: Instant
  endsAt: Instant
  type: string
  place: PlaceName
  state: State
  wasLate: boolean
  dietitianId: string
  dietitian: string
}

export const PAGE = 25

/** A client's appointments, the latest first; `page` counts from 0. One more than a page, to know of the next. */
export async function listVisits(
  db: Knex,
  { clientId, dietitianId }: { clientId: string; dietitianId: string },
  page: number,
): Promise<Visit[]> {
  const { rows } = await db.raw<{ rows: Visit[] }>(
    `select a.id, a.starts_at as "startsAt", a.ends_at as "endsAt", a.type_name as type, a.place, a.state,
       a.was_late as "wasLate", a.dietitian_id as "dietitianId", d.name as dietitian
     from appointments a join dietitians d on d.id = a.dietitian_id
     where a.client_id = ? and a.state not in ('held', 'lapsed') and may_see_chart(?, ?)
     order by a.starts_at desc, a.id offset ? limit ${PAGE + 1}`,
    [clientId, dietitianId, clientId, page * PAGE],
  )
  return rows
}
