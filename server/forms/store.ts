import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import type { Questionnaire } from './fhir.ts'

export type Origin = 'own' | 'imported' | 'built'

/** One version of a form: a draft until it is published, and never changed from then on. */
export type FormVersion = {
  id: string
  formId: string
  slug: string
  /** Canonical address of the form; with `|version` it names this version. */
  url: string
  number: number
  version: string
  title: string
  /** Of a published version: frozen, and the same object each time it is asked for. */
  definition: Questionnaire
  origin: Origin
  isArchived: boolean
  isPublished: boolean
  /** By what right it is used, when it came from elsewhere. */
  rights: string
  /** How often the draft was saved. */
  revision: number
}

type Found = Omit<FormVersion, 'definition'>

const columns = `v.id, v.form_id as "formId", f.slug, f.url, v.number, v.version, v.title, v.origin,
  f.archived_at is not null as "isArchived", v.published_at is not null as "isPublished", v.rights, v.revision`

/** Published definitions by the id of their version: they never change. */
const published = new Map<string, Questionnaire>()
const MOST_KEPT = 200

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

function keep(id: string, definition: Questionnaire): Questionnaire {
  if (published.size >= MOST_KEPT) published.delete(published.keys().next().value as string)
  published.set(id, frozen(definition))
  return definition
}

async function withDefinition(db: Knex, found: Found | undefined): Promise<FormVersion | undefined> {
  if (!found) return undefined
  const kept = published.get(found.id)
  if (kept) return { ...found, definition: kept }
  const row = await db('form_versions')
    .where({ id: found.id })
    .first<{ definition: Questionnaire }>('definition')
  if (!row) return undefined
  return { ...found, definition: found.isPublished ? keep(found.id, row.definition) : row.definition }
}

async function find(db: Knex, where: string, bindings: Knex.RawBinding[]): Promise<FormVersion | undefined> {
  const { rows } = await db.raw<{ rows: Found[] }>(
    `select ${columns} from form_versions v join forms f on f.id = v.form_id where ${where}
     order by v.number desc limit 1`,
    bindings,
  )
  return withDefinition(db, rows[0])
}

/** The version that is asked for now, of a form that may be archived. */
export const findCurrentForm = (db: Knex, slug: string): Promise<FormVersion | undefined> =>
  find(db, 'f.slug = ? and v.published_at is not null', [slug])

export const findCurrentFormById = (db: Knex, formId: string): Promise<FormVersion | undefined> =>
  find(db, 'f.id = ? and v.published_at is not null', [formId])

/** Any version by its id, drafts included. */
export const findFormVersion = (db: Knex, versionId: string): Promise<FormVersion | undefined> =>
  find(db, 'v.id = ?', [versionId])

/** Of a published version nothing ever changes but whether its form is archived. */
export type AskedVersion = Omit<FormVersion, 'isArchived'>

const asked = new Map<string, AskedVersion>()

/** The same, for whoever knows whether the form is archived: asked of the database once, when it is published. */
export async function findAskedVersion(db: Knex, versionId: string): Promise<AskedVersion | undefined> {
  const known = asked.get(versionId)
  if (known) return known
  const version = await findFormVersion(db, versionId)
  if (!version?.isPublished) return version
  const { isArchived: _, ...rest } = version
  if (asked.size >= MOST_KEPT) asked.delete(asked.keys().next().value as string)
  asked.set(versionId, rest)
  return rest
}

/** @param number of a published version of this form */
export const findNumberedVersion = (
  db: Knex,
  formId: string,
  number: number,
): Promise<FormVersion | undefined> =>
  find(db, 'f.id = ? and v.number = ? and v.published_at is not null', [formId, number])

export const findDraft = (db: Knex, formId: string): Promise<FormVersion | undefined> =>
  find(db, 'f.id = ? and v.published_at is null', [formId])

/** The very text that is kept, for the export. */
export async function findDefinitionText(db: Knex, versionId: string): Promise<string | undefined> {
  const { rows } = await db.raw<{ rows: { text: string }[] }>(
    'select definition::text as text from form_versions where id = ?',
    [versionId],
  )
  return rows[0]?.text
}

/** The definitions of these published versions, by the ids of the versions. */
export async function listDefinitions(
  db: Knex,
  versionIds: readonly string[],
): Promise<ReadonlyMap<string, Questionnaire>> {
  const missing = versionIds.filter((id) => !published.has(id))
  const rows =
    missing.length === 0
      ? []
      : await db('form_versions')
          .whereIn('id', missing)
          .whereNotNull('published_at')
          .select<{ id: string; definition: Questionnaire }[]>('id', 'definition')
  const fresh = new Map(rows.map(({ id, definition }) => [id, keep(id, definition)]))
  return new Map(
    versionIds.flatMap((id) => {
      const definition = fresh.get(id) ?? published.get(id)
      return definition ? [[id, definition] as const] : []
    }),
  )
}

export type FormHead = { id: string; slug: string; url: string; isArchived: boolean }

const headSql = 'select id, slug, url, archived_at is not null as "isArchived" from forms'

