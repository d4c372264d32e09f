import type { Knex } from 'knex'
import { attendanceSql } from '../../appointments/attendance/store.ts'
import { localDate } from '../../availability/zones.ts'
import { type Instant, iso } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { factsOf } from '../../forms/facts.ts'
import type { Questionnaire, QuestionnaireResponse } from '../../forms/fhir.ts'
import { listDefinitions } from '../../forms/store.ts'
import { answersPlace } from '../../responses/store.ts'
import { openOrSay } from '../../sealing/reading.ts'
import { openSignName, type SignKind } from '../../signs/store.ts'
import { signsIn } from '../../signs/table.ts'
import { keyFactsIn } from '../key.ts'
import type { Raised, Told } from './lasting.ts'
import { type ChartHead, headPage, type Known, type Tab } from './page.ts'

const visitSql = (which: string) => `(
  select json_build_object('id', a.id, 'at', (extract(epoch from a.starts_at) * 1000)::float8, 'type', a.type_name,
    'with', a.dietitian_id)
  from appointments a
  where a.client_id = c.id and ${which} limit 1)`

const MOST_SIGNS = 40

// Of a client c: what was sent last as an intake (or as a change of one), and the signs, urgent first: the latest of
// those that wait, of those that were acknowledged, and of either's cautions.
const sealedSql = `
  (select r.id, 'intake' as of, r.form_version_id as "versionId", encode(r.answers_sealed, 'base64') as sealed,
     (extract(epoch from r.sent_at) * 1000)::float8 as at, null::float8 as "acknowledgedAt"
   from forms f join responses r on r.form_id = f.id and r.client_id = c.id
   where f.slug = 'intake' and r.sent_at is not null
   order by r.sent_at desc, r.number desc, r.id limit ?)
  union all
  (select s.id, s.kind, null, encode(s.sign_sealed, 'base64'), (extract(epoch from s.raised_at) * 1000)::float8,
     (extract(epoch from s.acknowledged_at) * 1000)::float8
   from (
     select x.*, row_number() over (
       partition by x.acknowledged_at is null, x.kind = 'caution' order by x.kind desc, x.raised_at desc, x.id) as nth
     from raised_signs x where x.client_id = c.id) s
   where s.nth <= ${MOST_SIGNS}
   order by s.kind desc, s.raised_at desc, s.id)`

const knownSql = `
  select c.id, c.name, c.email, c.phone, c.zone, c.pronouns, c.born_on as born, c.archived_at as "archivedAt",
    ${visitSql(`a.state in ('booked', 'kept') and a.starts_at <= ? order by a.starts_at desc`)} as last,
    ${visitSql(`a.state = 'booked' and a.starts_at > ? order by a.starts_at`)} as next, came.*,
    (select coalesce(json_agg(s), '[]') from (${sealedSql}) s) as sealed
  from clients c
  cross join lateral (
    select ${attendanceSql} from appointments a where a.client_id = c.id) came
  where c.id = ? and may_see_chart(?, c.id)`

type SealedRow = {
  id: string
  /** 'intake', or the kind of a sign. */
  of: 'intake' | SignKind
  versionId: string | null
  /** Base64. */
  sealed: string
  at: Instant
  acknowledgedAt: Instant | null
}

type WithIntakes = {
  head: ChartHead
  intakes: SealedIntake[]
  definition: Questionnaire | undefined
  told: Told | null
}

/** What was sent, to be opened. */
export type SealedIntake = { id: string; formVersionId: string; answersSealed: Buffer; sentAt: Instant }

type Needs = Pick<Deps, 'db' | 'sealer' | 'log'>
type Asked = { clientId: string; dietitianId: string; accountId: string; tab: Tab | null }
type At = { zone: string; now: Instant }

/**
 * What stands at the top of every page of a client: views/chart/head.ejs. One query.
 * @param asked.tab the page that it stands on; null: beside the pages of the chart
 * @param at.zone the practice's
 * @returns undefined when there is no such client, or this dietitian may not see them: 404
 */
export const chartHead = async (deps: Needs, asked: Asked, at: At): Promise<ChartHead | undefined> =>
  (await headWithIntakes(deps, asked, at))?.head

/**
 * As `chartHead`, and beside it the intakes that were sent last, `asked.intakes` of them, to be read, with the form of
 * the latest one; and the cautions that this one tells of.
 */
export async function headWithIntakes(
  deps: Needs,
  asked: Asked & { intakes?: number },
  at: At,
): Promise<WithIntakes | undefined> {
  const { dietitianId, accountId, tab } = asked
  const found = await findKnown(deps.db, asked, at.now)
  if (!found) return undefined
  const { sealed: rows, ...known } = found
  const signs = rows.flatMap(({ id, of, sealed, at: raisedAt, acknowledgedAt }): Raised[] => {
    if (of === 'intake') return []
    const sign = openSignName(deps, { id, sealed: bytes(sealed) }, accountId)
    return [{ kind: of, sign, raisedAt, acknowledgedAt }]
  })
  const intake = rows.find(({ of }) => of === 'intake')
  const facts = intake && {
    id: intake.id,
    at: intake.at,
    said: await readIntake(deps, intake, { accountId, ...at }),
  }
  const head = headPage({ known, signs, intake: facts ?? null }, { ...at, dietitianId, tab })
  const intakes = rows.flatMap(({ id, of, versionId, sealed, at: sentAt }) =>
    of === 'intake' ? [{ id, formVersionId: versionId ?? '', answersSealed: bytes(sealed), sentAt }] : [],
  )
  const told = facts ? { at: facts.at, cautions: facts.said?.cautions ?? null } : null
  return { head, intakes, definition: facts?.said?.definition, told }
}

async function findKnown(
  db: Knex,
  { clientId, dietitianId, intakes = 1 }: { clientId: string; dietitianId: string; intakes?: number },
  now: Instant,
): Promise<(Known & { sealed: SealedRow[] }) | undefined> {
  const { rows } = await db.raw<{ rows: (Known & { sealed: SealedRow[] })[] }>(knownSql, [
    iso(now),
    iso(now),
    intakes,
    clientId,
    dietitianId,
  ])
  return rows[0]
}

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')

/** Null: it can't be opened, which is logged. */
async function readIntake(
  { db, ...deps }: Needs,
  { id, versionId, sealed }: SealedRow,
  { accountId, zone, now }: At & { accountId: string },
) {
  const definition = (await listDefinitions(db, [versionId ?? ''])).get(versionId ?? '')
  const { text, isReadable } = openOrSay(deps, { place: answersPlace(id), sealed: bytes(sealed), accountId })
  if (!definition || !isReadable) return null
  const response = JSON.parse(text) as QuestionnaireResponse
  const signs = signsIn(factsOf(definition, response), { today: localDate(now, zone) })
  const cautions = signs.filter(({ kind }) => kind === 'caution').map(({ sign }) => sign)
  return { ...keyFactsIn(definition, response), cautions, definition }
}
