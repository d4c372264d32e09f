import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import type pg from 'pg'
import { iso } from '../../server/clock.ts'
import type { QuestionnaireResponse } from '../../server/forms/fhir.ts'
import { finish } from '../../server/forms/finishing.ts'
import { settle } from '../../server/forms/settling.ts'
import { answered } from '../../server/sample/answering.ts'
import { maya } from '../../server/sample/intakes.ts'
import { createSealer, keyIdOf, makeSealingKey } from '../../server/sealing/seal.ts'
import {
  addFillers,
  type Filler,
  GUT,
  headersFor,
  intakeOf,
  openPage,
  WORDS,
  withChanges,
} from './filling.ts'
import { secrets, startFlora } from './flora.ts'
import { printMachine } from './machine.ts'
import { open, startPostgres } from './postgres.ts'
import { visitor } from './visitor.ts'
import { makeDatabase, seedDiary } from './world.ts'

const RESPONSES = 10_000
const CONNECTIONS = 8
/** Each connection has many drafts and takes them in turn, so that saves and rotation meet. */
const DRAFTS = 1000
const PORTALS = 2

const OLD = makeSealingKey('k1')
const NEW = makeSealingKey('k2')
const root = path.join(import.meta.dirname, '../..')

/** Seals 10,000 responses anew while eight connections fill in forms: is all there, and is the old key free? */
export async function benchFormsRotation(): Promise<boolean> {
  const postgres = await startPostgres()
  const wrong: string[] = []
  try {
    const url = await makeDatabase(postgres, 'rotation')
    await seedDiary(url, { past: 50, coming: 50 }, Date.now())
    const fillers = await addFillers(url, DRAFTS, Date.now(), OLD)
    const database = await open(url)
    const bytes = await addSent(url, database, fillers)
    await printMachine(database)
    const portals = await Promise.all(
      Array.from({ length: PORTALS }, () => startFlora(url, { sealingKeys: `${NEW},${OLD}` })),
    )
    const bases = portals.map(({ base }) => base)
    const rotation = rotate(url)
    const filling = fillOn(bases, fillers, rotation, wrong)
    const { seconds, code, said } = await rotation.done
    const saves = await filling
    await Promise.all(portals.map(({ stop }) => stop()))
    if (code !== 0) wrong.push(`keys:rotate ended with ${code}: ${said}`)
    if (!said.includes('No value needs k1 any more')) wrong.push(`k1 is not free: ${said}`)
    await lookBack(database, saves.last, wrong)
    if (wrong.length === 0) await startAlone(url)
    await database.end()
    console.log(
      `forms-rotation: ${RESPONSES} responses of ${(bytes / 1024).toFixed(0)} kB on average sealed anew in ${seconds.toFixed(1)} s, ` +
        `beside ${saves.count} saves of ${saves.last.size} drafts on ${CONNECTIONS} connections and ${PORTALS} portals`,
    )
  } finally {
    await postgres.remove()
  }
  for (const words of wrong.slice(0, 10)) console.log(`WRONG: ${words}`)
  console.log(
    wrong.length === 0
      ? 'forms-rotation: none lost, the old key is free'
      : `forms-rotation: ${wrong.length} wrong`,
  )
  return wrong.length === 0
}

/** It would not start if anything still needed the old key. */
async function startAlone(url: string): Promise<void> {
  const alone = await startFlora(url, { sealingKeys: NEW })
  await alone.stop()
}

/** What was sent before, each with its number in its words. @returns bytes of a sealed response on average */
async function addSent(url: string, database: pg.Client, fillers: Filler[]): Promise<number> {
  const { formId, versionId, definition } = await intakeOf(url)
  const settled = await settle(definition, answered(definition, maya))
  const sealer = createSealer(OLD)
  const count = RESPONSES - fillers.length
  for (let from = 0; from < count; from += 500) {
    const rows = Array.from({ length: Math.min(500, count - from) }, (_, n) => {
      const id = randomUUID()
      const response = { ...finish(settled, { status: 'completed' }), id }
      const sealed = sealer.seal(placeOf(id), JSON.stringify(response)).toString('hex')
      return { id, client: (fillers[(from + n) % fillers.length] as Filler).clientId, sealed }
    })
    await database.query(sentSql, [JSON.stringify(rows), formId, versionId, iso(Date.now())])
  }
  await database.query('vacuum analyze')
  const found = await database.query('select avg(length(answers_sealed))::float8 as bytes from responses')
  return found.rows[0].bytes
}

