import { DAY, iso } from '../../server/clock.ts'
import type { BareRoute } from './bare.ts'
import { capture } from './capture.ts'
import { startFlora } from './flora.ts'
import { printMachine, verdict } from './machine.ts'
import { open, startPostgres } from './postgres.ts'
import { besidePrepared, compare, startBares, startLoad } from './turns.ts'
import { visitor } from './visitor.ts'
import { makeDatabase, seedDiary } from './world.ts'

const GOAL = 0.6
const MOST_QUERIES = 4
const CONNECTIONS = 8
const TURNS = 7
const TURN_MS = 1000

export type Page = { name: string; path: string; headers: Record<string, string> }

/** @param now decides which days are asked for */
export function pagesOf(now: number): Page[] {
  const day = (n: number) => iso(now + n * DAY).slice(0, 10)
  const api = (to: string) =>
    `/api/slots?type=initial-consultation&from=${day(3)}&to=${to}&zone=America/Chicago`
  const times = '/book/initial-consultation'
  return [
    { name: 'times page', path: times, headers: {} },
    { name: 'times page, compressed', path: times, headers: { 'Accept-Encoding': 'gzip' } },
    {
      name: 'times page, Kathmandu',
      path: `${times}?from=${day(5)}&zone=Asia/Kathmandu&with=dietitian-2`,
      headers: {},
    },
    { name: '/api/slots, 7 days', path: api(day(9)), headers: {} },
    { name: '/api/slots, 31 days', path: api(day(33)), headers: {} },
  ]
}

/** What each page asks of Postgres and what it sends. */
export async function capturePages(url: string, pages: Page[]): Promise<BareRoute[]> {
  const routes: BareRoute[] = []
  for (const { path, headers } of pages) {
    let [body, type] = ['', '']
    // As it is before it is compressed: the bare route does that too.
    const { 'Accept-Encoding': _compressed, ...plain } = headers
    const guest = visitor({ connections: 1, headers: plain })
    const queries = await capture(url, async (base, forget) => {
      await guest.get(`${base}${path}`)
      forget()
      const answer = await guest.get(`${base}${path}`)
      ;[body, type] = [answer.body, String(answer.headers['content-type'])]
      if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`)
    })
    guest.leave()
    const isCompressed = 'Accept-Encoding' in headers
    routes.push({ path: `/${routes.length}`, type, body, isCompressed, queries })
  }
  return routes
}

/** Pages a second, beside a bare Express route that runs the same queries and sends the same bytes. */
export async function benchPages(): Promise<boolean> {
  const postgres = await startPostgres()
  try {
    const now = Date.now()
    const url = await makeDatabase(postgres, 'pages')
    await seedDiary(url, { past: 500, coming: 500 }, now)
    const flora = await startFlora(url)
    const isGood = await comparePages({ url, base: flora.base }, pagesOf(now), {
      ratio: GOAL,
      queries: MOST_QUERIES,
    })
    await flora.stop()
    return isGood
  } finally {
    await postgres.remove()
  }
}

/** @returns whether no page runs more queries than it may */
export async function comparePages(
  flora: { url: string; base: string },
  pages: Page[],
  goal: { ratio: number; queries: number },
): Promise<boolean> {
  const load = startLoad()
  const database = await open(flora.url)
  await printMachine(database)
  await database.end()
  const routes = await capturePages(flora.url, pages)
  const bare = await startBares({ url: flora.url, routes })
  let isGood = true
  try {
    for (const [n, { name, path, headers }] of pages.entries()) {
      const { body, queries } = routes[n] as BareRoute
      const turn = (address: string) => () =>
        ({ kind: 'pages', address, headers, connections: CONNECTIONS, ms: TURN_MS }) as const
      const [ours, plain] = [turn(flora.base + path), turn(`${bare.plain.base}/${n}`)]
      const figures = await compare(load, ours, plain, { turns: TURNS, allowed: '200' })
      const also = await besidePrepared(load, ours, turn(`${bare.prepared.base}/${n}`), '200')
      console.log(
        `${name}: ${figures.ours.toFixed(0)} a second, bare ${figures.other.toFixed(0)}, ` +
          `ratio ${verdict(figures.ratios, goal.ratio)}; ${also}; ${queries.length} queries, ` +
          `${Buffer.byteLength(body)} bytes`,
      )
      if (queries.length <= goal.queries) continue
      console.log(`WRONG: ${queries.length} queries, at most ${goal.queries} are allowed`)
      isGood = false
    }
  } finally {
    load.end()
    bare.end()
  }
  return isGood
}
