import type { BareRoute } from './bare.ts'
import { capture, type Query } from './capture.ts'
import {
  addFillers,
  type Filler,
  GUT,
  headersFor,
  openPage,
  type Saving,
  saver,
  type Way,
} from './filling.ts'
import { startFlora } from './flora.ts'
import { measureLargeForm } from './form-size.ts'
import { verdict } from './machine.ts'
import { comparePages } from './pages.ts'
import { startPostgres } from './postgres.ts'
import { besidePrepared, compare, startBares, startLoad } from './turns.ts'
import { type Answer, visitor } from './visitor.ts'
import { makeDatabase, seedDiary } from './world.ts'

const GOAL = 0.4
const MOST_QUERIES = 6
const CONNECTIONS = 8
const TURNS = 7
const TURN_MS = 1000

type Flora = { url: string; base: string }

/** A section of the intake shown and saved, beside bare Express with the same queries and bytes; and a form of 500 items. */
export async function benchForms(): Promise<boolean> {
  const postgres = await startPostgres()
  try {
    const now = Date.now()
    const url = await makeDatabase(postgres, 'forms')
    await seedDiary(url, { past: 9_000, coming: 1_000 }, now)
    const fillers = await addFillers(url, 2 * CONNECTIONS, now)
    const [ours, others] = [fillers.slice(0, CONNECTIONS), fillers.slice(CONNECTIONS)]
    const { base, stop } = await startFlora(url)
    const flora = { url, base }
    const isGood = await compareSection(flora, ours[0] as Filler)
    for (const way of ['autosave', 'next'] as const) await compareSaves(flora, { ours, others, way })
    await stop()
    await measureLargeForm()
    return isGood
  } finally {
    await postgres.remove()
  }
}

function compareSection(flora: Flora, { cookie }: Filler): Promise<boolean> {
  const headers = { Cookie: cookie }
  const pages = [
    { name: 'a section shown', path: GUT, headers },
    { name: 'a section shown, compressed', path: GUT, headers: { ...headers, 'Accept-Encoding': 'gzip' } },
  ]
  return comparePages(flora, pages, { ratio: GOAL, queries: MOST_QUERIES })
}

const words: Record<Way, string> = { autosave: 'a section saved while typing', next: 'Save and continue' }

type Sides = { ours: Filler[]; others: Filler[]; way: Way }

async function compareSaves({ url, base }: Flora, { ours, others, way }: Sides): Promise<void> {
  const saves = await captureSaves(url, others, way)
  const bare = await startBares({ url, routes: saves.map(routeOf) })
  const load = startLoad()
  const turn = (lanes: Saving[]) => () =>
    ({ kind: 'saves', lanes, connections: CONNECTIONS, ms: TURN_MS }) as const
  const here = ours.map(({ cookie }) => ({ address: base + GUT, headers: headersFor(cookie, way), way }))
  const there = (base: string) => saves.map(({ saving }, n) => ({ ...saving, address: `${base}/${n}` }))
  try {
    const plain = turn(there(bare.plain.base))
    const figures = await compare(load, turn(here), plain, { turns: TURNS, allowed: 'saved' })
    const also = await besidePrepared(load, turn(here), turn(there(bare.prepared.base)), 'saved')
    const [{ queries, answer }] = saves as [Save]
    console.log(
      `${words[way]}: ${figures.ours.toFixed(0)} a second, bare ${figures.other.toFixed(0)}, ` +
        `ratio ${verdict(figures.ratios, GOAL)}; ${also}; ${queries.length} statements, ` +
        `${Buffer.byteLength(answer.body)} bytes back`,
    )
  } finally {
    load.end()
    bare.end()
  }
}

type Save = { saving: Saving & { fields: [string, string][] }; queries: Query[]; answer: Answer }

/** What a save of each of these clients asks of Postgres, and how it is answered. */
async function captureSaves(url: string, fillers: Filler[], way: Way): Promise<Save[]> {
  const saves: Save[] = []
  await capture(url, async (base, take) => {
    for (const { cookie } of fillers) {
      const headers = headersFor(cookie, way)
      const guest = visitor({ connections: 1, headers })
      const address = base + GUT
      const saving = { address, headers, way, fields: await openPage(guest, address) }
      const answers: Answer[] = []
      const noting = {
        ...guest,
        post: async (...posted: Parameters<typeof guest.post>) => {
          answers.push(await guest.post(...posted))
          return answers.at(-1) as Answer
        },
      }
      const save = saver(noting, saving)
      await save()
      take()
      const word = await save()
      if (word !== 'saved') throw new Error(`The save to be replayed was answered with ${word}`)
      saves.push({ saving, queries: take(), answer: answers.at(-1) as Answer })
      guest.leave()
    }
  })
  return saves
}

/** A save counts on the revision that it has read: replayed, it writes as well as the first time. */
const again = ({ text, values }: Query) => ({
  text: text.replace(/\brevision = (?=\$\d)/, 'revision >= '),
  values,
})

const routeOf = ({ queries, answer }: Save, n: number): BareRoute => ({
  path: `/${n}`,
  type: String(answer.headers['content-type']),
  body: answer.body,
  isCompressed: false,
  queries: queries.map(again),
  post: { status: answer.status, location: answer.headers.location ?? '' },
})
