import type { Knex } from 'knex'
import { type Ledger, recordAct } from '../audit/store.ts'
import { type Instant, iso } from '../clock.ts'

export type Asked = {
  /** The version that is asked for, whichever one was opened. */
  versionId: string
  number: number
  title: string
  body: string
  sha256: Buffer
  publishedAt: Instant
  isAsked: boolean
  /** Of the opened version, or else of the one that is asked for. */
  signatureId: string | null
}

/** What a version is to a client: asked of them, replaced by a newer one, or signed. */
export async function findAsked(
  db: Knex,
  versionId: string,
  clientId: string,
  now: Instant,
): Promise<Asked | undefined> {
  const { rows } = await db.raw<{ rows: Asked[] }>(
    `select v.id as "versionId", v.number, v.title, v.body_markdown as body, v.sha256, v.published_at as "publishedAt",
       exists (
         select 1 from current_consent_versions c join asked_consents k on k.consent_id = c.consent_id
         where c.id = v.id and k.client_id = ? and k.until > ?) as "isAsked",
       (select s.id from consent_signatures s
        where s.client_id = ? and s.consent_version_id in (opened.id, v.id)
        order by s.consent_version_id = opened.id desc limit 1) as "signatureId"
     from consent_versions opened
     join consent_versions v on v.consent_id = opened.consent_id
     where opened.id = ? order by v.number desc limit 1`,
    [clientId, iso(now), clientId, versionId],
  )
  return rows[0]
}

export type NewSignature = {
  versionId: string
  sha256: Buffer
  clientId: string
  /** Who signs, as they are signed in. */
  accountId: string
  typedName: string
  address: string
}

/**
 * Signs the version that is asked of a client right now, once.
 * @returns undefined when it is signed already, was replaced, or is no longer asked
 */
export const insertSignature = (
  ledger: Ledger,
  signature: NewSignature,
  now: Instant,
): Promise<string | undefined> =>
  ledger.db.transaction(async (trx) => {
    const id = await insertOnce(trx, signature, now)
    const { accountId, clientId } = signature
    const entry = { accountId, role: 'client', action: 'consent.signed', clientId } as const
    if (id) await recordAct({ ...ledger, db: trx }, { ...entry, subjectId: id }, now)
    return id
  })

async function insertOnce(trx: Knex, signature: NewSignature, now: Instant): Promise<string | undefined> {
  const { versionId, sha256, clientId, typedName, address } = signature
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into consent_signatures (consent_version_id, client_id, typed_name, signed_at, address, text_sha256)
     select v.id, ?, ?, ?, ?, v.sha256 from current_consent_versions v
     where v.id = ? and v.sha256 = ? and exists (
       select 1 from asked_consents k where k.consent_id = v.consent_id and k.client_id = ? and k.until > ?)
     on conflict (consent_version_id, client_id) do nothing
     returning id`,
    [clientId, typedName, iso(now), address, versionId, sha256, clientId, iso(now)],
  )
  return rows[0]?.id
}

export type Signature = {
  id: string
  clientId: string
  consentId: string
  title: string
  number: number
  body: string
  sha256: Buffer
  publishedAt: Instant
  clientName: string
  clientEmail: string
  typedName: string
  signedAt: Instant
  address: string
}

/** @param whose the client who signed, or a dietitian who may see their chart */
export async function findSignature(
  db: Knex,
  id: string,
  whose: { clientId: string } | { dietitianId: string },
): Promise<Signature | undefined> {
  const [condition, reader] =
    'clientId' in whose
      ? ['s.client_id = ?', whose.clientId]
      : ['may_see_chart(?, s.client_id)', whose.dietitianId]
  const { rows } = await db.raw<{ rows: Signature[] }>(
    `select s.id, s.client_id as "clientId", v.consent_id as "consentId", v.title, v.number, v.body_markdown as body, s.text_sha256 as sha256,
       v.published_at as "publishedAt", c.name as "clientName", c.email as "clientEmail",
       s.typed_name as "typedName", s.signed_at as "signedAt", s.address
     from consent_signatures s
     join consent_versions v on v.id = s.consent_version_id
     join clients c on c.id = s.client_id
     where s.id = ? and ${condition}`,
    [id, reader],
  )
  return rows[0]
}

/** Signed: when, and which version. Missing: the start of their next appointment. */
export type SignatureLine =
  | { clientName: string; at: Instant; signatureId: string; number: number }
  | { clientName: string; at: Instant; signatureId: null; number: null }

export const PAGE = 25

/** Whoever sees all charts is not asked about each client. */
const isSeen = (client: string) =>
  `((select sees_all_charts from dietitians where id = ?) or may_see_chart(?, ${client}))`

/**
 * Of the clients whose charts a dietitian may see: who has not signed the current version before a coming appointment, the soonest first; then who has signed which
 * version, the newest first. `page` counts from 0; one more than a page, to know of the next.
 */
export async function listSignatures(
  db: Knex,
  { consentId, dietitianId }: { consentId: string; dietitianId: string },
  page: number,
  now: Instant,
): Promise<SignatureLine[]> {
  const { rows } = await db.raw<{ rows: SignatureLine[] }>(
    `select "clientName", at, "signatureId", number from (
       select k.client_id as id, c.name as "clientName", min(k.starts_at) as at, null::uuid as "signatureId",
         null::integer as number
       from current_consent_versions v
       join asked_consents k on k.consent_id = v.consent_id and k.starts_at is not null and k.until > ?
       join clients c on c.id = k.client_id
       where v.consent_id = ? and not exists (
         select 1 from consent_signatures s where s.consent_version_id = v.id and s.client_id = k.client_id)
         and ${isSeen('k.client_id')}
       group by k.client_id, c.name
       union all
       select s.id, c.name, s.signed_at, s.id, v.number
       from consent_signatures s
       join consent_versions v on v.id = s.consent_version_id and v.consent_id = ?
       join clients c on c.id = s.client_id
       where ${isSeen('s.client_id')}
     ) as lines
     order by "signatureId" is not null, case when "signatureId" is null then at end, at desc, id
     limit ${PAGE + 1} offset ?`,
    [iso(now), consentId, dietitianId, dietitianId, consentId, dietitianId, dietitianId, page * PAGE],
  )
  return rows
}
