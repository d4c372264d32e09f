import type { KeyObject } from 'node:crypto'
import { type ChainEntry, type Head, macOf, START } from '../chain.ts'

/** An entry as it is kept. */
export type Kept = ChainEntry & { mac: Buffer }

/** What is wrong, by the number of the entry where it shows. */
export type Fault =
  | { because: 'changed'; position: number }
  | { because: 'missing'; from: number; to: number }
  /** The chain goes on to `until`, says the database or the head outside; its last entry is `after`. */
  | { because: 'cut'; after: number; until: number; says: 'database' | 'outside' }
  | { because: 'beyond'; after: number; until: number }
  | { because: 'otherHead'; position: number }
  | { because: 'otherChain'; position: number }

export type Verdict = {
  count: number
  head: Head
  /** In the order of the entries; the first ones, when there are many. */
  faults: Fault[]
}

export const MOST_FAULTS = 20

/** Follows a chain from its first entry, some entries at a time, in order. Goes on after a fault, so that each is named. */
export function startWalk(key: KeyObject, outside: Head | undefined) {
  const faults: Fault[] = []
  let count = 0
  let position = 0
  /** What the next entry may build on: after a change, the hash that is kept or the one that should be. */
  let before: Buffer[] = [START.mac]

  function take(entry: Kept): void {
    if (entry.position > position + 1)
      faults.push({ because: 'missing', from: position + 1, to: entry.position - 1 })
    // Behind a gap nothing says what the hash before was: the entry is taken as it is.
    const due = entry.position === position + 1 ? before.map((mac) => macOf(key, mac, entry)) : [entry.mac]
    const isRight = due.some((mac) => mac.equals(entry.mac))
    if (!isRight) faults.push({ because: 'changed', position: entry.position })
    if (outside?.position === entry.position && isRight && !outside.mac.equals(entry.mac))
      faults.push({ because: 'otherChain', position: entry.position })
    count += 1
    position = entry.position
    before = isRight ? [entry.mac] : [entry.mac, ...due]
  }

  return {
    isHopeless: () => faults.length >= MOST_FAULTS,
    take: (entries: Kept[]) => entries.forEach(take),
    /** @param head where the database says that the chain ends */
    end(head: Head): Verdict {
      if (faults.length >= MOST_FAULTS) return { count, head, faults: faults.slice(0, MOST_FAULTS) }
      const ends: Fault[] = []
      if (head.position > position)
        ends.push({ because: 'cut', after: position, until: head.position, says: 'database' })
      else if (head.position < position)
        ends.push({ because: 'beyond', after: head.position, until: position })
      else if (!before.some((mac) => mac.equals(head.mac))) ends.push({ because: 'otherHead', position })
      if (outside && outside.position > Math.max(position, head.position))
        ends.push({ because: 'cut', after: position, until: outside.position, says: 'outside' })
      return { count, head, faults: [...faults, ...ends] }
    },
  }
}
