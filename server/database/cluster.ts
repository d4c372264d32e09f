import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, fchownSync, fstatSync, openSync, readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries, User } from './unprivileged.ts'
import { EmbeddedRefusal, environment, exists, lastLine, readIfThere, run } from './unprivileged.ts'

/** One Postgres data folder and all that is needed to run it. */
export type Cluster = {
  data: string
  logFile: string
  password: string
  user: User
  binaries: Binaries
  flags: string[]
}

/** `gone` is fulfilled when the process has ended. */
export type Running = { pid: number; port: number; gone: Promise<void> }

const MAJOR = '18'
const MARKER = 'flora-ready'
const READY_WITHIN = 60_000
const LOG_LIMIT = 10_000_000

export const ROLE = 'flora'

/** Polls until `isTrue`, at most `within` milliseconds; says whether it came true. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  within: number,
  every = 20,
): Promise<boolean> {
  const deadline = performance.now() + within
  while (!(await isTrue())) {
    if (performance.now() > deadline) return false
    await sleep(every)
  }
  return true
}

export const passwordFile = (folder: string) => join(folder, 'postgres-password')

/** The kept password; a new one is made (and written whole or not at all) where there is none. */
export async function keepPassword(folder: string): Promise<string> {
  const kept = (await readIfThere(passwordFile(folder)))?.trim()
  if (kept) return kept
  const password = randomBytes(24).toString('base64url')
  const draft = `${passwordFile(folder)}.new`
  await fs.rm(draft, { force: true })
  await fs.writeFile(draft, `${password}\n`, { mode: 0o600, flush: true })
  await fs.rename(draft, passwordFile(folder))
  return password
}

/**
 * Is there a finished cluster of ours? What initdb left half-made is moved aside, what isn't ours is refused and not touched.
 * To be asked before keepPassword: a kept password is what tells ours from somebody else's.
 */
export async function findCluster(folder: string, data: string, log: (line: string) => void) {
  const names = await namesIn(data)
  if (names.length === 0) return false
  const isKnown = Boolean((await readIfThere(passwordFile(folder)))?.trim())
  const version = (await readIfThere(join(data, 'PG_VERSION')))?.trim()
  const isFinished = names.includes(MARKER)
  if (version && !isFinished && !isKnown) {
    throw new EmbeddedRefusal(
      `${data} holds a Postgres that Flora did not make: give Flora another folder, or set DATABASE_URL.`,
    )
  }
  if (!isFinished) {
    await moveAside(data, log)
    return false
  }
  if (!isKnown)
    throw new EmbeddedRefusal(`The password of ${data} is missing: put back ${passwordFile(folder)}.`)
  if (!version) throw new EmbeddedRefusal(`${data} is damaged (no PG_VERSION): put back a backup of it.`)
  if (version !== MAJOR) {
    throw new EmbeddedRefusal(
      `${data} was made by Postgres ${version}, and this Flora brings Postgres ${MAJOR}: run it with the Flora that made it and move the data by dump and restore.`,
    )
  }
  return true
}

async function namesIn(data: string): Promise<string[]> {
  try {
    return await fs.readdir(data)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function moveAside(data: string, log: (line: string) => void, number = 1): Promise<void> {
  const aside = `${data}.unfinished-${number}`
  if (await exists(aside)) return moveAside(data, log, number + 1)
  await fs.rename(data, aside)
  log(`${data} was never finished: moved to ${aside}, beginning again`)
}

/** Runs initdb. The marker comes last, so that an interrupted one is known by its absence. */
export async function makeCluster({ data, password, user, binaries }: Cluster): Promise<void> {
  await fs.mkdir(data, { recursive: true, mode: 0o700 })
  const passwordCopy = `${data}-password.initdb`
  await fs.rm(passwordCopy, { force: true })
  await fs.writeFile(passwordCopy, `${password}\n`, { mode: 0o600 })
  if (user) await Promise.all([data, passwordCopy].map((path) => fs.chown(path, user.uid, user.gid)))
  // The builtin provider knows Unicode and needs no locale of the machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--auth=scram-sha-256', `--username=${ROLE}`, `--pwfile=${passwordCopy}`]
  const made = await run(binaries.initdb, [`--pgdata=${data}`, ...access, ...locale], user)
  await fs.rm(passwordCopy, { force: true })
  if (!made.ok)
    throw new EmbeddedRefusal(`Postgres could not make its data in ${data}: ${reasonIn(made.text)}`)
  await fs.writeFile(join(data, MARKER), '', { flush: true })
}

type PidFile = { pid: number; port: number; isReady: boolean }

export async function readPidFile(data: string): Promise<PidFile | undefined> {
  const lines = (await readIfThere(join(data, 'postmaster.pid')))?.split('\n').map((line) => line.trim())
  if (!lines) return undefined
  return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7] === 'ready' }
}

