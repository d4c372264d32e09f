import type { Knex } from 'knex'
import type { Instant } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { type Change, changesBetween } from '../../forms/differing.ts'
import type { Questionnaire } from '../../forms/fhir.ts'
import { listDefinitions } from '../../forms/store.ts'
import type { SealedIntake } from '../head/store.ts'
import { type Group, groupsIn } from '../key-answers.ts'
import { openAnswers } from '../store.ts'

/** The latest intake in what matters of it, and how it differs from the one before. */
export type IntakeSummary = {
  id: string
  sentAt: Instant
  groups: Group[]
  /** In the order of the form; null when there is none before, or one of them can't be read. */
  changes: Change[] | null
  beforeAt: Instant | null
  /** Said in place of the answers when they can't be read; otherwise empty. */
  unreadable: string
}

/** What was sent twice was sent at another time: as a new intake, or as a change of the one before. */
async function listLatest(db: Knex, clientId: string): Promise<SealedIntake[]> {
  const { rows } = await db.raw<{ rows: SealedIntake[] }>(
    `select r.id, r.form_version_id as "formVersionId", r.answers_sealed as "answersSealed",
       r.sent_at as "sentAt"
     from forms f join responses r on r.form_id = f.id and r.client_id = ?
     where f.slug = 'intake' and r.sent_at is not null
     order by r.sent_at desc, r.number desc, r.id limit 2`,
    [clientId],
  )
  return rows
}

/**
 * Opens the latest intake, for a page of a client whose chart may be seen: ask that first.
 * @returns undefined when none was sent
 */
export const readSummary = async (
  deps: Pick<Deps, 'db' | 'sealer' | 'log'>,
  { clientId, accountId }: { clientId: string; accountId: string },
): Promise<IntakeSummary | undefined> =>
  summaryOf(deps, { intakes: await listLatest(deps.db, clientId) }, accountId)

/**
 * As `readSummary`, of the latest two that were sent, the latest first.
 * @param known the form that the latest was filled in by, where it was read already
 */
export async function summaryOf(
  { db, ...reading }: Pick<Deps, 'db' | 'sealer' | 'log'>,
  { intakes: [latest, before], known }: { intakes: SealedIntake[]; known?: Questionnaire | undefined },
  accountId: string,
): Promise<IntakeSummary | undefined> {
  if (!latest) return undefined
  const version = latest.formVersionId
  const definition = known ?? (await listDefinitions(db, [version])).get(version)
  const { response, text } = openAnswers(reading, latest, accountId)
  const older = before && openAnswers(reading, before, accountId).response
  return {
    id: latest.id,
    sentAt: latest.sentAt,
    groups: definition && response ? groupsIn(definition, response) : [],
    changes: definition && response && older ? changesBetween(definition, older, response) : null,
    beforeAt: before?.sentAt ?? null,
    unreadable: response ? '' : text,
  }
}
