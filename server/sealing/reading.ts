import type { Logger } from 'pino'
import { type Place, type Sealer, Unreadable } from './seal.ts'

/** What a page shows of a sealed value: its text, or a sentence in its place. */
export type Opened = { text: string; isReadable: boolean }

const UNREADABLE = 'This text can’t be read: it was altered or its key is missing.'

type Reading = { sealer: Sealer; log: Logger }
type Wanted = { place: Place; sealed: Buffer; accountId: string | null }

/**
 * Opens a sealed value for a page, so that one bad value does not take the whole page away. The log hears who wanted to
 * read what and why it was refused, and nothing of the value.
 */
export function openOrSay({ sealer, log }: Reading, { place, sealed, accountId }: Wanted): Opened {
  const text = openOrLog(log, { place, accountId }, () => sealer.open(place, sealed))
  return text === undefined ? { text: UNREADABLE, isReadable: false } : { text, isReadable: true }
}

/** As `openOrSay`, of what is not text; undefined when it can't be read. */
export const openBytesOrLog = (
  { sealer, log }: Reading,
  { place, sealed, accountId }: Wanted,
): Buffer | undefined => openOrLog(log, { place, accountId }, () => sealer.openBytes(place, sealed))

function openOrLog<T>(
  log: Logger,
  { place, accountId }: Omit<Wanted, 'sealed'>,
  open: () => T,
): T | undefined {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    log.error({ account: accountId ?? undefined, ...place, why: error.message }, 'unreadable')
    return undefined
  }
}
