import { z } from 'zod'
import { choice, isSlug, line, lines } from '../../web/form.ts'
import type { Upload } from '../../web/upload.ts'

/** What a definition may be at most, in bytes of UTF-8: the database holds no more either. */
export const MOST_BYTES = 1_000_000

export type Source = { ok: true; text: string } | { ok: false; field: 'file' | 'text'; message: string }

const TOO_LARGE =
  'This is larger than 1 MB, more than a form may have. Please shorten it, or divide it into several forms.'

const BUSY = 'Many files are being sent to us at this moment. Please send it again in a minute.'

/** The questionnaire that came: the file if there is one, else what was pasted. */
export function readSource(body: unknown, uploads: Upload[]): Source {
  const file = uploads.find(({ field, bytes, refused }) => field === 'file' && (refused || bytes.length > 0))
  if (file?.refused) return { ok: false, field: 'file', message: file.refused === 'busy' ? BUSY : TOO_LARGE }
  if (file) return readFile(file.bytes)
  const pasted = pastedText(body)
  if (pasted.trim() === '')
    return { ok: false, field: 'file', message: 'Please choose a file, or paste the questionnaire below.' }
  if (Buffer.byteLength(pasted) > MOST_BYTES) return { ok: false, field: 'text', message: TOO_LARGE }
  return { ok: true, text: pasted }
}

function readFile(bytes: Buffer): Source {
  if (bytes.length > MOST_BYTES) return { ok: false, field: 'file', message: TOO_LARGE }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    const message = 'This file is no text that we can read. Please choose a FHIR Questionnaire as JSON.'
    return { ok: false, field: 'file', message }
  }
}

/** As it was pasted: a browser makes each line end two characters. */
export function pastedText(body: unknown, field = 'text'): string {
  const raw = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : ''
  const text = Array.isArray(raw) ? raw.at(-1) : raw
  return typeof text === 'string' ? text.replace(/\r\n?/g, '\n') : ''
}

export const grounds = ['own', 'allowed', 'public', 'licensed'] as const

export const groundWords: Record<(typeof grounds)[number], string> = {
  own: 'I wrote it',
  allowed: 'The author allows it',
  public: 'It is in the public domain or under an open license',
  licensed: 'We hold a license',
}

/** The short name is in the address that clients see; "sent" is where their answers stand. */
export const slug = line({ most: 60, label: 'The short name', required: 'Please give it a short name.' })
  .refine(
    (value) => value === '' || isSlug(value),
    'Please write it in small letters, digits and hyphens, like skin-diary.',
  )
  .refine((value) => value !== 'sent', 'Please choose another short name: this one is taken.')

export const takingForm = z.object({
  ground: choice(grounds, 'Please say by what right you use it.'),
  rights: lines({
    most: 400,
    label: 'The explanation',
    required: 'Please say in a few words where it comes from, so that it can be looked up later.',
  }),
  slug,
})

/** Of a questionnaire that becomes the next version of a form: that has its name already. */
export const takingNextForm = takingForm.omit({ slug: true })

const TYPES = 'Please choose among the appointment types of this page.'
const AGAIN = ['keep', 'never', '30', '90', '180', '365'] as const

/** Which types ask for it, and after how many days again. A tick box that is posted once is no array. */
export const askedForm = z.object({
  types: z.preprocess(
    (raw) => (raw === undefined ? [] : [raw].flat()),
    z.array(z.guid(TYPES), TYPES).max(100, TYPES),
  ),
  again: choice(AGAIN, 'Please choose when it is asked again.'),
})

export type Again = (typeof AGAIN)[number]
