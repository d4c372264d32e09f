import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'
import { type Opened, openOrSay } from '../sealing/reading.ts'
import { type Sealer, Unreadable } from '../sealing/seal.ts'

/** Urgent: care today. Sign: a physician should hear of it. Caution: for the dietitian, before a plan is made. */
export type SignKind = 'urgent' | 'sign' | 'caution'

export type NewSigns = {
  clientId: string
  responseId: string
  /** Of the response and all its amendments. */
  seriesId: string
  /** `sign` is its name in the table of signs. */
  signs: readonly { sign: string; kind: SignKind }[]
}

const place = (column: 'sign_sealed' | 'word_sealed', row: string) => ({
  table: 'raised_signs',
  column,
  row,
})

/**
 * Keeps the signs of a response that is being sent, urgent ones first, in its transaction. Of an amendment only those
 * that no version before it has raised: what was acknowledged once is not asked about again.
 */
export async function raiseSigns(
  trx: Knex,
  sealer: Sealer,
  { clientId, responseId, seriesId, signs }: NewSigns,
  now: Instant,
): Promise<void> {
  if (signs.length === 0) return
  const known = await raisedBefore(trx, sealer, seriesId)
  const fresh = new Map(signs.filter(({ sign }) => !known.has(sign)).map(({ sign, kind }) => [sign, kind]))
  const rows = [...fresh].sort(byUrgency).map(([sign, kind], position) => {
    const id = randomUUID()
    const sign_sealed = sealer.seal(place('sign_sealed', id), JSON.stringify({ sign }))
    const about = { client_id: clientId, response_id: responseId, raised_at: iso(now) }
    return { id, ...about, position, kind, sign_sealed }
  })
  if (rows.length > 0) await trx('raised_signs').insert(rows)
}

const urgency: Record<SignKind, number> = { urgent: 0, sign: 1, caution: 2 }

const byUrgency = ([, a]: [string, SignKind], [, b]: [string, SignKind]) => urgency[a] - urgency[b]

/** One that can't be opened counts as not raised: rather twice than never. */
async function raisedBefore(trx: Knex, sealer: Sealer, seriesId: string): Promise<Set<string>> {
  const { rows } = await trx.raw<{ rows: { id: string; sealed: Buffer }[] }>(
    `select s.id, s.sign_sealed as sealed
     from responses r join raised_signs s on s.response_id = r.id
     where r.series_id = ?`,
    [seriesId],
  )
  const signs = rows.map(({ id, sealed }) => {
    try {
      return signOf(sealer.open(place('sign_sealed', id), sealed))
    } catch (error) {
      if (error instanceof Unreadable) return ''
      throw error
    }
  })
  return new Set(signs)
}

const signOf = (text: string): string => String(JSON.parse(text).sign)

export type RaisedSign = {
  id: string
  responseId: string
  kind: SignKind
  signSealed: Buffer
  raisedAt: Instant
  acknowledgedAt: Instant | null
  /** Name of the dietitian. */
  acknowledgedBy: string | null
  wordSealed: Buffer | null
}

const columns = `
  s.id, s.response_id as "responseId", s.kind, s.sign_sealed as "signSealed", s.raised_at as "raisedAt",
  s.acknowledged_at as "acknowledgedAt", d.name as "acknowledgedBy", s.word_sealed as "wordSealed"`

const MOST_SHOWN = 300

/** A client's signs: open ones first, urgent before others, then the newest. At most 300. */
export async function listSigns(db: Knex, clientId: string): Promise<RaisedSign[]> {
  const { rows } = await db.raw<{ rows: RaisedSign[] }>(
    `select ${columns}
     from raised_signs s left join dietitians d on d.account_id = s.acknowledged_by
     where s.client_id = ?
     order by s.acknowledged_at is not null, case when s.acknowledged_at is null then s.kind end desc,
       s.raised_at desc, s.position, s.id
     limit ${MOST_SHOWN}`,
    [clientId],
  )
  return rows
}

/** The signs that a series of responses has raised, in the order of the versions. */
export async function listSignsOfSeries(db: Knex, seriesId: string): Promise<RaisedSign[]> {
  const { rows } = await db.raw<{ rows: RaisedSign[] }>(
    `select ${columns}
     from responses r
     join raised_signs s on s.response_id = r.id
     left join dietitians d on d.account_id = s.acknowledged_by
     where r.series_id = ? order by r.number, s.position`,
    [seriesId],
  )
  return rows
}

