import { isIPv6 } from 'node:net'
import type { Request } from 'express'
import type pg from 'pg'
import { isNear } from './access.ts'
import { TooMany } from './errors.ts'
import { countTries } from './tries.ts'

/** What a stranger may do how often, by the address they come from. */
const limits = {
  hold: { points: 60, seconds: 600 },
  inquiry: { points: 10, seconds: 3600 },
  guess: { points: 60, seconds: 3600 },
}

type Kind = keyof typeof limits

/**
 * Not counted: requests from this very machine that no proxy passed on. They are its operator's own (health checks,
 * benchmarks, tests), and whoever can send them could do more harm in other ways.
 */
export type Addresses = {
  /** Counts one more. @returns the seconds to wait, 0 when it may go on */
  count(kind: Kind, req: Request): Promise<number>
  /** Before a secret of a link is looked up. @throws {TooMany} when the address has tried many that lead nowhere */
  checkGuesses(req: Request): Promise<void>
  /** It led nowhere. */
  countGuess(req: Request): Promise<void>
}

export function countByAddress(pool: pg.Pool): Addresses {
  const tries = countTries(pool, limits)
  return {
    async count(kind, req) {
      return isNear(req) ? 0 : tries.count({ [kind]: addressOf(req) })
    },
    async checkGuesses(req) {
      if (!isNear(req)) await tries.check({ guess: addressOf(req) }).catch(explainGuesses)
    },
    async countGuess(req) {
      if (!isNear(req)) await tries.fail({ guess: addressOf(req) })
    },
  }
}

function explainGuesses(error: unknown): never {
  if (!(error instanceof TooMany)) throw error
  const words = 'Many links that lead nowhere were opened from your connection.'
  throw new TooMany(error.seconds, `${words} Your own link stays as it is: please open it again`)
}

/** Whom a request counts for. A household or server has a whole /64 of IPv6 addresses, so these count together. */
export function addressOf({ ip = '' }: Pick<Request, 'ip'>): string {
  const address = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  return isIPv6(address) ? `${firstHalf(address)}::/64` : address
}

function firstHalf(address: string): string {
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const left = tail === undefined ? groups : [...groups, ...Array(8 - groups.length).fill('0')]
  return left
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
