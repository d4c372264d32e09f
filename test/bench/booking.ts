import { randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { DAY, iso } from '../../server/clock.ts'
import { capture, type Query } from './capture.ts'
import { randomFrom, shuffled } from './machine.ts'
import { confirm, hold, slotAt, type Visitor, visitor, type Wish } from './visitor.ts'
import { within } from './world.ts'

/** One booking over HTTP, and the same booking as bare SQL. */

/** @returns 'booked', or the status of the request that was refused */
export async function bookWish(guest: Visitor, base: string, wish: Wish): Promise<string> {
  const held = await hold(guest, base, wish)
  if (held.status !== 303) return `hold ${held.status}`
  const booked = await confirm(guest, base, held, `${randomUUID()}@example.com`)
  return booked.status === 303 ? 'booked' : `confirm ${booked.status}`
}

/** Free five-minute slots of all dietitians over months, in no order: a day gets a few bookings, as in life. */
export async function freeSlots(base: string, now: number): Promise<Wish[]> {
  const guest = visitor({ connections: 1 })
  const day = (n: number) => iso(now + n * DAY).slice(0, 10)
  const wishes: Wish[] = []
  for (let dietitian = 1; dietitian <= 5; dietitian++) {
    const who = `dietitian-${dietitian}`
    const query = new URLSearchParams({
      type: 'short',
      from: day(6),
      to: day(96),
      zone: 'UTC',
      with: who,
    })
    const { slots } = JSON.parse((await guest.get(`${base}/api/slots?${query}`)).body)
    for (const { start } of slots as { start: string }[])
      wishes.push({ type: 'short', slot: slotAt(Date.parse(start)), with: who })
  }
  guest.leave()
  return shuffled(wishes, randomFrom(7))
}

/** A booking as it went to Postgres, and who is who: the ids of the dietitians by their slugs. */
export type Recording = { queries: Query[]; wish: Wish; ids: Record<string, string> }

/** What Postgres is asked for one booking: both requests, from BEGIN to COMMIT. */
export async function recordBooking(url: string, first: Wish, wish: Wish): Promise<Recording> {
  const guest = visitor({ connections: 1 })
  const queries = await capture(url, async (base, forget) => {
    await bookWish(guest, base, first)
    forget()
    const outcome = await bookWish(guest, base, wish)
    if (outcome !== 'booked') throw new Error(`The booking to be replayed came out as ${outcome}`)
  })
  guest.leave()
  const rows = await within(url, (db) =>
    db('dietitians').select<{ slug: string; id: string }[]>('slug', 'id'),
  )
  return { queries, wish, ids: Object.fromEntries(rows.map(({ slug, id }) => [slug, id])) }
}

/** What stands for the values of the booking that was captured. */
type Fresh = { known: Map<string, unknown>; start: number; shift: number }

/** Runs a captured booking again for another slot, with ids as they come back, new secrets and another client. */
export async function replay(client: pg.Client, recording: Recording, wish: Wish): Promise<'booked'> {
  const { queries, wish: was, ids } = recording
  const start = Date.parse(was.slot)
  const known = new Map<string, unknown>([[ids[was.with ?? ''] ?? '', ids[wish.with ?? '']]])
  const fresh: Fresh = { known, start, shift: Date.parse(wish.slot) - start }
  for (const { text, values, rows: were } of queries) {
    const { rows } = await client.query(
      text,
      values.map((value) => renewed(value, fresh)),
    )
    const [before, is] = [were[0]?.id, rows[0]?.id]
    if ((before === undefined) !== (is === undefined)) throw new Error(`Answered differently: ${text}`)
    if (before !== undefined) known.set(String(before), is)
  }
  return 'booked'
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/

function renewed(value: unknown, fresh: Fresh): unknown {
  if (Buffer.isBuffer(value) || value instanceof Uint8Array)
    return kept(fresh, Buffer.from(value).toString('hex'), () => randomBytes(value.length))
  if (Array.isArray(value)) return value.map((one) => renewed(one, fresh))
  if (typeof value !== 'string') return value
  if (INSTANT.test(value)) {
    const instant = Date.parse(value)
    return Math.abs(instant - fresh.start) < 3 * DAY ? iso(instant + fresh.shift) : value
  }
  if (value.includes('@')) return kept(fresh, value, () => `${randomUUID()}@example.com`)
  if (value.startsWith('[{'))
    return value.replace(/"changeId":(\d+)/, (_, id) => `"changeId":${fresh.known.get(id)}`)
  return fresh.known.get(value) ?? value
}

/** The same new value wherever the old one stood. */
function kept(fresh: Fresh, was: string, makeNew: () => unknown): unknown {
  if (!fresh.known.has(was)) fresh.known.set(was, makeNew())
  return fresh.known.get(was)
}
