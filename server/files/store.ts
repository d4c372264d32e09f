import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import type { Sealer } from '../sealing/seal.ts'
import { type ContentType, sizeWords } from './names.ts'
import type { NewFile } from './upload.ts'

const MOST_FILES = 10
const MOST_BYTES = 40_000_000

const placeOf = (column: 'name_sealed' | 'content_sealed', row: string) => ({ table: 'files', column, row })
export const namePlace = (id: string) => placeOf('name_sealed', id)
export const contentPlace = (id: string) => placeOf('content_sealed', id)

/** `id`: a new one, by which the answers name it. */
export type FileOf = { id: string; clientId: string; responseId: string; linkId: string; file: NewFile }
export type Inserted = { ok: true } | { ok: false; message: string }

const GONE =
  'These answers were sent or discarded meanwhile, so the file was not kept. Please open the form again.'
const TOO_MANY = `You can add at most ${MOST_FILES} files to one form. Please remove one first.`
const TOO_MUCH = `The files of one form can have at most ${sizeWords(MOST_BYTES)} together. Please remove one first.`

/** Keeps a file, sealed, with a draft of the client's. */
export const insertFile = (db: Knex, sealer: Sealer, of: FileOf, now: Instant): Promise<Inserted> =>
  db.transaction(async (trx) => {
    const { id, clientId, responseId, linkId, file } = of
    const draft = await trx('responses')
      .where({ id: responseId, client_id: clientId, sent_at: null })
      .forUpdate()
      .first('id')
    if (!draft) return { ok: false, message: GONE }
    const { count, bytes } = await weigh(trx, responseId)
    if (count >= MOST_FILES) return { ok: false, message: TOO_MANY }
    if (bytes + file.content.length > MOST_BYTES) return { ok: false, message: TOO_MUCH }
    await trx('files').insert({
      id,
      client_id: clientId,
      response_id: responseId,
      link_id: linkId,
      content_type: file.contentType,
      bytes: file.content.length,
      name_sealed: sealer.seal(namePlace(id), file.name),
      content_sealed: sealer.seal(contentPlace(id), file.content),
      created_at: iso(now),
    })
    return { ok: true }
  })

async function weigh(db: Knex, responseId: string): Promise<{ count: number; bytes: number }> {
  const { rows } = await db.raw<{ rows: [{ count: number; bytes: number }] }>(
    'select count(*) as count, coalesce(sum(bytes), 0) as bytes from files where response_id = ?',
    [responseId],
  )
  return rows[0]
}

/** Removes a file from a draft; what was sent keeps its files. @returns false when there is none to be removed */
export async function removeFile(
  db: Knex,
  { clientId, id }: { clientId: string; id: string },
): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `delete from files f using responses r
     where f.id = ? and f.client_id = ? and r.id = f.response_id and r.sent_at is null`,
    [id, clientId],
  )
  return rowCount > 0
}

/** Removes the files of a draft that its answers do not name. In the transaction that sends, before it is sent. */
export async function removeUnnamed(
  trx: Knex,
  { responseId, named }: { responseId: string; named: string[] },
): Promise<void> {
  await trx.raw(
    `delete from files f using responses r
     where f.response_id = ? and not (f.id = any(?::uuid[])) and r.id = f.response_id and r.sent_at is null`,
    [responseId, named] as unknown as Knex.RawBinding[],
  )
}

/** A file without its content; `isOwn`: of this very response, and not of one that it amends. */
export type FileLine = {
  id: string
  linkId: string
  contentType: ContentType
  bytes: number
  nameSealed: Buffer
  isOwn: boolean
}

/** The files of a response and of those that it amends, as they were added: its answers say which of them count. */
export async function listFiles(db: Knex, responseId: string): Promise<FileLine[]> {
  const { rows } = await db.raw<{ rows: FileLine[] }>(
    `select f.id, f.link_id as "linkId", f.content_type as "contentType", f.bytes, f.name_sealed as "nameSealed",
       o.id = r.id as "isOwn"
     from responses r
     join responses o on o.series_id = r.series_id and o.number <= r.number
     join files f on f.response_id = o.id
     where r.id = ? order by f.created_at, f.id limit 500`,
    [responseId],
  )
  return rows
}

export type StoredFile = {
  id: string
  clientId: string
  contentType: ContentType
  nameSealed: Buffer
  contentSealed: Buffer
}

const fileSql = `
  select f.id, f.client_id as "clientId", f.content_type as "contentType", f.name_sealed as "nameSealed",
    f.content_sealed as "contentSealed"
  from files f`

/** A client's own, of a draft or of what was sent. */
export async function findOwnFile(
  db: Knex,
  { clientId, id }: { clientId: string; id: string },
): Promise<StoredFile | undefined> {
  const { rows } = await db.raw<{ rows: StoredFile[] }>(`${fileSql} where f.id = ? and f.client_id = ?`, [
    id,
    clientId,
  ])
  return rows[0]
}

/** As a dietitian may see it: only of what was sent, and of a client whose chart is theirs to see. */
export async function findFileForDesk(
  db: Knex,
  { id, dietitianId }: { id: string; dietitianId: string },
): Promise<StoredFile | undefined> {
  const { rows } = await db.raw<{ rows: StoredFile[] }>(
    `${fileSql} join responses r on r.id = f.response_id
     where f.id = ? and r.sent_at is not null and may_see_chart(?, f.client_id)`,
    [id, dietitianId],
  )
  return rows[0]
}
