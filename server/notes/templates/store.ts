import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { type Opened, openOrSay } from '../../sealing/reading.ts'
import type { Content } from '../content.ts'

/** Templates are beginnings of notes, snippets are pieces for them; both are the practice's. */
export type Kind = 'note_templates' | 'note_snippets'

const columnOf = { note_templates: 'content_sealed', note_snippets: 'text_sealed' } as const

const placeOf = (kind: Kind, id: string) => ({ table: kind, column: columnOf[kind], row: id })

export type Line = { id: string; name: string }

const MOST = 200

/** By name; at most 200. */
export const listNames = (db: Knex, kind: Kind): Promise<Line[]> =>
  db(kind).orderByRaw('lower(name), id').limit(MOST).select('id', 'name')

type Row = { id: string; name: string; revision: number; sealed: Buffer }

const columns = (kind: Kind) => ({ id: 'id', name: 'name', revision: 'revision', sealed: columnOf[kind] })

type Reading = Parameters<typeof openOrSay>[0]

export type Piece = { id: string; name: string; revision: number; opened: Opened }

const openRow = (reading: Reading, kind: Kind, { sealed, ...row }: Row, accountId: string): Piece => ({
  ...row,
  opened: openOrSay(reading, { place: placeOf(kind, row.id), sealed, accountId }),
})

/** One of them, opened. */
export async function findPiece(
  deps: Reading & Pick<Deps, 'db'>,
  kind: Kind,
  { id, accountId }: { id: string; accountId: string },
): Promise<Piece | undefined> {
  const row = await deps.db(kind).where({ id }).first<Row | undefined>(columns(kind))
  return row && openRow(deps, kind, row, accountId)
}

/** All snippets with their texts, by name; at most 200. */
export async function listSnippets(
  deps: Reading & Pick<Deps, 'db'>,
  accountId: string,
): Promise<{ id: string; name: string; text: string }[]> {
  const rows: Row[] = await deps
    .db('note_snippets')
    .orderByRaw('lower(name), id')
    .limit(MOST)
    .select(columns('note_snippets'))
  return rows
    .map((row) => openRow(deps, 'note_snippets', row, accountId))
    .filter(({ opened }) => opened.isReadable)
    .map(({ id, name, opened }) => ({ id, name, text: opened.text }))
}

export const contentIn = ({ opened }: Piece): Content | null =>
  opened.isReadable ? (JSON.parse(opened.text) as Content) : null

type New = { name: string; text: string }
type Needs = Pick<Deps, 'db' | 'sealer'>

/** Each of these three is noted in the audit, with its change. */
const changing = <T>(
  { db, sealer }: Needs,
  { id: subjectId, accountId }: { id: string; accountId: string },
  now: Instant,
  change: (trx: Knex.Transaction) => Promise<T | false>,
): Promise<T | false> =>
  db.transaction(async (trx) => {
    const done = await change(trx)
    const entry = { accountId, action: 'template.changed', subjectId, clientId: null } as const
    if (done !== false) await recordAct({ db: trx, sealer }, entry, now)
    return done
  })

export async function insertPiece(
  needs: Needs,
  kind: Kind,
  { accountId, name, text }: New & { accountId: string },
  now: Instant,
): Promise<void> {
  const id = randomUUID()
  const sealed = needs.sealer.seal(placeOf(kind, id), text)
  await changing(needs, { id, accountId }, now, (trx) =>
    trx(kind).insert({ id, name, [columnOf[kind]]: sealed, created_at: iso(now) }),
  )
}

type Change = New & { id: string; base: number; accountId: string }

/** @returns false when somebody has changed or removed it since the page was shown */
export async function savePiece(needs: Needs, kind: Kind, change: Change, now: Instant): Promise<boolean> {
  const { id, base, name, text } = change
  const sealed = needs.sealer.seal(placeOf(kind, id), text)
  const saved = await changing(needs, change, now, async (trx) => {
    const row = { name, [columnOf[kind]]: sealed, revision: base + 1 }
    return (await trx(kind).where({ id, revision: base }).update(row)) === 1
  })
  return saved !== false
}

/** @returns false when somebody has changed or removed it since the page was shown */
export async function removePiece(
  needs: Needs,
  kind: Kind,
  piece: { id: string; base: number; accountId: string },
  now: Instant,
): Promise<boolean> {
  const { id, base } = piece
  const removed = await changing(
    needs,
    piece,
    now,
    async (trx) => (await trx(kind).where({ id, revision: base }).del()) === 1,
  )
  return removed !== false
}
