import { freeSlots } from './booking.ts'
import { bookOver } from './bookings.ts'
import { startFlora } from './flora.ts'
import { median, printMachine, verdict } from './machine.ts'
import { capturePages, pagesOf } from './pages.ts'
import { open, startPostgres } from './postgres.ts'
import { type Compared, compare, startBare, startLoad } from './turns.ts'
import { makeDatabase, seedDiary } from './world.ts'

const GOAL = 0.9
const TURNS = 7
const small = { past: 0, coming: 1000 }
const large = { past: 100_000, coming: 2000 }

const IN_LARGE = 'with 100,000 past and 2,000 coming appointments'
const IN_SMALL = 'with 1,000'

type Figures = Record<'large' | 'small', Compared>

/** The figure of a page is its ratio to the bare route: what Postgres needs for twice as much that is booked counts in both. */
function sayFigures(name: string, { large, small }: Figures): void {
  const [there, here] = [median(large.ratios), median(small.ratios)]
  const ratios = large.ratios.map((ratio, n) => ratio / (small.ratios[n] as number))
  console.log(
    `${name}: ${there.toFixed(2)} of the bare route ${IN_LARGE}, ${here.toFixed(2)} ${IN_SMALL}, ` +
      `ratio ${verdict(ratios, GOAL)}; ${large.ours.toFixed(0)} and ${small.ours.toFixed(0)} a second`,
  )
}

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
    const [times, , , slots] = pagesOf(now)
    const pages = [times, slots].filter((page) => page !== undefined)
    const bares = {
      large: await startBare({ url: urls.large, routes: await capturePages(urls.large, pages) }),
      small: await startBare({ url: urls.small, routes: await capturePages(urls.small, pages) }),
    }
    for (const [n, { name, path }] of pages.entries()) {
      const ask = (address: string) => () =>
        ({ kind: 'pages', address, headers: {}, connections: 8, ms: 1200 }) as const
      const figure = (size: 'large' | 'small') =>
        compare(load, ask(floras[size].base + path), ask(`${bares[size].base}/${n}`), {
          turns: TURNS,
          allowed: '200',
        })
      sayFigures(name, { large: await figure('large'), small: await figure('small') })
    }
    for (const bare of Object.values(bares)) bare.end()
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
    console.log(
      `bookings: ${figures.ours.toFixed(0)} a second ${IN_LARGE}, ${figures.other.toFixed(0)} ${IN_SMALL}, ` +
        `ratio ${verdict(figures.ratios, GOAL)}`,
    )
    await floras.large.stop()
    await floras.small.stop()
    return true
  } finally {
    load.end()
    await postgres.remove()
  }
}
