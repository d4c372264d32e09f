import { parseArgs } from 'node:util'
import type { Knex } from 'knex'
import { systemClock } from './clock.ts'
import { type Config, readConfig } from './config.ts'
import { isMigrated } from './database/migrate.ts'
import { isAway } from './database/refusals.ts'
import {
  explainFailure,
  keepSealingKeys,
  type Reached,
  reachDatabase,
  readSecrets,
  secretsFile,
} from './process.ts'
import { type SealedColumn, sealedColumns } from './sealing/columns.ts'
import { type Outcome, rotateColumn } from './sealing/rotation.ts'
import { createSealer, KeyRefusal, makeSealingKey, type Sealer } from './sealing/seal.ts'
import { acceptKeys, checkKeys, countValues, listFingerprints, listUsedKeys } from './sealing/store.ts'

/** npm run keys:rotate [-- --new | --remove-old]: seals what is kept anew with the first key, also while the portal runs. */

const STEP = 5_000

const stopping = new AbortController()
// A second Ctrl-C ends it at once; what is sealed so far stays.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

/** Where the keys are written, in the words of whoever runs it. */
const keysPlace = (config: Config): string =>
  config.sealingKeys ? 'SEALING_KEYS' : secretsFile(config.dataFolder)

function refuseGivenKeys(config: Config): void {
  if (config.sealingKeys)
    throw new KeyRefusal(
      'SEALING_KEYS is set by you, so change it there: a new key is id:$(openssl rand -base64 32), with an id that was never used.',
    )
}

/** k2 after k1; never an id that this database has known, whatever key it stood for. */
async function newId(db: Knex, sealer: Sealer): Promise<string> {
  const known = [...sealer.keyIds, ...(await listFingerprints(db)).keys(), ...(await listUsedKeys(db))]
  const numbers = known.map((id) => Number(/^k(\d{1,9})$/.exec(id)?.[1] ?? 0))
  return `k${Math.max(...numbers) + 1}`
}

/** Puts a fresh key before the others in the kept secrets. @returns all of them */
async function addKey(db: Knex, config: Config, sealingKeys: string): Promise<string> {
  const id = await newId(db, createSealer(sealingKeys))
  const all = `${makeSealingKey(id)},${sealingKeys}`
  await keepSealingKeys(config.dataFolder, all)
  console.log(`${secretsFile(config.dataFolder)} has a new key, ${id}. Back it up, apart from the database.`)
  return all
}

async function removeOld(db: Knex, config: Config, sealingKeys: string): Promise<true> {
  const [first] = createSealer(sealingKeys).keyIds
  const used = await listUsedKeys(db)
  const parts = sealingKeys.split(',')
  const kept = parts.filter((part) => [first, ...used].includes(part.slice(0, part.indexOf(':'))))
  if (kept.length < parts.length) await keepSealingKeys(config.dataFolder, kept.join(','))
  const ids = createSealer(kept.join(',')).keyIds.join(', ')
  console.log(`${secretsFile(config.dataFolder)} now has ${ids}. Backups made until now need the old keys.`)
  return true
}

/** A process that does not know the key could no longer open what is sealed with it. */
async function refuseUnknown(db: Knex, { keyIds: [first] }: Sealer): Promise<void> {
  if (!(await listFingerprints(db)).has(first))
    throw new KeyRefusal(
      `The portal has not been started with the key ${first} yet, and could not open what is sealed with it. Start every process again with these keys, then run this again.`,
    )
}

async function rotateAll(db: Knex, sealer: Sealer): Promise<Outcome> {
  const whole: Outcome = { done: 0, unreadable: [] }
  for (const column of sealedColumns) {
    const { done, unreadable } = await rotateColumn({ db, sealer, stop: stopping.signal, report }, column)
    console.log(`${nameOf(column)}: ${done.toLocaleString('en-US')} sealed anew`)
    whole.done += done
    whole.unreadable.push(...unreadable)
  }
  return whole
}

const nameOf = ({ table, column }: SealedColumn): string => `${table}.${column}`

let told = 0
function report(column: SealedColumn, done: number): void {
  if (done < told) told = 0
  if (done - told < STEP) return
  told = done
  console.log(`${nameOf(column)}: ${done.toLocaleString('en-US')} so far …`)
}

/** @returns whether all is sealed with the first key now */
async function conclude(db: Knex, sealer: Sealer, config: Config, { unreadable }: Outcome): Promise<boolean> {
  const [first, ...others] = sealer.keyIds
  for (const { table, column, row } of unreadable)
    console.error(`Left as it is, because it can’t be opened: ${table}.${column} of ${row}`)
  if (stopping.signal.aborted) {
    console.log('Stopped. Run it again to go on with the rest.')
    return false
  }
  const needed = (await listUsedKeys(db)).filter((id) => id !== first)
  for (const id of needed) await sayNeeded(db, id, unreadable.length)
  const free = others.filter((id) => !needed.includes(id))
  if (free.length > 0) console.log(removalWords(free, config))
  if (needed.length === 0) console.log(`Everything is sealed with ${first}.`)
  return needed.length === 0
}

async function sayNeeded(db: Knex, id: string, unreadable: number): Promise<void> {
  const count = await countValues(db, id)
  const why =
    count > unreadable
      ? 'A process that runs still seals with it: start it again with the new key first, and run this again.'
      : 'They are named above.'
  console.error(
    `${count.toLocaleString('en-US')} ${count === 1 ? 'value needs' : 'values need'} ${id}. ${why}`,
  )
}

function removalWords(ids: string[], config: Config): string {
  const how = config.sealingKeys ? '' : ' (npm run keys:rotate -- --remove-old)'
  return `No value needs ${ids.join(', ')} any more: remove it from ${keysPlace(config)}${how} and start every process again. Backups made until now still need it.`
}

type Wish = 'new' | 'remove-old' | undefined

/** @returns whether all that was asked for is done */
async function act({ db, isAlone }: Reached, config: Config, wish: Wish): Promise<boolean> {
  if (!(await isMigrated(db)))
    throw new KeyRefusal('The schema is older than this Flora: run npm run migrate first.')
  if (wish) refuseGivenKeys(config)
  const given = (await readSecrets(config)).sealingKeys
  await checkKeys(db, createSealer(given))
  const sealingKeys = wish === 'new' ? await addKey(db, config, given) : given
  if (wish === 'new' && !isAlone) {
    console.log('Now start the portal again, so that it knows the key. Then: npm run keys:rotate')
    return true
  }
  const sealer = createSealer(sealingKeys)
  if (isAlone) await acceptKeys(db, sealer, systemClock.now())
  await refuseUnknown(db, sealer)
  if (wish === 'remove-old') return removeOld(db, config, sealingKeys)
  return conclude(db, sealer, config, await rotateAll(db, sealer))
}

function readWish(): Wish {
  const { values } = parseArgs({ options: { new: { type: 'boolean' }, 'remove-old': { type: 'boolean' } } })
  if (values.new) return 'new'
  return values['remove-old'] ? 'remove-old' : undefined
}

async function run(): Promise<boolean> {
  const wish = readWish()
  const config = readConfig(process.env)
  const reached = await reachDatabase(config)
  return await act(reached, config, wish).finally(reached.leave)
}

function explain(error: unknown): string {
  if (error instanceof TypeError && 'code' in error) return error.message // an option that we don't have
  return isAway(error)
    ? 'The database can’t be reached. Nothing is lost: run this again to go on.'
    : explainFailure(error)
}

process.exitCode = await run().then(
  (isDone) => (isDone ? 0 : 1),
  (error) => {
    console.error(explain(error))
    return 1
  },
)
