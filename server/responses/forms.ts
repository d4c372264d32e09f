import { randomUUID } from 'node:crypto'
import { type NewFile, readUpload } from '../files/upload.ts'
import { maxSize, mimeTypes } from '../forms/extensions.ts'
import type { Item } from '../forms/fhir.ts'
import type { Problem } from '../forms/filling.ts'
import { fieldName, parseFieldName } from '../forms/names.ts'
import type { Section } from '../forms/sections.ts'
import type { Upload } from '../web/upload.ts'

/** A file that can be kept, and where it belongs. */
export type Ready = { id: string; name: string; linkId: string; label: string; file: NewFile }

const MOST_BYTES = 10_000_000
const TOO_BIG = 'This file is larger than 10 MB. Please send a smaller one.'
const TOO_MANY = 'These are more files than we can take at once. Please send five at a time.'
const BUSY = 'Many files are being sent to us at this moment. Please send this one again in a minute.'

const refusals = { 'too-big': TOO_BIG, 'too-many': TOO_MANY, busy: BUSY }

type Asking = { name: string; item: Item }

const within = (items: Item[]): Item[] => items.flatMap((item) => [item, ...within(item.item ?? [])])

/** The question that a file answers; undefined for a field that was not on the page. */
function askingFor(upload: Upload, section: Section, on: Set<unknown>): Asking | undefined {
  const field = parseFieldName(upload.field)
  if (!field || !['a', 'file'].includes(field.kind)) return undefined
  const { indices, linkId } = field
  const name = fieldName('a', indices, linkId)
  const item = within(section.items).find((one) => one.linkId === linkId)
  return item?.type === 'attachment' && !item.readOnly && on.has(name) ? { name, item } : undefined
}

/** Looks at the files that came with a section, one after the other: what of each is kept, or why it is not. */
export async function readFiles(
  uploads: Upload[],
  section: Section,
  body: Record<string, unknown>,
): Promise<{ ready: Ready[]; refused: Problem[] }> {
  const on = new Set([body.on].flat())
  const ready: Ready[] = []
  const refused: Problem[] = []
  for (const upload of uploads) {
    const asking = askingFor(upload, section, on)
    if (!asking) continue
    const { name, item } = asking
    const about = { name, linkId: item.linkId, label: item.text ?? '' }
    const read = await readOne(upload, item)
    if (read.ok) ready.push({ id: randomUUID(), ...about, file: read.file })
    else refused.push({ ...about, message: read.message, section: section.number })
  }
  return { ready, refused }
}

async function readOne({ refused, bytes, name }: Upload, item: Item) {
  if (refused) return { ok: false as const, message: refusals[refused] }
  const limits = { allowed: mimeTypes(item), most: maxSize(item) ?? MOST_BYTES }
  return readUpload(bytes, name, limits)
}
