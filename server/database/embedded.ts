import * as fs from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Cluster, Running } from './cluster.ts'
import {
  findCluster,
  hasLostItsPrograms,
  isAlive,
  isPostgresOf,
  keepPassword,
  launch,
  makeCluster,
  ROLE,
  readPidFile,
  stopPostgres,
} from './cluster.ts'
import { connect, InUse, type Keeper, keepLock, keepRunning, takeLock } from './keeper.ts'
import { freePort, takeTurn } from './turn.ts'
import { chooseUser, EmbeddedRefusal, exists, findBase, findBinaries } from './unprivileged.ts'

export { EmbeddedRefusal }

/** `isNew`: the database was made by this start. `pid` changes when Postgres had to be started again; `url` stays. */
export type Embedded = { url: string; isNew: boolean; readonly pid: number; stop(): Promise<void> }

type Log = (line: string) => void

type Options = { folder: string; log: Log; database?: string; flags?: string[] }

const ANSWERS_WITHIN = 3_000
const RECOVERS_WITHIN = 60_000

/**
 * Runs the Postgres that comes with npm on `folder`: makes it at the first start, adopts the one a killed Flora left
 * running, starts it again when it dies, stops it with stop().
 * @throws {EmbeddedRefusal} with one plain line for whoever runs it
 */
export async function startEmbedded(options: Options): Promise<Embedded> {
  const folder = resolve(options.folder)
  try {
    await makeFolder(folder)
    const turn = await takeTurn(folder)
    try {
      return await start({ ...options, folder })
    } finally {
      turn.close()
    }
  } catch (error) {
    throw inPlainWords(error, folder)
  }
}

/** Not mkdir's own `recursive`: under /proc that one never returns. */
async function makeFolder(path: string, mode = 0o700): Promise<void> {
  try {
    await fs.mkdir(path, { mode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await fs.stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || (await exists(dirname(path)))) throw error
    await makeFolder(dirname(path), 0o755)
    await fs.mkdir(path, { mode })
  }
}

async function start(options: Options): Promise<Embedded> {
  const cluster = await prepare(options)
  const adopted = await adopt(cluster, options.log)
  const running = adopted ?? (await launchOnFreePort(cluster))
  try {
    return await serve(cluster, running, options)
  } catch (error) {
    if (!adopted && !(error instanceof InUse)) await stopPostgres(cluster, running.pid)
    throw error
  }
}

/** From an empty folder to a finished cluster that nothing runs on yet. */
async function prepare({ folder, log, flags = [] }: Options): Promise<Cluster> {
  const user = await chooseUser(join(folder, 'postgres'))
  const base = await findBase(folder, user, log)
  const data = join(base, 'postgres')
  const isMade = await findCluster(folder, data, log)
  const password = await keepPassword(folder)
  const binaries = await findBinaries(base, user, log)
  const cluster = { data, logFile: join(folder, 'postgres.log'), password, user, binaries, flags }
  if (!isMade) {
    log(`Making a database in ${data}`)
    await makeCluster(cluster)
  }
  return cluster
}

async function serve(cluster: Cluster, running: Running, options: Options): Promise<Embedded> {
  const { folder, log, database = 'flora' } = options
  const lock = await connect(cluster, running.port)
  const keeper: Keeper = { cluster, running, lock, stopping: new AbortController(), log }
  try {
    await takeLock(lock, folder)
    const isNew = await ensureDatabase(lock, database)
    keepLock(keeper)
    const url = `postgres://${ROLE}:${cluster.password}@127.0.0.1:${running.port}/${encodeURIComponent(database)}`
    return {
      url,
      isNew,
      ...handles(keeper),
      get pid() {
        return keeper.running.pid
      },
    }
  } catch (error) {
    await lock.end()
    throw error
  }
}

function handles(keeper: Keeper) {
  const kept = keepRunning(keeper)
  let stopped: Promise<void> | undefined
  const stop = async () => {
    keeper.stopping.abort()
    await stopPostgres(keeper.cluster, keeper.running.pid)
    await kept
    // Last, so that a Flora that starts meanwhile finds the folder held until Postgres is gone.
    await keeper.lock.end()
  }
  return {
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

/** The Postgres that a killed Flora left running on this folder. One that does not answer is stopped hard. */
async function adopt(cluster: Cluster, log: Log): Promise<Running | undefined> {
  const found = await readPidFile(cluster.data)
  if (!found || !(await isPostgresOf(cluster.data, found.pid))) return undefined
  const { pid } = found
  if (await hasLostItsPrograms(pid)) {
    await stopPostgres(cluster, pid)
    return undefined
  }
  const began = performance.now()
  while (isAlive(pid)) {
    const port = (await readPidFile(cluster.data))?.port ?? found.port
    const answer = await ask(cluster, port)
    if (answer === 'ready') {
      log(`Going on with the Postgres that runs already on port ${port}`)
      return { pid, port, gone: endOf(pid) }
    }
    if (performance.now() - began > (answer === 'busy' ? RECOVERS_WITHIN : ANSWERS_WITHIN)) break
    await sleep(50)
  }
  if (isAlive(pid)) log(`The Postgres that runs already (process ${pid}) does not answer: stopping it`)
  await stopPostgres(cluster, pid, 'hard')
  return undefined
}

async function endOf(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(100)
}

/** 'busy': it is starting up or shutting down. @throws where it answers and refuses us, as with another password */
async function ask(cluster: Cluster, port: number): Promise<'ready' | 'busy' | 'silent'> {
  try {
    const client = await connect(cluster, port)
    await client.end()
    return 'ready'
  } catch (error) {
    const { code = '' } = error as { code?: string }
    if (code === '57P03') return 'busy'
    if (code.startsWith('28')) throw error
    return 'silent'
  }
}

async function launchOnFreePort(cluster: Cluster, triesLeft = 5): Promise<Running> {
  const started = await launch(cluster, await freePort())
  if (!('failed' in started)) return started
  if (triesLeft > 1 && /could not bind|Address already in use/.test(started.failed)) {
    return launchOnFreePort(cluster, triesLeft - 1)
  }
  throw new EmbeddedRefusal(
    `Postgres did not start on ${cluster.data}: ${started.failed} (its log: ${cluster.logFile})`,
  )
}

async function ensureDatabase(client: pg.Client, database: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
  if (rowCount) return false
  await client.query(`create database ${pg.escapeIdentifier(database)}`)
  return true
}

const WORDS: Record<string, string> = {
  EACCES: 'this user may not read or write there',
  EPERM: 'this user may not do that there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'it is a file, not a folder',
  ENOTDIR: 'it is not a folder',
  ENOENT: 'it cannot be made there',
}

function inPlainWords(error: unknown, folder: string): Error {
  if (error instanceof EmbeddedRefusal) return error
  const { code = '', path, message } = error as NodeJS.ErrnoException
  if (code.startsWith('28')) {
    return new EmbeddedRefusal(
      `Postgres in ${folder} does not take the password kept in ${join(folder, 'postgres-password')}.`,
    )
  }
  const words = WORDS[code]
  if (words)
    return new EmbeddedRefusal(`Flora cannot keep its database in ${path ?? folder}: ${words} (${code}).`)
  return new EmbeddedRefusal(
    `The database in ${folder} could not be started: ${message.replaceAll('\n', ' ')}`,
    { cause: error },
  )
}
