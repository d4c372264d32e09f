import type { Knex } from 'knex'
import { type Ledger, recordAct } from '../audit/store.ts'
import { type Instant, iso } from '../clock.ts'
import { forget } from './forgetting/store.ts'
import { isLeft, isSameName } from './page.ts'

export type ErasedClient = {
  id: string
  name: string
  email: string
  accountId: string | null
  /** For which what was signed is kept. */
  years: number
  /** When they were deleted before; what the law had kept may have to go now. */
  erasedAt: Instant | null
}

/** What the law keeps, and until which day (YYYY-MM-DD, that day too); null when it keeps nothing. */
export type Kept = { notes: string[]; addenda: number; signatures: string[]; until: string | null }

export type Going = Record<
  'appointments' | 'responses' | 'files' | 'signs' | 'notes' | 'signatures' | 'requests' | 'messages',
  number
>

export type Found = {
  client: ErasedClient
  kept: Kept
  going: Going
  /** The next appointment, or one of today; null when there is none. */
  coming: Instant | null
}

/** `today`: YYYY-MM-DD, of the practice. */
export type Asked = { clientId: string; dietitianId: string; today: string }

const clientSql = `
  select c.id, c.name, c.email, c.account_id as "accountId", p.keeps_records_years as years, e.at as "erasedAt"
  from practice p join clients c on c.id = ? and may_see_chart(?, c.id)
  left join erasures e on e.client_id = c.id`

/** The last day of a record that was signed then, on the practice's calendar. */
const lastDay = (signedAt: string) =>
  `((${signedAt} at time zone p.zone) + make_interval(years => p.keeps_records_years))::date`

// An addendum stays with its note, and a note with its addenda: the one that was signed last counts.
const keptSql = `
  with signed as (
    select 'note' as kind, n.id, count(d.id) as addenda,
      ${lastDay('greatest(n.signed_at, max(d.signed_at))')} as until
    from practice p cross join notes n
    left join note_addenda d on d.note_id = n.id and d.signed_at is not null
    where n.client_id = :id and n.signed_at is not null
    group by n.id, p.id
    union all
    select 'signature', s.id, 0, ${lastDay('s.signed_at')}
    from practice p cross join consent_signatures s where s.client_id = :id)
  select coalesce(array_agg(id) filter (where kind = 'note'), '{}') as notes, coalesce(sum(addenda), 0)::int as addenda,
    coalesce(array_agg(id) filter (where kind = 'signature'), '{}') as signatures, max(until) as until
  from signed where until >= cast(:today as date)`

const goingSql = `
  select
    (select count(*) from appointments where client_id = :id) as appointments,
    (select count(*) from responses where client_id = :id) as responses,
    (select count(*) from files where client_id = :id) as files,
    (select count(*) from raised_signs where client_id = :id) as signs,
    (select count(*) from notes where client_id = :id and id <> all(cast(:notes as uuid[]))) as notes,
    (select count(*) from consent_signatures where client_id = :id and id <> all(cast(:signatures as uuid[]))) as signatures,
    (select count(*) from form_requests where client_id = :id) as requests,
    (select count(*) from inquiries where lower(email) = lower(:email)) as messages`

const comingSql = `
  select min(a.starts_at) as coming from appointments a cross join practice p
  where a.client_id = ? and ((a.state = 'booked' and a.starts_at > ?)
    or (a.state in ('booked', 'kept', 'no_show') and (a.starts_at at time zone p.zone)::date = ?::date))`

/**
 * Whoever changes one of these holds it first, and then the client: the same order, so that nobody waits for the other.
 * A note that is being signed is waited for: it is kept.
 */
async function lockRecords(trx: Knex, clientId: string): Promise<void> {
  await trx.raw('select 1 from notes where client_id = ? order by id for update', [clientId])
  await trx.raw('select 1 from responses where client_id = ? and sent_at is null order by id for update', [
    clientId,
  ])
  await trx.raw('select 1 from appointments where client_id = ? order by id for no key update', [clientId])
}

/** @param isLocking for the rest of the transaction nothing new hangs itself on this client */
export async function findErasure(
  db: Knex,
  { clientId, dietitianId, today }: Asked,
  now: Instant,
  isLocking = false,
): Promise<Found | undefined> {
  const clients = await db.raw<{ rows: ErasedClient[] }>(
    `${clientSql}${isLocking ? ' for update of c' : ''}`,
    [clientId, dietitianId],
  )
  const [client] = clients.rows
  if (!client) return undefined
  const found = await db.raw<{ rows: [Kept] }>(keptSql, { id: clientId, today })
  const [kept] = found.rows
  const { notes, signatures } = kept
  const counted = await db.raw<{ rows: [Going] }>(goingSql, {
    id: clientId,
    notes,
    signatures,
    email: client.email,
  } as unknown as Knex.RawBinding[])
  const next = await db.raw<{ rows: [{ coming: Instant | null }] }>(comingSql, [clientId, iso(now), today])
  return { client, kept, going: counted.rows[0], coming: next.rows[0].coming }
}

export type Erasing = Asked & { accountId: string; typedName: string }

/**
 * name: it is not the one that was typed. coming: an appointment is to come, or is today. nothing: all that is left is
 * what the law keeps.
 */
export type Erased = 'gone' | 'reduced' | 'none' | 'name' | 'coming' | 'nothing'

/** Deletes a client for good, but what the law keeps; all of it or nothing. The audit proves it. */
export const eraseClient = (
  { db, sealer }: Ledger,
  { accountId, typedName, ...asked }: Erasing,
  now: Instant,
): Promise<Erased> =>
  db.transaction(async (trx): Promise<Erased> => {
    await lockRecords(trx, asked.clientId)
    const found = await findErasure(trx, asked, now, true)
    if (!found) return 'none'
    const { client, kept, coming } = found
    if (!isSameName(typedName, client.name)) return 'name'
    if (coming !== null) return 'coming'
    if (!isLeft(found)) return 'nothing'
    const clientId = client.id
    // Opens the way for what is never deleted else.
    await trx('erasures')
      .insert({ client_id: clientId, at: iso(now), account_id: accountId, kept: JSON.stringify(kept) })
      .onConflict('client_id')
      .ignore()
    const isKept = await forget(trx, { client, kept }, now)
    const entry = { accountId, action: 'client.erased', clientId, subjectId: clientId } as const
    await recordAct({ db: trx, sealer }, entry, now)
    return isKept ? 'reduced' : 'gone'
  })
