/** Milliseconds since the epoch, UTC. */
export type Instant = number

export type Clock = { now(): Instant }

/** The only place that reads the machine's time; tests hand in a fixed one. */
export const systemClock: Clock = { now: () => Date.now() }

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** ISO 8601 in UTC, as Postgres takes a timestamptz. */
export const iso = (instant: Instant): string => new Date(instant).toISOString()
