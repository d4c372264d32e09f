import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import { type Draft, markOf, textDigest } from './text.ts'

// The practice's side: documents, their versions, and who is asked.

export type ConsentLine = {
  id: string
  title: string
  /** Of the version that is asked for; null before the first one. */
  number: number | null
  publishedAt: Instant | null
  isRetired: boolean
  /** How many clients have signed that version, and how many who are coming have not. */
  signed: number
  missing: number
}

const lineSql = `
  select c.id, coalesce(v.title, c.draft_title) as title, v.number, v.published_at as "publishedAt",
    c.retired_at is not null as "isRetired",
    (select count(*) from consent_signatures s where s.consent_version_id = v.id) as signed,
    (select count(distinct k.client_id) from asked_consents k
     where k.consent_id = c.id and v.id is not null and k.starts_at is not null and k.until > ? and not exists (
       select 1 from consent_signatures s where s.consent_version_id = v.id and s.client_id = k.client_id)
    ) as missing
  from consents c
  left join consent_versions v on v.consent_id = c.id and v.number = (
    select max(number) from consent_versions where consent_id = c.id)`

/** All documents in the practice's order, those no longer asked for last. */
export async function listConsents(db: Knex, now: Instant): Promise<ConsentLine[]> {
  const { rows } = await db.raw<{ rows: ConsentLine[] }>(
    `${lineSql} order by c.retired_at is not null, c.position, c.id limit 200`,
    [iso(now)],
  )
  return rows
}

export async function findConsentLine(db: Knex, id: string, now: Instant): Promise<ConsentLine | undefined> {
  const { rows } = await db.raw<{ rows: ConsentLine[] }>(`${lineSql} where c.id = ?`, [iso(now), id])
  return rows[0]
}

export type Consent = { id: string; draft: Draft; askedOfEverybody: boolean; isRetired: boolean }

type ConsentRow = Omit<Consent, 'draft'> & Draft

export async function findConsent(db: Knex, id: string): Promise<Consent | undefined> {
  const { rows } = await db.raw<{ rows: ConsentRow[] }>(
    `select id, draft_title as title, draft_body as body, asked_of_everybody as "askedOfEverybody",
       retired_at is not null as "isRetired"
     from consents where id = ?`,
    [id],
  )
  const [row] = rows
  if (!row) return undefined
  const { title, body, ...rest } = row
  return { ...rest, draft: { title, body } }
}

export async function insertConsent(db: Knex, draft: Draft, now: Instant): Promise<string> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `insert into consents (position, draft_title, draft_body, created_at)
     select coalesce(max(position), 0) + 1, ?, ?, ? from consents returning id`,
    [draft.title, draft.body, iso(now)],
  )
  return (rows[0] as { id: string }).id
}

export async function saveDraft(db: Knex, id: string, { title, body }: Draft): Promise<void> {
  await db('consents').where({ id }).update({ draft_title: title, draft_body: body })
}

export type Version = Draft & {
  id: string
  consentId: string
  number: number
  publishedAt: Instant
  sha256: Buffer
}

const versionColumns = {
  id: 'id',
  consentId: 'consent_id',
  number: 'number',
  title: 'title',
  body: 'body_markdown',
  publishedAt: 'published_at',
  sha256: 'sha256',
}

export const findVersion = (db: Knex, id: string): Promise<Version | undefined> =>
  db('consent_versions').where({ id }).first<Version | undefined>(versionColumns)

export const findLatestVersion = (db: Knex, consentId: string): Promise<Version | undefined> =>
  db('consent_versions')
    .where({ consent_id: consentId })
    .orderBy('number', 'desc')
    .first<Version | undefined>(versionColumns)

export type VersionLine = Pick<Version, 'id' | 'number' | 'title' | 'publishedAt'> & { signed: number }

/** The newest first. */
export async function listVersions(db: Knex, consentId: string): Promise<VersionLine[]> {
  const { rows } = await db.raw<{ rows: VersionLine[] }>(
    `select v.id, v.number, v.title, v.published_at as "publishedAt",
       (select count(*) from consent_signatures s where s.consent_version_id = v.id) as signed
     from consent_versions v where v.consent_id = ? order by v.number desc limit 100`,
    [consentId],
  )
  return rows
}

/**
 * Makes the draft the version that is asked for from now on.
 * @param publishing.mark of the draft as it was shown
 * @returns 'changed' when the draft is no longer the one that was shown, 'same' when it is published already
 */
