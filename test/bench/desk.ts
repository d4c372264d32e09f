import { capture, type Query } from './capture.ts'
import { type DeskPage, deskPages } from './desk-pages.ts'
import { findScans, largeTables } from './desk-scans.ts'
import { type DeskWorld, seedDesk } from './desk-world.ts'
import { startFlora } from './flora.ts'
import { median, printMachine } from './machine.ts'
import { open, startPostgres } from './postgres.ts'
import { type Visitor, visitor } from './visitor.ts'
import { makeDatabase } from './world.ts'

const MOST_QUERIES = 12
const MOST_SLOWER = 1.5
const TURNS = 25
const WARM = 4
const MOST_TURNS = 101
const SMALL = 200
const LARGE = 20_000

/** Every page of the desk in a practice of 20,000 clients, beside the same pages where there are 200. */
export async function benchDesk(): Promise<boolean> {
  const postgres = await startPostgres()
  try {
    const now = Date.now()
    const worlds: DeskWorld[] = []
    for (const clients of [SMALL, LARGE]) {
      const began = performance.now()
      worlds.push(await seedDesk(await makeDatabase(postgres, `desk${clients}`), clients, now))
      console.log(`made: ${clients} clients in ${((performance.now() - began) / 1000).toFixed(0)} s`)
    }
    return await measureDesk(worlds as [DeskWorld, DeskWorld], deskPages(now))
  } finally {
    await postgres.remove()
  }
}

type Line = {
  desk: string
  page: string
  queries: number
  scans: string[]
  small: number
  large: number
  ratio: number
  /** How many times as long the page is that has more to show. */
  longer: number
}

export async function measureDesk(
  [small, large]: [DeskWorld, DeskWorld],
  pages: DeskPage[],
): Promise<boolean> {
  const database = await open(large.url)
  await printMachine(database)
  await printSizes(database)
  const tables = await largeTables(database)
  const asked = await captureDesk(large, pages)
  const floras = [await startFlora(small.url), await startFlora(large.url)] as const
  const lines: Line[] = []
  for (const [n, { name: desk, cookie }] of large.desks.entries()) {
    const sides = [small, large].map((world, side) => ({
      guest: visitor({
        connections: 1,
        headers: { Cookie: side === 0 ? (small.desks[n]?.cookie ?? '') : cookie },
      }),
      address: (page: DeskPage) => `${floras[side]?.base}${page.address(world, n)}`,
    })) as [Side, Side]
    for (const page of pages) {
      const queries = asked.get(`${n} ${page.name}`) ?? []
      const scans = await findScans(database, queries, tables)
      const line = {
        desk,
        page: page.name,
        queries: queries.length,
        scans,
        ...(await takeTurns(sides, page)),
      }
      lines.push(line)
      say(line)
    }
    for (const { guest } of sides) guest.leave()
  }
  for (const flora of floras) await flora.stop()
  await database.end()
  return sum(lines)
}

async function printSizes(database: Awaited<ReturnType<typeof open>>): Promise<void> {
  const names = [
    'clients',
    'appointments',
    'responses',
    'notes',
    'audit_entries',
    'sent_mails',
    'form_requests',
  ]
  const { rows } = await database.query<{ text: string }>(
    `select string_agg(n || ' ' || (xpath('/row/c/text()', query_to_xml('select count(*) as c from ' || n, false, true, '')))[1],
       ', ') as text from unnest($1::text[]) n`,
    [names],
  )
  console.log(`rows: ${rows[0]?.text}`)
}

/** What each page asks of Postgres: all of it, the session too, and that it was seen, which is noted once a minute. */
export async function captureDesk(world: DeskWorld, pages: DeskPage[]): Promise<Map<string, Query[]>> {
  const asked = new Map<string, Query[]>()
  const database = await open(world.url)
  const age = () =>
    new Promise<void>((resolve, reject) => {
      database.query(AGED, [], (error) => (error ? reject(error) : resolve()))
    })
  await capture(world.url, async (base, take) => {
    for (const [n, { cookie }] of world.desks.entries()) {
      const guest = visitor({ connections: 1, headers: { Cookie: cookie } })
      for (const page of pages) {
        const address = base + page.address(world, n)
        await visit(guest, address)
        await age()
        take()
        await visit(guest, address)
        asked.set(`${n} ${page.name}`, take().filter(isOurs))
      }
      guest.leave()
    }
  })
  await database.end()
  return asked
}

