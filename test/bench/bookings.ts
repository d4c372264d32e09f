import { freeSlots, type Recording, recordBooking } from './booking.ts'
import { startFlora } from './flora.ts'
import { printMachine, verdict } from './machine.ts'
import { open, startPostgres } from './postgres.ts'
import { type Compared, compare, startLoad } from './turns.ts'
import type { Wish } from './visitor.ts'
import { makeDatabase, seedDiary } from './world.ts'

const GOAL = 0.5
const CONNECTIONS = 8
const TURNS = 7
const TURN_MS = 1500
/** More than a turn can book. */
const WISHES_A_TURN = 1500

const lane = { connections: CONNECTIONS, ms: TURN_MS }

export const bookOver = (base: string, wishes: Wish[]) => () =>
  ({ ...lane, kind: 'bookings', base, wishes: wishes.splice(0, WISHES_A_TURN) }) as const

const bookBare = (url: string, recording: Recording, wishes: Wish[]) => () =>
  ({ ...lane, kind: 'replay', url, recording, wishes: wishes.splice(0, WISHES_A_TURN) }) as const

/** Bookings a second (hold and confirmation, over HTTP) beside the same SQL through bare pg on as many connections. */
export async function benchBookings(): Promise<boolean> {
  const postgres = await startPostgres()
  const load = startLoad()
  try {
    const now = Date.now()
    const url = await makeDatabase(postgres, 'bookings')
    await seedDiary(url, { past: 500, coming: 500 }, now)
    const database = await open(url)
    await printMachine(database)
    await database.end()
    const flora = await startFlora(url)
    const wishes = await freeSlots(flora.base, now)
    const [first, second] = wishes.splice(0, 2) as [Wish, Wish]
    const recording = await recordBooking(url, first, second)
    const figures: Compared = await compare(
      load,
      bookOver(flora.base, wishes),
      bookBare(url, recording, wishes),
      { turns: TURNS, allowed: 'booked' },
    )
    console.log(
      `bookings: ${figures.ours.toFixed(0)} a second over HTTP on ${CONNECTIONS} connections, the same SQL bare ` +
        `${figures.other.toFixed(0)}, ratio ${verdict(figures.ratios, GOAL)}; ${recording.queries.length} statements each`,
    )
    await flora.stop()
    return true
  } finally {
    load.end()
    await postgres.remove()
  }
}