export function publishDraft(
  db: Knex,
  publishing: { consentId: string; accountId: string; mark: string },
  now: Instant,
): Promise<'published' | 'same' | 'changed'> {
  const { consentId, accountId, mark } = publishing
  return db.transaction(async (trx) => {
    await trx('consents').where({ id: consentId }).forUpdate().select('id')
    const draft = (await findConsent(trx, consentId))?.draft
    if (!draft || markOf(draft) !== mark) return 'changed'
    const latest = await findLatestVersion(trx, consentId)
    if (latest && markOf(latest) === mark) return 'same'
    await trx('consent_versions').insert({
      consent_id: consentId,
      number: (latest?.number ?? 0) + 1,
      title: draft.title,
      body_markdown: draft.body,
      sha256: textDigest(draft.body),
      published_at: iso(now),
      published_by: accountId,
    })
    return 'published'
  })
}

export type AskingType = { id: string; name: string; isAsking: boolean }

/** All appointment types, and which of them ask for a consent. */
export async function listAskingTypes(db: Knex, consentId: string): Promise<AskingType[]> {
  const { rows } = await db.raw<{ rows: AskingType[] }>(
    `select t.id, t.name, exists (
       select 1 from appointment_type_consents a where a.appointment_type_id = t.id and a.consent_id = ?
     ) as "isAsking"
     from appointment_types t order by t.position, t.id limit 100`,
    [consentId],
  )
  return rows
}

export async function saveAsked(
  db: Knex,
  consentId: string,
  asked: { everybody: boolean; types: string[] },
): Promise<void> {
  const links = asked.types.map((id) => ({ appointment_type_id: id, consent_id: consentId }))
  await db.transaction(async (trx) => {
    await trx('consents').where({ id: consentId }).update({ asked_of_everybody: asked.everybody })
    await trx('appointment_type_consents').where({ consent_id: consentId }).del()
    if (links.length > 0) await trx('appointment_type_consents').insert(links)
  })
}

/** No longer asked for, or again. What was signed stays. */
export async function markRetired(db: Knex, id: string, retiredAt: Instant | null): Promise<void> {
  await db('consents')
    .where({ id })
    .update({ retired_at: retiredAt === null ? null : iso(retiredAt) })
}

// The client's side: what is asked of one, and what one has signed.

export type ToSign = {
  versionId: string
  title: string
  askedFor: 'everybody' | 'appointment'
  /** An earlier version was signed; this one is new. */
  isAgain: boolean
}

export type ToSignRow = Pick<ToSign, 'versionId' | 'title' | 'isAgain'> & { everybody: boolean }

const unsigned = `
  from current_consent_versions v
  join consents c on c.id = v.consent_id
  where exists (select 1 from asked_consents k where k.consent_id = v.consent_id and k.client_id = ? and k.until > ?)
    and not exists (select 1 from consent_signatures s where s.consent_version_id = v.id and s.client_id = ?)`

/** As text, so that a page can ask for it together with other lists. */
export const toSignSql = `
  select v.id as "versionId", v.title, c.asked_of_everybody as everybody, exists (
    select 1 from consent_signatures s join consent_versions o on o.id = s.consent_version_id
    where o.consent_id = v.consent_id and s.client_id = ?
  ) as "isAgain" ${unsigned} order by c.position, c.id limit 100`

export const toSignBindings = (clientId: string, now: Instant) => [clientId, clientId, iso(now), clientId]

export const toToSign = ({ everybody, ...rest }: ToSignRow): ToSign => ({
  ...rest,
  askedFor: everybody ? 'everybody' : 'appointment',
})

/** The documents that a client is asked for and has not signed in their current version. */
export async function listToSign(db: Knex, clientId: string, now: Instant): Promise<ToSign[]> {
  const { rows } = await db.raw<{ rows: ToSignRow[] }>(toSignSql, toSignBindings(clientId, now))
  return rows.map(toToSign)
}

export async function countToSign(db: Knex, clientId: string, now: Instant): Promise<number> {
  const bindings = [clientId, iso(now), clientId]
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    `select count(*) as count ${unsigned}`,
    bindings,
  )
  return rows[0]?.count ?? 0
}

export type Signed = { signatureId: string; title: string; version: number; signedAt: Instant }

/** What a client has signed, the newest first. */
export async function listSigned(db: Knex, clientId: string): Promise<Signed[]> {
  const { rows } = await db.raw<{ rows: Signed[] }>(
    `select s.id as "signatureId", v.title, v.number as version, s.signed_at as "signedAt"
     from consent_signatures s join consent_versions v on v.id = s.consent_version_id
     where s.client_id = ? order by s.signed_at desc, s.id limit 100`,
    [clientId],
  )
  return rows
}
