import { freeSlots } from './booking.ts'
import { bookOver } from './bookings.ts'
import { startFlora } from './flora.ts'
import { printMachine, verdict } from './machine.ts'
import { pagesOf } from './pages.ts'
import { open, startPostgres } from './postgres.ts'
import { compare, startLoad } from './turns.ts'
import { makeDatabase, seedDiary } from './world.ts'

const GOAL = 0.9
const TURNS = 7
const small = { past: 0, coming: 1000 }
const large = { past: 100_000, coming: 2000 }

/** The same server on two databases: does a practice that has been there for years get slower? */
export async function benchScale(): Promise<boolean> {
  const postgres = await startPostgres()
  const load = startLoad()
  try {
    const now = Date.now()
    const urls = {
      large: await makeDatabase(postgres, 'large'),
      small: await makeDatabase(postgres, 'small'),
    }
    await seedDiary(urls.small, small, now)
    await seedDiary(urls.large, large, now)
    const database = await open(urls.large)
    await printMachine(database)
    await database.end()
    const floras = { large: await startFlora(urls.large), small: await startFlora(urls.small) }
    const say = (name: string, { ours, other, ratios }: Awaited<ReturnType<typeof compare>>) =>
      console.log(
        `${name}: ${ours.toFixed(0)} a second with 100,000 past and 2,000 coming appointments, ` +
          `${other.toFixed(0)} with 1,000, ratio ${verdict(ratios, GOAL)}`,
      )
    const [times, , , slots] = pagesOf(now)
    for (const page of [times, slots]) {
      if (!page) continue
      const ask = (base: string) => () =>
        ({ kind: 'pages', address: base + page.path, headers: {}, connections: 8, ms: 1200 }) as const
      const figures = await compare(load, ask(floras.large.base), ask(floras.small.base), {
        turns: TURNS,
        allowed: '200',
      })
      say(page.name, figures)
    }
    const wishes = {
      large: await freeSlots(floras.large.base, now),
      small: await freeSlots(floras.small.base, now),
    }
    const figures = await compare(
      load,
      bookOver(floras.large.base, wishes.large),
      bookOver(floras.small.base, wishes.small),
      { turns: TURNS, allowed: 'booked' },
    )
    say('bookings', figures)
    await floras.large.stop()
    await floras.small.stop()
    return true
  } finally {
    load.end()
    await postgres.remove()
  }
}
