import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Instant, iso } from '../../clock.ts'
import type { Head } from '../chain.ts'
import { headWords, readHead } from '../verifying/words.ts'

/** The head of the audit outside the database: a line with its number, its hash and when it was written. */
export const headFile = (dataFolder: string): string => path.resolve(dataFolder, 'audit-head')

/** @returns undefined when there is no file; 'unreadable' when it does not hold a head */
export async function readHeadFile(file: string): Promise<Head | 'unreadable' | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  return readHead(text.split(' ')[0] ?? '') ?? 'unreadable'
}

/** Whole or not at all, also when several processes write at once. */
export async function writeHeadFile(file: string, head: Head, now: Instant): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, `${headWords(head)} ${iso(now)}\n`, { mode: 0o600, flag: 'wx', flush: true })
  await rename(draft, file)
}
