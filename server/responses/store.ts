import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import { recordAct } from '../audit/store.ts'
import { type Instant, iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { removeUnnamed } from '../files/store.ts'
import type { QuestionnaireResponse } from '../forms/fhir.ts'
import { beginResponse } from '../forms/initial.ts'
import { type AskedVersion, findAskedVersion } from '../forms/store.ts'
import type { Jobs } from '../jobs/worker.ts'
import { answerRequests, proveAppointments } from '../requests/store.ts'
import { openOrSay } from '../sealing/reading.ts'
import type { Place, Sealer } from '../sealing/seal.ts'
import { type NewSigns, raiseSigns } from '../signs/store.ts'
import { filesIn } from './attachments.ts'
import { type Ground, groundOf } from './ground.ts'
import { inTurn } from './turns.ts'

export type Draft = {
  id: string
  versionId: string
  seriesId: string
  /** From 1; higher ones amend what was sent before. */
  number: number
  /** How often it was saved. */
  revision: number
  savedAt: Instant
  answersSealed: Buffer
}

/** What a form is to a client. Instants in ms; the zone is the client's. */
export type Standing = {
  formId: string
  slug: string
  isArchived: boolean
  /** The version that is asked for now; null before the first. */
  currentVersionId: string | null
  zone: string
  /** Of the request that is due first, while one is open. */
  dueAt: Instant | null
  draft: Draft | null
  lastSentId: string | null
}

type StandingRow = Omit<Standing, 'draft'> & { [K in keyof Draft]: Draft[K] | null }

const isOpen = 'q.response_id is null and q.withdrawn_at is null'

/** The sealed answers are bound to their row. */
export const answersPlace = (id: string): Place => ({ table: 'responses', column: 'answers_sealed', row: id })

export async function findStanding(
  db: Knex,
  { clientId, slug }: { clientId: string; slug: string },
): Promise<Standing | undefined> {
  const { rows } = await db.raw<{ rows: StandingRow[] }>(
    `select f.id as "formId", f.slug, f.archived_at is not null as "isArchived", v.id as "currentVersionId", c.zone,
       (select min(q.due_at) from form_requests q
        where q.client_id = c.id and q.form_id = f.id and ${isOpen}) as "dueAt",
       (select s.id from responses s
        where s.client_id = c.id and s.form_id = f.id and s.sent_at is not null
        order by s.sent_at desc, s.number desc limit 1) as "lastSentId",
       d.id, d.form_version_id as "versionId", d.series_id as "seriesId", d.number, d.revision,
       d.saved_at as "savedAt", d.answers_sealed as "answersSealed"
     from forms f
     join clients c on c.id = ?
     left join current_form_versions v on v.form_id = f.id
     left join responses d on d.form_id = f.id and d.client_id = c.id and d.sent_at is null
     where f.slug = ?`,
    [clientId, slug],
  )
  const [row] = rows
  if (!row) return undefined
  const { id, versionId, seriesId, number, revision, savedAt, answersSealed, ...rest } = row
  const draft = { id, versionId, seriesId, number, revision, savedAt, answersSealed } as Draft
  return { ...rest, draft: id === null ? null : draft }
}

type Opening = { sealer: Sealer; log: Logger }

/** The answers as they are kept; undefined when they can't be read, which the log hears of. */
export function openAnswers(
  reading: Opening,
  { id, answersSealed: sealed }: { id: string; answersSealed: Buffer },
  accountId: string | null,
): QuestionnaireResponse | undefined {
  const opened = openOrSay(reading, { place: answersPlace(id), sealed, accountId })
  return opened.isReadable ? (JSON.parse(opened.text) as QuestionnaireResponse) : undefined
}

/** A form as a client meets it. */
export type Filling = {
  clientId: string
  accountId: string
  standing: Standing
  /** Of the draft, or else the one that is asked for now. */
  version: AskedVersion
  ground: Ground
  /** It is asked of them, or they have begun it. */
  isOpen: boolean
}

type Asking = { clientId: string; accountId: string; slug: string; practiceZone: string }

export async function findFilling(
  { db, evaluator }: Pick<Deps, 'db' | 'evaluator'>,
  { clientId, accountId, slug, practiceZone }: Asking,
  now: Instant,
): Promise<Filling | undefined> {
  const standing = await findStanding(db, { clientId, slug })
  const versionId = standing?.draft?.versionId ?? standing?.currentVersionId
  const version = versionId ? await findAskedVersion(db, versionId) : undefined
  if (!standing || !version) return undefined
  const zones = { client: standing.zone, practice: practiceZone }
  const ground = groundOf(version, evaluator, { zones, now })
  const isOpen = standing.draft !== null || (standing.dueAt !== null && !standing.isArchived)
  return { clientId, accountId, standing, version, ground, isOpen }
}

/** What a client begins with. */
export const begin = ({
  definition,
  url,
  version,
}: Pick<AskedVersion, 'definition' | 'url' | 'version'>): QuestionnaireResponse =>
  beginResponse(definition, { versionUrl: `${url}|${version}` })

/** Answers that would not fit in their column, once sealed. */
export class TooLong extends Error {
  readonly status = 413
  override name = 'TooLong'
}

const MOST_BYTES = 2_000_000

function sealAnswers(sealer: Sealer, id: string, response: QuestionnaireResponse): Buffer {
  const sealed = sealer.seal(answersPlace(id), JSON.stringify(response))
  if (sealed.length > MOST_BYTES) throw new TooLong()
  return sealed
}

type Whose = { clientId: string; formId: string }

const draftColumns = {
  id: 'id',
  versionId: 'form_version_id',
  seriesId: 'series_id',
  number: 'number',
  revision: 'revision',
  savedAt: 'saved_at',
  answersSealed: 'answers_sealed',
}

const draftOf = (db: Knex, { clientId, formId }: Whose) =>
  db('responses').where({ client_id: clientId, form_id: formId }).whereNull('sent_at')

const findDraft = async (db: Knex, whose: Whose): Promise<Draft | null> =>
  (await draftOf(db, whose).first<Draft | undefined>(draftColumns)) ?? null

/** Holds the draft still, if it still is the one that was looked at. */
async function isSame(trx: Knex, whose: Whose, draft: Draft | null): Promise<boolean> {
  const now = await draftOf(trx, whose)
    .forUpdate()
    .first<{ id: string; revision: number } | undefined>('id', 'revision')
  return now?.id === draft?.id && now?.revision === draft?.revision
}

/**
 * Expressions of a form may take seconds to be worked out: no connection and no lock is held meanwhile. Who was overtaken
 * by another process does it once more.
 */
function untilDone<T>({ clientId, formId }: Whose, once: () => Promise<T | undefined>): Promise<T> {
  return inTurn(`${clientId} ${formId}`, async () => {
    for (;;) {
      const done = await once()
      if (done !== undefined) return done
    }
  })
}

/** What a draft becomes; undefined leaves it as it is. */
export type Change<T> = {
  response: QuestionnaireResponse | undefined
  outcome: T
  /** What else is kept with it, in the same transaction. */
  beside?(trx: Knex.Transaction, draftId: string): Promise<void>
}

type Saving<T> = Whose & {
  /** Of the draft that a first save makes. */
  versionId: string
  /** The draft as it was just now: it is looked at again only if it has changed since. */
  seen?: Draft | undefined
  /**
   * Decides, and again when somebody else has changed the draft meanwhile. Without a draft: whether one may be begun, for
   * a form that may have been sent or withdrawn a moment ago.
   */
  change(draft: Draft | null, isAsked: boolean): Promise<Change<T>>
}

/** In a transaction it holds the open requests still: an answer that is sent elsewhere closes them first, or not at all. */
async function isAsked(db: Knex, { clientId, formId }: Whose): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select q.id from form_requests q where q.client_id = ? and q.form_id = ? and ${isOpen} for share`,
    [clientId, formId],
  )
  return rows.length > 0
}

/**
 * Changes a client's draft of a form, one after the other; the first save makes it. Of two first saves at once one makes
 * the draft, and the other changes that.
 * @throws {TooLong} and nothing is changed
 */
export const changeDraft = <T>(
  db: Knex,
  sealer: Sealer,
  saving: Saving<T>,
  now: Instant,
): Promise<{ outcome: T; draftId: string | null }> => {
  let { seen } = saving
  return untilDone(saving, async () => {
    const wasSeen = seen !== undefined
    const draft = seen ?? (await findDraft(db, saving))
    seen = undefined
    const changed = await saving.change(draft, draft !== null || (await isAsked(db, saving)))
    const { response, outcome, beside } = changed
    // Who is told that nothing is kept is told so by how the draft is now.
    if (!response) return wasSeen ? undefined : { outcome, draftId: draft?.id ?? null }
    if (draft && !beside) {
      const isKept = await updateDraft(db, sealer, { draft, response }, now)
      return isKept ? { outcome, draftId: draft.id } : undefined
    }
    return db.transaction(async (trx) => {
      const draftId = await keepDraft(trx, sealer, { ...saving, draft, response }, now)
      if (!draftId) return undefined
      await beside?.(trx, draftId)
      return { outcome, draftId }
    })
  })
}

/** @returns undefined when it is not the draft any more that was looked at, or none may be begun any more */
async function keepDraft(
  trx: Knex,
  sealer: Sealer,
  { draft, ...kept }: NewDraft & { draft: Draft | null },
  now: Instant,
): Promise<string | undefined> {
  const { response } = kept
  if (draft) return (await updateDraft(trx, sealer, { draft, response }, now)) ? draft.id : undefined
  if (!(await isSame(trx, kept, null)) || !(await isAsked(trx, kept))) return undefined
  return insertDraft(trx, sealer, kept, now)
}

type Kept = { draft: Draft; response: QuestionnaireResponse }

/** @returns whether it still was the draft that was looked at */
async function updateDraft(
  db: Knex,
  sealer: Sealer,
  { draft: { id, revision }, response }: Kept,
  now: Instant,
): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `update responses set answers_sealed = ?, revision = revision + 1, saved_at = ?
     where id = ? and revision = ? and sent_at is null`,
    [sealAnswers(sealer, id, response), iso(now), id, revision],
  )
  return rowCount === 1
}

type NewDraft = Whose & { versionId: string; response: QuestionnaireResponse }

/** @returns undefined when somebody else was first */
async function insertDraft(
  trx: Knex,
  sealer: Sealer,
  draft: NewDraft,
  now: Instant,
): Promise<string | undefined> {
  const id = randomUUID()
  const sealed = sealAnswers(sealer, id, draft.response)
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into responses
       (id, client_id, form_id, form_version_id, series_id, answers_sealed, begun_at, saved_at)
     values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (client_id, form_id) where sent_at is null do nothing returning id`,
    [id, draft.clientId, draft.formId, draft.versionId, id, sealed, iso(now), iso(now)],
  )
  return rows[0]?.id
}

