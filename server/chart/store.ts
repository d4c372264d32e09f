import type { Knex } from 'knex'
import type { Instant } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { QuestionnaireResponse } from '../forms/fhir.ts'
import { listDefinitions } from '../forms/store.ts'
import { answersPlace } from '../responses/store.ts'
import { openOrSay } from '../sealing/reading.ts'
import { itchIn } from './key.ts'

/** The name of a client whose chart this dietitian may see. */
export async function findName(
  db: Knex,
  { clientId, dietitianId }: { clientId: string; dietitianId: string },
): Promise<{ id: string; name: string; isArchived: boolean } | undefined> {
  const { rows } = await db.raw<{ rows: { id: string; name: string; isArchived: boolean }[] }>(
    'select id, name, archived_at is not null as "isArchived" from clients where id = ? and may_see_chart(?, id)',
    [clientId, dietitianId],
  )
  return rows[0]
}

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
  /** Warning signs that nobody has acknowledged, and cautions. */
  openSigns: number
  openCautions: number
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
    `(select ${columns}, 0 as "openSigns", 0 as "openCautions" ${from} and r.sent_at is null order by r.saved_at desc, r.id limit 50)
     union all
     (select ${columns},
        (select count(*) from raised_signs s
         where s.response_id = r.id and s.acknowledged_at is null and s.kind <> 'caution'),
        (select count(*) from raised_signs s
         where s.response_id = r.id and s.acknowledged_at is null and s.kind = 'caution')
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

/** Of the two latest responses with a skin score the answers too, as they are sealed. */
type SealedScore = ScoreRow & { formVersionId: string; answersSealed: Buffer | null }

async function listScores(db: Knex, clientId: string): Promise<SealedScore[]> {
  const { rows } = await db.raw<{ rows: SealedScore[] }>(
    `select "responseId", title, "linkId", label, value, at, "formVersionId",
       case when "linkId" = 'skin-score' and latest <= 2
         then (select answers_sealed from responses where id = "responseId") end as "answersSealed"
     from (
       select s.response_id as "responseId", v.title, s.link_id as "linkId", s.label, s.value, s.at,
         v.id as "formVersionId",
         row_number() over (order by s.at desc, s.response_id, s.link_id) as nth,
         row_number() over (partition by s.link_id order by s.at, s.response_id) as first,
         row_number() over (partition by s.link_id order by s.at desc, s.response_id) as latest
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

/**
 * The scores of what a client has sent, the newest first, of each response its newest version alone: the latest 120,
 * and the very first of each. With them itch at its worst in the two latest responses with a skin score, which are opened
 * for it; null where there are no two.
 */
export async function readScores(
  { db, ...reading }: Pick<Deps, 'db' | 'sealer' | 'log'>,
  clientId: string,
  accountId: string,
): Promise<{ scores: ScoreRow[]; itch: { before: number; now: number } | null }> {
  const rows = await listScores(db, clientId)
  const scores = rows.map(({ formVersionId: _version, answersSealed: _sealed, ...score }) => score)
  const skin = rows.flatMap(({ responseId: id, formVersionId, answersSealed }) =>
    answersSealed ? [{ id, formVersionId, answersSealed }] : [],
  )
  if (skin.length < 2) return { scores, itch: null }
  const definitions = await listDefinitions(
    db,
    skin.map(({ formVersionId }) => formVersionId),
  )
  const [now, before] = skin.map((row) => {
    const definition = definitions.get(row.formVersionId)
    const { response } = openAnswers(reading, row, accountId)
    return definition && response ? itchIn(definition, response) : undefined
  })
  return { scores, itch: now === undefined || before === undefined ? null : { now, before } }
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
