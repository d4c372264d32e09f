import type { Knex } from 'knex'
import { type Instant, iso } from '../../clock.ts'
import { IS_SEEN, IS_SEEN_EACH, seenBy } from '../store.ts'
import {
  isOfFew,
  literally,
  patternOf,
  rarePatternOf,
  type Show,
  type Wanted,
  withoutProvider,
  wordsIn,
} from './search.ts'

export type ClientLine = {
  id: string
  name: string
  email: string
  phone: string
  isArchived: boolean
  /** Whether they have kept an appointment. */
  isActive: boolean
  nextAt: Instant | null
  /** Warning signs that nobody has acknowledged; how many of them are urgent; and cautions, apart. */
  signs: number
  urgent: number
  cautions: number
  /** Forms that are asked of them and not sent. */
  forms: number
}

export const PAGE = 25

/** Who is looked for, and by whom. */
export type Whose = { wanted: Wanted; dietitianId: string }
export type Asked = Whose & { page: number }

const OPEN_FORM =
  'from form_requests r where r.client_id = c.id and r.response_id is null and r.withdrawn_at is null'
const OPEN_SIGN = 'from raised_signs s where s.client_id = c.id and s.acknowledged_at is null'

const HERE = 'c.archived_at is null'

/** "offset 0" keeps these few apart: found by their own index, one by one, and only then asked about. */
const among = (few: string) => `
  (select distinct f.client_id from (${few}) f) few
  cross join lateral (select k.* from clients k where k.id = few.client_id offset 0) c`

const raisedBy = (kinds: string) =>
  among(`select s.client_id from raised_signs s where s.acknowledged_at is null and s.kind in (${kinds})`)

const FROM: Partial<Record<Show, string>> = {
  forms: among(
    'select r.client_id from form_requests r where r.response_id is null and r.withdrawn_at is null',
  ),
  signs: raisedBy("'urgent', 'sign'"),
  cautions: raisedBy("'caution'"),
}

/** Somebody in the archive is found by their name, and otherwise stands there alone. */
function conditionOf({ show, text }: Wanted, now: Instant): { sql: string; bindings: string[] } {
  const plain: Record<Show, string> = {
    all: text === '' ? HERE : 'true',
    prospective: `${HERE} and not c.is_active`,
    active: `${HERE} and c.is_active`,
    archived: 'c.archived_at is not null',
    forms: HERE,
    unplanned: `${HERE} and c.is_active and not exists (
      select 1 from appointments n where n.client_id = c.id and n.state = 'booked' and n.starts_at > ?)`,
    signs: 'true',
    cautions: 'true',
  }
  return { sql: plain[show], bindings: show === 'unplanned' ? [iso(now)] : [] }
}

export const IN_ORDER = 'c.sort_name collate "C", c.id'

/** Which clients, beside those who are seen, as conditions of a list over `clients c`. @param words that must all be there */
export function matching({ wanted, dietitianId }: Whose, now: Instant, words = wordsIn(wanted.text)) {
  const condition = conditionOf(wanted, now)
  const has = words.map((word) => (isOfFew(word) ? FEW_HAVE : 'c.search like folded(?)'))
  const patterns = words.flatMap((word) =>
    isOfFew(word) ? [rarePatternOf(word), patternOf(word)] : [patternOf(word)],
  )
  return {
    from: FROM[wanted.show] ?? 'clients c',
    where: [condition.sql, ...has].join(' and '),
    bindings: [...seenBy(dietitianId), ...condition.bindings, ...patterns],
  }
}

/** The second is not for the index: those whom the first finds are looked at one by one. */
const FEW_HAVE = `(c.search like folded(?) and c.search || '' like folded(?))`

const BEGINS = 'c.sort_name collate "C" like folded(?)'

/** Who is in the archive comes last, where both are shown. */
const SIDES: Partial<Record<Show, string[]>> = {
  all: [HERE, 'c.archived_at is not null'],
  signs: [HERE, 'c.archived_at is not null'],
  cautions: [HERE, 'c.archived_at is not null'],
}

/**
 * Who was searched for, as far as to the end of the page: whose name begins so comes first. Each part is in the order of
 * an index, so that among all whom "an" finds nobody is sorted. Whoever begins so has all words of it; of those that the
 * first parts hold, the others can meet as many at most.
 */
function inParts(asked: Asked, now: Instant) {
  const { wanted, page } = asked
  const most = (page + 1) * PAGE + 1
  const begins = beginningOf(wanted)
  const part = (side: string, isFirst: boolean, nth: number) => {
    const { from, where, bindings } = matching(asked, now, isFirst ? [] : undefined)
    const found = `
      select c.id, c.sort_name, ${BEGINS} as begins from ${from} where ${IS_SEEN_EACH} and ${where} and ${side}${isFirst ? ` and ${BEGINS}` : ''}
      order by ${IN_ORDER} limit ${isFirst ? most : 2 * most}`
    return {
      sql: `(select ${nth} as nth, p.* from (${found}) p where p.begins = ${isFirst})`,
      bindings: [begins, ...bindings, ...(isFirst ? [begins] : [])],
    }
  }
  const sides = SIDES[wanted.show] ?? ['true']
  const parts = [
    ...sides.map((side) => [side, true] as const),
    ...sides.map((side) => [side, false] as const),
  ]
  const all = parts.map(([side, isFirst], nth) => part(side, isFirst, nth))
  return { sql: all.map(({ sql }) => sql).join(' union all '), bindings: all.flatMap((one) => one.bindings) }
}

