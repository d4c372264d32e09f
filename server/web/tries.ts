import { createHash } from 'node:crypto'
import type pg from 'pg'
import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible'
import { TooMany } from './errors.ts'

/**
 * Counts failures in Postgres, so that it holds across processes. When the database is away it throws: no
 * count, no try.
 */
export type Tries = {
  /** @throws {TooMany} when one of the names has failed too often lately */
  check(names: Record<string, string>): Promise<void>
  fail(names: Record<string, string>): Promise<void>
  forgive(kind: string, name: string): Promise<void>
}

/** @param limits how many failures a kind of name may have within how many seconds */
export function countTries(
  pool: pg.Pool,
  limits: Record<string, { points: number; seconds: number }>,
): Tries {
  const limiters = Object.entries(limits).map(([kind, { points, seconds }]) => {
    const options = {
      storeClient: pool,
      tableName: 'sign_in_failures',
      tableCreated: true,
      clearExpiredByTimeout: false,
    }
    return [
      kind,
      new RateLimiterPostgres({ ...options, keyPrefix: kind, points, duration: seconds }),
    ] as const
  })
  const key = (name: string) => createHash('sha256').update(name.toLowerCase()).digest('base64url')

  return {
    async check(names) {
      for (const [kind, limiter] of limiters) {
        const found: RateLimiterRes | null = await limiter.get(key(names[kind] ?? ''))
        if (found && found.consumedPoints >= limiter.points && found.msBeforeNext > 0) {
          throw new TooMany(Math.ceil(found.msBeforeNext / 1000))
        }
      }
    },
    async fail(names) {
      for (const [kind, limiter] of limiters) {
        await limiter.penalty(key(names[kind] ?? ''), 1)
      }
    },
    async forgive(kind, name) {
      await limiters.find(([own]) => own === kind)?.[1].delete(key(name))
    },
  }
}
