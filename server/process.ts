import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Knex } from 'knex'
import { type Config, ConfigRefusal } from './config.ts'
import { connect } from './database/connect.ts'
import { type Embedded, startEmbedded } from './database/embedded.ts'
import { findRunning } from './database/running.ts'
import { KeyRefusal, makeSealingKey } from './sealing/seal.ts'

/** What start, setup and migrate share: where the database is, and the secrets that go with it. */

export type Secrets = { sessionSecret: string; sealingKeys: string }

export async function openDatabase(config: Config, log: (line: string) => void) {
  const embedded: Embedded | undefined = config.databaseUrl
    ? undefined
    : await startEmbedded({ folder: path.resolve(config.dataFolder), log })
  const url = config.databaseUrl ?? (embedded as Embedded).url
  return { url, embedded, db: connect(url) }
}

/** `isAlone`: nobody else can use this database while we do. */
export type Reached = { url: string; db: Knex; isAlone: boolean; leave(): Promise<void> }

/** Beside the portal that runs on the embedded Postgres, or alone on it, or on the database of DATABASE_URL. */
export async function reachDatabase(config: Config): Promise<Reached> {
  const running = config.databaseUrl ?? (await findRunning(config.dataFolder))
  if (running) {
    const db = connect(running, 2)
    return { url: running, db, isAlone: false, leave: () => db.destroy() }
  }
  const { url, db, embedded } = await openDatabase(config, () => {})
  const leave = async () => {
    await db.destroy()
    await embedded?.stop()
  }
  return { url, db, isAlone: true, leave }
}

/** Secrets that are set, or made once beside the embedded database, readable by their owner alone. */
export async function readSecrets(config: Config): Promise<Secrets> {
  const { sessionSecret, sealingKeys, dataFolder } = config
  if (sessionSecret && sealingKeys) return { sessionSecret, sealingKeys }
  const file = secretsFile(dataFolder)
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  const made: Secrets = kept ? JSON.parse(kept) : await makeSecrets(file)
  if (!made.sessionSecret || !made.sealingKeys)
    throw new ConfigRefusal(`${file} does not hold the secrets that it should`)
  return { sessionSecret: sessionSecret ?? made.sessionSecret, sealingKeys: sealingKeys ?? made.sealingKeys }
}

export const secretsFile = (dataFolder: string): string => path.resolve(dataFolder, 'secrets.json')

/** Puts other sealing keys into the kept secrets: whole or not at all, and still for their owner alone. */
export async function keepSealingKeys(dataFolder: string, sealingKeys: string): Promise<void> {
  const file = secretsFile(dataFolder)
  const kept: Secrets = JSON.parse(await readFile(file, 'utf8'))
  const draft = `${file}.new`
  await rm(draft, { force: true })
  const text = `${JSON.stringify({ ...kept, sealingKeys }, null, 2)}\n`
  await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true })
  await rename(draft, file)
}

async function makeSecrets(file: string): Promise<Secrets> {
  const secrets = { sessionSecret: randomBytes(48).toString('base64url'), sealingKeys: makeSealingKey() }
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  return secrets
}

/** One clear line for whoever runs it; a stack only for what nobody foresaw. */
export function explainFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (error instanceof ConfigRefusal)
    return `The settings need a correction:\n  ${error.message.replaceAll('\n', '\n  ')}`
  if (code === 'EADDRINUSE')
    return 'The port is taken by another program. Set PORT to another one, like PORT=3001.'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOSPC')
    return (error as Error).message
  if (error instanceof KeyRefusal) return error.message
  if (error instanceof Error && error.name === 'EmbeddedRefusal') return error.message
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code.startsWith('28') || code === '3D000') {
    return `The database of DATABASE_URL can't be reached: ${(error as Error).message || code}`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
