import type pg from 'pg'

/** Pairs of one dietitian's rows that block the same time, counted without help of the constraint. */
export async function findOverlaps(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ count: string }>(`
    select count(*) from appointments a join appointments b
      on a.dietitian_id = b.dietitian_id and a.id < b.id
      and greatest(lower(a.blocks), lower(b.blocks)) < least(upper(a.blocks), upper(b.blocks))
    where a.state in ('held', 'booked', 'kept') and b.state in ('held', 'booked', 'kept')`)
  return Number(rows[0]?.count)
}
