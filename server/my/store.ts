import type { Knex } from 'knex'
import type { Shown } from '../appointments/pages.ts'
import type { State } from '../appointments/states.ts'
import { type Ledger, recordAct } from '../audit/store.ts'
import { type Instant, iso } from '../clock.ts'
import { type ToSign, type ToSignRow, toSignBindings, toSignSql, toToSign } from '../consents/store.ts'
import {
  knownVersions,
  type OpenRequest,
  type OpenRow,
  openOfClientSql,
  toOpenRequest,
} from '../requests/store.ts'
import type { PlaceName } from '../words.ts'
import { MOST_COMING } from './pages.ts'

/** An appointment of the client's own; `linkSealed` holds the secret of its page. */
export type Own = Shown & {
  id: string
  bookedName: string
  linkSealed: Buffer
  /** Its dietitian sees what is known of them once they confirm it. */
  needsConfirming: boolean
}

/** `isOpen`: can be booked now, with somebody. Only listed types can be booked by strangers. */
export type Type = { slug: string; name: string; minutes: number; isListed: boolean; isOpen: boolean }

type Row = {
  id: string
  state: State
  starts_at: number
  ends_at: number
  zone: string
  place: PlaceName
  sequence: number
  type_slug: string
  type_name: string
  dietitian_name: string
  video_url: string | null
  price_cents: number
  currency: string
  change_deadline_minutes: number
  booked_name: string
  booked_phone: string
  booked_at: number
  link_sealed: Buffer
  needs_confirming: boolean
}

const columns = `
  a.id, a.state, a.starts_at, a.ends_at, a.zone, a.place, a.sequence, a.price_cents, a.currency,
  a.change_deadline_minutes, a.booked_name, a.booked_phone, a.booked_at, a.link_sealed,
  t.slug as type_slug, a.type_name, d.name as dietitian_name, d.video_url,
  a.state in ('booked', 'kept') and not may_see_chart(a.dietitian_id, a.client_id) as needs_confirming`

const toOwn = (row: Row): Own => ({
  id: row.id,
  state: row.state,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  zone: row.zone,
  place: row.place,
  sequence: row.sequence,
  typeSlug: row.type_slug,
  typeName: row.type_name,
  dietitianName: row.dietitian_name,
  videoUrl: row.video_url,
  priceCents: row.price_cents,
  currency: row.currency,
  changeDeadlineMinutes: row.change_deadline_minutes,
  bookedName: row.booked_name,
  bookedPhone: row.booked_phone,
  bookedAt: row.booked_at,
  linkSealed: row.link_sealed,
  needsConfirming: row.needs_confirming,
})

const MOST_RECENT = 40

// The page may run few queries: one row a type, and one more for each further appointment of it.
// No appointment lasts a day, so the index finds those that are not over by their start.
const overviewSql = `
  with own as (
    (select id from appointments
     where client_id = ? and state = 'booked' and starts_at > ?::timestamptz - interval '1 day' and ends_at > ?
     order by starts_at limit ${MOST_COMING + 1})
    union
    (select id from appointments where client_id = ? and state not in ('held', 'lapsed')
     order by starts_at desc limit ${MOST_RECENT}))
  select ${columns}, t.name as listed_name, t.minutes, t.listed, t.active and not t.practice_only and exists (
      select 1 from appointment_type_dietitians o join dietitians od on od.id = o.dietitian_id
      where o.appointment_type_id = t.id and od.active) as open
  from appointment_types t
  left join (own join appointments a using (id)) on a.appointment_type_id = t.id
  left join dietitians d on d.id = a.dietitian_id
  order by t.position, t.name, t.id, a.starts_at, a.id`

export type Overview = {
  /** The next ones and the latest ones, ascending. */
  appointments: Own[]
  /** Every type of the practice, in its order. */
  types: Type[]
}

type OverviewRow = (Row | { id: null; type_slug: string }) & {
  listed_name: string
  minutes: number
  listed: boolean
  open: boolean
}

/** What a client's page tells of their appointments. */
export async function findOverview(db: Knex, clientId: string, now: Instant): Promise<Overview> {
  const { rows } = await db.raw<{ rows: OverviewRow[] }>(overviewSql, [
    clientId,
    iso(now),
    iso(now),
    clientId,
  ])
  const types = new Map<string, Type>()
  const appointments: Own[] = []
  for (const row of rows) {
    const { type_slug: slug, listed_name: name, minutes, listed, open } = row
    types.set(slug, { slug, name, minutes, isListed: listed, isOpen: open })
    if (row.id !== null) appointments.push(toOwn(row))
  }
  return { appointments: appointments.sort(byStart), types: [...types.values()] }
}

const byStart = (a: Own, b: Own): number => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1)

/** `hasNotes`: something that the dietitian wrote was shared with them. */
export type ToDo = { toSign: ToSign[]; toFillIn: OpenRequest[]; hasNotes: boolean }

// Two lists, and whether there is a third, in one query, for the same reason.
const toDoSql = `
  select (select coalesce(json_agg(s), '[]') from (${toSignSql}) s) as papers,
    (select coalesce(json_agg(r), '[]') from (${openOfClientSql}) r) as forms,
    exists (select 1 from note_shares n where n.client_id = ?) as "hasNotes"`

/** The documents that a client is to sign and the forms that they are to fill in. */
export async function findToDo(db: Knex, clientId: string, now: Instant): Promise<ToDo> {
  const { rows } = await db.raw<{ rows: [{ papers: ToSignRow[]; forms: OpenRow[]; hasNotes: boolean }] }>(
    toDoSql,
    [...toSignBindings(clientId, now), knownVersions(), clientId, clientId] as unknown as Knex.RawBinding[],
  )
  const [{ papers, forms, hasNotes }] = rows
  return { toSign: papers.map(toToSign), toFillIn: forms.map(toOpenRequest), hasNotes }
}

type Confirming = { id: string; clientId: string; accountId: string }

/**
 * By the client's own word: its dietitian may see their chart from now on. One that was cancelled is left as it is.
 * @returns false when it is not theirs
 */
export const confirmAppointment = (
  ledger: Ledger,
  { id, clientId, accountId }: Confirming,
  now: Instant,
): Promise<boolean> =>
  ledger.db.transaction(async (trx) => {
    const theirs = trx('appointments').where({ id, client_id: clientId })
    if (!(await theirs.clone().whereNotIn('state', ['held', 'lapsed']).first('id'))) return false
    const count = await theirs
      .where({ opens_chart: false })
      .whereIn('state', ['booked', 'kept'])
      .update({ opens_chart: true })
    const entry = {
      accountId,
      role: 'client',
      action: 'appointment.confirmed',
      clientId,
      subjectId: id,
    } as const
    if (count > 0) await recordAct({ ...ledger, db: trx }, entry, now)
    return true
  })

export const PAGE = 20

const pageSql = `
  select ${columns}
  from appointments a
  join appointment_types t on t.id = a.appointment_type_id
  join dietitians d on d.id = a.dietitian_id
  where a.client_id = ? and a.state not in ('held', 'lapsed')
  order by a.starts_at desc, a.id
  offset ? limit ${PAGE + 1}`

/** All of a client's, the latest first; `page` counts from 0. One more than a page, to know of the next. */
export async function listOwn(db: Knex, clientId: string, page: number): Promise<Own[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(pageSql, [clientId, page * PAGE])
  return rows.map(toOwn)
}