/** One of this client's, for a dietitian who may see their chart. */
export async function findSign(
  db: Knex,
  { id, clientId, dietitianId }: { id: string; clientId: string; dietitianId: string },
): Promise<RaisedSign | undefined> {
  const { rows } = await db.raw<{ rows: RaisedSign[] }>(
    `select ${columns}
     from raised_signs s left join dietitians d on d.account_id = s.acknowledged_by
     where s.id = ? and s.client_id = ? and may_see_chart(?, s.client_id)`,
    [id, clientId, dietitianId],
  )
  return rows[0]
}

export type OpenedSign = Omit<RaisedSign, 'signSealed' | 'wordSealed'> & {
  /** Its name in the table of signs; null when it can't be opened. */
  sign: string | null
  word: Opened | null
}

type Reading = Parameters<typeof openOrSay>[0]

/** Opens a sign for a page; what can't be opened is said in its place. */
export function openSign(
  reading: Reading,
  { signSealed, wordSealed, ...rest }: RaisedSign,
  accountId: string,
): OpenedSign {
  const wanted = { place: place('sign_sealed', rest.id), sealed: signSealed, accountId }
  const opened = openOrSay(reading, wanted)
  const word =
    wordSealed && openOrSay(reading, { place: place('word_sealed', rest.id), sealed: wordSealed, accountId })
  return { ...rest, sign: opened.isReadable ? signOf(opened.text) : null, word }
}

/** The name of a sign in the table of signs; null when it can't be opened. */
export function openSignName(
  reading: Reading,
  { id, sealed }: { id: string; sealed: Buffer },
  accountId: string,
): string | null {
  const opened = openOrSay(reading, { place: place('sign_sealed', id), sealed, accountId })
  return opened.isReadable ? signOf(opened.text) : null
}

type Acknowledgement = { id: string; clientId: string; accountId: string; word: string }

/** @returns false when somebody was first, it is no sign of this client, or their chart is not this dietitian's to see */
export async function acknowledge(
  trx: Knex,
  sealer: Sealer,
  { id, clientId, accountId, word }: Acknowledgement,
  now: Instant,
): Promise<boolean> {
  const changed = await trx('raised_signs')
    .where({ id, client_id: clientId })
    .whereNull('acknowledged_at')
    .whereRaw(
      'exists (select 1 from dietitians d where d.account_id = ? and may_see_chart(d.id, client_id))',
      [accountId],
    )
    .update({
      acknowledged_at: iso(now),
      acknowledged_by: accountId,
      word_sealed: sealer.seal(place('word_sealed', id), word),
    })
  return changed === 1
}

/** Whoever sees all charts is not asked about each: once for the query, and not once for a row. */
const IS_SEEN = `((select sees_all_charts from dietitians where id = ?)
  or exists (select 1 from own_clients o where o.dietitian_id = ? and o.client_id = s.client_id))`

/** Of the clients whose charts this dietitian may see. */
export async function countOpenSigns(db: Knex, dietitianId: string): Promise<number> {
  const { rows } = await db.raw<{ rows: [{ count: number }] }>(
    `select count(*) as count from raised_signs s where s.acknowledged_at is null and ${IS_SEEN}`,
    [dietitianId, dietitianId],
  )
  return rows[0].count
}

export type OpenSign = {
  id: string
  clientId: string
  clientName: string
  kind: SignKind
  raisedAt: Instant
}

export const PAGE = 25

/**
 * What nobody has acknowledged yet, of the clients whose charts this dietitian may see: urgent first, then the newest; without saying what it is. `page` counts from 0; one
 * more than a page, to know of the next.
 */
export async function listOpenSigns(db: Knex, dietitianId: string, page: number): Promise<OpenSign[]> {
  // Of the kinds, the letters happen to stand in the order of urgency: the index is read backwards.
  const { rows } = await db.raw<{ rows: OpenSign[] }>(
    `select s.id, s.client_id as "clientId", c.name as "clientName", s.kind, s.raised_at as "raisedAt"
     from raised_signs s join clients c on c.id = s.client_id
     where s.acknowledged_at is null and ${IS_SEEN}
     order by s.kind desc, s.raised_at desc, s.id desc
     limit ${PAGE + 1} offset ?`,
    [dietitianId, dietitianId, page * PAGE],
  )
  return rows
}
