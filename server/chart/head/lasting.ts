import type { Instant } from '../../clock.ts'
import type { SignKind } from '../../signs/store.ts'

export type Raised = {
  kind: SignKind
  /** Its name in the table of signs; null when it can't be opened. */
  sign: string | null
  raisedAt: Instant
  acknowledgedAt: Instant | null
}

/** When the latest intake was sent, and the cautions in it by their names; null: it can't be read. */
export type Told = { at: Instant; cautions: string[] | null }

/**
 * Each sign once: one that waits before one that was acknowledged, the latest of each.
 * @param signs of one client; what comes first in the order given stays first
 */
export function eachOnce<T extends Raised>(signs: T[]): T[] {
  const latest = new Map<string | null, T>()
  for (const sign of signs) {
    const known = latest.get(sign.sign)
    if (!known || comesBefore(sign, known)) latest.set(sign.sign, sign)
  }
  return signs.filter((sign) => latest.get(sign.sign) === sign)
}

function comesBefore(one: Raised, other: Raised): boolean {
  if ((one.acknowledgedAt === null) !== (other.acknowledgedAt === null)) return one.acknowledgedAt === null
  return (one.acknowledgedAt ?? one.raisedAt) > (other.acknowledgedAt ?? other.raisedAt)
}

/**
 * What holds of a client: all that waits to be acknowledged, and what was acknowledged, for it is a fact about them
 * still. Only a caution passes: when the latest intake, sent since it was raised, says it no longer.
 * @returns each sign once
 */
export const lasting = <T extends Raised>(signs: T[], told: Told | null): T[] =>
  eachOnce(signs).filter(({ kind, sign, raisedAt, acknowledgedAt }) => {
    if (acknowledgedAt === null || kind !== 'caution' || !told?.cautions || sign === null) return true
    return raisedAt > told.at || told.cautions.includes(sign)
  })
