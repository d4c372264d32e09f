import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { type Content, emptyContent } from '../content.ts'
import { type Reader, sealContent } from '../store.ts'

export type Visit = { id: string; startsAt: Instant; typeName: string; hasNote: boolean }

const MOST_VISITS = 30

/** Whether a note can be about an appointment `a`. */
export const CAN_BE_ABOUT = `a.state in ('booked', 'kept', 'no_show')`

type Visiting = {
  clientId: string
  /** Who writes: drafts of others do not count. */
  accountId: string
  /** Those that begin later are left out. */
  until: Instant
  /** The one that the note is about already, whatever became of it. */
  keptId?: string | null
}

/** Appointments that a note can be about, the latest first. */
export async function listVisits(
  db: Knex,
  { clientId, until, accountId, keptId = null }: Visiting,
): Promise<Visit[]> {
  const { rows } = await db.raw<{ rows: Visit[] }>(
    `select a.id, a.starts_at as "startsAt", a.type_name as "typeName",
       a.id is distinct from ?::uuid
         and exists (select 1 from notes n where n.appointment_id = a.id
           and (n.signed_at is not null or n.author_id = ?)) as "hasNote"
     from appointments a
     where a.client_id = ? and (a.id = ?::uuid or (${CAN_BE_ABOUT} and a.starts_at <= ?))
     order by a.starts_at desc, a.id limit ${MOST_VISITS}`,
    [keptId, accountId, clientId, keptId, iso(until)] as Knex.RawBinding[],
  )
  return rows
}

type Beginning = Reader & { clientId: string; appointmentId: string | null; content?: Content }

/**
 * A new draft, or the one that this author has begun for the same client and appointment.
 * @returns undefined when the appointment is not this client's, or the chart not theirs to see
 */
export const beginNote = (
  { db, sealer }: Pick<Deps, 'db' | 'sealer'>,
  { accountId, dietitianId, clientId, appointmentId, content = emptyContent }: Beginning,
  now: Instant,
): Promise<{ id: string; isNew: boolean } | undefined> =>
  db.transaction(async (trx) => {
    const id = randomUUID()
    const { rows } = await trx.raw<{ rows: { id: string }[] }>(
      `insert into notes (id, client_id, author_id, appointment_id, content_sealed, begun_at, saved_at)
       select ?, c.id, ?, a.id, ?, ?, ?
       from clients c left join appointments a on a.id = ?::uuid and a.client_id = c.id and ${CAN_BE_ABOUT}
       where c.id = ? and may_see_chart(?, c.id) and (a.id is not null or ?::uuid is null)
       on conflict do nothing returning id`,
      [
        ...[id, accountId, sealContent(sealer, id, content), iso(now), iso(now)],
        ...[appointmentId, clientId, dietitianId, appointmentId],
      ] as Knex.RawBinding[],
    )
    if (rows[0]) {
      await recordAct({ db: trx, sealer }, { accountId, action: 'note.begun', subjectId: id, clientId }, now)
      return { id, isNew: true }
    }
    const known = await trx('notes')
      .where({ client_id: clientId, author_id: accountId, appointment_id: appointmentId })
      .whereNull('signed_at')
      .whereRaw('may_see_chart(?, client_id)', [dietitianId])
      .first<{ id: string } | undefined>('id')
    return known && { id: known.id, isNew: false }
  })
