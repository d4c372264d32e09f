import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'

// argon2id with 64 MiB, three passes: about 0.1 s each.
const ARGON2ID = 2
const cost = { algorithm: ARGON2ID, memoryCost: 65536, timeCost: 3, parallelism: 1 }

/** One core is left to everybody who is not signing in; and each takes its memory. */
const MOST_AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1))

let running = 0
const waiting: (() => void)[] = []

/** Whoever is done hands the turn over, so that nobody slips in between. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, cost))

// Of a password that nobody knows, at the cost above.
const DECOY =
  '$argon2id$v=19$m=65536,t=3,p=1$/mw/+ptbL8r/ruQRnbjW5A$nq1BL+MDgZ/wwnWJukN+lar/7DcO6kTCu1HITu6R9hk'

/** Takes as long for an account that does not exist: a decoy is checked instead, and never fits. */
export async function isPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  const fits = await inTurn(() => verify(stored ?? DECOY, password).catch(() => false))
  return fits && stored !== null && stored !== undefined
}
