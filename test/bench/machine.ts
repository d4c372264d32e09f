import os from 'node:os'
import type pg from 'pg'

/** What a figure was measured on, and how figures are written. */

export async function printMachine(database: pg.Client): Promise<void> {
  const { rows } = await database.query<{ server_version: string; fsync: string }>(
    `select current_setting('server_version') as server_version, current_setting('fsync') as fsync`,
  )
  const [cpu] = os.cpus()
  const load = os.loadavg().map((one) => one.toFixed(1))
  console.log(
    `machine: ${os.availableParallelism()} cores (${cpu?.model.trim() || 'model not known'}), ` +
      `${Math.round(os.totalmem() / 2 ** 30)} GB, node ${process.version}, Postgres ${rows[0]?.server_version} ` +
      `(fsync ${rows[0]?.fsync}), load before ${load.join(' ')}`,
  )
}

export const median = (numbers: number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** "0.71 (0.66 to 0.75), goal 0.6: reached" */
export function verdict(ratios: number[], goal: number): string {
  const [middle, least, most] = [median(ratios), Math.min(...ratios), Math.max(...ratios)]
  const words = middle >= goal ? 'reached' : 'MISSED'
  return `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)} in ${ratios.length} turns), goal ${goal}: ${words}`
}

export type Random = () => number

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function shuffled<T>(list: T[], random: Random): T[] {
  const copy = [...list]
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[copy[i], copy[j]] = [copy[j] as T, copy[i] as T]
  }
  return copy
}

/** "200: 1893, 503: 12" */
export const tally = (counts: Map<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([word, count]) => `${word}: ${count}`)
    .join(', ')

export const count = (counts: Map<string, number>, word: string | number): void => {
  counts.set(String(word), (counts.get(String(word)) ?? 0) + 1)
}