export async function findForm(db: Knex, id: string): Promise<FormHead | undefined> {
  const { rows } = await db.raw<{ rows: FormHead[] }>(`${headSql} where id = ?`, [id])
  return rows[0]
}

export async function findFormByUrl(db: Knex, url: string): Promise<FormHead | undefined> {
  const { rows } = await db.raw<{ rows: FormHead[] }>(`${headSql} where url = ?`, [url])
  return rows[0]
}

/** @returns the id of the form, or undefined when its short name or its address is another form's */
export async function insertForm(
  trx: Knex,
  { slug, url }: { slug: string; url: string },
  now: Instant,
): Promise<string | undefined> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    'insert into forms (slug, url, created_at) values (?, ?, ?) on conflict do nothing returning id',
    [slug, url, iso(now)],
  )
  return rows[0]?.id
}

export type NewVersion = {
  formId: string
  /** Null: its number is its version too. */
  version: string | null
  title: string
  /** The Questionnaire as JSON, kept as it is. */
  text: string
  origin: Origin
  rights?: string
  isDraft?: boolean
  publishedBy?: string | null
}

/**
 * The next version of a form. Inside a transaction: whoever else adds one to this form waits.
 * @returns its id, or undefined when the form has this version already (or a draft, and this is one)
 */
export async function insertVersion(trx: Knex, given: NewVersion, now: Instant): Promise<string | undefined> {
  const next = await nextVersion(trx, given.formId)
  if (!given.isDraft) await moveDraftBehind(trx, given.formId, next.number)
  const at = iso(now)
  const version = given.isDraft ? DRAFT : (given.version ?? next.version)
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into form_versions
       (form_id, number, version, title, definition, origin, rights, created_at, published_at, published_by)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing returning id`,
    [
      given.formId,
      next.number,
      version,
      given.title,
      given.text,
      given.origin,
      given.rights ?? '',
      at,
      given.isDraft ? null : at,
      given.publishedBy ?? null,
    ],
  )
  return rows[0]?.id
}

/** What a draft is called until it is published; an import may not be. */
export const DRAFT = 'draft'

const moveDraftBehind = (trx: Knex, formId: string, number: number) =>
  trx('form_versions')
    .where({ form_id: formId })
    .whereNull('published_at')
    .update({ number: number + 1 })

/** Which number comes next, and a name for it that no version of this form has. Locks the form. */
async function nextVersion(trx: Knex, formId: string): Promise<{ number: number; version: string }> {
  await trx('forms').where({ id: formId }).forUpdate().select('id')
  const rows = await trx('form_versions')
    .where({ form_id: formId })
    .whereNotNull('published_at')
    .select<{ number: number; version: string }[]>('number', 'version')
  const number = Math.max(0, ...rows.map((row) => row.number)) + 1
  let version = String(number)
  while (rows.some((row) => row.version === version)) version += '.1'
  return { number, version }
}

/** @returns whether it was saved; not when somebody else has saved, published or discarded it since */
export async function saveDraftDefinition(
  db: Knex,
  draft: { id: string; revision: number; title: string; text: string },
): Promise<boolean> {
  const saved = await db('form_versions')
    .where({ id: draft.id, revision: draft.revision })
    .whereNull('published_at')
    .update({ title: draft.title, definition: draft.text, revision: draft.revision + 1 })
  return saved === 1
}

/**
 * Makes the draft the version that is asked for from now on; whatever was published meanwhile comes before it.
 * @param draft.write the definition, which names the version that it becomes
 * @returns whether it was published; not when it has changed since it was looked at
 */
export function publishDraft(
  db: Knex,
  draft: { id: string; formId: string; revision: number; accountId: string; write(version: string): string },
  now: Instant,
): Promise<boolean> {
  return db.transaction(async (trx) => {
    const { number, version } = await nextVersion(trx, draft.formId)
    const done = await trx('form_versions')
      .where({ id: draft.id, revision: draft.revision })
      .whereNull('published_at')
      .update({
        definition: draft.write(version),
        number,
        version,
        published_at: iso(now),
        published_by: draft.accountId,
      })
    return done === 1
  })
}

/**
 * Away with what was never published; a form that has nothing else goes with it.
 * @returns whether it was discarded; not when it has changed since it was looked at
 */
export function discardDraft(
  db: Knex,
  { id, formId, revision }: { id: string; formId: string; revision: number },
): Promise<boolean> {
  return db.transaction(async (trx) => {
    await trx('forms').where({ id: formId }).forUpdate().select('id')
    const gone = await trx('form_versions').where({ id, revision }).whereNull('published_at').del()
    await trx.raw(
      `delete from forms f where f.id = ? and not exists (select 1 from form_versions v where v.form_id = f.id)`,
      [formId],
    )
    return gone === 1
  })
}

/** Archived: asked of nobody any more. What was sent stays. */
export async function markArchived(db: Knex, formId: string, archivedAt: Instant | null): Promise<void> {
  await db('forms')
    .where({ id: formId })
    .update({ archived_at: archivedAt === null ? null : iso(archivedAt) })
}
