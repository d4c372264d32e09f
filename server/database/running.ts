import { join, resolve } from 'node:path'
import { isPostgresOf, passwordFile, ROLE, readPidFile } from './cluster.ts'
import { PLACE_FILE, readIfThere } from './unprivileged.ts'

/**
 * Where the embedded Postgres of a Flora that is running takes connections, for a command that works beside it.
 * Reads only. @returns undefined when none runs on this folder
 */
export async function findRunning(dataFolder: string, database = 'flora'): Promise<string | undefined> {
  const folder = resolve(dataFolder)
  const base = (await readIfThere(join(folder, PLACE_FILE)))?.trim() || folder
  const data = join(base, 'postgres')
  const password = (await readIfThere(passwordFile(folder)))?.trim()
  const found = await readPidFile(data)
  if (!password || !found?.isReady || !(await isPostgresOf(data, found.pid))) return undefined
  return `postgres://${ROLE}:${password}@127.0.0.1:${found.port}/${encodeURIComponent(database)}`
}
