import pg from 'pg'
import { bookWish, type Recording, replay } from './booking.ts'
import { openPage, type Saving, saver } from './filling.ts'
import { count } from './machine.ts'
import { type Visitor, visitor, type Wish } from './visitor.ts'

/** A process of its own that asks and asks, on a number of connections at once, and says how often it got an answer. */

export type Turn = { connections: number; ms: number } & (
  | { kind: 'pages'; address: string; headers: Record<string, string> }
  | { kind: 'bookings'; base: string; wishes: Wish[] }
  | { kind: 'saves'; lanes: Saving[] }
  | { kind: 'replay'; url: string; recording: Recording; wishes: Wish[] }
)
export type Answers = { perSecond: number; counts: Map<string, number>; slowest: number }

/** One act of one connection; a word for what came of it. */
type Act = () => Promise<string | number>

async function actsOf(turn: Turn): Promise<{ acts: Act[]; end(): Promise<void> | void }> {
  const lanes = Array.from({ length: turn.connections })
  if (turn.kind === 'replay') {
    const clients = lanes.map(() => new pg.Client({ connectionString: turn.url }))
    await Promise.all(clients.map((client) => client.connect()))
    const acts = clients.map((client) => () => replay(client, turn.recording, next(turn.wishes)))
    return { acts, end: async () => void (await Promise.all(clients.map((client) => client.end()))) }
  }
  if (turn.kind === 'saves') return savesOf(turn.lanes)
  const headers = turn.kind === 'pages' ? turn.headers : {}
  const guest = visitor({ connections: turn.connections, headers })
  return { acts: lanes.map(() => actOf(turn, guest)), end: () => guest.leave() }
}

function actOf(turn: Extract<Turn, { kind: 'pages' | 'bookings' }>, guest: Visitor): Act {
  if (turn.kind === 'pages') return async () => (await guest.get(turn.address)).status
  return () => bookWish(guest, turn.base, next(turn.wishes))
}

/** Whoever has no fields yet opens the page first, and that is not counted. */
async function savesOf(lanes: Saving[]) {
  const savers = lanes.map(({ headers }) => visitor({ connections: 1, headers }))
  const acts = lanes.map(async (saving, n) => {
    const guest = savers[n] as Visitor
    const fields = saving.fields ?? (await openPage(guest, saving.address))
    return saver(guest, { ...saving, fields })
  })
  return { acts: await Promise.all(acts), end: () => savers.forEach((guest) => void guest.leave()) }
}

function next(wishes: Wish[]): Wish {
  const wish = wishes.pop()
  if (!wish) throw new Error('There are no free slots left to book')
  return wish
}

async function run(turn: Turn): Promise<Answers> {
  const { acts, end } = await actsOf(turn)
  const counts = new Map<string, number>()
  let [done, slowest] = [0, 0]
  const began = performance.now()
  const lane = async (act: Act) => {
    while (performance.now() - began < turn.ms) {
      const start = performance.now()
      count(counts, await act())
      slowest = Math.max(slowest, performance.now() - start)
      done += 1
    }
  }
  await Promise.all(acts.map(lane))
  const seconds = (performance.now() - began) / 1000
  await end()
  return { perSecond: done / seconds, counts, slowest }
}

process.on('message', async (turn: Turn) => {
  try {
    process.send?.({ answers: await run(turn) })
  } catch (error) {
    process.send?.({ failure: String(error) })
  }
})
process.once('disconnect', () => process.exit())
