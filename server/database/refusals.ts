/** What Postgres says, in the words of the product. Codes: appendix A of the Postgres manual. */

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

const EXCLUSION_VIOLATION = '23P01'
const DEADLOCK_DETECTED = '40P01'
const UNIQUE_VIOLATION = '23505'

/** Somebody else has the time: the constraint said so, or two rivals waited for each other. */
export const isTaken = (error: unknown): boolean =>
  [EXCLUSION_VIOLATION, DEADLOCK_DETECTED].includes(codeOf(error))

export const isDuplicate = (error: unknown): boolean => codeOf(error) === UNIQUE_VIOLATION

const FOREIGN_KEY_VIOLATION = '23503'

/** What it was to hang on has been deleted at this very moment. */
export const isGone = (error: unknown): boolean => codeOf(error) === FOREIGN_KEY_VIOLATION

const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  '53300', // too many connections
  '57014', // statement timeout
  DEADLOCK_DETECTED, // two waited for each other, and this one gave way: nothing of it was kept
  '57P01', // shutting down
  '57P02', // crashed
  '57P03', // starting up
])

const AWAY_WORDS =
  /connection terminated|query read timeout|timeout exceeded when trying to connect|acquiring a connection|client has encountered a connection error|not queryable|client was closed/i

/** The database can't be reached or doesn't answer in time: worth a 503 and another try. */
export function isAway(error: unknown): boolean {
  const code = codeOf(error)
  if (AWAY_CODES.has(code) || code.startsWith('08')) return true
  if (error instanceof AggregateError) return error.errors.some(isAway)
  return error instanceof Error && AWAY_WORDS.test(error.message)
}
