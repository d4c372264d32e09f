import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { type AddressInfo, createConnection, createServer, type ListenOptions, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './cluster.ts'
import { EmbeddedRefusal } from './unprivileged.ts'

const TURN_WITHIN = 60_000

/** One start at a time on a folder, across processes: the name is the kernel's, so a killed process leaves nothing behind. */
export async function takeTurn(folder: string): Promise<Server> {
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

/** A port of loopback that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = await listen({ host: '127.0.0.1', port: 0 })
  if (!server) return freePort()
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
