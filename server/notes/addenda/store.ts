import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { openOrSay } from '../../sealing/reading.ts'
import { type AddendumContent, type AddendumDocument, canonicalText, readSigned } from '../canonical.ts'
import { decideSave, type Posted } from '../drafts.ts'
import { findSigner, type Signed, signature } from '../signing/store.ts'
import { findNote, type Note, type Reader, type Written, writtenColumns } from '../store.ts'

export type Addendum = Written & {
  noteId: string
  number: number
  /** As they are called now. */
  authorName: string
  /** Their account is closed: they will not sign any more. */
  isAuthorGone: boolean
}

const addendaSql = `
  select ${writtenColumns}, n.note_id as "noteId", n.number, coalesce(d.name, 'a colleague') as "authorName",
    a.disabled_at is not null as "isAuthorGone"
  from note_addenda n
  join accounts a on a.id = n.author_id
  left join dietitians d on d.account_id = a.id
  where n.note_id = ?`

/** The addenda of a note that the reader was found to see, in order; a draft, of whoever, comes last. */
export async function listAddenda(db: Knex, noteId: string): Promise<Addendum[]> {
  const { rows } = await db.raw<{ rows: Addendum[] }>(`${addendaSql} order by n.number`, [noteId])
  return rows
}

const place = (id: string) => ({ table: 'note_addenda', column: 'content_sealed', row: id })

type Reading = Parameters<typeof openOrSay>[0]

/** As `OpenedNote`, of an addendum. */
export type OpenedAddendum = { content: AddendumContent | null; text: string; isWhole: boolean }

export function openAddendum(reading: Reading, addendum: Addendum, accountId: string): OpenedAddendum {
  const { id, contentSealed: sealed, sha256 } = addendum
  const { text, isReadable } = openOrSay(reading, { place: place(id), sealed, accountId })
  if (!isReadable) return { content: null, text, isWhole: false }
  if (sha256 === null) return { content: JSON.parse(text) as AddendumContent, text: '', isWhole: true }
  const document = readSigned<AddendumDocument>(text, sha256)
  if (!document) return { content: null, text: NOT_WHOLE, isWhole: false }
  return { content: document.content, text: '', isWhole: isOfItsRow(document, addendum) }
}

const NOT_WHOLE = 'This addendum isn’t what was signed: its text does not fit the SHA-256 that is kept of it.'

const isOfItsRow = ({ id, note, number, signedAt, signer }: AddendumDocument, addendum: Addendum): boolean =>
  id === addendum.id &&
  note.id === addendum.noteId &&
  number === addendum.number &&
  Date.parse(signedAt) === addendum.signedAt &&
  signer.account === addendum.authorId &&
  signer.name === addendum.signerName

export type SavingAddendum = Posted & { noteId: string; content: AddendumContent }

/**
 * gone: no such signed note. theirs: somebody else writes one, which is signed first. over: what the page showed was
 * signed or discarded meanwhile. changed: it was saved elsewhere since.
 */
export type SavedAddendum =
  | { kind: 'saved'; revision: number }
  | { kind: 'changed'; revision: number; theirs: AddendumContent }
  | { kind: 'theirs'; authorName: string }
  | { kind: 'gone' | 'over' | 'unreadable' }

type Needs = Pick<Deps, 'db' | 'sealer' | 'log'>

/** Keeps a draft of an addendum; the first save begins it. Its note is held, so that there is only one at a time. */
export const saveAddendum = (
  deps: Needs,
  saving: SavingAddendum,
  reader: Reader,
  now: Instant,
): Promise<SavedAddendum> =>
  deps.db.transaction(async (trx): Promise<SavedAddendum> => {
    const note = await findNote(trx, saving.noteId, reader, true)
    if (!note || note.signedAt === null) return { kind: 'gone' }
    const addenda = await listAddenda(trx, note.id)
    const draft = addenda.find(({ signedAt }) => signedAt === null)
    if (draft && draft.authorId !== reader.accountId) return { kind: 'theirs', authorName: draft.authorName }
    const inTransaction = { ...deps, db: trx }
    if (draft) return change(inTransaction, draft, saving, now)
    if (saving.base > 0) return { kind: 'over' }
    const number = (addenda.at(-1)?.number ?? 0) + 1
    await begin(inTransaction, { note, number, saving, reader }, now)
    return { kind: 'saved', revision: 1 }
  })

