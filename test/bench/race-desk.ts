import pg from 'pg'
import { hashPassword } from '../../server/accounts/password.ts'
import { HOUR, type Instant, MINUTE } from '../../server/clock.ts'
import { make } from '../support/make.ts'
import { startFlora } from './flora.ts'
import { count, printMachine, type Random, randomFrom, tally } from './machine.ts'
import { findOverlaps } from './overlaps.ts'
import { open, startPostgres } from './postgres.ts'
import { type Answer, confirm, hold, slotAt, type Visitor, visitor } from './visitor.ts'
import { addDietitian, makeDatabase, offerType, within } from './world.ts'

const CONNECTIONS = 16
const FOR = 120_000
const PASSWORD = 'seven quiet pears'
const CLIENTS = 40
/** Two days of two dietitians: so few times that most wishes meet another. */
const QUARTERS = 2 * 96

const KINDS = ['book', 'book outside', 'move', 'cancel', 'restore', 'guest'] as const
type Kind = (typeof KINDS)[number]

type World = {
  bases: string[]
  /** Signed in as each dietitian. */
  desks: { dietitianId: string; cookie: string }[]
  clients: string[]
  pool: pg.Pool
  first: Instant
  random: Random
}

type Tally = { done: Map<string, number>; wrong: string[]; slowest: number; acts: number }

async function seed(
  url: string,
): Promise<{ clients: string[]; dietitians: { id: string; email: string }[] }> {
  return within(url, async (db) => {
    await make.practice(db, { zone: 'UTC' })
    const password_hash = await hashPassword(PASSWORD)
    const dietitians: { id: string; email: string }[] = []
    for (const slug of ['one', 'two']) {
      const id = await addDietitian(db, slug, slug === 'two' ? 30 : null)
      const email = `${slug}@maple.example`
      const { account_id } = await db('dietitians').where({ id }).first('account_id')
      await db('accounts').where({ id: account_id }).update({ email, password_hash })
      await offerType(db, [id], { slug: `short-${slug}`, minutes: 30, before: 10, after: 10, step: 5 })
      await offerType(db, [id], { slug: `long-${slug}`, minutes: 60, step: 15 })
      dietitians.push({ id, email })
    }
    const clients: string[] = []
    for (let n = 0; n < CLIENTS; n += 1) clients.push((await make.client(db)).id)
    return { clients, dietitians }
  })
}

async function signIn(base: string, email: string): Promise<string> {
  const guest = visitor({ connections: 1 })
  const answer = await guest.post(`${base}/sign-in`, { email, password: PASSWORD })
  guest.leave()
  if (answer.status !== 303) throw new Error(`Signing in was answered with ${answer.status}`)
  return (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
}

/** An appointment of theirs in a state; it may have changed by the time that it is acted on. */
async function findOne({ pool }: World, dietitianId: string, state: 'booked' | 'cancelled') {
  const { rows } = await pool.query<{ id: string; sequence: number }>(
    `select id, sequence from appointments where dietitian_id = $1 and state = $2
     order by ${state === 'cancelled' ? 'cancelled_at desc' : 'md5(id::text || clock_timestamp()::text)'} limit 5`,
    [dietitianId, state],
  )
  return rows[Math.floor(Math.random() * rows.length)]
}

/** @returns the answer, or undefined when there was nothing to act on */
async function act(world: World, kind: Kind, who: number): Promise<Answer | undefined> {
  const { bases, desks, clients, random, first } = world
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)] as T
  const base = pick(bases)
  const mine = desks[who % desks.length] as World['desks'][number]
  const slug = who % desks.length === 0 ? 'one' : 'two'
  const slot = slotAt(first + Math.floor(random() * QUARTERS) * 15 * MINUTE)
  const type = `${pick(['short', 'long'])}-${slug}`
  const desk: Visitor = visitor({ connections: 1, headers: { Cookie: mine.cookie } })
  try {
    if (kind === 'guest') {
      const held = await hold(desk, base, { type, slot })
      return held.status === 303
        ? await confirm(desk, base, held, `guest${Math.floor(random() * 200)}@example.com`)
        : held
    }
    if (kind === 'book' || kind === 'book outside') {
      const off = kind === 'book' ? slot : slotAt(Date.parse(slot) + 7 * MINUTE)
      const fields = { type, slot: off, place: 'video', message: 'See you.', reason: 'As agreed.' }
      return await desk.post(`${base}/practice/clients/${pick(clients)}/booking`, fields)
    }
    const found = await findOne(world, mine.dietitianId, kind === 'restore' ? 'cancelled' : 'booked')
    if (!found) return undefined
    const path = `${base}/practice/appointments/${found.id}`
    if (kind === 'cancel') return await desk.post(`${path}/cancellation`, {})
    if (kind === 'restore') return await desk.post(`${path}/restoration`, {})
    const fields = { slot, base: String(found.sequence), message: '', reason: 'As agreed.' }
    return await desk.post(`${path}/reschedule`, fields)
  } finally {
    desk.leave()
  }
}

