import { createHash } from 'node:crypto'
import type pg from 'pg'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import { TooMany } from './errors.ts'

/** How many there may be within how many seconds, from the first one on. */
export type Limit = { points: number; seconds: number }

/**
 * Counts tries in Postgres, so that it holds across processes. When the database is away it throws: no count, no try.
 * A name is what is counted for (an e-mail, an address); only its hash is kept.
 */
export type Tries<Kind extends string = string> = {
  /** @throws {TooMany} when one of the names has had too many lately; counts nothing */
  check(names: Names<Kind>): Promise<void>
  /** One more that went wrong: the other half of `check`. */
  fail(names: Names<Kind>): Promise<void>
  forgive(kind: Kind, name: string): Promise<void>
  /** Counts this try before it is made, so that many at once can't slip through. @throws {TooMany} */
  take(names: Names<Kind>): Promise<void>
  /** As `take`. @returns the seconds to wait, 0 when it may go on */
  count(names: Names<Kind>): Promise<number>
  /** Takes one back that was counted before it was known to be good. */
  giveBack(kind: Kind, name: string): Promise<void>
}

type Names<Kind extends string> = Partial<Record<Kind, string>>
type Found = { consumedPoints: number; msBeforeNext: number }

const hashOf = (name: string) => createHash('sha256').update(name.toLowerCase()).digest('base64url')

const waitOf = ({ msBeforeNext }: Found): number => Math.max(1, Math.ceil(msBeforeNext / 1000))

/** @param limits by kind of name; a kind's word is used by one caller in the whole program */
export function countTries<Kind extends string>(pool: pg.Pool, limits: Record<Kind, Limit>): Tries<Kind> {
  const kinds = Object.keys(limits) as Kind[]
  const limiters = Object.fromEntries(
    kinds.map((kind, position) => [kind, limiterOf(pool, kind, limits[kind], position === 0)]),
  ) as Record<Kind, RateLimiterPostgres>

  const named = (names: Names<Kind>): [RateLimiterPostgres, string][] =>
    kinds.flatMap((kind) => (names[kind] === undefined ? [] : [[limiters[kind], hashOf(names[kind])]]))

  async function count(names: Names<Kind>): Promise<number> {
    let wait = 0
    for (const [limiter, key] of named(names)) {
      const found: Found = await limiter.penalty(key, 1)
      if (found.consumedPoints > limiter.points) wait = Math.max(wait, waitOf(found))
    }
    return wait
  }

  return {
    count,
    async take(names) {
      const wait = await count(names)
      if (wait > 0) throw new TooMany(wait)
    },
    async check(names) {
      for (const [limiter, key] of named(names)) {
        const found: Found | null = await limiter.get(key)
        if (found && found.consumedPoints >= limiter.points && found.msBeforeNext > 0)
          throw new TooMany(waitOf(found))
      }
    },
    async fail(names) {
      for (const [limiter, key] of named(names)) await limiter.penalty(key, 1)
    },
    async forgive(kind, name) {
      await limiters[kind].delete(hashOf(name))
    },
    async giveBack(kind, name) {
      await limiters[kind].reward(hashOf(name), 1)
    },
  }
}

/** @param isTidying one of them deletes, every five minutes, what ran out an hour ago */
const limiterOf = (pool: pg.Pool, kind: string, { points, seconds }: Limit, isTidying: boolean) =>
  new RateLimiterPostgres({
    storeClient: pool,
    tableName: 'tries',
    tableCreated: true,
    clearExpiredByTimeout: isTidying,
    keyPrefix: kind,
    points,
    duration: seconds,
  })