async function change(
  deps: Needs,
  draft: Addendum,
  saving: SavingAddendum,
  now: Instant,
): Promise<SavedAddendum> {
  const { content: theirs } = openAddendum(deps, draft, draft.authorId)
  if (!theirs) return { kind: 'unreadable' }
  const { reason, text } = saving.content
  const decided = decideSave(draft, saving, theirs.reason === reason && theirs.text === text)
  if (decided === 'changed') return { kind: 'changed', revision: draft.revision, theirs }
  if (decided !== 'save') return { kind: 'saved', revision: draft.revision }
  const revision = draft.revision + 1
  const { page, turn } = saving
  await deps
    .db('note_addenda')
    .where({ id: draft.id })
    .update({
      content_sealed: deps.sealer.seal(place(draft.id), JSON.stringify(saving.content)),
      revision,
      page,
      turn,
      saved_at: iso(now),
    })
  return { kind: 'saved', revision }
}

type Begun = { note: Note; number: number; saving: SavingAddendum; reader: Reader }

async function begin({ db, sealer }: Needs, { note, number, saving, reader }: Begun, now: Instant) {
  const id = randomUUID()
  const { accountId } = reader
  const { id: noteId, clientId } = note
  const { page, turn, content } = saving
  await db('note_addenda').insert({
    id,
    note_id: noteId,
    client_id: clientId,
    number,
    author_id: accountId,
    content_sealed: sealer.seal(place(id), JSON.stringify(content)),
    revision: 1,
    page,
    turn,
    begun_at: iso(now),
    saved_at: iso(now),
  })
  await recordAct({ db, sealer }, { accountId, action: 'addendum.begun', subjectId: id, clientId }, now)
}

/** What still has to be written before an addendum can be signed. */
export const missingInAddendum = ({ reason, text }: AddendumContent) =>
  [
    reason === '' && { name: 'reason', message: 'Please say why the note needs an addendum.' },
    text === '' && { name: 'text', message: 'Please write the addendum.' },
  ].filter((missing) => missing !== false)

/** Signs the draft of an addendum as it is in this revision. */
export const signAddendum = (
  deps: Needs,
  { noteId, base, ...reader }: Reader & { noteId: string; base: number },
  now: Instant,
): Promise<Signed> =>
  deps.db.transaction(async (trx): Promise<Signed> => {
    const note = await findNote(trx, noteId, reader, true)
    if (!note?.sha256) return 'gone'
    const addenda = await listAddenda(trx, noteId)
    const draft = addenda.find(({ signedAt }) => signedAt === null)
    if (!draft) return addenda.some(({ authorId }) => authorId === reader.accountId) ? 'already' : 'gone'
    if (draft.authorId !== reader.accountId) return 'gone'
    if (draft.revision !== base) return 'changed'
    const { content } = openAddendum(deps, draft, reader.accountId)
    if (!content) return 'unreadable'
    if (missingInAddendum(content).length > 0) return 'incomplete'
    const signer = await findSigner(trx, reader)
    const document: AddendumDocument = {
      format: 'flora-addendum/1',
      id: draft.id,
      note: { id: noteId, sha256: note.sha256.toString('hex') },
      number: draft.number,
      previousSha256: addenda.at(-2)?.sha256?.toString('hex') ?? null,
      client: { id: note.clientId, name: note.clientName },
      content,
      begunAt: iso(draft.begunAt),
      signedAt: iso(now),
      signer,
    }
    const text = canonicalText(document)
    await trx('note_addenda')
      .where({ id: draft.id })
      .update({ content_sealed: deps.sealer.seal(place(draft.id), text), ...signature(signer, text, now) })
    const entry = { action: 'addendum.signed', subjectId: draft.id, clientId: note.clientId } as const
    await recordAct({ ...deps, db: trx }, { accountId: reader.accountId, ...entry }, now)
    return 'signed'
  })

/** Their own draft, or that of a colleague whose account is closed: it would bar the next for ever. @returns whether there was one */
export const discardAddendum = (
  { db, sealer }: Pick<Deps, 'db' | 'sealer'>,
  { noteId, accountId, dietitianId }: Reader & { noteId: string },
  now: Instant,
): Promise<boolean> =>
  db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: { id: string; clientId: string }[] }>(
      `delete from note_addenda n
       where n.note_id = ? and n.signed_at is null and may_see_chart(?, n.client_id) and (n.author_id = ?
         or exists (select 1 from accounts a where a.id = n.author_id and a.disabled_at is not null))
       returning n.id, n.client_id as "clientId"`,
      [noteId, dietitianId, accountId],
    )
    const [gone] = rows
    if (!gone) return false
    const entry = { action: 'addendum.discarded', subjectId: gone.id, clientId: gone.clientId } as const
    await recordAct({ db: trx, sealer }, { accountId, ...entry }, now)
    return true
  })
