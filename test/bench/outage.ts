import { setTimeout as sleep } from 'node:timers/promises'
import { freeSlots } from './booking.ts'
import { startFlora } from './flora.ts'
import { count, printMachine, tally } from './machine.ts'
import { findOverlaps } from './overlaps.ts'
import { open, startPostgres } from './postgres.ts'
import { startSmtp } from './smtp.ts'
import { type Answer, confirm, hold, Unanswered, type Visitor, visitor, type Wish } from './visitor.ts'
import { makeDatabase, seedDiary } from './world.ts'

const BEFORE = 4_000
const AWAY = 10_000
const AFTER = 25_000
/** Longer than this is hanging. */
const HANGING = 8_000

type Seen = { at: number; word: string; ms: number }
type Watch = {
  began: number
  seen: Seen[]
  confirmed: { email: string; at: number }[]
  wrong: string[]
  isOver: boolean
}

const since = ({ began }: Watch) => performance.now() - began

/** What came of one request, as a word; a 503 has to say when to come back. */
async function watch(look: Watch, what: string, ask: () => Promise<Answer>): Promise<Answer | undefined> {
  const at = since(look)
  try {
    const answer = await ask()
    look.seen.push({ at, word: String(answer.status), ms: answer.ms })
    if (answer.status === 503 && !answer.headers['retry-after'])
      look.wrong.push(`${what}: 503 without Retry-After`)
    if (answer.status >= 500 && answer.status !== 503)
      look.wrong.push(`${what} was answered with ${answer.status}, ${(at / 1000).toFixed(1)} s in`)
    return answer
  } catch (error) {
    const ms = error instanceof Unanswered ? error.ms : 0
    look.seen.push({ at, word: (error as Error).message, ms })
    look.wrong.push(`${what} got no answer: ${(error as Error).message}`)
    return undefined
  }
}

async function readPages(look: Watch, guest: Visitor, base: string): Promise<void> {
  while (!look.isOver) {
    await watch(look, 'a page', () => guest.get(`${base}/book/initial-consultation`))
    await sleep(40)
  }
}

async function bookOn(look: Watch, guest: Visitor, base: string, wishes: Wish[], name: string) {
  for (let n = 0; !look.isOver; n++) {
    const wish = wishes.pop() as Wish
    const held = await watch(look, 'a hold', () => hold(guest, base, wish))
    if (held?.status === 303) {
      const email = `${name}-${n}@example.com`
      const answer = await watch(look, 'a confirmation', () => confirm(guest, base, held, email))
      if (answer?.headers.location?.startsWith('/appointments/'))
        look.confirmed.push({ email, at: since(look) })
    }
    await sleep(100)
  }
}

/** Postgres is ended hard (SIGQUIT) under load and stays away for ten seconds; the server goes on by itself. */
export async function benchOutage(): Promise<boolean> {
  const postgres = await startPostgres()
  const smtp = await startSmtp(() => 5)
  try {
    const now = Date.now()
    const url = await makeDatabase(postgres, 'outage')
    await seedDiary(url, { past: 500, coming: 500 }, now)
    const database = await open(url)
    await printMachine(database)
    const flora = await startFlora(url, { worker: 'in-process', smtpUrl: smtp.url })
    const wishes = await freeSlots(flora.base, now)
    const guest = visitor({ connections: 8, patience: 20_000 })
    const look: Watch = { began: performance.now(), seen: [], confirmed: [], wrong: [], isOver: false }
    const lanes = [
      ...[1, 2, 3, 4].map(() => readPages(look, guest, flora.base)),
      ...[1, 2, 3, 4].map((n) => bookOn(look, guest, flora.base, wishes, `lane${n}`)),
    ]
    await sleep(BEFORE)
    await postgres.kill('SIGQUIT')
    const gone = since(look)
    await sleep(AWAY)
    await postgres.start()
    const back = since(look)
    await sleep(AFTER)
    look.isOver = true
    await Promise.all(lanes)
    if (flora.process.exitCode !== null || flora.process.signalCode !== null)
      look.wrong.push('the server process has ended')
    await waitForMails(look, smtp.received)
    const again = await open(url)
    const overlaps = await findOverlaps(again)
    await again.end()
    guest.leave()
    await flora.stop()
    return report(look, { gone, back, overlaps, received: smtp.received })
  } finally {
    await smtp.stop()
    await postgres.remove()
  }
}

type Received = Awaited<ReturnType<typeof startSmtp>>['received']

async function waitForMails({ confirmed }: Watch, received: Received): Promise<void> {
  for (let tries = 0; tries < 240 && confirmed.some(({ email }) => !received.has(email)); tries++)
    await sleep(250)
}

function report(
  look: Watch,
  { gone, back, overlaps, received }: { gone: number; back: number; overlaps: number; received: Received },
): boolean {
  const { seen, confirmed, wrong, began } = look
  const seconds = (ms: number) => (ms / 1000).toFixed(1)
  const bySecond = Map.groupBy(seen, ({ at, ms }) => Math.floor((at + ms) / 1000))
  console.log(`outage: Postgres gone after ${seconds(gone)} s, back after ${seconds(back)} s`)
  for (const [second, list] of [...bySecond].sort(([a], [b]) => a - b)) {
    const counts = new Map<string, number>()
    for (const { word } of list) count(counts, word)
    const slowest = Math.max(...list.map(({ ms }) => ms))
    console.log(`  second ${String(second).padStart(2)}: ${tally(counts)}; slowest ${slowest.toFixed(0)} ms`)
  }
  const slowest = Math.max(...seen.map(({ ms }) => ms))
  const lastAway = seen.filter(({ word }) => word === '503').at(-1)
  const wellAgain = Math.max(0, (lastAway ? lastAway.at + lastAway.ms : back) - back)
  const firstMail = Math.min(
    ...[...received.values()].flat().map(({ at }) => (at - began > back ? at - began - back : Infinity)),
  )
  const missing = confirmed.filter(({ email }) => !received.has(email)).length
  const doubles = [...received.entries()].filter(
    ([to, list]) => to.startsWith('lane') && list.length > 1,
  ).length
  if (slowest > HANGING) wrong.push(`the slowest answer took ${seconds(slowest)} s`)
  if (!seen.some(({ word }) => word === '503')) wrong.push('no page was answered with 503')
  if (missing > 0) wrong.push(`${missing} mails are missing`)
  if (overlaps > 0) wrong.push(`${overlaps} overlaps in the table`)
  if (!confirmed.some(({ at }) => at > back)) wrong.push('nothing could be booked afterwards')
  console.log(
    `outage: slowest answer ${seconds(slowest)} s; the last 503 came ${seconds(wellAgain)} s after Postgres was back, ` +
      `the first mail ${seconds(firstMail)} s after`,
  )
  console.log(
    `outage: ${confirmed.length} confirmed (${confirmed.filter(({ at }) => at > back).length} of them afterwards), ` +
      `${missing} mails missing, ${doubles} in two copies, overlaps ${overlaps}`,
  )
  for (const line of [...new Set(wrong)].slice(0, 10)) console.log(`WRONG: ${line}`)
  console.log(wrong.length === 0 ? 'outage: no violation' : `outage: ${wrong.length} violations`)
  return wrong.length === 0
}