const sentSql = `
  insert into responses (id, client_id, form_id, form_version_id, series_id, answers_sealed, begun_at, saved_at, sent_at)
  select id, client, $2::uuid, $3::uuid, id, decode(sealed, 'hex'), $4::timestamptz, $4::timestamptz, $4::timestamptz
  from json_to_recordset($1) r (id uuid, client uuid, sealed text)`

const placeOf = (row: string) => ({ table: 'responses', column: 'answers_sealed', row })

type Rotation = { isOver: boolean; done: Promise<{ seconds: number; code: number | null; said: string }> }

/** npm run keys:rotate, as a process of its own. */
function rotate(url: string): Rotation {
  const { PATH, HOME } = process.env
  const settings = { NODE_ENV: 'production', DATABASE_URL: url, BASE_URL: 'http://127.0.0.1' }
  const env = { PATH, HOME, ...secrets, ...settings, SEALING_KEYS: `${NEW},${OLD}` }
  const began = performance.now()
  const child: ChildProcess = spawn(process.execPath, ['server/keys.ts'], { cwd: root, env })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => {
      said += text
    })
  const rotation: Rotation = {
    isOver: false,
    done: once(child, 'close').then(([code]) => {
      rotation.isOver = true
      return { seconds: (performance.now() - began) / 1000, code, said }
    }),
  }
  return rotation
}

/** The last save of each draft that was answered with "Saved". */
type Saves = { count: number; last: Map<string, string> }

async function fillOn(
  bases: string[],
  fillers: Filler[],
  rotation: Rotation,
  wrong: string[],
): Promise<Saves> {
  const saves: Saves = { count: 0, last: new Map() }
  const lane = async (first: number) => {
    for (let n = first; !rotation.isOver; n += CONNECTIONS) {
      const filler = fillers[n % fillers.length] as Filler
      const base = bases[Math.floor(n / CONNECTIONS) % bases.length] as string
      await saveOnce(base, filler, { words: `Foods of save ${n}`, saves, wrong })
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => lane(n)))
  return saves
}

type Noting = { words: string; saves: Saves; wrong: string[] }

async function saveOnce(base: string, { draftId, cookie }: Filler, { words, saves, wrong }: Noting) {
  const guest = visitor({ connections: 1, headers: headersFor(cookie, 'autosave') })
  const changes = new Map([
    ['go', 'stay'],
    ['turn', '1'],
    [WORDS, words],
  ])
  try {
    const fields = await openPage(guest, base + GUT)
    const { status } = await guest.post(base + GUT, withChanges(fields, changes))
    if (status !== 200) return void wrong.push(`a save was answered with ${status}`)
    saves.count += 1
    saves.last.set(draftId, words)
  } catch (error) {
    wrong.push(String(error))
  } finally {
    guest.leave()
  }
}

/** Every response opens with the new key alone, and holds what it held or what was saved last. */
async function lookBack(database: pg.Client, last: Saves['last'], wrong: string[]): Promise<void> {
  const sealer = createSealer(NEW)
  const { rows } = await database.query<{ id: string; sealed: Buffer; is_sent: boolean }>(
    'select id, answers_sealed as sealed, sent_at is not null as is_sent from responses',
  )
  if (rows.length !== RESPONSES) wrong.push(`${rows.length} responses are there`)
  for (const { id, sealed, is_sent } of rows) {
    if (keyIdOf(sealed) !== 'k2') {
      wrong.push(`${id} is sealed with ${keyIdOf(sealed)}`)
      continue
    }
    const text = sealer.open(placeOf(id), sealed)
    const words = last.get(id)
    if (is_sent && (JSON.parse(text) as QuestionnaireResponse).id !== id) wrong.push(`${id} holds another`)
    if (words !== undefined && !text.includes(`"${words}"`)) wrong.push(`${id} has lost “${words}”`)
  }
}
