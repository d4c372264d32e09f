import type { Knex } from 'knex'
import type { Instant } from '../../clock.ts'
import { withdrawAll } from '../../requests/store.ts'
import { findFormByUrl, insertForm, insertVersion, markArchived, type Origin } from '../store.ts'

export type FormLine = {
  id: string
  slug: string
  title: string
  origin: Origin
  /** Of the version that is asked for; null before the first. */
  number: number | null
  version: string | null
  publishedAt: Instant | null
  isArchived: boolean
  hasDraft: boolean
  /** How many were sent; amended ones count once. */
  responses: number
}

export const PAGE = 25

/** By title, `page` from 0. One more than a page is asked for, to know of the next. */
export async function listForms(
  db: Knex,
  { page, archived }: { page: number; archived: boolean },
): Promise<FormLine[]> {
  const { rows } = await db.raw<{ rows: FormLine[] }>(
    `select f.id, f.slug, coalesce(v.title, d.title) as title, coalesce(v.origin, d.origin) as origin,
       v.number, v.version, v.published_at as "publishedAt", f.archived_at is not null as "isArchived",
       d.id is not null as "hasDraft",
       (select count(*) from responses r where r.form_id = f.id and r.sent_at is not null and r.number = 1) as responses
     from forms f
     left join current_form_versions v on v.form_id = f.id
     left join form_versions d on d.form_id = f.id and d.published_at is null
     where (f.archived_at is not null) = ?
     order by lower(coalesce(v.title, d.title)), f.id offset ? limit ?`,
    [archived, page * PAGE, PAGE + 1],
  )
  return rows
}

export type VersionLine = {
  id: string
  number: number
  version: string
  title: string
  origin: Origin
  /** By what right it is used; empty for forms of ours. */
  rights: string
  publishedAt: Instant
  /** A dietitian's name; null for the forms that come with Flora. */
  publishedBy: string | null
  /** How many responses were sent to it. */
  responses: number
}

/** What was published, the newest first. */
export async function listVersions(db: Knex, formId: string): Promise<VersionLine[]> {
  const { rows } = await db.raw<{ rows: VersionLine[] }>(
    `select v.id, v.number, v.version, v.title, v.origin, v.rights, v.published_at as "publishedAt",
       d.name as "publishedBy",
       (select count(*) from responses r where r.form_version_id = v.id and r.sent_at is not null) as responses
     from form_versions v left join dietitians d on d.account_id = v.published_by
     where v.form_id = ? and v.published_at is not null order by v.number desc limit 100`,
    [formId],
  )
  return rows
}

/** Asked of nobody any more: what is open is withdrawn, and no plan goes on. What was sent stays. */
export const archiveForm = (db: Knex, formId: string, now: Instant): Promise<void> =>
  db.transaction(async (trx) => {
    await markArchived(trx, formId, now)
    await withdrawAll(trx, formId, now)
  })

export type Imported = {
  url: string
  slug: string
  version: string | null
  title: string
  text: string
  rights: string
  accountId: string
}

/**
 * Takes a questionnaire from elsewhere: as a new form, or as the next version of the one that has its address.
 * @returns the form's id, or what stands in the way
 */
export const takeImported = (
  db: Knex,
  { slug, url, accountId, ...version }: Imported,
  now: Instant,
): Promise<{ formId: string } | 'nameTaken' | 'alreadyThere'> =>
  db.transaction(async (trx) => {
    const known = await findFormByUrl(trx, url)
    const formId =
      known?.id ?? (await insertForm(trx, { slug, url }, now)) ?? (await findFormByUrl(trx, url))?.id
    if (!formId) return 'nameTaken'
    if (version.version === null && (await hasText(trx, formId, version.text))) return 'alreadyThere'
    const given = { formId, ...version, origin: 'imported' as const, publishedBy: accountId }
    return (await insertVersion(trx, given, now)) ? { formId } : 'alreadyThere'
  })

/** Whether a questionnaire that names no version is there already. Locks the form, so that two can't take it at once. */
async function hasText(trx: Knex, formId: string, text: string): Promise<boolean> {
  await trx('forms').where({ id: formId }).forUpdate().select('id')
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select 1 from form_versions where form_id = ? and published_at is not null and definition::text = ? limit 1`,
    [formId, text],
  )
  return rows.length > 0
}
