import { dateOf } from '../chart/links.ts'
import type { Instant } from '../clock.ts'
import { counted, dayShortOf, dayYearOf, timeOf, whenShort, zoneWords } from '../words.ts'
import type { Addendum, OpenedAddendum } from './addenda/store.ts'
import type { Visit } from './beginning/store.ts'
import { sectionsOf } from './content.ts'
import type { DraftLine, Note, NoteLine, OpenedNote } from './store.ts'

export const notePath = (id: string): string => `/practice/notes/${id}`

export const notesPath = (clientId: string): string => `/practice/clients/${clientId}/notes`

const whenWords = (at: Instant, zone: string): string => `${dayYearOf(at, zone)} at ${timeOf(at, zone)}`

/** "First talk on Tue, Mar 3, 9:00 AM" */
export const aboutWords = ({ type, startsAt }: { type: string; startsAt: Instant }, zone: string): string =>
  `${type} on ${whenShort(startsAt, zone)}`

export const signerWords = (name: string | null, credentials: string | null): string =>
  [name, credentials].filter(Boolean).join(', ')

function lineOf(line: NoteLine, zone: string) {
  const { id, signedAt, savedAt, startsAt, typeName, addenda, sharedAt } = line
  const about = startsAt === null || typeName === null ? null : aboutWords({ type: typeName, startsAt }, zone)
  return {
    href: notePath(id),
    isDraft: signedAt === null,
    title: about ?? (signedAt === null ? 'Of no appointment' : `Note of ${dateOf(signedAt, zone)}`),
    words:
      signedAt === null
        ? `Saved ${whenShort(savedAt, zone)}`
        : `Signed ${dateOf(signedAt, zone)} by ${signerWords(line.signerName, line.signerCredentials)}`,
    addenda: addenda === 0 ? null : counted(addenda, 'addendum', 'addenda'),
    isShared: sharedAt !== null,
  }
}

/** @param found one more than fits when another page follows; `page` counts from 0 */
export function listPage(
  found: NoteLine[],
  { page, size }: { page: number; size: number },
  { clientId, zone }: { clientId: string; zone: string },
) {
  const lines = found.slice(0, size).map((line) => lineOf(line, zone))
  const path = `${notesPath(clientId)}?page=`
  return {
    drafts: lines.filter(({ isDraft }) => isDraft),
    signed: lines.filter(({ isDraft }) => !isDraft),
    newer: page > 0 ? `${path}${page}` : null,
    older: found.length > size ? `${path}${page + 2}` : null,
  }
}

export const draftsPage = (drafts: DraftLine[], zone: string) =>
  drafts.map(({ id, what, clientName, savedAt }) => ({
    name: clientName,
    href: what === 'note' ? notePath(id) : `${notePath(id)}/addenda`,
    words: `${what === 'note' ? 'Note' : 'Addendum'}, saved ${whenShort(savedAt, zone)}`,
  }))

/** Appointments to choose from, in words; the first without a note is what is most likely meant. */
export function visitsPage(visits: Visit[], zone: string) {
  const options = visits.map(({ id, startsAt, typeName, hasNote }) => ({
    id,
    words: `${aboutWords({ type: typeName, startsAt }, zone)}${hasNote ? ' (has a note)' : ''}`,
  }))
  return { options, likely: likelyVisit(visits) }
}

/** The latest appointment, while nothing was written about it; '' else. */
export const likelyVisit = ([latest]: Visit[]): string => (latest && !latest.hasNote ? latest.id : '')

type Signed = Pick<Note, 'signedAt' | 'signerName' | 'signerCredentials' | 'sha256'>

const signaturePage = ({ signedAt, signerName, signerCredentials, sha256 }: Signed, zone: string) => {
  const at = signedAt ?? 0
  return {
    name: signerWords(signerName, signerCredentials),
    when: whenWords(at, zone),
    zoneWords: zoneWords(zone, at),
    utc: `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    sha256: sha256?.toString('hex') ?? '',
  }
}

type Added = { addendum: Addendum; opened: OpenedAddendum }

/** A signed note and its addenda in order, for reading and for paper. */
export function recordPage(note: Note, opened: OpenedNote, added: Added[], zone: string) {
  const { content, document, text, isWhole } = opened
  const appointment = document?.appointment
  return {
    path: notePath(note.id),
    client: { name: document?.client.name ?? note.clientName, path: `/practice/clients/${note.clientId}` },
    title: `Note of ${dateOf(note.signedAt ?? 0, zone)}`,
    about: appointment
      ? aboutWords({ type: appointment.type, startsAt: Date.parse(appointment.startsAt) }, zone)
      : null,
    sections: content ? sectionsOf(content) : null,
    text,
    isWhole,
    signature: signaturePage(note, zone),
    shared: note.sharedAt === null ? null : dateOf(note.sharedAt, zone),
    addenda: added.map(({ addendum, opened: one }) => ({
      number: addendum.number,
      reason: one.content?.reason ?? '',
      words: one.content?.text ?? null,
      text: one.text,
      isWhole: one.isWhole,
      signature: signaturePage(addendum, zone),
    })),
  }
}

export type RecordPage = ReturnType<typeof recordPage>

/** The last signed note, beside a new one. */
export const lastPage = (note: Note, { content, text }: OpenedNote, zone: string) => ({
  href: notePath(note.id),
  when: `${dateOf(note.signedAt ?? 0, zone)}, ${signerWords(note.signerName, note.signerCredentials)}`,
  sections: content ? sectionsOf(content).filter(({ texts }) => texts.length > 0) : null,
  text,
})

/** "2:02 PM" on the day itself, else with the day. */
export const savedWords = (at: Instant, zone: string, now: Instant): string =>
  dayShortOf(at, zone) === dayShortOf(now, zone) ? timeOf(at, zone) : whenShort(at, zone)
