import { setTimeout as sleep } from 'node:timers/promises'
import { DAY, HOUR, type Instant, iso, MINUTE } from '../../server/clock.ts'
import { hashToken, makeToken } from '../../server/sealing/seal.ts'
import { make } from '../support/make.ts'
import { startFlora } from './flora.ts'
import { count, printMachine, randomFrom, shuffled, tally } from './machine.ts'
import { findOverlaps } from './overlaps.ts'
import { open, startPostgres } from './postgres.ts'
import { type Answer, confirm, hold, slotAt, visitor, type Wish } from './visitor.ts'
import { addDietitian, makeDatabase, offerType, within } from './world.ts'

const RIVALS = 20
const ROUNDS = 200

/** What 20 rivals ask for; every two wishes of a round overlap, but those of "limit", which share a day. */
type Round = { kind: Kind; wishes: Wish[]; winners: number; isConfirmed: boolean }
type Kind = 'same slot' | 'length' | 'buffers' | 'expired hold' | 'two dietitians' | 'daily limit'

type Setting = { kind: Kind; rounds: number; winners: number; wish(start: Instant, rival: number): Wish }

const at = (start: Instant, minutes: number) => slotAt(start + minutes * MINUTE)
const hourLong = (start: Instant, rival: number): Wish => ({
  type: 'hour',
  slot: at(start, (rival % 4) * 15),
  with: 'one',
})

const settings: Setting[] = [
  {
    kind: 'same slot',
    rounds: 70,
    winners: 1,
    wish: (start) => ({ type: 'hour', slot: at(start, 0), with: 'one' }),
  },
  { kind: 'length', rounds: 50, winners: 1, wish: hourLong },
  {
    // Half an hour with 15 minutes on both sides, and an hour without: what overlaps is mostly the buffers.
    kind: 'buffers',
    rounds: 40,
    winners: 1,
    wish: (start, rival) =>
      rival % 3 === 2
        ? { type: 'hour', slot: at(start, 10), with: 'one' }
        : { type: 'buffered', slot: at(start, (rival % 2) * 45), with: 'one' },
  },
  { kind: 'expired hold', rounds: 20, winners: 1, wish: hourLong },
  {
    kind: 'two dietitians',
    rounds: 20,
    winners: 2,
    wish: (start) => ({ type: 'shared', slot: at(start, 0) }),
  },
]

const limited: Setting = {
  kind: 'daily limit',
  rounds: 20,
  winners: 3,
  wish: (start, rival) => ({ type: 'limited', slot: at(start, rival * 60) }),
}

async function seed(url: string): Promise<void> {
  await within(url, async (db) => {
    await make.practice(db, { zone: 'UTC' })
    const one = await addDietitian(db, 'one')
    const pair = [await addDietitian(db, 'two'), await addDietitian(db, 'three')]
    const few = await addDietitian(db, 'few', 3)
    await offerType(db, [one], { slug: 'hour', minutes: 60 })
    await offerType(db, [one], { slug: 'buffered', minutes: 30, before: 15, after: 15 })
    await offerType(db, pair, { slug: 'shared', minutes: 60 })
    await offerType(db, [few], { slug: 'limited', minutes: 30 })
  })
}

/** Each round has four hours of its own; each of the daily limit a day of its own, beside a day that stays free. */
function planRounds(now: Instant): Round[] {
  const first = now - (now % DAY) + 3 * DAY
  let taken = 0
  const plan = ({ kind, rounds, winners, wish }: Setting, start: () => Instant): Round[] =>
    Array.from({ length: rounds }, (_, n) => {
      const from = start()
      const wishes = Array.from({ length: RIVALS }, (_, rival) => wish(from, rival))
      return { kind, wishes, winners, isConfirmed: n % 2 === 0 }
    })
  const own = () => first + taken++ * 4 * HOUR + HOUR
  const day = () => first + taken++ * 2 * DAY
  const rounds = settings.flatMap((setting) => plan(setting, own))
  taken = 0
  return [...rounds, ...plan(limited, day)]
}

type Tally = {
  statuses: Map<string, number>
  won: number
  lost: number
  confirmed: number
  slowest: number
  wrong: string[]
}

async function run(round: Round, bases: string[], tally: Tally): Promise<void> {
  const guest = visitor({ connections: RIVALS })
  try {
    const answers = await Promise.all(
      round.wishes.map((wish, rival) => hold(guest, bases[rival % bases.length] as string, wish)),
    )
    const winners = answers.filter(({ status }) => status === 303)
    for (const [n, answer] of answers.entries()) judge(round, round.wishes[n] as Wish, answer, tally)
    if (winners.length !== round.winners)
      tally.wrong.push(`${round.kind}: ${winners.length} winners instead of ${round.winners}`)
    if (round.isConfirmed) await Promise.all(winners.map((held, n) => book(guest, bases, held, n, tally)))
  } finally {
    guest.leave()
  }
}