const ALLOWED = [303, 409, 422]

async function work(world: World, who: number, until: number, tallyOf: Tally): Promise<void> {
  while (performance.now() < until) {
    const kind = KINDS[Math.floor(world.random() * KINDS.length)] as Kind
    const answer = await act(world, kind, who)
    if (!answer) continue
    tallyOf.acts += 1
    tallyOf.slowest = Math.max(tallyOf.slowest, answer.ms)
    count(tallyOf.done, `${kind} ${answer.status}`)
    if (!ALLOWED.includes(answer.status)) tallyOf.wrong.push(`${kind}: status ${answer.status}`)
  }
}

/** Sixteen at once book, move, cancel and restore on two processes for two minutes, clients' own bookings among them. */
export async function benchDeskRace(): Promise<boolean> {
  const postgres = await startPostgres()
  try {
    const url = await makeDatabase(postgres, 'desk_race')
    const { clients, dietitians } = await seed(url)
    const database = await open(url)
    await printMachine(database)
    const floras = [await startFlora(url), await startFlora(url)]
    const bases = floras.map(({ base }) => base)
    const desks: World['desks'] = []
    for (const { id, email } of dietitians)
      desks.push({ dietitianId: id, cookie: await signIn(bases[0] as string, email) })
    const now = Date.now()
    const pool = new pg.Pool({ connectionString: url, max: 4 })
    const world = {
      bases,
      desks,
      clients,
      pool,
      first: now - (now % HOUR) + 24 * HOUR,
      random: randomFrom(5),
    }
    const tallyOf: Tally = { done: new Map(), wrong: [], slowest: 0, acts: 0 }
    const until = performance.now() + FOR
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => work(world, n, until, tallyOf)))
    await pool.end()
    const overlaps = await findOverlaps(database)
    if (overlaps > 0) tallyOf.wrong.push(`${overlaps} pairs of overlapping blocks in the table`)
    await database.end()
    for (const flora of floras) await flora.stop()
    return report(tallyOf, overlaps, await postgres.log())
  } finally {
    await postgres.remove()
  }
}

function report({ done, wrong, slowest, acts }: Tally, overlaps: number, log: string): boolean {
  const inLog = (words: RegExp) => (log.match(words) ?? []).length
  console.log(
    `race at the desk: ${acts} acts of ${CONNECTIONS} connections in ${FOR / 1000} s on two processes`,
  )
  console.log(`      ${tally(done)}`)
  console.log(`      slowest request ${slowest.toFixed(0)} ms; overlaps in the table: ${overlaps}`)
  console.log(
    `      in Postgres' log: ${inLog(/deadlock detected/g)} deadlocks (40P01), ` +
      `${inLog(/violates exclusion constraint/g)} exclusion violations (23P01)`,
  )
  for (const line of wrong.slice(0, 10)) console.log(`      WRONG: ${line}`)
  console.log(`      ${wrong.length === 0 ? 'no violation' : `${wrong.length} violations`}`)
  return wrong.length === 0
}
