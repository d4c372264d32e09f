import { type ContentType, sizeWords } from '../files/names.ts'
import type { Attachment, QuestionnaireResponse, ResponseItem } from '../forms/fhir.ts'
import type { FileShown } from '../forms/shown.ts'

// An answer names a stored file by its id; where it is to be had depends on who reads: the client or the dietitian.

const URL = /^urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export const fileUrl = (id: string): string => `urn:uuid:${id}`

/** @returns undefined for what is no address of a stored file */
export const fileIdOf = (url: unknown): string | undefined =>
  typeof url === 'string' ? URL.exec(url)?.[1] : undefined

type Stored = { id: string; name: string; contentType: ContentType; bytes: number }

export const toAttachment = ({ id, name, contentType, bytes }: Stored): Attachment => ({
  contentType,
  url: fileUrl(id),
  title: name,
  size: bytes,
})

function attachmentsIn(items: ResponseItem[] | undefined, found: Attachment[] = []): Attachment[] {
  for (const { answer, item } of items ?? []) {
    for (const { valueAttachment, item: nested } of answer ?? []) {
      if (valueAttachment) found.push(valueAttachment)
      attachmentsIn(nested, found)
    }
    attachmentsIn(item, found)
  }
  return found
}

/** The ids of all files that the answers name. */
export const filesIn = ({ item }: Pick<QuestionnaireResponse, 'item'>): string[] =>
  attachmentsIn(item).flatMap(({ url }) => fileIdOf(url) ?? [])

/** The files that the answers name, by their url. @param folder "/my/files" or "/practice/files" */
export const filesShown = ({ item }: QuestionnaireResponse, folder: string): ReadonlyMap<string, FileShown> =>
  new Map(
    attachmentsIn(item).flatMap(({ url = '', title = '', size = 0 }) => {
      const id = fileIdOf(url)
      return id ? [[url, { id, name: title, size: sizeWords(size), href: `${folder}/${id}` }]] : []
    }),
  )
