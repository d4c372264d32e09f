import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { isSent } from '../../mail/store.ts'
import type { Reader } from '../store.ts'

type Sharing = Reader & { id: string }

/** Under which the mail about a note goes: one a note. */
export const sharedMailKey = (noteId: string): string => `note-shared:${noteId}`

/**
 * A signed note that its client may read from now on, with its addenda. At the first time they are told by a mail.
 * @param deps.jobs null: nobody is told
 * @returns 'again' when they were told of it before; undefined when there is no such note
 */
export const shareNote = (
  { db, sealer, jobs }: Pick<Deps, 'db' | 'sealer'> & { jobs: Pick<Deps['jobs'], 'publish'> | null },
  { id, accountId, dietitianId }: Sharing,
  now: Instant,
): Promise<'first' | 'again' | undefined> =>
  db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: { clientId: string; isNew: boolean }[] }>(
      `with note as (
         select n.id, n.client_id from notes n
         where n.id = ? and n.signed_at is not null and may_see_chart(?, n.client_id)),
       shared as (
         insert into note_shares (note_id, client_id, shared_at, shared_by)
         select id, client_id, ?, ? from note on conflict do nothing returning note_id)
       select note.client_id as "clientId", exists (select 1 from shared) as "isNew" from note`,
      [id, dietitianId, iso(now), accountId],
    )
    const [note] = rows
    if (!note) return undefined
    const isTold = await isSent(trx, sharedMailKey(id))
    const entry = { action: 'note.shared', subjectId: id, clientId: note.clientId } as const
    if (note.isNew && !isTold) await jobs?.publish(trx, 'note.shared', { noteId: id })
    if (note.isNew) await recordAct({ db: trx, sealer }, { accountId, ...entry }, now)
    return isTold ? 'again' : 'first'
  })

/** The client with whom a note is shared now; undefined: with nobody. */
export async function findSharedWith(db: Knex, noteId: string): Promise<string | undefined> {
  const row = await db('note_shares')
    .where({ note_id: noteId })
    .first<{ client_id: string } | undefined>('client_id')
  return row?.client_id
}

/** Its client sees it no longer. @returns false when it was not shared, or there is no such note */
export const unshareNote = (
  { db, sealer }: Pick<Deps, 'db' | 'sealer'>,
  { id, accountId, dietitianId }: Sharing,
  now: Instant,
): Promise<boolean> =>
  db.transaction(async (trx) => {
    const [gone] = await trx('note_shares')
      .where({ note_id: id })
      .whereRaw('may_see_chart(?, client_id)', [dietitianId])
      .del()
      .returning<{ client_id: string }[]>('client_id')
    if (!gone) return false
    const entry = { action: 'note.unshared', subjectId: id, clientId: gone.client_id } as const
    await recordAct({ db: trx, sealer }, { accountId, ...entry }, now)
    return true
  })

export type SharedLine = { id: string; signedAt: Instant; signerName: string; signerCredentials: string }

export const PAGE = 20

/** What was shared with a client, the newest first. One more than a page, from 0 on. */
export async function listShared(db: Knex, clientId: string, page: number): Promise<SharedLine[]> {
  const { rows } = await db.raw<{ rows: SharedLine[] }>(
    `select n.id, n.signed_at as "signedAt", n.signer_name as "signerName",
       n.signer_credentials as "signerCredentials"
     from note_shares s join notes n on n.id = s.note_id
     where s.client_id = ? order by n.signed_at desc, n.id limit ${PAGE + 1} offset ?`,
    [clientId, page * PAGE],
  )
  return rows
}
