import type { Knex } from 'knex'
import { slugOf } from '../slug.ts'

type Named = { table: 'dietitians' | 'appointment_types'; name: string }

/** "robin-vale", or "robin-vale-2" when there is one. Whoever may come at the same time is the caller's to mind. */
export async function freeSlug(trx: Knex, { table, name }: Named): Promise<string> {
  const slug = slugOf(name, table === 'dietitians' ? 'dietitian' : 'appointment').slice(0, 56)
  const begin = slug.replace(/-+$/, '')
  const taken = new Set(await trx(table).whereLike('slug', `${begin}%`).pluck('slug'))
  let free = begin
  for (let n = 2; taken.has(free); n += 1) free = `${begin}-${n}`
  return free
}
