import type { Knex } from 'knex'
import { HOUR, type Instant } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { saveAddendum, signAddendum } from '../../notes/addenda/store.ts'
import { beginNote } from '../../notes/beginning/store.ts'
import { shareNote } from '../../notes/sharing/store.ts'
import { signNote } from '../../notes/signing/store.ts'
import type { Reader } from '../../notes/store.ts'
import { insertPiece } from '../../notes/templates/store.ts'
import { notes, type StoryNote, snippets, template } from '../written.ts'

type Needs = Pick<Deps, 'sealer' | 'log'>

/** Of the story: who the clients are, in its order, and who writes about them. */
type Told = Reader & { clientIds: string[]; now: Instant }

/** What the sample's dietitian wrote and signed, after each client's latest kept appointment, and what is still a draft. */
export async function insertNotes(trx: Knex, needs: Needs, told: Told): Promise<void> {
  const deps = { ...needs, db: trx }
  const { accountId, dietitianId, now } = told
  const reader = { accountId, dietitianId }
  await insertPiece(
    deps,
    'note_templates',
    { name: template.name, text: JSON.stringify(template.content), accountId },
    now,
  )
  for (const snippet of snippets) await insertPiece(deps, 'note_snippets', { ...snippet, accountId }, now)
  for (const note of notes)
    await insertNote(deps, reader, { note, clientId: told.clientIds[note.client] as string })
}

type One = { note: StoryNote; clientId: string }

async function insertNote(deps: Needs & { db: Knex }, reader: Reader, { note, clientId }: One) {
  const kept = await deps
    .db('appointments')
    .where({ client_id: clientId, state: 'kept' })
    .orderBy('starts_at', 'desc')
    .first<{ id: string; endsAt: Instant }>({ id: 'id', endsAt: 'ends_at' })
  const { signedHoursAfter: hours, content } = note
  const begun = await beginNote(deps, { ...reader, clientId, appointmentId: kept.id, content }, kept.endsAt)
  if (!begun || hours === null) return
  const noteId = begun.id
  await signNote(deps, { ...reader, id: noteId, base: 0 }, kept.endsAt + hours * HOUR)
  if (note.isShared)
    await shareNote({ ...deps, jobs: null }, { ...reader, id: noteId }, kept.endsAt + hours * HOUR)
  if (!note.addendum) return
  const later = kept.endsAt + 24 * HOUR
  const saving = { noteId, content: note.addendum, base: 0, page: null, turn: 0, isQuiet: false }
  await saveAddendum(deps, saving, reader, later)
  await signAddendum(deps, { ...reader, noteId, base: 1 }, later)
}
