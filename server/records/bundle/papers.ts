import { type Instant, iso } from '../../clock.ts'
import type { AddendumDocument, NoteDocument } from '../../notes/canonical.ts'
import { sectionsOf } from '../../notes/content.ts'
import type { AddendumRow, Known, NoteRow, SignatureRow } from '../gather/rows.ts'
import type { People } from './people.ts'
import { digest, extensions, flagged, moment, type Resource, refer, text, whole } from './resource.ts'

/** Not a consent to be found in a system: a text, and who agreed to it. */
const consent = (row: SignatureRow, people: People): Resource => ({
  resourceType: 'Consent',
  id: row.id,
  ...extensions(text('typed-name', row.typedName), text('address', row.address), digest(row.sha256)),
  status: 'active',
  scope: { text: 'Agreement with the practice' },
  category: [{ text: row.title }],
  patient: people.patient,
  dateTime: iso(row.signedAt),
  performer: [people.patient],
  organization: [people.practice],
  sourceAttachment: {
    contentType: 'text/markdown; charset=utf-8',
    data: Buffer.from(row.body, 'utf8').toString('base64'),
    title: `${row.title}, version ${row.number}`,
  },
  policyRule: { text: `${row.title}, version ${row.number}` },
})

export const consentResources = ({ signatures }: Known, people: People): Resource[] =>
  signatures.map((row) => consent(row, people))

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const narrative = (texts: string[]) => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${texts.map(paragraph).join('')}</div>`,
})

const paragraph = (words: string): string =>
  `<p>${words.replace(/[&<>"]/g, (letter) => entities[letter] ?? '').replaceAll('\n', '<br/>')}</p>`

const section = (title: string, texts: string[]) => ({
  title,
  text: narrative(texts.length > 0 ? texts : ['Left empty.']),
})

const UNREADABLE = 'This text can’t be read, or is not what was signed.'

type Written = { type: string; title: string; row: NoteRow | AddendumRow; sharedAt: Instant | null }

function composition(
  { type, title, row, sharedAt }: Written,
  signed: { text: string } | undefined,
  people: People,
) {
  const author = people.byAccount(row.authorId)
  return {
    resourceType: 'Composition',
    id: row.id,
    ...extensions(
      digest(row.sha256),
      text('signed-text', signed?.text ?? ''),
      text('signer', [row.signerName, row.signerCredentials].filter(Boolean).join(', ')),
      flagged('unreadable', !signed),
      moment('shared', sharedAt),
    ),
    status: 'final',
    type: { text: type },
    subject: people.patient,
    date: iso(row.signedAt),
    author: [author],
    title,
    attester: [{ mode: 'professional', time: iso(row.signedAt), party: author }],
    custodian: people.practice,
  }
}

type Found<T> = { document: T; text: string } | undefined

/** @param isThere whether the appointment that it is about is in the bundle */
export function noteResource(
  row: NoteRow,
  signed: Found<NoteDocument>,
  people: People,
  isThere: boolean,
): Resource {
  const { sharedAt, appointmentId } = row
  const sections = signed ? sectionsOf(signed.document.content) : [{ heading: 'Note', texts: [UNREADABLE] }]
  const about =
    appointmentId === null || !isThere ? {} : { event: [{ detail: [refer('Appointment', appointmentId)] }] }
  return {
    ...composition({ type: 'Nutrition care note', title: 'Note', row, sharedAt }, signed, people),
    ...about,
    section: sections.map(({ heading, texts }) => section(heading, texts)),
  }
}

export function addendumResource(
  row: AddendumRow,
  signed: Found<AddendumDocument>,
  people: People,
): Resource {
  const { reason, text: words } = signed?.document.content ?? { reason: '', text: UNREADABLE }
  const title = `Addendum ${row.number}`
  const { extension = [], ...rest } = composition(
    { type: 'Addendum to a note', title, row, sharedAt: null },
    signed,
    people,
  )
  return {
    ...rest,
    extension: [...extension, whole('number', row.number)],
    relatesTo: [{ code: 'appends', targetReference: refer('Composition', row.noteId) }],
    section: [section('Reason', [reason]), section('Addendum', [words])],
  }
}
