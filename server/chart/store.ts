import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import type { QuestionnaireResponse } from '../forms/fhir.ts'
import { answersPlace } from '../responses/store.ts'
import { openOrSay } from '../sealing/reading.ts'

export type Client = {
  id: string
  name: string
  email: string
  phone: string
  zone: string
  /** Whether they have kept an appointment. */
  isActive: boolean
  /** The latest that began and was not missed or cancelled; all null when there is none. */
  lastId: string | null
  lastAt: Instant | null
  lastType: string | null
  lastWith: string | null
  /** The next one that is booked. */
  nextId: string | null
  nextAt: Instant | null
  nextType: string | null
  /** The id of the dietitian. */
  nextWith: string | null
  openSigns: number
  urgentSigns: number
}

const visitSql = `
  select a.id, a.starts_at, t.name as type_name, a.dietitian_id
  from appointments a join appointment_types t on t.id = a.appointment_type_id
  where a.client_id = c.id and`

const clientSql = `
  select c.id, c.name, c.email, c.phone, c.zone,
    exists (select 1 from appointments k where k.client_id = c.id and k.state = 'kept') as "isActive",
    last.id as "lastId", last.starts_at as "lastAt", last.type_name as "lastType", last.dietitian_id as "lastWith",
    next.id as "nextId", next.starts_at as "nextAt", next.type_name as "nextType", next.dietitian_id as "nextWith",
    signs.open as "openSigns", signs.urgent as "urgentSigns"
  from clients c
  left join lateral (
    ${visitSql} a.state in ('booked', 'kept') and a.starts_at <= ? order by a.starts_at desc limit 1) last on true
  left join lateral (
    ${visitSql} a.state = 'booked' and a.starts_at > ? order by a.starts_at limit 1) next on true
  cross join lateral (
    select count(*) as open, count(*) filter (where s.kind = 'urgent') as urgent
    from raised_signs s where s.client_id = c.id and s.acknowledged_at is null) signs
  where c.id = ?`

/** Who the chart is of. Clients come to the practice: each of its dietitians may read their charts. */
export async function findClient(db: Knex, id: string, now: Instant): Promise<Client | undefined> {
  const { rows } = await db.raw<{ rows: Client[] }>(clientSql, [iso(now), iso(now), id])
  return rows[0]
}

/** Whether there is such a client, and their name. */
export const findName = (db: Knex, id: string): Promise<{ id: string; name: string } | undefined> =>
  db('clients').where({ id }).first<{ id: string; name: string } | undefined>('id', 'name')

/** What was sent, and the newest version of it. */
const CURRENT = `r.sent_at is not null and not exists (
  select 1 from responses newer
  where newer.series_id = r.series_id and newer.sent_at is not null and newer.number > r.number)`

export type Answered = {
  id: string
  formId: string
  title: string
  /** Of the version: more than 1 says that it was amended. */
  number: number
  savedAt: Instant
  /** Null: begun and not sent. */
  sentAt: Instant | null
  openSigns: number
}

export const PAGE = 15

/**
 * What a client has begun, of which nothing but that is told, the latest first; then what they have sent, the newest
 * first. `page` counts from 0, of what was sent; one more than a page, to know of the next.
 */
export async function listAnswered(db: Knex, clientId: string, page: number): Promise<Answered[]> {
  const columns = `r.id, r.form_id as "formId", v.title, r.number, r.saved_at as "savedAt", r.sent_at as "sentAt"`
  const from = 'from responses r join form_versions v on v.id = r.form_version_id where r.client_id = ?'
  const { rows } = await db.raw<{ rows: Answered[] }>(
    `(select ${columns}, 0 as "openSigns" ${from} and r.sent_at is null order by r.saved_at desc, r.id limit 50)
     union all
     (select ${columns},
        (select count(*) from raised_signs s where s.response_id = r.id and s.acknowledged_at is null)
      ${from} and ${CURRENT}
      order by r.sent_at desc, r.id offset ? limit ${PAGE + 1})`,
    [clientId, clientId, page * PAGE],
  )
  return rows
}

export type ScoreRow = {
  responseId: string
  title: string
  linkId: string
  label: string
  value: number
  at: Instant
}

const MOST_SCORES = 120

/**
 * The scores of what a client has sent, the newest first, of each response its newest version alone: the latest 120,
 * and the very first of each.
 */
export async function listScores(db: Knex, clientId: string): Promise<ScoreRow[]> {
  const { rows } = await db.raw<{ rows: ScoreRow[] }>(
    `select "responseId", title, "linkId", label, value, at from (
       select s.response_id as "responseId", v.title, s.link_id as "linkId", s.label, s.value, s.at,
         row_number() over (order by s.at desc, s.response_id, s.link_id) as nth,
         row_number() over (partition by s.link_id order by s.at, s.response_id) as first
       from scores s
       join responses r on r.id = s.response_id
       join form_versions v on v.id = r.form_version_id
       where s.client_id = ? and ${CURRENT}) as ranked
     where nth <= ${MOST_SCORES} or first = 1
     order by nth`,
    [clientId],
  )
  return rows
}

export type KeyAnswers = {
  id: string
  formVersionId: string
  answersSealed: Buffer
  of: 'intake' | 'skin'
}

/** What the head of the chart is read from: the latest intake, and the two latest responses with a skin score. */
export async function listKeyAnswers(db: Knex, clientId: string): Promise<KeyAnswers[]> {
  const columns = 'r.id, r.form_version_id as "formVersionId", r.answers_sealed as "answersSealed"'
  const { rows } = await db.raw<{ rows: KeyAnswers[] }>(
    `(select ${columns}, 'intake' as of
      from forms f join responses r on r.form_id = f.id and r.client_id = ?
      where f.slug = 'intake' and ${CURRENT}
      order by r.sent_at desc, r.id limit 1)
     union all
     (select ${columns}, 'skin'
      from scores s join responses r on r.id = s.response_id
      where s.client_id = ? and s.link_id = 'skin-score' and ${CURRENT}
      order by s.at desc, s.response_id limit 2)`,
    [clientId, clientId],
  )
  return rows
}

type Reading = Parameters<typeof openOrSay>[0]
type Sealed = { id: string; answersSealed: Buffer }

/** Opens what was sent for a page. @returns the answers, or a sentence in their place */
export function openAnswers(
  reading: Reading,
  { id, answersSealed: sealed }: Sealed,
  accountId: string,
): { response: QuestionnaireResponse | null; text: string } {
  const { text, isReadable } = openOrSay(reading, { place: answersPlace(id), sealed, accountId })
  return { response: isReadable ? (JSON.parse(text) as QuestionnaireResponse) : null, text }
}

/** What a response counted, by its questions. */
export async function listScoresOf(
  db: Knex,
  responseId: string,
): Promise<{ linkId: string; label: string; value: number }[]> {
  return db('scores')
    .where({ response_id: responseId })
    .orderBy('link_id')
    .select({ linkId: 'link_id', label: 'label', value: 'value' })
}

/** Whether something was asked of this client, open or not. */
export const isAskedOf = async (
  db: Knex,
  table: 'form_requests' | 'form_plans',
  { id, clientId }: { id: string; clientId: string },
): Promise<boolean> => (await db(table).where({ id, client_id: clientId }).first('id')) !== undefined
