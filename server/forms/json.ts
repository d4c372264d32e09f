export type Json = { ok: true; value: unknown } | { ok: false; message: string }

/** In bytes of UTF-8, as the database has it. */
const MOST_BYTES = 1_000_000
const DEEPEST = 100
/** Objects and lists. FHIR spends twenty bytes and more on each; half a million empty ones only take time. */
const MOST_PARTS = 60_000

const TOO_LARGE = 'This is larger than 1 MB, more than a form may have.'
const TOO_DEEP = `This is nested more than ${DEEPEST} levels deep, more than a form may be.`
const TOO_MANY = `This has more than ${MOST_PARTS} parts, more than a form may have.`
/** What other languages, and careless JavaScript, take for more than a name. */
const ODD_NAMES = ['__proto__', 'constructor', 'prototype']

/** Reads text that came from elsewhere as JSON that is safe to walk through and to keep. */
export function json(text: string): Json {
  if (text.length > MOST_BYTES || new TextEncoder().encode(text).length > MOST_BYTES)
    return { ok: false, message: TOO_LARGE }
  const own = text.replace(/^\ufeff/, '')
  const { deepest, parts } = bracketsIn(own)
  if (deepest > DEEPEST) return { ok: false, message: TOO_DEEP }
  if (parts > MOST_PARTS) return { ok: false, message: TOO_MANY }
  try {
    const value: unknown = JSON.parse(own)
    const message = oddIn(value)
    return message ? { ok: false, message } : { ok: true, value }
  } catch {
    return { ok: false, message: own.trimStart().startsWith('<') ? XML : NO_JSON }
  }
}

const NO_JSON = 'This is no JSON that can be read. Please choose the file as it was exported.'
const XML = 'This is XML. Flora reads FHIR as JSON; whoever made the form can export it so.'

/** Before anything recursive: how many brackets are open at once, and how many there are, outside of strings. */
function bracketsIn(text: string): { deepest: number; parts: number } {
  let depth = 0
  let parts = 0
  let deepest = 0
  let isString = false
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index]
    if (isString) {
      if (sign === '\\') index += 1
      else if (sign === '"') isString = false
    } else if (sign === '"') isString = true
    else if (sign === '{' || sign === '[') {
      depth += 1
      parts += 1
      deepest = Math.max(deepest, depth)
    } else if (sign === '}' || sign === ']') depth -= 1
  }
  return { deepest, parts }
}

/** Postgres keeps no U+0000, and half a character is none. */
const isOdd = (text: string): boolean => text.includes('\0') || !text.isWellFormed()

function oddIn(value: unknown): string | undefined {
  if (typeof value === 'string')
    return isOdd(value) ? 'It has a text with characters that no text has.' : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    if (ODD_NAMES.includes(key) || isOdd(key)) return 'It has a field with a name that no form needs.'
    const found = oddIn(inner)
    if (found) return found
  }
  return undefined
}
