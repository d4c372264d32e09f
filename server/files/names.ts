import { oneLine } from '../mail/letter.ts'
import { counted } from '../words.ts'

const MOST = 120
const LONGEST_GIVEN = 1000
const ENDINGS = { 'image/jpeg': '.jpg', 'application/pdf': '.pdf' } as const
const NAMELESS = { 'image/jpeg': 'photo', 'application/pdf': 'document' } as const

/** What Flora keeps: pictures, written anew as JPEG, and PDF. */
export type ContentType = keyof typeof ENDINGS

/** The name of a file as it is kept: without folders, no longer than 120 characters, with the ending of what it is. */
export function fileName(given: string, contentType: ContentType): string {
  const own = oneLine(given.slice(-LONGEST_GIVEN).normalize('NFC').split(/[/\\]/).at(-1) ?? '')
    .replace(/\.[^.]{0,10}$/, '')
    .replace(/[<>:"|?*\s]+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  const ending = ENDINGS[contentType]
  const base = [...own]
    .slice(0, MOST - ending.length)
    .join('')
    .trim()
  return `${base || NAMELESS[contentType]}${ending}`
}

/** "2.4 MB", "310 KB"; a kilobyte has 1,000 bytes. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte')
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`
  const megabytes = (bytes / 1_000_000).toFixed(1).replace(/\.0$/, '')
  return `${megabytes} MB`
}
