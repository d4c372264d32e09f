import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Cluster, launch, ROLE, type Running, stopPostgres, until } from './cluster.ts'
import { EmbeddedRefusal } from './unprivileged.ts'

/** What lives as long as the Flora: `stopping` is aborted by stop(), `lock` is the connection that holds the folder. */
export type Keeper = {
  cluster: Cluster
  running: Running
  lock: pg.Client
  stopping: AbortController
  log: (line: string) => void
}

/** A refusal that leaves the running Postgres to the Flora that holds it. */
export class InUse extends EmbeddedRefusal {}

const LOCK_KEY = 0x464c4f5241 // "FLORA"
const LOCK_FREED_WITHIN = 1_000
const LOCK_RETRY = 1_000
const FIRST_PAUSE = 300
const LONGEST_PAUSE = 10_000
const CALM_AFTER = 60_000

/** Its own connection and never the pool's: it holds the folder's lock. */
export async function connect({ password }: Cluster, port: number): Promise<pg.Client> {
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
export async function takeLock(client: pg.Client, folder: string): Promise<void> {
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
export function keepLock(keeper: Keeper): void {
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

/** Starts Postgres again when it ends without stop(), on the same port: the pool that has the URL reconnects by itself. */
export async function keepRunning(keeper: Keeper): Promise<void> {
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
