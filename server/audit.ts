import { rename } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Head } from './audit/chain.ts'
import { headFile, readHeadFile, writeHeadFile } from './audit/outside/file.ts'
import { findHead } from './audit/outside/store.ts'
import { countOld } from './audit/starting/store.ts'
import { type Ledger, recordAct } from './audit/store.ts'
import { verifyChain } from './audit/verifying/store.ts'
import { MOST_FAULTS, type Verdict } from './audit/verifying/walk.ts'
import { faultWords, headWords, readHead } from './audit/verifying/words.ts'
import { systemClock } from './clock.ts'
import { type Config, readConfig } from './config.ts'
import { isMigrated } from './database/migrate.ts'
import { hasDatabase } from './database/running.ts'
import { exists } from './database/unprivileged.ts'
import { explainFailure, reachDatabase, readSecrets, secretsFile } from './process.ts'
import { createSealer, Unreadable } from './sealing/seal.ts'

/**
 * npm run audit:verify [-- --head=NUMBER:HASH | --accept]: says that the audit is whole, or names the entries where it is
 * not; also while the portal runs. --head compares with a head from the log instead of the file; --accept takes the
 * audit as it stands for good, after a backup was restored.
 */

class VerifyRefusal extends Error {}

const number = (count: number): string => count.toLocaleString('en-US')

type Wish = { head: Head | undefined; isAccepted: boolean }

function readWish(): Wish {
  const { values } = parseArgs({ options: { head: { type: 'string' }, accept: { type: 'boolean' } } })
  const head = values.head === undefined ? undefined : readHead(values.head)
  if (values.head !== undefined && !head)
    throw new VerifyRefusal('A head is a number, a colon and 64 digits from 0 to f: --head=1234:9f…')
  if (head && values.accept) throw new VerifyRefusal('Choose one: --head or --accept.')
  return { head, isAccepted: values.accept === true }
}

/** What the audit is compared with from outside the database, and where that was found. */
async function findOutside(config: Config, { head, isAccepted }: Wish) {
  const file = headFile(config.dataFolder)
  if (head) return { file, head, words: 'The given head' }
  const found = isAccepted ? undefined : await readHeadFile(file)
  if (found === 'unreadable') throw new VerifyRefusal(`${file} does not hold a head of the audit.`)
  return { file, head: found, words: `The head in ${file}` }
}

const PROGRESS = 200_000

async function follow(ledger: Ledger, outside: Head | undefined): Promise<Verdict> {
  let told = 0
  const report = (count: number) => {
    if (count - told < PROGRESS) return
    told = count
    console.log(`${number(count)} entries so far …`)
  }
  const verdict = await verifyChain(ledger, { outside, report })
  if (!verdict)
    throw new VerifyRefusal('The key of the audit is missing, and so nothing can be said of its entries.')
  return verdict
}

function nameFaults({ faults }: Verdict): void {
  for (const fault of faults) console.error(faultWords(fault))
  if (faults.length >= MOST_FAULTS) console.error('There may be more: these are the first.')
  console.error('The audit is NOT whole.')
}

/** From now on the chain as it stands is the one that is kept outside; that is noted in it. */
async function accept(ledger: Ledger, file: string): Promise<void> {
  const now = systemClock.now()
  const entry = {
    accountId: null,
    role: 'operator',
    action: 'audit.accepted',
    clientId: null,
    subjectId: null,
  } as const
  await ledger.db.transaction((trx) => recordAct({ ...ledger, db: trx }, entry, now))
  const aside = `${file}.${now}`
  const isKept = await rename(file, aside).then(
    () => true,
    () => false,
  )
  await writeHeadFile(file, await findHead(ledger.db), now)
  console.log(`It is accepted as it stands.${isKept ? ` The head outside so far is kept in ${aside}.` : ''}`)
}

/** @returns whether the audit is whole, and nothing was left unlooked at */
async function verify(ledger: Ledger, config: Config, wish: Wish): Promise<boolean> {
  const outside = await findOutside(config, wish) // before the chain: it only grows
  const verdict = await follow(ledger, outside.head)
  if (verdict.faults.length > 0) {
    nameFaults(verdict)
    return false
  }
  console.log(`The audit is whole: ${number(verdict.count)} ${verdict.count === 1 ? 'entry' : 'entries'}.`)
  console.log(`Its head: ${headWords(verdict.head)}`)
  const waiting = await countOld(ledger.db)
  if (waiting > 0) console.log(waitingWords(waiting, verdict.count))
  if (wish.isAccepted) {
    await accept(ledger, outside.file)
    return true
  }
  if (outside.head) console.log(`${outside.words} belongs to it, at entry ${outside.head.position}.`)
  else if (verdict.count > 0) console.error(loneWords(outside.file))
  return outside.head !== undefined || verdict.count === 0
}

const waitingWords = (waiting: number, count: number): string =>
  count === 0
    ? `${number(waiting)} entries from before wait until the portal is started.`
    : `${number(waiting)} entries stand in old_audit_entries since the chain began: they are not part of it.`

const loneWords = (file: string): string =>
  `But there is no head outside to compare it with, at ${file}: a tail that was cut off would not be seen. Take one from the log: npm run audit:verify -- --head=NUMBER:HASH`

const nothingWords = (why: string): string =>
  `There is nothing to verify: ${why} Set DATA_FOLDER or DATABASE_URL to what the portal runs on.`

/** A look makes nothing: neither a database where there is none, nor secrets for one that has lost its own. */
async function refuseNothing({ databaseUrl, dataFolder, sessionSecret, sealingKeys }: Config): Promise<void> {
  const folder = resolve(dataFolder)
  if (!databaseUrl && !(await hasDatabase(folder)))
    throw new VerifyRefusal(nothingWords(`${folder} holds no database.`))
  const file = secretsFile(dataFolder)
  const isKeyed = (sessionSecret && sealingKeys) || (await exists(file))
  if (!isKeyed) throw new VerifyRefusal(`${file} is missing, and with it the key that opens the audit’s own.`)
}

async function run(): Promise<boolean> {
  const wish = readWish()
  const config = readConfig(process.env)
  await refuseNothing(config)
  const { db, leave } = await reachDatabase(config)
  try {
    if (!(await db.schema.hasTable('audit_head')))
      throw new VerifyRefusal(nothingWords('This database is empty.'))
    if (!(await isMigrated(db))) throw new VerifyRefusal('Run npm run migrate first.')
    const sealer = createSealer((await readSecrets(config)).sealingKeys)
    return await verify({ db, sealer }, config, wish)
  } finally {
    await leave()
  }
}

function explain(error: unknown): string {
  if (error instanceof Unreadable) return `The key of the audit can’t be opened: ${error.message}.`
  if (error instanceof VerifyRefusal || (error instanceof TypeError && 'code' in error)) return error.message
  return explainFailure(error)
}

process.exitCode = await run().then(
  (isWhole) => (isWhole ? 0 : 1),
  (error) => {
    console.error(explain(error))
    return 1
  },
)
