import { setTimeout as sleep } from 'node:timers/promises'
import {
  addFillers,
  type Filler,
  fieldsOf,
  GUT,
  headersFor,
  openPage,
  WORDS,
  withChanges,
} from './filling.ts'
import { type Flora, startFlora } from './flora.ts'
import { printMachine, type Random, randomFrom } from './machine.ts'
import { open, startPostgres } from './postgres.ts'
import { Unanswered, type Visitor, visitor } from './visitor.ts'
import { makeDatabase, seedDiary } from './world.ts'

const ROUNDS = 10
const CLIENTS = 8
/** In ms, for the first save of each. */
const MOST_WAIT = 20_000

/** Of one client in one round: how many saves were sent, and the last one that was answered with "Saved". */
type Count = { sent: number; saved: number }
type Round = { number: number; counts: Count[]; wrong: string[] }

/** `kill -9` of the server while eight clients fill in the intake, ten times: is the last "Saved" true? */
export async function benchFormsCrash(): Promise<boolean> {
  const seed = Number(process.env.BENCH_SEED ?? Date.now() % 1_000_000)
  const random = randomFrom(seed)
  const postgres = await startPostgres()
  const wrong: string[] = []
  let saves = 0
  try {
    const url = await makeDatabase(postgres, 'crash')
    await seedDiary(url, { past: 50, coming: 50 }, Date.now())
    const fillers = await addFillers(url, CLIENTS, Date.now())
    const database = await open(url)
    await printMachine(database)
    console.log(`forms-crash: seed ${seed} (again with BENCH_SEED=${seed})`)
    let flora = await startFlora(url)
    for (let number = 1; number <= ROUNDS; number += 1) {
      const round = await crashOnce(flora, fillers, random, number)
      flora = await startFlora(url)
      const more = await lookBack(flora.base, fillers, round)
      saves += round.counts.reduce((sum, { saved }) => sum + saved, 0)
      console.log(`round ${number}: ${roundWords(round)}; ${more} more kept, of which nobody was told`)
      wrong.push(...round.wrong.map((words) => `round ${number}: ${words}`))
    }
    await flora.stop()
    const drafts = await database.query('select count(*)::int as count from responses')
    if (drafts.rows[0].count !== CLIENTS) wrong.push(`${drafts.rows[0].count} drafts in the table`)
    await database.end()
  } finally {
    await postgres.remove()
  }
  for (const words of wrong.slice(0, 10)) console.log(`WRONG: ${words}`)
  const outcome = wrong.length === 0 ? 'no violation' : `${wrong.length} violations`
  console.log(`forms-crash: ${saves} saves answered with "Saved", ${ROUNDS} kills, ${outcome}`)
  return wrong.length === 0 && saves > 0
}

const roundWords = ({ counts }: Round): string => `saved ${counts.map(({ saved }) => saved).join(', ')}`

const wordsFor = ({ number }: Round, n: number): string => `Foods of round ${number}, try ${n}`

async function crashOnce(flora: Flora, fillers: Filler[], random: Random, number: number): Promise<Round> {
  const round: Round = { number, counts: fillers.map(() => ({ sent: 0, saved: 0 })), wrong: [] }
  const writing = fillers.map((filler, n) => writeOn(flora.base, filler, round, n))
  const isBusy = () => round.counts.every(({ saved }) => saved > 0) || round.wrong.length > 0
  for (const began = performance.now(); !isBusy() && performance.now() - began < MOST_WAIT; ) await sleep(20)
  await sleep(random() * 2000)
  await flora.kill()
  await Promise.all(writing)
  return round
}

/** Types and is saved until the server is gone. */
async function writeOn(base: string, { cookie }: Filler, round: Round, n: number): Promise<void> {
  const guest = visitor({ connections: 1, headers: headersFor(cookie, 'autosave') })
  const count = round.counts[n] as Count
  try {
    const fields = await openPage(guest, base + GUT)
    const changes = new Map([['go', 'stay']])
    for (;;) {
      count.sent += 1
      changes.set(WORDS, wordsFor(round, count.sent)).set('turn', String(count.sent))
      const { status, body } = await guest.post(base + GUT, withChanges(fields, changes))
      if (status !== 200) round.wrong.push(`client ${n + 1}: a save was answered with ${status}`)
      if (status !== 200) return
      changes.set('base', JSON.parse(body).base)
      count.saved = count.sent
    }
  } catch (error) {
    if (!(error instanceof Unanswered)) round.wrong.push(`client ${n + 1}: ${String(error)}`)
  } finally {
    guest.leave()
  }
}

/** @returns how many saves were kept of which nobody was told */
async function lookBack(base: string, fillers: Filler[], round: Round): Promise<number> {
  let more = 0
  for (const [n, { cookie }] of fillers.entries()) {
    const guest: Visitor = visitor({ connections: 1, headers: headersFor(cookie, 'next') })
    const { body } = await guest.get(base + GUT)
    guest.leave()
    const text = fieldsOf(body).find(([name]) => name === WORDS)?.[1] ?? ''
    const { sent, saved } = round.counts[n] as Count
    const tries = Array.from({ length: sent }, (_, index) => wordsFor(round, index + 1))
    const kept = tries.indexOf(text) + 1
    if (kept > saved) more += kept - saved
    if (kept < saved)
      round.wrong.push(`client ${n + 1}: ${saved} were saved, and ${kept} stands in the draft (“${text}”)`)
  }
  return more
}
