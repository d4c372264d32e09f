import { readdir } from 'node:fs/promises'
import path from 'node:path'

/** What takes longest, in seconds; every other file counts as one. Only how even the shares are hangs on it. */
const seconds: Record<string, number> = {
  'browser/desk-pages': 85,
  'browser/pages': 80,
  'guards/bad-input': 55,
  'browser/intake': 40,
  'database/embedded': 30,
  'browser/day': 26,
  'browser/keyboard': 20,
  'browser/two-devices': 20,
  'forms/hostile-forms': 20,
  'process/keys': 20,
  'process/start': 20,
  'browser/consents': 20,
  'guards/random-input': 18,
  'browser/notes': 18,
  'guards/bad-addresses': 15,
  'guards/pages': 15,
  'forms/expressions-hostile': 14,
  'browser/booking': 14,
  'browser/practice': 13,
  'guards/routes': 12,
  'browser/client': 12,
  'availability/slots-oracle': 12,
  'browser/hours': 12,
  'browser/without-javascript': 10,
  'forms/controls': 10,
  'guards/bad-bodies': 10,
  'browser/builder': 8,
  'browser/changes': 7,
  'browser/passkeys': 7,
  'browser/forms-keyboard': 6,
  'browser/print': 6,
  'forms/engine-properties': 5,
  'process/saving': 5,
  'browser/head': 5,
  'browser/search': 5,
  'clients/search': 5,
  'browser/check-in': 4,
  'forms/builder': 4,
}

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