const beginningOf = ({ text }: Wanted): string => `${literally(text.normalize('NFKC'))}%`

/** The same order where so few can be meant that they are sorted at once. */
function atOnce(asked: Asked, now: Instant) {
  const { from, where, bindings } = matching(asked, now)
  return {
    sql: `select case when ${BEGINS} then 0 else 2 end + (c.archived_at is not null)::integer as nth, c.id, c.sort_name
      from ${from} where ${IS_SEEN_EACH} and ${where}`,
    bindings: [beginningOf(asked.wanted), ...bindings],
  }
}

const lineSql = (found: string) => `
  with shown as (select found.id, row_number() over () as nth from (${found}) found)
  select c.id, c.name, c.email, c.phone, c.archived_at is not null as "isArchived", c.is_active as "isActive",
    (select min(n.starts_at) from appointments n
     where n.client_id = c.id and n.state = 'booked' and n.starts_at > ?) as "nextAt",
    signs.signs, signs.urgent, signs.cautions, (select count(*) ${OPEN_FORM}) as forms
  from shown join clients c using (id)
  cross join lateral (
    select count(*) filter (where s.kind <> 'caution') as signs, count(*) filter (where s.kind = 'urgent') as urgent,
      count(*) filter (where s.kind = 'caution') as cautions
    ${OPEN_SIGN}) signs
  order by shown.nth`

/**
 * Clients that a dietitian may see, by name; `page` counts from 0. One more than a page, to know of the next.
 * @param asked.wanted of its text every word must be there: in the name, the e-mail or the phone
 */
export async function listClients(db: Knex, asked: Asked, now: Instant): Promise<ClientLine[]> {
  const found = wordsIn(asked.wanted.text).length > 0 ? searched(asked, now) : plain(asked, now)
  const { rows } = await db.raw<{ rows: ClientLine[] }>(lineSql(found.sql), [...found.bindings, iso(now)])
  return rows
}

function plain(asked: Asked, now: Instant) {
  const { from, where, bindings } = matching(asked, now)
  return {
    sql: `select c.id from ${from} where ${IS_SEEN} and ${where} order by ${IN_ORDER} offset ? limit ${PAGE + 1}`,
    bindings: [...bindings, asked.page * PAGE],
  }
}

function searched(asked: Asked, now: Instant) {
  const { sql, bindings } = wordsIn(asked.wanted.text).some(isOfFew)
    ? atOnce(asked, now)
    : inParts(asked, now)
  return {
    sql: `select s.id from (${sql}) s order by s.nth, s.sort_name collate "C", s.id offset ? limit ${PAGE + 1}`,
    bindings: [...bindings, asked.page * PAGE],
  }
}

/** How alike words are that a slip of the finger lies between; 1 is the same. */
const ALIKE = 0.38
/** Where more are nearly so, these are enough to choose among. */
const MOST_NEAR = 120

/** Who is meant stands among the first; a whole page of others is no help. */
const MOST_ALIKE = 10

/** Clients whose name or address is nearly what was typed, the nearest first; ten of them at most. */
export function listAlike(db: Knex, { wanted, dietitianId }: Whose, now: Instant): Promise<ClientLine[]> {
  const condition = conditionOf(wanted, now)
  const words = wordsIn(wanted.text).map(withoutProvider)
  const where = [IS_SEEN_EACH, condition.sql, ...words.map(() => 'folded(?) <% c.near')].join(' and ')
  const found = `
    select c.id, c.sort_name, c.near from ${FROM[wanted.show] ?? 'clients c'} where ${where} limit ${MOST_NEAR}`
  const near = `
    select c.id from (${found}) c
    order by ${words.map(() => 'word_similarity(folded(?), c.near)').join(' + ')} desc, ${IN_ORDER} limit ${MOST_ALIKE}`
  const bindings = [...seenBy(dietitianId), ...condition.bindings, ...words, ...words, iso(now)]
  return db.transaction(async (trx) => {
    // The index asks for what is at least so alike; the settings end with the transaction. How many that will be
    // Postgres can't foresee, and would rather read the whole table.
    await trx.raw(`set local pg_trgm.word_similarity_threshold = ${ALIKE}; set local enable_seqscan = off`)
    const { rows } = await trx.raw<{ rows: ClientLine[] }>(lineSql(near), bindings)
    return rows
  })
}
