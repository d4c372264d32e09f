import { readdir } from 'node:fs/promises'
import path from 'node:path'

/** What takes longest, in seconds; every other file counts as one. Only how even the shares are hangs on it. */
const seconds: Record<string, number> = {}

const weightOf = (file: string): number => seconds[file.replace(/^test\/|\.test\.ts$/g, '')] ?? 1

/** All test files in so many shares that take about as long; always the same ones, each in the usual order. */
export async function dealt(root: string, shares: number): Promise<string[][]> {
  const names = await readdir(path.join(root, 'test'), { recursive: true })
  const files = names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', name))
    .toSorted()
  const dealt = Array.from({ length: shares }, () => ({ weight: 0, files: [] as string[] }))
  for (const file of files.toSorted((a, b) => weightOf(b) - weightOf(a))) {
    const lightest = dealt.reduce((least, share) => (share.weight < least.weight ? share : least))
    lightest.weight += weightOf(file)
    lightest.files.push(file)
  }
  return dealt.map((share) => share.files.toSorted())
}
