import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { canonicalText, digestOf, type NoteDocument, type Signer } from '../canonical.ts'
import { missingIn, withoutEmpty } from '../content.ts'
import { findNote, type Note, notePlace, openNote, type Reader } from '../store.ts'

/**
 * gone: no such draft of theirs. already: it is signed. changed: it was saved since the page was shown that is signed.
 * incomplete: something is still to be written.
 */
export type Signed = 'signed' | 'already' | 'gone' | 'changed' | 'incomplete' | 'unreadable'

type Signing = Reader & { id: string; base: number }

/** Signs a draft as it is in this revision: from then on the database keeps it as it is. */
export const signNote = (
  deps: Pick<Deps, 'db' | 'sealer' | 'log'>,
  { id, base, ...reader }: Signing,
  now: Instant,
): Promise<Signed> =>
  deps.db.transaction(async (trx): Promise<Signed> => {
    const note = await findNote(trx, id, reader, true)
    if (!note) return 'gone'
    if (note.signedAt !== null) return 'already'
    if (note.revision !== base) return 'changed'
    const { content } = openNote(deps, note, reader.accountId)
    if (!content) return 'unreadable'
    if (missingIn(content).length > 0) return 'incomplete'
    const signer = await findSigner(trx, reader)
    const document: NoteDocument = {
      format: 'flora-note/1',
      id,
      client: { id: note.clientId, name: note.clientName },
      appointment: await findAppointment(trx, note),
      content: withoutEmpty(content),
      begunAt: iso(note.begunAt),
      signedAt: iso(now),
      signer,
    }
    const text = canonicalText(document)
    await trx('notes')
      .where({ id })
      .update({ content_sealed: deps.sealer.seal(notePlace(id), text), ...signature(signer, text, now) })
    const entry = { action: 'note.signed', subjectId: id, clientId: note.clientId } as const
    await recordAct({ ...deps, db: trx }, { accountId: reader.accountId, ...entry }, now)
    return 'signed'
  })

/** What stands beside a signed text, in the columns of a note as of an addendum. */
export const signature = ({ name, credentials }: Signer, text: string, now: Instant) => ({
  signed_at: iso(now),
  signer_name: name,
  signer_credentials: credentials,
  sha256: digestOf(text),
})

/** Who signs, as they are called on this day. */
export async function findSigner(db: Knex, { accountId, dietitianId }: Reader): Promise<Signer> {
  const found = await db('dietitians')
    .where({ id: dietitianId, account_id: accountId })
    .first<{ name: string; credentials: string } | undefined>('name', 'credentials')
  if (!found) throw new Error('Who signs is no dietitian any more')
  return { account: accountId, ...found }
}

/** What a note is about, as it is signed with it. */
export async function findAppointment(
  db: Knex,
  { appointmentId, clientId }: Note,
): Promise<NoteDocument['appointment']> {
  if (appointmentId === null) return null
  const found = await db('appointments')
    .where({ id: appointmentId, client_id: clientId })
    .first<{ startsAt: Instant; type: string } | undefined>({ startsAt: 'starts_at', type: 'type_name' })
  return found ? { id: appointmentId, startsAt: iso(found.startsAt), type: found.type } : null
}
