import { join, resolve } from 'node:path'
import { isPostgresOf, passwordFile, ROLE, readPidFile } from './cluster.ts'
import { exists, PLACE_FILE, readIfThere } from './unprivileged.ts'

/**
 * Where the embedded Postgres of a Flora that is running takes connections, for a command that works beside it.
 * Reads only. @returns undefined when none runs on this folder
 */
export async function findRunning(dataFolder: string, database = 'flora'): Promise<string | undefined> {
  const folder = resolve(dataFolder)
  const data = await dataIn(folder)
  const password = (await readIfThere(passwordFile(folder)))?.trim()
  const found = await readPidFile(data)
  if (!password || !found?.isReady || !(await isPostgresOf(data, found.pid))) return undefined
  return `postgres://${ROLE}:${password}@127.0.0.1:${found.port}/${encodeURIComponent(database)}`
}

/** Whether an embedded Postgres was ever made in this folder, running or not. Reads only. */
export const hasDatabase = async (dataFolder: string): Promise<boolean> =>
  exists(join(await dataIn(resolve(dataFolder)), 'PG_VERSION'))

async function dataIn(folder: string): Promise<string> {
  const base = (await readIfThere(join(folder, PLACE_FILE)))?.trim() || folder
  return join(base, 'postgres')
}
