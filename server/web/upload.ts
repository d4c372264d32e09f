import type { Request, RequestHandler } from 'express'
import multer from 'multer'
import { BadRequest } from './errors.ts'
import { createRoom, type Share } from './room.ts'

/** A file that came with a form. What its name or its type claim to be is not to be believed. */
export type Upload = {
  /** Name of the field. */
  field: string
  /** As it was called on the device; may be anything. */
  name: string
  /** Empty when the file was refused. */
  bytes: Buffer
  /** busy: others fill the memory of this process with their files just now. */
  refused: 'too-big' | 'too-many' | 'busy' | null
}

const MOST_FILES = 5
const MOST_BYTES = 10 * 1024 * 1024
const MOST_TEXT = 600 * 1024
const LONG_TEXT = 6 * 1024 * 1024
/** What all requests together may hold of files, until each is answered. */
const enterRoom = createRoom(150 * 1024 * 1024)

declare global {
  namespace Express {
    interface Request {
      uploads?: Upload[]
      room?: Share
    }
  }
}

/** The files of this form, in the order they came. */
export const uploadsOf = (req: Request): Upload[] => req.uploads ?? []

/**
 * Keeps files in memory. What is too big or too many is read to its end and let go: the form around it is kept, so that
 * what was typed beside the file is not lost.
 */
const inMemory: multer.StorageEngine = {
  _handleFile(req, file, done) {
    req.uploads ??= []
    const isTooMany = req.uploads.length >= MOST_FILES
    const upload: Upload = {
      field: file.fieldname,
      name: file.originalname,
      bytes: Buffer.alloc(0),
      refused: isTooMany ? 'too-many' : null,
    }
    req.uploads.push(upload)
    let chunks: Buffer[] = []
    let size = 0
    file.stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_BYTES) upload.refused ??= 'too-big'
      if (!upload.refused && !req.room?.take(chunk.length)) upload.refused = 'busy'
      if (upload.refused) chunks = []
      else chunks.push(chunk)
    })
    file.stream.on('error', done)
    file.stream.on('end', () => {
      upload.bytes = Buffer.concat(chunks)
      done(null, {})
    })
  },
  _removeFile(_req, _file, done) {
    done(null)
  },
}

type Fields = Record<string, string | string[]>

/** Line ends and quotes are escaped in the name of a field: https://html.spec.whatwg.org/#multipart-form-data */
const SIGNS: Record<string, string> = { '%0A': '\n', '%0D': '\r', '%22': '"' }
const nameOf = (raw: string): string =>
  raw.replace(/%0A|%0D|%22/gi, (found) => SIGNS[found.toUpperCase()] ?? '')

/** Fields as they are named: multer itself would read brackets in a name as a path. */
function collect(fields: Fields, raw: string, value: string): void {
  const name = nameOf(raw)
  const before = fields[name]
  fields[name] = before === undefined ? value : [before, value].flat()
}

/** Not in the types of multer yet. */
type Streaming = multer.Options & { streamHandler(req: Request, busboy: NodeJS.WritableStream): void }

/** @param fields are filled */
function parser(fields: Fields, mostText: number): RequestHandler {
  const options: Streaming = {
    storage: inMemory,
    defParamCharset: 'utf8', // names as browsers write them; otherwise they are read as latin1
    limits: { fields: 4000, fieldSize: mostText, fieldNameSize: 1000, files: 20, parts: 4100 },
    streamHandler(req, busboy) {
      busboy.on('field', (name: string, value: string) => collect(fields, name, value))
      req.pipe(busboy)
    },
  }
  return multer(options).any()
}

class TooLarge extends Error {
  readonly status = 413
}

const isTooLong = (fields: Fields, mostText: number): boolean =>
  Object.values(fields)
    .flat()
    .reduce((sum, value) => sum + value.length, 0) > mostText

const posted =
  (mostText: number): RequestHandler =>
  (req, res, next) => {
    const fields: Fields = Object.create(null)
    const room = enterRoom()
    req.room = room
    res.once('close', () => room.giveBack())
    parser(fields, mostText)(req, res, (error?: unknown) => {
      if (error instanceof multer.MulterError && error.code.startsWith('LIMIT_')) return next(new TooLarge())
      // All else that goes wrong here is a body that is not what it says.
      if (error)
        return next(new BadRequest('Something in the form was not as we expect it. Please send it again.'))
      req.body = fields
      next(isTooLong(fields, mostText) ? new TooLarge() : undefined)
    })
  }

/** Parses a form with files: of five files at most 10 MB each, and text of 600 kB in at most 4,000 fields, else 413. */
export const postedFiles = posted(MOST_TEXT)

/** The same with 6 MB of text, for what is pasted whole. */
export const postedFilesAndText = posted(LONG_TEXT)