/** What is sent: the finished answers and what is read from them. */
export type Finished = {
  response: QuestionnaireResponse
  scores: { linkId: string; label: string; value: number }[]
  signs: NewSigns['signs']
}

export type Sending<T> = Whose & {
  /** Who sends, as they are signed in. */
  accountId: string
  /** Decides what is sent, or why not; and again when somebody else has changed the draft meanwhile. */
  finish(draft: Draft | null): Promise<{ finished: Finished } | { refused: T }>
}

/**
 * Sends a draft, once: the answers are never changed from then on. Scores, signs, the requests it answers and what
 * happens next are kept in the same transaction.
 * @throws {TooLong} and nothing is changed
 */
export const sendResponse = <T>(
  db: Knex,
  { jobs, sealer }: { jobs: Jobs; sealer: Sealer },
  sending: Sending<T>,
  now: Instant,
): Promise<{ sentId: string } | { refused: T }> =>
  untilDone<{ sentId: string } | { refused: T }>(sending, async () => {
    const draft = await findDraft(db, sending)
    const decided = await sending.finish(draft)
    if ('refused' in decided || !draft) return decided as { refused: T }
    return db.transaction(async (trx) => {
      if (!(await isSame(trx, sending, draft))) return undefined
      const { clientId, formId, accountId } = sending
      const { id, seriesId } = draft
      await proveAppointments(trx, sending)
      const { response, scores, signs } = decided.finished
      await removeUnnamed(trx, { responseId: id, named: filesIn(response) })
      await markSent(trx, sealer, { draft, response }, now)
      const about = { response_id: id, client_id: clientId, at: iso(now) }
      const rows = scores.map(({ linkId, label, value }) => ({ ...about, link_id: linkId, label, value }))
      if (rows.length > 0) await trx('scores').insert(rows)
      await raiseSigns(trx, sealer, { clientId, responseId: id, seriesId, signs }, now)
      await answerRequests(trx, { clientId, formId, responseId: id }, now)
      await jobs.publish(trx, 'response.sent', { responseId: id })
      const entry = { accountId, role: 'client', action: 'response.sent', clientId, subjectId: id } as const
      await recordAct({ db: trx, sealer }, entry, now)
      return { sentId: id }
    })
  })

