import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import { isDuplicate } from '../../database/refusals.ts'
import type { Deps } from '../../deps.ts'
import { CAN_BE_ABOUT } from '../beginning/store.ts'
import { type Content, isSame } from '../content.ts'
import { decideSave, type Posted } from '../drafts.ts'
import { findNote, type Note, openNote, type Reader, sealContent } from '../store.ts'

export type Saving = Posted & { id: string; content: Content; appointmentId: string | null }

/**
 * gone: no such draft of theirs, or signed meanwhile. changed: another tab or device has saved since; nothing is kept.
 * taken: there is another draft about this appointment. stranger: the appointment is not this client's.
 */
export type Saved =
  | { kind: 'saved'; revision: number }
  | { kind: 'changed'; note: Note; theirs: Content }
  | { kind: 'gone' }
  | { kind: 'taken' | 'stranger' }
  | { kind: 'unreadable' }

/** Keeps a draft as it is now, unless it was changed elsewhere. */
export async function saveNote(...given: Parameters<typeof tryToSave>): Promise<Saved> {
  try {
    return await tryToSave(...given)
  } catch (error) {
    // Two drafts at once, about the same appointment.
    if (isDuplicate(error)) return { kind: 'taken' }
    throw error
  }
}

const tryToSave = (
  deps: Pick<Deps, 'db' | 'sealer' | 'log'>,
  saving: Saving,
  reader: Reader,
  now: Instant,
): Promise<Saved> =>
  deps.db.transaction(async (trx): Promise<Saved> => {
    const { id, content, appointmentId } = saving
    const note = await findNote(trx, id, reader, true)
    if (!note || note.signedAt !== null) return { kind: 'gone' }
    const { content: theirs } = openNote(deps, note, reader.accountId)
    if (!theirs) return { kind: 'unreadable' }
    const isUnchanged = isSame(theirs, content) && note.appointmentId === appointmentId
    const decided = decideSave(note, saving, isUnchanged)
    if (decided === 'changed') return { kind: 'changed', note, theirs }
    if (decided !== 'save') return { kind: 'saved', revision: note.revision }
    const refusal = await whyNotAbout(trx, note, appointmentId)
    if (refusal) return { kind: refusal }
    const revision = note.revision + 1
    await trx('notes')
      .where({ id })
      .update({
        content_sealed: sealContent(deps.sealer, id, content),
        appointment_id: appointmentId,
        revision,
        page: saving.page,
        turn: saving.turn,
        saved_at: iso(now),
      })
    return { kind: 'saved', revision }
  })

async function whyNotAbout(trx: Knex, note: Note, appointmentId: string | null) {
  if (appointmentId === note.appointmentId) return undefined
  const { rows } = await trx.raw<{ rows: { isOwn: boolean; isTaken: boolean }[] }>(
    `select ?::uuid is null or exists (
         select 1 from appointments a where a.id = ?::uuid and a.client_id = ? and ${CAN_BE_ABOUT}) as "isOwn",
       exists (select 1 from notes n where n.author_id = ? and n.client_id = ? and n.signed_at is null
         and n.appointment_id is not distinct from ?::uuid) as "isTaken"`,
    [
      ...[appointmentId, appointmentId, note.clientId],
      ...[note.authorId, note.clientId, appointmentId],
    ] as Knex.RawBinding[],
  )
  if (!rows[0]?.isOwn) return 'stranger' as const
  return rows[0].isTaken ? ('taken' as const) : undefined
}

/** A draft that is not wanted any more is gone for good. @returns whose it was, undefined when there is no such draft */
export const discardNote = (
  { db, sealer }: Pick<Deps, 'db' | 'sealer'>,
  id: string,
  { accountId, dietitianId }: Reader,
  now: Instant,
): Promise<{ clientId: string } | undefined> =>
  db.transaction(async (trx) => {
    const [gone] = await trx('notes')
      .where({ id, author_id: accountId })
      .whereNull('signed_at')
      .whereRaw('may_see_chart(?, client_id)', [dietitianId])
      .del()
      .returning<{ client_id: string }[]>('client_id')
    if (!gone) return undefined
    const clientId = gone.client_id
    await recordAct(
      { db: trx, sealer },
      { accountId, action: 'note.discarded', subjectId: id, clientId },
      now,
    )
    return { clientId }
  })
