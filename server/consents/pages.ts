import type { Instant } from '../clock.ts'
import { monthDayOf } from '../words.ts'
import type { Consent, ConsentLine, Version, VersionLine } from './store.ts'
import { markOf } from './text.ts'

const dateOf = (at: Instant, zone: string): string =>
  `${monthDayOf(at, zone)}, ${new Intl.DateTimeFormat('en-US', { year: 'numeric', timeZone: zone }).format(at)}`

export const consentLine = (line: ConsentLine, zone: string) => ({
  ...line,
  href: `/practice/consents/${line.id}`,
  signaturesHref: `/practice/consents/${line.id}/signatures`,
  version: line.publishedAt === null ? null : `Version ${line.number}, ${dateOf(line.publishedAt, zone)}`,
})

export const versionLine = ({ id, number, title, publishedAt, signed }: VersionLine, zone: string) => ({
  number,
  title,
  published: dateOf(publishedAt, zone),
  signed,
  href: `/practice/consents/versions/${id}`,
})

/** Where the draft stands against what clients are asked to sign. */
export function draftState(
  { draft }: Consent,
  latest: Version | undefined,
): 'first' | 'changed' | 'published' {
  if (!latest) return 'first'
  return markOf(draft) === markOf(latest) ? 'published' : 'changed'
}
