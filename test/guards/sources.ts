import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '../..')

/** The text of all files of a folder with one ending, by their path from there. */
export function sources(folder: string, ending: string): Map<string, string> {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
  const wanted = files.filter((file) => file.endsWith(ending)).sort()
  return new Map(wanted.map((file) => [file, readFileSync(path.join(root, folder, file), 'utf8')]))
}

export type Import = {
  file: string
  /** A file from the same folder on, or the name of a package. */
  target: string
  isOurs: boolean
  /** Gone when the program runs: only types are taken. */
  isType: boolean
  names: string
}

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s*from\s+)?'([^']+)'/gm

/** What a file takes from elsewhere; "import { type A }" takes types only. */
export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(([, type, names = '', from = '']) => {
    const isOurs = from.startsWith('.')
    const inBraces = names
      .match(/^\{([^}]*)\}$/)?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '')
    const isType = Boolean(type) || Boolean(inBraces?.every((name) => /^\s*type\s/.test(name)))
    const target = isOurs ? path.join(path.dirname(file), from) : from
    return { file, target, isOurs, isType, names }
  })
}

/** Code without its comments: a rule about code is not broken by words about it. */
export const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
