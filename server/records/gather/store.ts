import type { Knex } from 'knex'
import type { Audience, Gathered } from './rows.ts'

const sql: Record<
  Exclude<keyof Gathered, 'practice' | 'client' | 'notes' | 'addenda' | 'responses'>,
  string
> = {
  dietitians: `
    select id, account_id as "accountId", name, credentials from dietitians d
    where d.id in (select dietitian_id from appointments where client_id = :id)
      or d.id = (select dietitian_id from clients where id = :id)
      or d.account_id in (
        select n.author_id from notes n where n.client_id = :id and n.signed_at is not null
          and (not :isOwn or exists (select 1 from note_shares s where s.note_id = n.id))
        union all select n.author_id from note_addenda n where n.client_id = :id and n.signed_at is not null
          and (not :isOwn or exists (select 1 from note_shares s where s.note_id = n.note_id))
        union all select acknowledged_by from raised_signs where client_id = :id and not :isOwn
        union all select asked_by from form_requests where client_id = :id
        union all select asked_by from form_plans where client_id = :id
        union all select c.by_account_id from appointment_changes c join appointments a on a.id = c.appointment_id
          where a.client_id = :id)
    order by d.position, d.id`,
  appointments: `
    select id, dietitian_id as "dietitianId", type_name as "typeName", state, was_late as "wasLate",
      starts_at as "startsAt", ends_at as "endsAt", place, price_cents as "priceCents", currency,
      booked_name as "bookedName", booked_phone as "bookedPhone", booked_at as "bookedAt", brings_sealed as "bringsSealed"
    from appointments where client_id = :id and state not in ('held', 'lapsed') order by starts_at, id`,
  changes: `
    select c.id, c.appointment_id as "appointmentId", c.at, c.what, c.by_role as "byRole",
      c.by_account_id as "byAccountId", c.from_starts_at as "fromStartsAt", c.to_starts_at as "toStartsAt",
      c.reason_sealed as "reasonSealed", c.message_sealed as "messageSealed"
    from appointment_changes c join appointments a on a.id = c.appointment_id
    where a.client_id = :id and a.state not in ('held', 'lapsed') order by c.id`,
  versions: `
    select v.id, f.url, v.version, v.title
    from form_versions v join forms f on f.id = v.form_id
    where v.id in (
      select form_version_id from responses where client_id = :id and (sent_at is not null or :isOwn))
    order by f.url, v.number`,
  scores: `
    select s.response_id as "responseId", s.link_id as "linkId", s.label, s.value, s.at
    from scores s where s.client_id = :id order by s.at, s.response_id, s.link_id`,
  signs: `
    select id, response_id as "responseId", kind, sign_sealed as "signSealed", raised_at as "raisedAt",
      acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy", word_sealed as "wordSealed"
    from raised_signs where client_id = :id order by raised_at, response_id, position`,
  files: `
    select f.id, f.response_id as "responseId", f.link_id as "linkId", f.content_type as "contentType", f.bytes,
      f.name_sealed as "nameSealed", f.created_at as "createdAt"
    from files f join responses r on r.id = f.response_id
    where f.client_id = :id and (r.sent_at is not null or :isOwn) order by f.created_at, f.id`,
  signatures: `
    select s.id, v.title, v.number, v.body_markdown as body, v.sha256, s.typed_name as "typedName",
      s.signed_at as "signedAt", s.address
    from consent_signatures s join consent_versions v on v.id = s.consent_version_id
    where s.client_id = :id order by s.signed_at, s.id`,
  requests: `
    select r.id, f.url as "formUrl", coalesce(v.title, f.slug) as title, r.appointment_id as "appointmentId",
      r.plan_id as "planId", r.asked_by as "askedBy", r.asked_at as "askedAt", r.due_at as "dueAt", r.response_id as "responseId",
      r.answered_at as "answeredAt", r.withdrawn_at as "withdrawnAt"
    from form_requests r join forms f on f.id = r.form_id left join current_form_versions v on v.form_id = f.id
    where r.client_id = :id order by r.asked_at, r.id`,
  plans: `
    select p.id, f.url as "formUrl", coalesce(v.title, f.slug) as title, p.every_weeks as "everyWeeks",
      p.next_due_on as "nextDueOn", p.asked_by as "askedBy", p.asked_at as "askedAt",
      p.stopped_at as "stoppedAt"
    from form_plans p join forms f on f.id = p.form_id left join current_form_versions v on v.form_id = f.id
    where p.client_id = :id order by p.asked_at, p.id`,
  mails: `
    select key, coalesce(subject, '') as subject, sent_at as "sentAt"
    from sent_mails where client_id = :id order by sent_at, key`,
}

const practiceSql = 'select name, address, phone, email, zone from practice'

const clientSql = `
  select id, name, email, phone, zone, pronouns, born_on as "bornOn", dietitian_id as "dietitianId",
    created_at as "createdAt", archived_at as "archivedAt"
  from clients where id = :id`

const responsesSql = `
  select id, form_version_id as "formVersionId", series_id as "seriesId", number, amends_id as "amendsId",
    begun_at as "begunAt", saved_at as "savedAt", sent_at as "sentAt"
  from responses where client_id = :id and (sent_at is not null or :isOwn) order by begun_at, series_id, number`

const signed = `n.author_id as "authorId", n.signed_at as "signedAt", n.signer_name as "signerName",
  n.signer_credentials as "signerCredentials", n.sha256`

const notesSql = `
  select n.id, n.appointment_id as "appointmentId", s.shared_at as "sharedAt", ${signed}
  from notes n left join note_shares s on s.note_id = n.id
  where n.client_id = :id and n.signed_at is not null and (s.note_id is not null or not :isOwn)
  order by n.signed_at, n.id`

const addendaSql = `
  select n.id, n.note_id as "noteId", n.number, ${signed}
  from note_addenda n left join note_shares s on s.note_id = n.note_id
  where n.client_id = :id and n.signed_at is not null and (s.note_id is not null or not :isOwn)
  order by n.note_id, n.number`

/**
 * All of one client's rows, as they are at one moment; whoever asks was found to be allowed to.
 * @returns undefined when there is no such client
 */
export const gather = (db: Knex, clientId: string, audience: Audience): Promise<Gathered | undefined> =>
  db.transaction(
    async (trx) => {
      const bindings = { id: clientId, isOwn: audience === 'client' }
      const list = async <T>(text: string): Promise<T[]> => {
        const used = Object.entries(bindings).filter(([name]) => text.includes(`:${name}`))
        return (await trx.raw<{ rows: T[] }>(text, Object.fromEntries(used))).rows
      }
      const [client] = await list<Gathered['client']>(clientSql)
      const [practice] = await list<Gathered['practice']>(practiceSql)
      if (!client || !practice) return undefined
      return {
        practice,
        client,
        dietitians: await list(sql.dietitians),
        appointments: await list(sql.appointments),
        changes: await list(sql.changes),
        versions: await list(sql.versions),
        responses: await list(responsesSql),
        scores: await list(sql.scores),
        signs: await list(sql.signs),
        files: await list(sql.files),
        signatures: await list(sql.signatures),
        notes: await list(notesSql),
        addenda: await list(addendaSql),
        requests: await list(sql.requests),
        plans: await list(sql.plans),
        mails: await list(sql.mails),
      }
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  )
