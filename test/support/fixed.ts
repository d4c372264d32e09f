import type { Clock, Instant } from '../../server/clock.ts'
import { createSealer } from '../../server/sealing/seal.ts'

/** A Tuesday morning, 9:00 in Indianapolis: all tests begin at this moment. */
export const NOW: Instant = Date.parse('2026-03-03T14:00:00Z')

export type FixedClock = Clock & { set(instant: Instant): void }

export function fixedClock(start: Instant = NOW): FixedClock {
  let instant = start
  return {
    now: () => instant,
    set(later) {
      instant = later
    },
  }
}

export const sealer = createSealer(`test:${Buffer.alloc(32, 7).toString('base64')}`)
