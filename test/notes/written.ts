import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { iso } from '../../server/clock.ts'
import { canonicalText, digestOf, type NoteDocument } from '../../server/notes/canonical.ts'
import { type Content, emptyContent } from '../../server/notes/content.ts'
import { NOW, sealer } from '../support/fixed.ts'

/** A note with all that can be signed. */
export const whole: Content = {
  assessment: 'Bloated after lunch, “every day”.\nEats little fiber.',
  problems: [{ problem: 'Low fiber intake', relatedTo: 'few whole grains', shownBy: '9 g a day' }],
  noProblem: false,
  intervention: 'Oats at breakfast.',
  monitoring: 'Fiber in grams, in two weeks.',
}

/** The same, as it is typed into the page. */
export const typed = {
  assessment: whole.assessment,
  problem1: 'Low fiber intake',
  related1: 'few whole grains',
  shown1: '9 g a day',
  intervention: whole.intervention,
  monitoring: whole.monitoring,
}

const place = (id: string) => ({ table: 'notes', column: 'content_sealed', row: id })

type Of = { clientId: unknown; accountId: unknown; clientName?: unknown }

/** A draft of a note, straight into the table. */
export async function makeDraftNote(
  db: Knex,
  of: Of,
  given: Record<string, unknown> & { content?: Content } = {},
) {
  const { content = emptyContent, ...rest } = given
  const id = randomUUID()
  await db('notes').insert({
    id,
    client_id: of.clientId,
    author_id: of.accountId,
    content_sealed: sealer.seal(place(id), JSON.stringify(content)),
    begun_at: iso(NOW),
    saved_at: iso(NOW),
    ...rest,
  })
  return id
}

/** A signed note, straight into the table, shared when `isShared`. */
export async function makeNote(
  db: Knex,
  of: Of,
  given: { content?: Content; signedAt?: number; signer?: string; isShared?: boolean } = {},
) {
  const { content = whole, signedAt = NOW, signer = 'Robin Vale', isShared = false } = given
  const id = randomUUID()
  const document: NoteDocument = {
    format: 'flora-note/1',
    id,
    client: { id: String(of.clientId), name: String(of.clientName ?? 'Somebody') },
    appointment: null,
    content,
    begunAt: iso(signedAt),
    signedAt: iso(signedAt),
    signer: { account: String(of.accountId), name: signer, credentials: 'RD' },
  }
  const text = canonicalText(document)
  await db('notes').insert({
    id,
    client_id: of.clientId,
    author_id: of.accountId,
    content_sealed: sealer.seal(place(id), text),
    revision: 1,
    begun_at: iso(signedAt),
    saved_at: iso(signedAt),
    signed_at: iso(signedAt),
    signer_name: signer,
    signer_credentials: 'RD',
    sha256: digestOf(text),
  })
  if (isShared)
    await db('note_shares').insert({
      note_id: id,
      client_id: of.clientId,
      shared_at: iso(signedAt),
      shared_by: of.accountId,
    })
  return id
}

/** A draft of an addendum to a signed note, straight into the table. */
export async function makeAddendum(
  db: Knex,
  of: Of & { noteId: string },
  given: Record<string, unknown> = {},
) {
  const id = randomUUID()
  const place = { table: 'note_addenda', column: 'content_sealed', row: id }
  await db('note_addenda').insert({
    id,
    note_id: of.noteId,
    client_id: of.clientId,
    author_id: of.accountId,
    number: 1,
    content_sealed: sealer.seal(place, JSON.stringify({ reason: 'A slip', text: 'It was 19 g.' })),
    begun_at: iso(NOW),
    saved_at: iso(NOW),
    ...given,
  })
  return id
}

/** A template or a snippet; of a template the text is its content as JSON. */
export async function makePiece(
  db: Knex,
  table: 'note_templates' | 'note_snippets',
  text: string,
  name = 'A piece',
) {
  const id = randomUUID()
  const column = table === 'note_templates' ? 'content_sealed' : 'text_sealed'
  await db(table).insert({
    id,
    name,
    [column]: sealer.seal({ table, column, row: id }, text),
    created_at: iso(NOW),
  })
  return id
}
