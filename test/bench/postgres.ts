import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import {
  keepPassword,
  launch,
  makeCluster,
  ROLE,
  type Running,
  stopPostgres,
} from '../../server/database/cluster.ts'
import { chooseUser, findBase, findBinaries } from '../../server/database/unprivileged.ts'

/** A Postgres of a bench's own that nobody looks after: what is killed stays dead until `start`. */
export type Postgres = {
  url(database: string): string
  readonly pid: number
  start(): Promise<void>
  /** Waits until it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** What it wrote so far. */
  log(): Promise<string>
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

export async function startPostgres(flags: string[] = []): Promise<Postgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'flora-bench-'))
  const quiet = () => undefined
  const user = await chooseUser(path.join(folder, 'postgres'))
  const base = await findBase(folder, user, quiet)
  const password = await keepPassword(folder)
  const binaries = await findBinaries(base, user, quiet)
  const logFile = path.join(folder, 'postgres.log')
  const cluster = { data: path.join(base, 'postgres'), logFile, password, user, binaries, flags }
  await makeCluster(cluster)
  const port = await freePort()
  let running: Running
  const start = async () => {
    const launched = await launch(cluster, port)
    if ('failed' in launched) throw new Error(`Postgres did not start: ${launched.failed}`)
    running = launched
  }
  await start()
  return {
    url: (database) => `postgres://${ROLE}:${password}@127.0.0.1:${port}/${database}`,
    get pid() {
      return running.pid
    },
    start,
    async kill(signal) {
      process.kill(running.pid, signal)
      await running.gone
    },
    log: () => readFile(logFile, 'utf8'),
    async remove() {
      await stopPostgres(cluster, running.pid)
      for (const made of [base, folder]) await rm(made, { recursive: true, force: true })
    },
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

export async function open(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}
