import type { Knex } from 'knex'
import type { Instant } from '../../clock.ts'
import type { ContentType } from '../../files/names.ts'

export type Paper = {
  id: string
  nameSealed: Buffer
  contentType: ContentType
  bytes: number
  at: Instant
  responseId: string
  /** Of the form that it came with. */
  title: string
}

export const PAGE = 25

/** What a client sent along with forms, the latest first; `page` counts from 0. One more than a page, to know of the next. */
export async function listPapers(
  db: Knex,
  { clientId, dietitianId }: { clientId: string; dietitianId: string },
  page: number,
): Promise<Paper[]> {
  const { rows } = await db.raw<{ rows: Paper[] }>(
    `select f.id, f.name_sealed as "nameSealed", f.content_type as "contentType", f.bytes, f.created_at as at,
       r.id as "responseId", v.title
     from files f
     join responses r on r.id = f.response_id and r.sent_at is not null
     join form_versions v on v.id = r.form_version_id
     where f.client_id = ? and may_see_chart(?, ?)
     order by f.created_at desc, f.id offset ? limit ${PAGE + 1}`,
    [clientId, dietitianId, clientId, page * PAGE],
  )
  return rows
}