async function markSent(trx: Knex, sealer: Sealer, kept: Kept, now: Instant): Promise<void> {
  await updateDraft(trx, sealer, kept, now)
  await trx('responses')
    .where({ id: kept.draft.id })
    .update({ sent_at: iso(now) })
}

/** Away with a draft; what was sent before stays. */
export async function discardDraft(
  db: Knex,
  { clientId, id }: { clientId: string; id: string },
): Promise<void> {
  await db('responses').where({ id, client_id: clientId }).whereNull('sent_at').del()
}

export type DraftLine = { slug: string; title: string; savedAt: Instant; isArchived: boolean; number: number }

/** A client's drafts, the one saved last first; and their zone. */
export async function listDrafts(db: Knex, clientId: string): Promise<{ zone: string; drafts: DraftLine[] }> {
  const { rows } = await db.raw<{ rows: (DraftLine & { zone: string; id: string | null })[] }>(
    `select c.zone, r.id, f.slug, v.title, r.saved_at as "savedAt", f.archived_at is not null as "isArchived", r.number
     from clients c
     left join (responses r
       join forms f on f.id = r.form_id
       join form_versions v on v.id = r.form_version_id) on r.client_id = c.id and r.sent_at is null
     where c.id = ? order by r.saved_at desc, r.id limit 100`,
    [clientId],
  )
  const drafts = rows.filter(({ id }) => id !== null).map(({ zone: _, id: __, ...line }) => line)
  return { zone: rows[0]?.zone ?? 'UTC', drafts }
}

