import type { Knex } from 'knex'
import type { Instant } from '../clock.ts'
import { openOrSay } from '../sealing/reading.ts'
import type { Sealer } from '../sealing/seal.ts'
import { NotFound } from '../web/errors.ts'
import { isUuid } from '../web/form.ts'
import { type NoteDocument, readSigned } from './canonical.ts'
import type { Content } from './content.ts'

/** Who reads or writes. Every query asks whether they may see the chart, and whose draft it is. */
export type Reader = { accountId: string; dietitianId: string }

/** What is written, saved as it is typed, and signed: a note, and an addendum to it. */
export type Written = {
  id: string
  clientId: string
  authorId: string
  contentSealed: Buffer
  revision: number
  page: string | null
  turn: number
  begunAt: Instant
  savedAt: Instant
  /** All four null: a draft. */
  signedAt: Instant | null
  signerName: string | null
  signerCredentials: string | null
  sha256: Buffer | null
}

/** Of a table `n`. */
export const writtenColumns = `
  n.id, n.client_id as "clientId", n.author_id as "authorId", n.content_sealed as "contentSealed", n.revision, n.page,
  n.turn, n.begun_at as "begunAt", n.saved_at as "savedAt", n.signed_at as "signedAt", n.signer_name as "signerName",
  n.signer_credentials as "signerCredentials", n.sha256`

export type Note = Written & { clientName: string; appointmentId: string | null; sharedAt: Instant | null }

const columns = `${writtenColumns},
  c.name as "clientName", n.appointment_id as "appointmentId", s.shared_at as "sharedAt"`

const from = 'from notes n join clients c on c.id = n.client_id left join note_shares s on s.note_id = n.id'

/** Signed ones are read by whoever may see the chart; a draft by its author alone. */
const READABLE = 'may_see_chart(?, n.client_id) and (n.signed_at is not null or n.author_id = ?)'

/** @param isLocking for the rest of the transaction nobody else changes it */
export async function findNote(
  db: Knex,
  id: string,
  { dietitianId, accountId }: Reader,
  isLocking = false,
): Promise<Note | undefined> {
  const { rows } = await db.raw<{ rows: Note[] }>(
    `select ${columns} ${from} where n.id = ? and ${READABLE}${isLocking ? ' for update of n' : ''}`,
    [id, dietitianId, accountId],
  )
  return rows[0]
}

/** The note that a path names, when the reader may see it. @throws {NotFound} */
export async function noteOf(db: Knex, id: unknown, reader: Reader): Promise<Note> {
  const note = isUuid(id) ? await findNote(db, id, reader) : undefined
  if (!note) throw new NotFound()
  return note
}

/** A signed note that was shared with its client. */
export async function findSharedNote(db: Knex, id: string, clientId: string): Promise<Note | undefined> {
  const { rows } = await db.raw<{ rows: Note[] }>(
    `select ${columns} ${from} where n.id = ? and s.client_id = ? and n.signed_at is not null`,
    [id, clientId],
  )
  return rows[0]
}

export const notePlace = (id: string) => ({ table: 'notes', column: 'content_sealed', row: id })

export const sealContent = (sealer: Sealer, id: string, content: Content): Buffer =>
  sealer.seal(notePlace(id), JSON.stringify(content))

type Reading = Parameters<typeof openOrSay>[0]

/** `text`: what a page says where the note can't be read. `isWhole`: it is what was signed, to the byte. */
export type OpenedNote = {
  content: Content | null
  document: NoteDocument | null
  text: string
  isWhole: boolean
}

/** Opens a note for a page: of a draft what is written, of a signed one the document that was signed. */
export function openNote(reading: Reading, note: Note, accountId: string): OpenedNote {
  const opened = openOrSay(reading, { place: notePlace(note.id), sealed: note.contentSealed, accountId })
  const { text } = opened
  if (!opened.isReadable) return { content: null, document: null, text, isWhole: false }
  if (note.sha256 === null)
    return { content: JSON.parse(text) as Content, document: null, text: '', isWhole: true }
  const document = readSigned<NoteDocument>(text, note.sha256)
  if (!document) return { content: null, document: null, text: NOT_WHOLE, isWhole: false }
  return { content: document.content, document, text: '', isWhole: isOfItsRow(document, note) }
}

