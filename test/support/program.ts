import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

const root = path.join(import.meta.dirname, '../..')

export type Program = {
  child: ChildProcess
  /** All that was printed so far, both streams. */
  printed(): string
  /** Resolves with the portal's address once the banner is there; rejects when the program ends before. */
  opened: Promise<string>
  /** Resolves with the exit code. */
  ended: Promise<number | null>
}

const folders = path.join(os.tmpdir(), `flora-data-${process.pid}`)
process.once('exit', () => rmSync(folders, { recursive: true, force: true }))

/** A data folder for a process that is given none, never the developer's own; gone when the tests are. */
export const someFolder = (): string => path.join(folders, randomUUID())

/** Runs one of the program's own commands as a process of its own, with these settings and no others. */
export function run(script: string, settings: Record<string, string>, args: string[] = []): Program {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    env: { PATH, HOME, DATA_FOLDER: someFolder(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const opened = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk.toString()
      const found = /Flora is open:\s+(\S+)/.exec(text)?.[1]
      if (found) resolve(found)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    ended.then((code) => reject(new Error(`It ended with ${code}: ${text}`)))
  })
  opened.catch(() => {})
  return { child, printed: () => text, opened, ended }
}

export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'flora-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
}
