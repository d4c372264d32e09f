import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { type AddressInfo, createConnection, createServer, type ListenOptions, type Server } from 'node:net'
import { tmpdir } from 'node:os'
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
  until,
} from './cluster.ts'
import { chooseUser, EmbeddedRefusal, exists, findBase, findBinaries } from './unprivileged.ts'

export { EmbeddedRefusal }

/** `isNew`: the database was made by this start. `pid` changes when Postgres had to be started again; `url` stays. */
export type Embedded = { url: string; isNew: boolean; readonly pid: number; stop(): Promise<void> }

type Log = (line: string) => void

type Options = { folder: string; log: Log; database?: string; flags?: string[] }

/** What lives as long as the Flora: `stopping` is aborted by stop(), `lock` is the connection that holds the folder. */
type Keeper = { cluster: Cluster; running: Running; lock: pg.Client; stopping: AbortController; log: Log }

/** A refusal that leaves the running Postgres to the Flora that holds it. */
class InUse extends EmbeddedRefusal {}

const LOCK_KEY = 0x464c4f5241 // "FLORA"
const LOCK_FREED_WITHIN = 1_000
const LOCK_RETRY = 1_000
const ANSWERS_WITHIN = 3_000
const RECOVERS_WITHIN = 60_000
const TURN_WITHIN = 60_000
const FIRST_PAUSE = 300
const LONGEST_PAUSE = 10_000
const CALM_AFTER = 60_000

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

/** One start at a time on a folder, across processes: the name is the kernel's, so a killed process leaves nothing behind. */
async function takeTurn(folder: string): Promise<Server> {
  const hash = createHash('sha256')
    .update(await fs.realpath(folder))
    .digest('hex')
    .slice(0, 16)
  const path = turnPath(`flora-${hash}`)
  let turn: Server | undefined
  const isOurs = async () => {
    turn = await listen({ path })
    if (!turn && path.startsWith('/') && !(await isAnswered(path))) await fs.rm(path, { force: true })
    return turn !== undefined
  }
  await until(isOurs, TURN_WITHIN, 50)
  if (turn) return turn
  throw new EmbeddedRefusal(`Another Flora is just starting on ${folder}: wait for it, or stop it first.`)
}

function turnPath(name: string): string {
  if (process.platform === 'linux') return `\0${name}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
}

/** Undefined where the address is taken. */
function listen(where: ListenOptions): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(where, () => resolve(server))
  })
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path, () => resolve(true))
    socket.once('error', () => resolve(false)).once('close', () => resolve(false))
    socket.end()
  })
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

async function freePort(): Promise<number> {
  const server = await listen({ host: '127.0.0.1', port: 0 })
  if (!server) return freePort()
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Its own connection and never the pool's: it holds the folder's lock. */
async function connect({ password }: Cluster, port: number): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: ROLE,
    password,
    database: 'postgres',
    ssl: false,
    application_name: `flora, process ${process.pid}`,
    connectionTimeoutMillis: 2_000,
    query_timeout: 30_000,
  })
  // Without a listener the end of Postgres would end our process too.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** A Flora killed a moment ago holds its lock until Postgres has noticed, hence the short patience. */
async function takeLock(client: pg.Client, folder: string): Promise<void> {
  if (await until(() => isLockTaken(client), LOCK_FREED_WITHIN, 50)) return
  const holder = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and a.application_name like 'flora, %'`,
  )
  const who = holder.rows[0]?.name.replace('flora, ', '') ?? 'not known'
  throw new InUse(
    `Another Flora (${who}) is already using ${folder}: stop it first, or give this one another folder.`,
  )
}

async function isLockTaken(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [
    LOCK_KEY,
  ])
  return rows[0]?.ours === true
}

/** Takes the lock again when its connection broke, because Postgres was started again. */
function keepLock(keeper: Keeper): void {
  keeper.lock.once('end', () => retakeLater(keeper))
}

function retakeLater(keeper: Keeper): void {
  if (!keeper.stopping.signal.aborted) setTimeout(() => void retake(keeper), LOCK_RETRY).unref()
}

async function retake(keeper: Keeper): Promise<void> {
  const client = await connect(keeper.cluster, keeper.running.port).catch(() => undefined)
  if (!client) return retakeLater(keeper)
  const isHeld = !keeper.stopping.signal.aborted && (await isLockTaken(client).catch(() => false))
  if (isHeld) {
    keeper.lock = client
    return keepLock(keeper)
  }
  await client.end()
  retakeLater(keeper)
}

async function ensureDatabase(client: pg.Client, database: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
  if (rowCount) return false
  await client.query(`create database ${pg.escapeIdentifier(database)}`)
  return true
}

/** Starts Postgres again when it ends without stop(), on the same port: the pool that has the URL reconnects by itself. */
async function keepRunning(keeper: Keeper): Promise<void> {
  const { cluster, stopping, log } = keeper
  const { port } = keeper.running
  let pause = FIRST_PAUSE
  for (;;) {
    const since = performance.now()
    if (stopping.signal.aborted) return stopPostgres(cluster, keeper.running.pid)
    await keeper.running.gone
    if (stopping.signal.aborted) return
    if (performance.now() - since > CALM_AFTER) pause = FIRST_PAUSE
    log('Postgres has ended by itself: starting it again')
    await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
    if (stopping.signal.aborted) return
    const started = await launch(cluster, port, stopping.signal).catch((error: Error) => ({
      failed: error.message,
    }))
    if ('failed' in started) log(`Postgres did not start again: ${started.failed}`)
    else keeper.running = started
  }
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
