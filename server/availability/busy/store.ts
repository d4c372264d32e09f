import type { Knex } from 'knex'
import { HOUR, type Instant, iso } from '../../clock.ts'
import type { Diary } from '../openings.ts'
import type { Bookable } from '../store.ts'

type BusyRow = {
  dietitian_id: string
  starts: number[]
  ends: number[]
  counted: (number | null)[]
  typed: [type: string, start: number][] | null
}

// One row a dietitian, in epoch milliseconds, as JSON: parsing 2,000 ranges as rows of text costs more than the query.
const busySql = `
  select dietitian_id,
    json_agg(round(date_part('epoch', lower(blocks)) * 1000)) as starts,
    json_agg(round(date_part('epoch', upper(blocks)) * 1000)) as ends,
    json_agg(round(date_part('epoch', counted_at) * 1000)) as counted,
    json_agg(json_build_array(appointment_type_id, round(date_part('epoch', counted_at) * 1000)))
      filter (where appointment_type_id = any(?)) as typed
  from busy_ranges
  where dietitian_id = any(?) and blocks && tstzrange(?, ?)
    and (held_until is null or held_until > ?)
    and coalesce(appointment_id <> ?, true)
  group by dietitian_id`

/** The daily limit counts whole local days, of 25 hours at most; the longest type with its buffers takes less. */
const AROUND = 26 * HOUR

/**
 * What blocks the dietitians of these types in a span and around it, so that all of its slots can be decided.
 * Holds that have run out do not count. `except` leaves one appointment out, when it is the one to be moved.
 */
export async function listBusy(
  db: Knex,
  bookables: Bookable[],
  span: { from: Instant; to: Instant },
  now: Instant,
  except: string | null = null,
): Promise<Map<string, Diary>> {
  const ids = [...new Set(bookables.flatMap(({ dietitians }) => dietitians.map(({ id }) => id)))]
  const limited = bookables.filter(({ type }) => type.offer.dailyLimit !== null).map(({ type }) => type.id)
  const bindings = [limited, ids, iso(span.from - AROUND), iso(span.to + AROUND), iso(now), except]
  const { rows } = await db.raw<{ rows: BusyRow[] }>(busySql, bindings)
  const busy = new Map<string, Diary>(ids.map((id) => [id, { ranges: [], starts: [] }]))
  for (const row of rows) busy.set(row.dietitian_id, toDiary(row))
  return busy
}

function toDiary({ starts, ends, counted, typed }: BusyRow): Diary {
  const byType = new Map<string, Instant[]>()
  for (const [type, start] of typed ?? []) {
    const others = byType.get(type)
    if (others) others.push(start)
    else byType.set(type, [start])
  }
  const ranges = starts.map((start, n) => ({ start, end: ends[n] as number }))
  return { ranges, starts: counted.filter((start) => start !== null), byType }
}