const AGED = `update sessions set seen_at = seen_at - interval '2 minutes'`

/** A connection that was just opened is asked for its version. */
const isOurs = ({ text }: Query): boolean => text !== AGED && !text.startsWith('select version()')

async function visit(guest: Visitor, address: string): Promise<{ ms: number; bytes: number }> {
  const { status, ms, body } = await guest.get(address)
  if (status !== 200) throw new Error(`${address} was answered with ${status}`)
  return { ms, bytes: Buffer.byteLength(body) }
}

type Side = { guest: Visitor; address(page: DeskPage): string }

/**
 * One page here, one there, and who begins changes: a busy machine slows both. What seems to be slower is looked at for
 * longer, and all of it counts. Milliseconds.
 */
async function takeTurns([small, large]: [Side, Side], page: DeskPage) {
  const times: { small: number; large: number }[] = []
  const lengths = { small: 0, large: 0 }
  const take = ({ guest, address }: Side) => visit(guest, address(page))
  const ratio = () => median(times.map((time) => time.large / time.small))
  for (let n = 0; n < WARM + TURNS || (n < MOST_TURNS && ratio() > MOST_SLOWER); n += 1) {
    const [first, second] = n % 2 === 0 ? [small, large] : [large, small]
    const [one, two] = [await take(first), await take(second)]
    const [here, there] = n % 2 === 0 ? [one, two] : [two, one]
    Object.assign(lengths, { small: here.bytes, large: there.bytes })
    if (n >= WARM) times.push({ small: here.ms, large: there.ms })
  }
  return {
    small: median(times.map((time) => time.small)),
    large: median(times.map((time) => time.large)),
    ratio: ratio(),
    longer: Math.max(1, lengths.large / lengths.small),
  }
}

const AS_LONG = 1.15

/** Of 200 clients a list may show four and of 20,000 a whole page: that is looked at by the byte. */
const perByte = ({ ratio, longer }: Line): number => (longer > AS_LONG ? ratio / longer : ratio)

const isGood = (line: Line): boolean =>
  line.queries <= MOST_QUERIES && line.scans.length === 0 && perByte(line) <= MOST_SLOWER

function say(line: Line): void {
  const { desk, page, queries, scans, small, large, ratio, longer } = line
  const wrong = [
    queries > MOST_QUERIES && `MORE THAN ${MOST_QUERIES} QUERIES`,
    longer > AS_LONG && `${longer.toFixed(1)} times as long: ${perByte(line).toFixed(2)} by the byte`,
    perByte(line) > MOST_SLOWER && 'SLOWER',
    ...scans.map((scan) => `SCANS ${scan}`),
  ].filter(Boolean)
  const figures = `${queries} queries, ${large.toFixed(1)} ms, with ${SMALL} clients ${small.toFixed(1)} ms`
  console.log([`${desk}, ${page}: ${figures}, ratio ${ratio.toFixed(2)}`, ...wrong].join('; '))
}

function sum(lines: Line[]): boolean {
  const most = (of: (line: Line) => number) => Math.max(...lines.map(of))
  const missed = lines.filter((line) => !isGood(line))
  console.log(
    `desk: ${lines.length} pages, at most ${most(({ queries }) => queries)} queries (goal ${MOST_QUERIES}), ` +
      `${lines.filter(({ scans }) => scans.length > 0).length} that read a large table from end to end (goal 0), ` +
      `ratio at most ${most(perByte).toFixed(2)} (goal ${MOST_SLOWER}; ` +
      `${lines.filter(({ longer }) => longer > AS_LONG).length} pages that show more by the byte): ` +
      (missed.length === 0 ? 'reached' : `MISSED by ${missed.length}`),
  )
  return missed.length === 0
}
