import { createHash } from 'node:crypto'
import type { Content } from './content.ts'

/**
 * What is signed, byte for byte. A signed note, or addendum, is kept as this text and nothing else, so that anybody who
 * has it can count the SHA-256 again:
 *
 * - JSON as RFC 8785 writes it (JSON Canonicalization Scheme): no blanks, the properties of every object sorted by the
 *   UTF-16 units of their names, strings and whole numbers as ECMAScript writes them; encoded in UTF-8, without a mark
 *   or a line end at its end.
 * - Texts are in Unicode's form NFC, lines end in \n, without blanks at the beginning and the end.
 * - Instants are ISO 8601 in UTC with milliseconds.
 *
 * The SHA-256 of these bytes is kept beside the text, and is shown in hexadecimal letters. An addendum names the digest
 * of its note and of the addendum before it: neither can be exchanged unseen.
 */
export type NoteDocument = {
  format: 'flora-note/1'
  id: string
  client: { id: string; name: string }
  /** As it was when the note was signed; null: of no appointment. */
  appointment: { id: string; startsAt: string; type: string } | null
  content: Content
  begunAt: string
  signedAt: string
  signer: Signer
}

export type AddendumDocument = {
  format: 'flora-addendum/1'
  id: string
  note: { id: string; sha256: string }
  number: number
  /** Of the addendum before this one; null for the first. */
  previousSha256: string | null
  client: { id: string; name: string }
  content: AddendumContent
  begunAt: string
  signedAt: string
  signer: Signer
}

/** Whose password or passkey it was. */
export type Signer = { account: string; name: string; credentials: string }

/** Why something is added, and what. */
export type AddendumContent = { reason: string; text: string }

type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** The document as the text that is kept and counted. */
export const canonicalText = (document: NoteDocument | AddendumDocument): string => write(document as Json)

function write(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${write(value[name] as Json)}`).join(',')}}`
}

/** SHA-256 of a canonical text: 32 bytes. */
export const digestOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

/** Reads a text that was signed. @returns undefined when it is not what was signed under this digest */
export function readSigned<T extends NoteDocument | AddendumDocument>(
  text: string,
  sha256: Buffer,
): T | undefined {
  return digestOf(text).equals(sha256) ? (JSON.parse(text) as T) : undefined
}
