import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { makeSealingKey } from '../../server/sealing/seal.ts'
import { someFolder } from '../support/program.ts'

/** The real server, as a process of its own. */
export type Flora = {
  base: string
  process: ChildProcess
  /** Ctrl-C, and the wait until it has gone. */
  stop(): Promise<void>
  kill(): Promise<void>
}

const root = path.join(import.meta.dirname, '../..')
const READY_WITHIN = 30_000

/** The same for every process of a bench, so that one can open what another has sealed. */
export const secrets = {
  SESSION_SECRET: randomBytes(48).toString('base64url'),
  SEALING_KEYS: makeSealingKey(),
}

type Settings = {
  worker?: 'in-process' | 'off'
  smtpUrl?: string
  nodeOptions?: string[]
  sealingKeys?: string
}

export async function startFlora(url: string, settings: Settings = {}): Promise<Flora> {
  const { PATH, HOME, TZ } = process.env
  const env = {
    ...{ PATH, HOME, TZ },
    ...secrets,
    NODE_ENV: 'production',
    DATABASE_URL: url,
    DATA_FOLDER: someFolder(),
    PORT: '0',
    BASE_URL: 'http://127.0.0.1',
    LOG_LEVEL: 'silent',
    WORKER: settings.worker ?? 'off',
    ...(settings.sealingKeys ? { SEALING_KEYS: settings.sealingKeys } : {}),
    ...(settings.smtpUrl ? { SMTP_URL: settings.smtpUrl, MAIL_FROM: 'hello@maple.example' } : {}),
  }
  const args = [...(settings.nodeOptions ?? []), 'server/main.ts']
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const gone = once(child, 'exit').then(() => running.delete(child))
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await gone
  }
  const base = await address(child)
  return { base, process: child, stop: () => end('SIGINT').then(), kill: () => end('SIGKILL').then() }
}

/** The banner names the port once the server listens. */
function address(child: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    const impatience = setTimeout(() => fail('it was not ready in time'), READY_WITHIN)
    const fail = (why: string) => {
      clearTimeout(impatience)
      reject(new Error(`Flora did not start, ${why}: ${said}`))
    }
    const listen = (text: Buffer) => {
      said += text
      const found = /Flora is open:\s+http:\/\/localhost:(\d+)/.exec(said)
      if (!found) return
      clearTimeout(impatience)
      resolve(`http://127.0.0.1:${found[1]}`)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? code}`))
  })
}

const running = new Set<ChildProcess>()

/** Whatever a bench that failed has left. */
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