export type SentLine = { id: string; title: string; sentAt: Instant; number: number }

export const PAGE = 20

/**
 * What a client sent, each in its newest version, the newest first; `page` counts from 0. One more than a page, to know
 * of the next.
 */
export async function listSent(db: Knex, clientId: string, page: number): Promise<SentLine[]> {
  const { rows } = await db.raw<{ rows: SentLine[] }>(
    `select r.id, v.title, r.sent_at as "sentAt", r.number
     from current_responses r join form_versions v on v.id = r.form_version_id
     where r.client_id = ? order by r.sent_at desc, r.id limit ${PAGE + 1} offset ?`,
    [clientId, page * PAGE],
  )
  return rows
}

export type SentVersion = { id: string; number: number; sentAt: Instant }

export type Sent = {
  id: string
  formId: string
  slug: string
  versionId: string
  seriesId: string
  number: number
  sentAt: Instant
  isArchived: boolean
  /** Of the client. */
  zone: string
  answersSealed: Buffer
  /** All of its series, the newest first. */
  versions: SentVersion[]
  /** Whether a draft of this form is there. */
  hasDraft: boolean
}

type SentRow = Omit<Sent, 'versions'> & { versions: { id: string; number: number; ms: number }[] }

/** What a client has sent, by its id. Somebody else's is not found. */
export async function findSent(
  db: Knex,
  { clientId, id }: { clientId: string; id: string },
): Promise<Sent | undefined> {
  const { rows } = await db.raw<{ rows: SentRow[] }>(
    `select r.id, r.form_id as "formId", f.slug, r.form_version_id as "versionId", r.series_id as "seriesId", r.number,
       r.sent_at as "sentAt", f.archived_at is not null as "isArchived", c.zone, r.answers_sealed as "answersSealed",
       (select json_agg(json_build_object('id', s.id, 'number', s.number,
            'ms', round(extract(epoch from s.sent_at) * 1000)) order by s.number desc)
        from responses s where s.series_id = r.series_id and s.sent_at is not null) as versions,
       exists (select 1 from responses d
         where d.client_id = r.client_id and d.form_id = r.form_id and d.sent_at is null) as "hasDraft"
     from responses r
     join forms f on f.id = r.form_id
     join clients c on c.id = r.client_id
     where r.id = ? and r.client_id = ? and r.sent_at is not null`,
    [id, clientId],
  )
  const [row] = rows
  if (!row) return undefined
  return { ...row, versions: row.versions.map(({ ms, ...rest }) => ({ ...rest, sentAt: ms })) }
}

/**
 * Begins an amendment: a draft of its own, with the answers that were sent.
 * @returns false when there is a draft of this form already
 */
export async function insertAmendment(
  { db, sealer }: { db: Knex; sealer: Sealer },
  { clientId, sent, response }: { clientId: string; sent: Sent; response: QuestionnaireResponse },
  now: Instant,
): Promise<boolean> {
  const id = randomUUID()
  const sealed = sealAnswers(sealer, id, response)
  const at = iso(now)
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `insert into responses
       (id, client_id, form_id, form_version_id, series_id, number, amends_id, answers_sealed, begun_at, saved_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing returning id`,
    [id, clientId, sent.formId, sent.versionId, sent.seriesId, sent.number + 1, sent.id, sealed, at, at],
  )
  return rows.length > 0
}