function judge({ kind }: Round, wish: Wish, answer: Answer, tally: Tally): void {
  count(tally.statuses, answer.status)
  tally.slowest = Math.max(tally.slowest, answer.ms)
  if (answer.status === 303) {
    tally.won += 1
    return
  }
  if (answer.status !== 409) return void tally.wrong.push(`${kind}: status ${answer.status}`)
  tally.lost += 1
  const isFresh = answer.body.includes('name="slot"') && !answer.body.includes(`value="${wish.slot}"`)
  if (!isFresh) tally.wrong.push(`${kind}: a loser's page without fresh times, or with the lost one`)
}

let emails = 0

async function book(
  guest: ReturnType<typeof visitor>,
  bases: string[],
  held: Answer,
  n: number,
  tally: Tally,
) {
  const base = bases[n % bases.length] as string
  const answer = await confirm(guest, base, held, `winner${emails++}@example.com`)
  const isBooked = answer.status === 303 && answer.headers.location?.startsWith('/appointments/')
  if (isBooked) tally.confirmed += 1
  else tally.wrong.push(`a winner's confirmation was answered with ${answer.status}`)
}

/** A hold that ran out a minute ago lies across the contested range and has to give way to one of them. */
async function layExpiredHold(url: string, slot: string, now: Instant): Promise<void> {
  await within(url, async (db) => {
    const start = Date.parse(slot) + 10 * MINUTE
    await db.raw(
      `insert into appointments (dietitian_id, appointment_type_id, state, starts_at, ends_at, blocks, zone, uid, price_cents,
         currency, change_deadline_minutes, hold_hash, held_until, created_at)
       select d.id, t.id, 'held', ?::timestamptz, ?::timestamptz, tstzrange(?, ?), 'UTC', gen_random_uuid()::text, 0, 'USD', 0, ?, ?, ?
       from dietitians d, appointment_types t where d.slug = 'one' and t.slug = 'hour'`,
      [
        ...[start, start + HOUR, start, start + HOUR].map(iso),
        hashToken(makeToken()),
        iso(now - MINUTE),
        iso(now - 20 * MINUTE),
      ],
    )
  })
}

/** 200 rounds of 20 rivals and the daily limit on two server processes that share a database. */
export async function benchRace(): Promise<boolean> {
  const postgres = await startPostgres()
  try {
    const url = await makeDatabase(postgres, 'race')
    await seed(url)
    const database = await open(url)
    await printMachine(database)
    const floras = [await startFlora(url), await startFlora(url)]
    const bases = floras.map(({ base }) => base)
    const now = Date.now()
    const tallyOf: Tally = { statuses: new Map(), won: 0, lost: 0, confirmed: 0, slowest: 0, wrong: [] }
    const rounds = shuffled(planRounds(now), randomFrom(1))
    let busy = 0
    for (const round of rounds) {
      if (round.kind === 'expired hold') await layExpiredHold(url, (round.wishes[0] as Wish).slot, now)
      const began = performance.now()
      await run(round, bases, tallyOf)
      busy += performance.now() - began
    }
    await sleep(100)
    const overlaps = await findOverlaps(database)
    if (overlaps > 0) tallyOf.wrong.push(`${overlaps} pairs of overlapping blocks in the table`)
    await database.end()
    for (const flora of floras) await flora.stop()
    return report(tallyOf, busy, overlaps, await postgres.log())
  } finally {
    await postgres.remove()
  }
}

function report(tallyOf: Tally, busy: number, overlaps: number, log: string): boolean {
  const { statuses, won, lost, confirmed, slowest, wrong } = tallyOf
  const inLog = (words: RegExp) => (log.match(words) ?? []).length
  const kinds = settings.map(({ kind, rounds }) => `${rounds} ${kind}`).join(', ')
  console.log(`race: ${ROUNDS} rounds of ${RIVALS} rivals on two processes (${kinds})`)
  console.log(`      and ${limited.rounds} rounds for the last ${limited.winners} places of a day`)
  console.log(`      winners ${won}, losers ${lost}, confirmed ${confirmed}; statuses ${tally(statuses)}`)
  console.log(`      ${(busy / 1000).toFixed(1)} s in all, slowest request ${slowest.toFixed(0)} ms`)
  console.log(
    `      in Postgres' log: ${inLog(/deadlock detected/g)} deadlocks (40P01), ` +
      `${inLog(/violates exclusion constraint/g)} exclusion violations (23P01); overlaps in the table: ${overlaps}`,
  )
  for (const line of wrong.slice(0, 10)) console.log(`      WRONG: ${line}`)
  console.log(`      ${wrong.length === 0 ? 'no violation' : `${wrong.length} violations`}`)
  return wrong.length === 0
}
