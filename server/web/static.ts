import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import express, { type Express } from 'express'

const require = createRequire(import.meta.url)

/** The only font files that pages ask for: latin, variable weight. */
const fonts = {
  'fraunces.woff2': '@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2',
  'figtree.woff2': '@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2',
}

const listFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()

/**
 * Serves public/ and the fonts under a name that changes with their content, to be kept for a year.
 * @returns the address of a file: asset('css/site.css')
 */
export function useAssets(app: Express, folder: string): (file: string) => string {
  const fontFiles = Object.entries(fonts).map(([name, module]) => [name, require.resolve(module)] as const)
  const hash = createHash('sha256')
  for (const file of [...listFiles(folder), ...fontFiles.map(([, file]) => file)])
    hash.update(readFileSync(file))
  const base = `/assets/${hash.digest('hex').slice(0, 12)}`
  const options = { immutable: true, maxAge: '1y', index: false, redirect: false } as const
  for (const [name, file] of fontFiles) {
    app.get(`${base}/fonts/${name}`, (_req, res) =>
      res.sendFile(path.basename(file), { ...options, root: path.dirname(file) }),
    )
  }
  app.use(base, express.static(folder, options))
  // Outlives a deploy: an older page that asks for its own files gets today's.
  app.use('/assets/:build', express.static(folder, { index: false, redirect: false }))
  return (file) => `${base}/${file}`
}
