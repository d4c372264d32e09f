import { setTimeout as sleep } from 'node:timers/promises'
import { DAY } from '../../server/clock.ts'
import { hashToken } from '../../server/sealing/seal.ts'
import { make } from '../support/make.ts'
import { type Flora, startFlora } from './flora.ts'
import { printMachine, type Random, randomFrom } from './machine.ts'
import { findOverlaps } from './overlaps.ts'
import { open, startPostgres } from './postgres.ts'
import { type Received, startSmtp } from './smtp.ts'
import { confirm, hold, slotAt, type Visitor, visitor } from './visitor.ts'
import { addDietitian, makeDatabase, offerType, within } from './world.ts'

const ROUNDS = 20
const CONNECTIONS = 8
const MAIL_WITHIN = 120_000

type Confirmed = { email: string; token: string }
type Round = { confirmed: Confirmed[]; refused: number; odd: string[]; restarted: number }

async function seed(url: string): Promise<void> {
  await within(url, async (db) => {
    await make.practice(db, { zone: 'UTC' })
    const ids = [await addDietitian(db, 'one'), await addDietitian(db, 'two')]
    await offerType(db, ids, { slug: 'half-hour', minutes: 30, after: 10 })
  })
}

/** Anybody's slot of the next months, of few enough that rivals meet. */
function anySlot(random: Random, now: number): string {
  const midnight = now - (now % DAY)
  const day = 5 + Math.floor(random() * 80)
  const step = Math.floor(random() * 90) * 15
  return slotAt(midnight + day * DAY + step * 60_000)
}

/** Books until the server is gone. */
async function bookOn(guest: Visitor, base: string, random: Random, name: string, round: Round) {
  for (let n = 0; ; n++) {
    const email = `${name}-${n}@example.com`
    try {
      const held = await hold(guest, base, { type: 'half-hour', slot: anySlot(random, Date.now()) })
      if (held.status !== 303) {
        if (held.status === 409) round.refused += 1
        else round.odd.push(`a hold was answered with ${held.status}`)
        continue
      }
      const answer = await confirm(guest, base, held, email)
      const token = /^\/appointments\/([\w-]{43})$/.exec(answer.headers.location ?? '')?.[1]
      if (answer.status === 303 && token) round.confirmed.push({ email, token })
      else round.odd.push(`a confirmation was answered with ${answer.status}`)
      await sleep(random() * 120)
    } catch {
      return
    }
  }
}

async function crashOnce(flora: Flora, random: Random, number: number): Promise<Round> {
  const round: Round = { confirmed: [], refused: 0, odd: [], restarted: 0 }
  const guest = visitor({ connections: CONNECTIONS })
  const booking = Array.from({ length: CONNECTIONS }, (_, n) =>
    bookOn(guest, flora.base, random, `r${number}c${n}`, round),
  )
  await sleep(400 + random() * 2600)
  await flora.kill()
  await Promise.all(booking)
  guest.leave()
  return round
}

type Mails = { arrived: number; doubles: number; foreign: number; slowest: number }

function readMails({ confirmed, restarted }: Round, received: Map<string, Received[]>): Mails {
  const mails: Mails = { arrived: 0, doubles: 0, foreign: 0, slowest: 0 }
  for (const { email } of confirmed) {
    const [first, ...more] = received.get(email) ?? []
    if (!first) continue
    mails.arrived += 1
    mails.doubles += more.length
    mails.foreign += more.filter(({ messageId }) => messageId !== first.messageId).length
    mails.slowest = Math.max(mails.slowest, first.at - restarted)
  }
  return mails
}

const isComplete = (round: Round, received: Map<string, Received[]>) =>
  readMails(round, received).arrived === round.confirmed.length

/** `kill -9` of the server while eight connections book, twenty times; then: is everything there that was promised? */
export async function benchCrash(): Promise<boolean> {
  const seedNumber = Number(process.env.BENCH_SEED ?? Date.now() % 1_000_000)
  const random = randomFrom(seedNumber)
  const postgres = await startPostgres()
  const smtp = await startSmtp(() => random() * 30)
  const wrong: string[] = []
  try {
    const url = await makeDatabase(postgres, 'crash')
    await seed(url)
    const database = await open(url)
    await printMachine(database)
    console.log(`crash: seed ${seedNumber} (again with BENCH_SEED=${seedNumber})`)
    const settings = { worker: 'in-process', smtpUrl: smtp.url } as const
    const rounds: Round[] = []
    let flora = await startFlora(url, settings)
    for (let number = 1; number <= ROUNDS; number++) {
      const round = await crashOnce(flora, random, number)
      flora = await startFlora(url, settings)
      round.restarted = performance.now()
      rounds.push(round)
    }
    const last = rounds.at(-1) as Round
    while (rounds.some((round) => !isComplete(round, smtp.received))) {
      if (performance.now() - last.restarted > MAIL_WITHIN) break
      await sleep(250)
    }
    // Long enough for a lost job to expire and come back, were it to send its mail again.
    await sleep(50_000)
    for (const [n, round] of rounds.entries()) report(n + 1, round, readMails(round, smtp.received), wrong)
    for (const { confirmed } of rounds) wrong.push(...(await findMissing(database, confirmed)))
    const overlaps = await findOverlaps(database)
    if (overlaps > 0) wrong.push(`${overlaps} pairs of overlapping blocks in the table`)
    const booked = await database.query(`select count(*) from appointments where state = 'booked'`)
    const all = rounds.flatMap(({ confirmed }) => confirmed).length
    console.log(
      `crash: ${all} confirmed, ${booked.rows[0].count} booked in the table (more: the answer was cut off), overlaps ${overlaps}`,
    )
    await database.end()
    await flora.stop()
  } finally {
    await smtp.stop()
    await postgres.remove()
  }
  for (const line of wrong.slice(0, 10)) console.log(`WRONG: ${line}`)
  console.log(wrong.length === 0 ? 'crash: no violation' : `crash: ${wrong.length} violations`)
  return wrong.length === 0
}

function report(number: number, round: Round, mails: Mails, wrong: string[]): void {
  const { confirmed, refused, odd } = round
  const slowest = (mails.slowest / 1000).toFixed(1)
  console.log(
    `round ${number}: ${confirmed.length} confirmed, ${refused} too late, ${mails.arrived} mails, ` +
      `${mails.doubles} doubles, slowest ${slowest} s after the restart`,
  )
  wrong.push(...odd.map((words) => `round ${number}: ${words}`))
  if (mails.arrived < confirmed.length)
    wrong.push(`round ${number}: ${confirmed.length - mails.arrived} mails are missing`)
  if (mails.foreign > 0) wrong.push(`round ${number}: ${mails.foreign} second copies with another Message-ID`)
  if (mails.slowest > MAIL_WITHIN) wrong.push(`round ${number}: a mail came ${slowest} s after the restart`)
}

async function findMissing(database: Awaited<ReturnType<typeof open>>, confirmed: Confirmed[]) {
  const { rows } = await database.query<{ hash: Buffer }>(
    `select link_hash as hash from appointments where state = 'booked' and link_hash = any($1)`,
    [confirmed.map(({ token }) => hashToken(token))],
  )
  const there = new Set(rows.map(({ hash }) => hash.toString('hex')))
  return confirmed
    .filter(({ token }) => !there.has(hashToken(token).toString('hex')))
    .map(({ email }) => `the appointment confirmed to ${email} is not in the table`)
}
