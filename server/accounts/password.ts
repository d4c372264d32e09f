import { hash, verify } from '@node-rs/argon2'

// argon2id with 64 MiB, three passes: about 0.1 s each. More than two at once would starve everybody else.
const ARGON2ID = 2
const cost = { algorithm: ARGON2ID, memoryCost: 65536, timeCost: 3, parallelism: 1 }
const MOST_AT_ONCE = 2

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, cost))

let decoy: Promise<string> | undefined

/** Takes as long for an account that does not exist: a decoy is checked instead, and never fits. */
export async function isPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password')
  const kept = stored ?? (await decoy)
  const fits = await inTurn(() => verify(kept, password).catch(() => false))
  return fits && stored !== null && stored !== undefined
}
