import { hashPassword } from '../../server/accounts/password.ts'
import { make } from '../support/make.ts'
import { startFlora } from './flora.ts'
import { median, printMachine, randomFrom, shuffled } from './machine.ts'
import { open, startPostgres } from './postgres.ts'
import { visitor } from './visitor.ts'
import { makeDatabase, seedDiary, within } from './world.ts'

const TRIES = 200
const WARM = 20
const MOST_APART = 0.1
const AT_ONCE = 8
const FOR = 8_000
const MOST = 100
const PASSWORD = 'seven quiet pears'

/** Whether an answer tells by its time that an address is known; and what everybody else feels while many sign in. */
export async function benchSignIn(): Promise<boolean> {
  const postgres = await startPostgres()
  try {
    const url = await makeDatabase(postgres, 'signin')
    await seedDiary(url, { past: 1_000, coming: 500 }, Date.now())
    await seed(url)
    const database = await open(url)
    await printMachine(database)
    await database.end()
    // Without a worker: what it does for those who are known comes after the answer, and slows whoever asks next.
    const flora = await startFlora(url, { worker: 'off' })
    const results = [
      await compare('a link asked for', url, `${flora.base}/sign-in/link`, {}),
      await compare('a wrong password', url, `${flora.base}/sign-in`, { password: 'not this one' }),
      await crowd(flora.base),
    ]
    await flora.stop()
    return results.every(Boolean)
  } finally {
    await postgres.remove()
  }
}

/** Clients who have an account; each is asked for once, as each has a limit of its own. */
function seed(url: string): Promise<void> {
  return within(url, async (db) => {
    const password_hash = await hashPassword(PASSWORD)
    for (let n = 0; n < WARM + TRIES; n += 1) {
      const { id } = await make.account(db, { role: 'client', email: `known${n}@example.com`, password_hash })
      await make.client(db, { email: `known${n}@example.com`, account_id: id })
    }
    for (let n = 0; n < AT_ONCE; n += 1)
      await make.account(db, { role: 'client', email: `crowd${n}@example.com`, password_hash })
  })
}

async function compare(
  what: string,
  url: string,
  address: string,
  fields: Record<string, string>,
): Promise<boolean> {
  const guest = visitor({ connections: 1 })
  const database = await open(url)
  const random = randomFrom(7)
  // In pairs, one after the other in either order: a machine that is busy for a while is so for both.
  const pairs = Array.from({ length: WARM + TRIES }, (_, n) =>
    shuffled(['known', 'nobody'], random).map((kind) => ({
      kind: n < WARM ? 'warm' : kind,
      email: `${kind}${n}@example.com`,
    })),
  )
  const times: Record<string, number[]> = { warm: [], known: [], nobody: [] }
  const statuses = new Set<number>()
  for (const [n, { kind, email }] of pairs.flat().entries()) {
    if (n % 20 === 0) await database.query('delete from tries') // all of them come from one address
    const answer = await guest.post(address, { ...fields, email })
    statuses.add(answer.status)
    times[kind]?.push(answer.ms)
  }
  guest.leave()
  await database.end()
  return tell(what, times, [...statuses])
}

function tell(what: string, times: Record<string, number[]>, statuses: number[]): boolean {
  const [known, unknown] = [median(times.known ?? []), median(times.nobody ?? [])]
  const apart = Math.abs(known - unknown) / Math.min(known, unknown)
  const isGood = apart <= MOST_APART && statuses.length === 1
  console.log(
    `${what}: known ${known.toFixed(2)} ms, unknown ${unknown.toFixed(2)} ms (medians of ${TRIES}), ` +
      `${(apart * 100).toFixed(1)} % apart, at most ${MOST_APART * 100} %: ${isGood ? 'reached' : 'MISSED'}; ` +
      `answered ${statuses.join(' and ')}`,
  )
  return isGood
}

/** Eight sign in again and again; a ninth person reads pages. */
async function crowd(base: string): Promise<boolean> {
  const until = performance.now() + FOR
  let signedIn = 0
  const signIn = async (n: number) => {
    const guest = visitor({ connections: 1 })
    while (performance.now() < until) {
      const answer = await guest.post(`${base}/sign-in`, {
        email: `crowd${n}@example.com`,
        password: PASSWORD,
      })
      if (answer.status === 303) signedIn += 1
    }
    guest.leave()
  }
  const times: number[] = []
  const read = async () => {
    const guest = visitor({ connections: 1 })
    while (performance.now() < until)
      for (const path of ['/', '/get-in-touch', '/sign-in']) times.push((await guest.get(base + path)).ms)
    guest.leave()
  }
  await Promise.all([read(), ...Array.from({ length: AT_ONCE }, (_, n) => signIn(n))])
  times.sort((a, b) => a - b)
  const late = times[Math.floor(times.length * 0.99)] ?? Number.POSITIVE_INFINITY
  const isGood = late < MOST && signedIn > 0
  console.log(
    `${AT_ONCE} signing in at once for ${FOR / 1000} s (${signedIn} did): other pages ${median(times).toFixed(1)} ms, ` +
      `99 % within ${late.toFixed(1)} ms, the slowest ${times.at(-1)?.toFixed(1)} ms of ${times.length}; ` +
      `at most ${MOST} ms: ${isGood ? 'reached' : 'MISSED'}`,
  )
  return isGood
}
