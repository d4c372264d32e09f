import express, { type RequestHandler } from 'express'
import { z } from 'zod'
import { BadRequest, Unsupported } from './errors.ts'
import { postedFiles, postedFilesAndText } from './upload.ts'

/** What a view gets of a form, and all it gets: what was typed, exactly, and what to say about it. */
export type Form = {
  value(name: string): string
  errorFor(name: string): string | undefined
  errors: { name: string; message: string }[]
}

export type Read<T> = { ok: true; value: T } | { ok: false; form: Form }

function posted(limit: string, parameterLimit = 100): RequestHandler {
  const parse = express.urlencoded({ extended: false, limit, parameterLimit })
  return (req, res, next) => {
    const hasBody = Number(req.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in req.headers
    if (hasBody && !req.is('application/x-www-form-urlencoded')) throw new Unsupported()
    parse(req, res, next)
  }
}

/** Parses a posted form; anything else that carries a body is 415, over 100 kB is 413. */
export const postedForm = posted('100kb')

/** Of a form with a text of 20,000 characters: in some languages each takes nine bytes on its way. */
export const postedDocument = posted('200kb')

/** Of a note: three such texts and a few lines. */
export const postedNote = posted('700kb')

/** Of a week of opening hours: many short fields. */
export const postedWeek = posted('100kb', 400)

const postedText = posted('600kb', 4000)

/** A section of a form that a practice made up: many fields, and perhaps files (see upload.ts). */
export const postedAnswers: RequestHandler = (req, res, next) =>
  req.is('multipart/form-data') ? postedFiles(req, res, next) : postedText(req, res, next)

const postedLongText = posted('6mb')

/** A file, or its text pasted: 6 MB at most on its way. */
export const postedSource: RequestHandler = (req, res, next) =>
  req.is('multipart/form-data') ? postedFilesAndText(req, res, next) : postedLongText(req, res, next)

/** A repeated field arrives as an array: the last one counts for text, all of them for choices. */
const last = (raw: unknown): unknown => (Array.isArray(raw) ? raw.at(-1) : raw)

// C0 controls but tab and the two line ends, DEL, C1 controls, and what invalid UTF-8 turns into.
const CONTROL_IN_LINE = /[\p{Cc}\u2028\u2029\ufffd\ufffe\uffff]/u
const CONTROL_IN_TEXT = /[^\P{Cc}\t\n\r]|[\ufffd\ufffe\uffff]/u
const UNREADABLE = 'has a character that we can’t read. Please type it again.'

/** `tooLong`: what to say instead of counting characters, of what is no text but a number or a day. */
type Limits = { most: number; label: string; required?: string; tooLong?: string }

const cleaned = (raw: unknown): unknown => {
  const value = last(raw)
  return value === undefined ? '' : value
}

function text(pattern: RegExp, { most, label, required, tooLong }: Limits) {
  const long = tooLong ?? `${label} can have at most ${most} characters.`
  return z.preprocess(
    cleaned,
    z
      .string(`${label} ${UNREADABLE}`)
      .transform((value) => value.normalize('NFC').trim())
      .refine((value) => !pattern.test(value), `${label} ${UNREADABLE}`)
      .refine((value) => value.length <= most, long)
      .refine((value) => required === undefined || value !== '', required ?? ''),
  )
}

/** One line of text, trimmed; no control characters, so nothing can break a mail's header or a calendar's line. */
export const line = (limits: Limits) => text(CONTROL_IN_LINE, limits)

/** Text of several lines; line ends are kept as \n, and count as one character, as the browser counts them. */
export const lines = (limits: Limits) =>
  z.preprocess(
    (raw) => {
      const value = last(raw)
      return typeof value === 'string' ? value.replace(/\r\n?/g, '\n') : value
    },
    text(CONTROL_IN_TEXT, limits),
  )

// One @, no spaces or separators, a dot in the domain: enough to catch a slip. The mail itself is the proof.
const EMAIL = /^[^\s@,;<>()[\]\\"]{1,64}@(?:[^\s@.,;<>()[\]\\"/]+\.)+[^\s@.,;<>()[\]\\"/]{2,}$/

export const email = (required: string) =>
  line({ most: 254, label: 'The e-mail address', required }).refine(
    (value) => value === '' || EMAIL.test(value),
    'Please write the e-mail address like name@example.com.',
  )

export const phone = (limits: Limits) =>
  line(limits).refine(
    (value) => value === '' || (/^[\d\s()+./x-]*$/i.test(value) && (value.match(/\d/g) ?? []).length >= 5),
    'Please write the phone number with digits, like +1 317 555 0100.',
  )

export const choice = <const T extends readonly [string, ...string[]]>(options: T, message: string) =>
  z.preprocess(last, z.enum(options, message))

/** A tick box: there or not. */
export const tick = z.preprocess(
  (raw) => raw !== undefined && last(raw) !== 'no' && last(raw) !== '',
  z.boolean(),
)

export function emptyForm(values: Record<string, string> = {}): Form {
  return { value: (name) => values[name] ?? '', errorFor: () => undefined, errors: [] }
}

/** What was typed, shown again without any complaint. */
export const typedForm = (body: unknown): Form => formOf(body, [])

/** A form with one message more, for what only the database or a rule could know. */
export function refusedForm(body: unknown, name: string, message: string): Form {
  return formOf(body, [{ name, message }])
}

function formOf(body: unknown, errors: Form['errors']): Form {
  const raw = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  return {
    value: (name) => {
      const value = Object.hasOwn(raw, name) ? last(raw[name]) : ''
      return typeof value === 'string' ? value : ''
    },
    errorFor: (name) => errors.find((error) => error.name === name)?.message,
    errors,
  }
}

/** Reads a posted body by a schema; one message a field, in the order of the schema's fields. */
export function readForm<T extends z.ZodObject>(schema: T, body: unknown): Read<z.infer<T>> {
  const read = schema.safeParse(body ?? {})
  if (read.success) return { ok: true, value: read.data }
  const order = Object.keys(schema.shape)
  const byField = new Map<string, string>()
  for (const issue of read.error.issues) {
    const name = String(issue.path[0] ?? order[0])
    if (!byField.has(name)) byField.set(name, issue.message)
  }
  const errors = [...byField].map(([name, message]) => ({ name, message }))
  errors.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  return { ok: false, form: formOf(body, errors) }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** An id in the path; anything else would be an error in SQL, and is nobody's record. */
export const isUuid = (text: unknown): text is string => typeof text === 'string' && UUID.test(text)

const MOST_PAGES = 10_000

/** ?page=2 is the second page; @returns from 0 on */
export function readPage(query: unknown): number {
  if (query === undefined) return 0
  const page = typeof query === 'string' && /^[1-9]\d{0,4}$/.test(query) ? Number(query) : 0
  if (page < 1 || page > MOST_PAGES) throw new BadRequest('There is no such page.', 'page')
  return page - 1
}

/** Which state of something the page of a posted form showed; undefined when it does not say. */
export const readBase = (base: unknown): number | undefined =>
  typeof base === 'string' && /^\d{1,9}$/.test(base) ? Number(base) : undefined

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/

export const isSlug = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= 120 && SLUG.test(text)