/** A process that ended but was not yet collected by its parent (a container without an init) counts as ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return process.platform !== 'linux' || !/^\d+ \(.*\) [ZX] /s.test(readProcess(pid, 'stat'))
}

function readProcess(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/** Is this process the Postgres of this data folder, and not a later program that was given the same number? */
export async function isPostgresOf(data: string, pid: number): Promise<boolean> {
  if (!(pid > 1) || !isAlive(pid)) return false
  if (process.platform === 'linux') {
    const [program = '', ...args] = readProcess(pid, 'cmdline').split('\0')
    if (!program.endsWith('postgres')) return false
    return args.includes(data) || (await isIn(pid, data))
  }
  if (process.platform === 'win32') {
    return (await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'])).text.includes(
      'postgres.exe',
    )
  }
  const { text } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
  return text.includes('postgres') && text.includes(data)
}

/** Postgres works in its data folder, also after that was moved to another path. */
async function isIn(pid: number, data: string): Promise<boolean> {
  const [there, ours] = await Promise.all([
    fs.readlink(`/proc/${pid}/cwd`).catch(() => ''),
    fs.realpath(data),
  ])
  return there === ours
}

/** An npm install has replaced the files it runs from: it would fail at the next one it has to load. */
export async function hasLostItsPrograms(pid: number): Promise<boolean> {
  const program = await fs.readlink(`/proc/${pid}/exe`).catch(() => '')
  return program.endsWith(' (deleted)')
}

/**
 * A pid file left by a crash names a number that another program may have by now, and Postgres would refuse to start.
 * Our own number makes Postgres see a stale file (its parent wrote it) and still check that no old backend uses the memory.
 */
async function mendPidFile(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const text = await readIfThere(path)
  if (text === undefined || (await isPostgresOf(data, Number.parseInt(text, 10)))) return
  const isWhole = /^\d+\n.*\n\d+\n/.test(text)
  if (isWhole && process.platform !== 'win32')
    await fs.writeFile(path, text.replace(/^\d+/, `${process.pid}`))
  else await fs.rm(path)
}

/** Starts Postgres and waits until it takes connections; `failed` says in its own words why it did not. */
export async function launch(
  cluster: Cluster,
  port: number,
  stop?: AbortSignal,
): Promise<Running | { failed: string }> {
  const { data, logFile } = cluster
  await mendPidFile(data)
  await shortenLog(logFile)
  const log = openSync(logFile, 'a', 0o600)
  const logStart = fstatSync(log).size
  const child = spawnPostgres(cluster, port, log)
  closeSync(log)
  let problem = ''
  const gone = new Promise<void>((resolve) => {
    const end = (why: string) => {
      problem ||= why
      resolve()
    }
    child.once('exit', (code, signal) => end(`it ended with ${signal ?? code}`))
    child.once('error', (error) => end(error.message))
  })
  const deadline = performance.now() + READY_WITHIN
  while (!problem) {
    const pidFile = await readPidFile(data)
    const isReady = pidFile?.isReady && pidFile.pid === child.pid
    if (child.pid && isReady && !stop?.aborted) return { pid: child.pid, port, gone }
    if (stop?.aborted || performance.now() > deadline) {
      await stopPostgres(cluster, child.pid ?? 0)
      return { failed: 'it was not ready in time' }
    }
    await sleep(20)
  }
  const said = (await fs.readFile(logFile)).subarray(logStart).toString('utf8')
  return { failed: reasonIn(said) || problem }
}

/**
 * In its own session and writing into a file: Ctrl-C in the terminal doesn't reach it before our orderly stop, and it
 * survives the death of our process without a broken pipe.
 */
function spawnPostgres({ data, user, binaries, flags }: Cluster, port: number, log: number): ChildProcess {
  if (user) fchownSync(log, user.uid, user.gid)
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '128MB',
    // Parallel workers need more shared memory than a small container has.
    max_parallel_workers_per_gather: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    logging_collector: 'off',
  }
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn(binaries.postgres, ['-D', data, ...given, ...flags], {
    cwd: dirname(data),
    env: environment,
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
    ...user,
  })
}

async function shortenLog(logFile: string): Promise<void> {
  const { size } = await fs.stat(logFile).catch(() => ({ size: 0 }))
  if (size > LOG_LIMIT) await fs.rename(logFile, `${logFile}.old`)
}

/** The line that says why, without its time and process. */
function reasonIn(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^.*? UTC \[\d+\] /, ''))
  const telling = /No space left|could not bind|Permission denied/
  const line =
    lines.find((line) => telling.test(line)) ?? lines.find((line) => /FATAL|PANIC|rror:|could not/.test(line))
  return line?.trim() ?? lastLine(text)
}

type Patience = [signal: NodeJS.Signals, milliseconds: number]

const GENTLY: Patience[] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 2_000],
  ['SIGKILL', 5_000],
]

/** Fast shutdown (open transactions are rolled back, nothing committed is lost), then harder. */
export async function stopPostgres(
  { data, binaries, user }: Cluster,
  pid: number,
  how: 'gently' | 'hard' = 'gently',
) {
  if (!(pid > 1)) return
  if (process.platform === 'win32') await run(binaries.pg_ctl, ['stop', '-m', 'fast', '-D', data], user)
  for (const [signal, wait] of how === 'hard' ? GENTLY.slice(1) : GENTLY) {
    if (!isAlive(pid)) return
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself in between.
    }
    if (await until(() => !isAlive(pid), wait)) return
  }
}