const NOT_WHOLE = 'This note isn’t what was signed: its text does not fit the SHA-256 that is kept of it.'

/** Whether the columns beside the text say the same as what was signed. */
const isOfItsRow = ({ id, client, signedAt, signer }: NoteDocument, note: Note): boolean =>
  id === note.id &&
  client.id === note.clientId &&
  Date.parse(signedAt) === note.signedAt &&
  signer.account === note.authorId &&
  signer.name === note.signerName &&
  signer.credentials === note.signerCredentials

export type NoteLine = {
  id: string
  savedAt: Instant
  signedAt: Instant | null
  signerName: string | null
  signerCredentials: string | null
  sharedAt: Instant | null
  /** Of the appointment that it is about. */
  startsAt: Instant | null
  typeName: string | null
  addenda: number
}

export const PAGE = 20

/** A client's notes: one's own drafts first, then what is signed, the newest first. One more than a page, from 0 on. */
export async function listNotes(
  db: Knex,
  clientId: string,
  { dietitianId, accountId }: Reader,
  page: number,
): Promise<NoteLine[]> {
  const { rows } = await db.raw<{ rows: NoteLine[] }>(
    `select n.id, n.saved_at as "savedAt", n.signed_at as "signedAt", n.signer_name as "signerName",
       n.signer_credentials as "signerCredentials", s.shared_at as "sharedAt", a.starts_at as "startsAt",
       a.type_name as "typeName",
       (select count(*) from note_addenda d where d.note_id = n.id and d.signed_at is not null) as addenda
     from notes n
     left join note_shares s on s.note_id = n.id
     left join appointments a on a.id = n.appointment_id
     where n.client_id = ? and ${READABLE}
     order by n.signed_at desc nulls first, n.saved_at desc, n.id
     limit ${PAGE + 1} offset ?`,
    [clientId, dietitianId, accountId, page * PAGE],
  )
  return rows
}

/** The last signed note of a client, other than this one. */
export async function findLastNote(
  db: Knex,
  { clientId, exceptId = null }: { clientId: string; exceptId?: string | null },
  { dietitianId }: Reader,
): Promise<Note | undefined> {
  const { rows } = await db.raw<{ rows: Note[] }>(
    `select ${columns} ${from}
     where n.client_id = ? and n.signed_at is not null and n.id is distinct from ?::uuid
       and may_see_chart(?, n.client_id)
     order by n.signed_at desc, n.id limit 1`,
    [clientId, exceptId, dietitianId] as Knex.RawBinding[],
  )
  return rows[0]
}

export type DraftLine = {
  /** Of the note, also where it is an addendum to it that waits. */
  id: string
  what: 'note' | 'addendum'
  clientId: string
  clientName: string
  savedAt: Instant
}

const MOST_DRAFTS = 100

const draftsSql = (which: { select: string; note: string; addendum: string }) => `
  select 'note' as what, n.id, ${which.select} from notes n ${which.note}
  where n.author_id = ? and n.signed_at is null
    and exists (select 1 from dietitians d where d.account_id = n.author_id and may_see_chart(d.id, n.client_id))
  union all
  select 'addendum', n.note_id, ${which.select} from note_addenda n ${which.addendum}
  where n.author_id = ? and n.signed_at is null
    and exists (select 1 from dietitians d where d.account_id = n.author_id and may_see_chart(d.id, n.client_id))`

/** What this account has written and not signed, notes and addenda, the oldest first. At most 100. */
export async function listDraftNotes(db: Knex, accountId: string): Promise<DraftLine[]> {
  const join = 'join clients c on c.id = n.client_id'
  const select = 'n.client_id as "clientId", c.name as "clientName", n.saved_at as "savedAt"'
  const { rows } = await db.raw<{ rows: DraftLine[] }>(
    `${draftsSql({ select, note: join, addendum: join })} order by "savedAt", id limit ${MOST_DRAFTS}`,
    [accountId, accountId],
  )
  return rows
}

/** How many notes and addenda this account has written and not signed. */
export async function countDraftNotes(db: Knex, accountId: string): Promise<number> {
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    `select count(*) as count from (${draftsSql({ select: '1 as one', note: '', addendum: '' })}) drafts`,
    [accountId, accountId],
  )
  return rows[0]?.count ?? 0
}
