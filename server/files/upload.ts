import { isPicture, isWholePdf, type Kind, kindOf } from './kinds.ts'
import { type ContentType, fileName, sizeWords } from './names.ts'
import { type Picture, remake } from './pictures.ts'

/** No file is larger, whatever a form allows. */
export const MOST_BYTES = 10_000_000

export type NewFile = { contentType: ContentType; content: Buffer; name: string }
export type Upload = { ok: true; file: NewFile } | { ok: false; message: string }
export type Allowed = {
  /** MIME types that the question takes; none: pictures and PDF. */
  allowed: string[]
  /** Bytes; at most MOST_BYTES count. */
  most: number
}

const EMPTY = 'This file is empty. Please choose another one.'
const SVG =
  'This is a drawing in SVG, which can hold a program, so we don’t take it. Please send a photo of it, or a PDF.'
const HEIC =
  'We can’t read this kind of photo (HEIC). On an iPhone choose Settings, Camera, Formats, Most Compatible; or send a screenshot of the photo.'
const CUT_OFF = 'This PDF seems to be cut off. Please make or download it again, and send that.'
const TOO_LARGE =
  'This picture has more dots than we can read. Please send a smaller one: a screenshot of it will do.'
const UNREADABLE = 'We could not read this picture: it may be damaged. Please send another one.'

/**
 * Looks at a file that was sent and makes of it what is kept: a picture is written anew, a PDF stays as it is.
 * @param name as it was posted; tells what to call it, and nothing of what it is
 */
export async function readUpload(content: Buffer, name: string, { allowed, most }: Allowed): Promise<Upload> {
  const limit = Math.min(most, MOST_BYTES)
  if (content.length === 0) return refused(EMPTY)
  if (content.length > limit)
    return refused(`This file is larger than ${sizeWords(limit)}. Please send a smaller one.`)
  const kind = kindOf(content)
  if (kind === 'svg') return refused(SVG)
  if (kind === 'unknown' || !isAllowed(kind, allowed)) return refused(takesWords(allowed))
  if (isPicture(kind)) return pictureUpload(await remake(content), name, kind)
  if (!isWholePdf(content)) return refused(CUT_OFF)
  return {
    ok: true,
    file: { contentType: 'application/pdf', content, name: fileName(name, 'application/pdf') },
  }
}

const refused = (message: string): Upload => ({ ok: false, message })

function pictureUpload(picture: Picture, name: string, kind: Kind): Upload {
  if (picture.ok) {
    const contentType = 'image/jpeg'
    return { ok: true, file: { contentType, content: picture.content, name: fileName(name, contentType) } }
  }
  if (picture.because === 'tooLarge') return refused(TOO_LARGE)
  return refused(kind === 'heic' ? HEIC : UNREADABLE)
}

const isAnything = (type: string): boolean => type === '*/*' || type === '*'
const takesPictures = (allowed: string[]): boolean =>
  allowed.length === 0 || allowed.some((type) => isAnything(type) || type.startsWith('image/'))
const takesPdf = (allowed: string[]): boolean =>
  allowed.length === 0 || allowed.some((type) => isAnything(type) || /^application\/(\*|pdf)$/.test(type))

const isAllowed = (kind: Kind, allowed: string[]): boolean =>
  isPicture(kind) ? takesPictures(allowed) : kind === 'pdf' && takesPdf(allowed)

/** What may be sent here. */
function takesWords(allowed: string[]): string {
  const kinds = [takesPictures(allowed) && 'a photo (JPEG, PNG or WebP)', takesPdf(allowed) && 'a PDF']
  const words = kinds.filter(Boolean).join(' or ')
  return words ? `Please send ${words} here.` : 'Files of this kind can’t be sent here.'
}
