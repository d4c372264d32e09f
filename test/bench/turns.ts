import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { BareTask } from './bare.ts'
import type { Answers, Turn } from './load.ts'
import { median } from './machine.ts'

/** The two sides of a figure are measured in short turns, one after the other, so that a busy machine slows both. */

const startChild = (file: string): ChildProcess =>
  fork(path.join(import.meta.dirname, file), { serialization: 'advanced' })

export type Load = { take(turn: Turn): Promise<Answers>; end(): void }

export function startLoad(): Load {
  const child = startChild('load.ts')
  return {
    async take(turn) {
      child.send(turn)
      const [said] = (await once(child, 'message')) as [{ answers?: Answers; failure?: string }]
      if (!said.answers) throw new Error(said.failure)
      return said.answers
    },
    end: () => void child.kill(),
  }
}

export async function startBare(task: BareTask): Promise<Bare> {
  const child = startChild('bare.ts')
  child.send(task)
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { base: `http://127.0.0.1:${port}`, end: () => void child.kill() }
}

export type Bare = { base: string; end(): void }

/** One that asks Postgres as pg does of its own accord, and one whose statements are prepared as ours are. */
export async function startBares(task: BareTask): Promise<{ plain: Bare; prepared: Bare; end(): void }> {
  const [plain, prepared] = await Promise.all([startBare(task), startBare({ ...task, prepares: true })])
  return {
    plain,
    prepared,
    end() {
      plain.end()
      prepared.end()
    },
  }
}

export type Compared = { ours: number; other: number; ratios: number[] }

/** So long it takes until a server that was just started is as fast as it gets. */
const WARM_MS = 5000
/** Bookings use up what is free: they are never made for longer than was asked for. */
const warming = (turn: Turn): Turn => ('wishes' in turn ? turn : { ...turn, ms: WARM_MS })

/** @param turns of each side; one more of each comes first and warms up */
export async function compare(
  load: Load,
  ours: () => Turn,
  other: () => Turn,
  { turns, allowed }: { turns: number; allowed: string },
): Promise<Compared> {
  const mine: number[] = []
  const theirs: number[] = []
  const take = async (turn: Turn) => {
    const { perSecond, counts } = await load.take(turn)
    const odd = [...counts.keys()].filter((word) => word !== allowed)
    if (odd.length > 0) throw new Error(`${turn.kind} were answered with ${odd.join(', ')}`)
    return perSecond
  }
  for (let n = 0; n <= turns; n++) {
    // Who begins changes, so that a drift of the machine favors neither.
    const isOurs = n % 2 === 0
    const [one, two] = isOurs ? [ours(), other()] : [other(), ours()]
    if (n === 0) {
      for (const turn of [one, two]) await take(warming(turn))
      continue
    }
    const [first, second] = [await take(one), await take(two)]
    mine.push(isOurs ? first : second)
    theirs.push(isOurs ? second : first)
  }
  return {
    ours: median(mine),
    other: median(theirs),
    ratios: mine.map((one, n) => one / (theirs[n] as number)),
  }
}

const FEWER_TURNS = 3

/** The ratio beside the bare route that prepares too, in words: what the pages cost, without what preparing saves. */
export async function besidePrepared(
  load: Load,
  ours: () => Turn,
  prepared: () => Turn,
  allowed: string,
): Promise<string> {
  const { other, ratios } = await compare(load, ours, prepared, { turns: FEWER_TURNS, allowed })
  return `with its statements prepared too ${other.toFixed(0)}, ratio ${median(ratios).toFixed(2)}`
}
