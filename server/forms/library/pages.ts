import type { Instant } from '../../clock.ts'
import { counted, monthDayOf } from '../../words.ts'
import type { FormHead, FormVersion, Origin } from '../store.ts'
import type { FormLine, VersionLine } from './store.ts'

const dateOf = (at: Instant, zone: string): string =>
  `${monthDayOf(at, zone)}, ${new Intl.DateTimeFormat('en-US', { year: 'numeric', timeZone: zone }).format(at)}`

const originWords: Record<Origin, string> = {
  own: 'Comes with Flora',
  imported: 'Imported',
  built: 'Built here',
}

export const formPath = (id: string): string => `/practice/forms/${id}`

export const formLine = (line: FormLine, zone: string) => ({
  title: line.title,
  href: formPath(line.id),
  origin: originWords[line.origin],
  version: line.publishedAt === null ? null : `Version ${line.number}, ${dateOf(line.publishedAt, zone)}`,
  responses: line.responses,
  draftHref: line.hasDraft ? `${formPath(line.id)}/draft` : null,
})

export const versionLine = (line: VersionLine, zone: string) => ({
  number: line.number,
  called: line.version === String(line.number) ? null : line.version,
  published: dateOf(line.publishedAt, zone),
  by: line.publishedBy ?? originWords[line.origin],
  origin: originWords[line.origin],
  rights: line.rights,
  responses: counted(line.responses, 'response'),
  href: `versions/${line.number}`,
  exportHref: `versions/${line.number}/questionnaire.json`,
})

/** @param current undefined while the first draft is not published */
export const formShown = (
  form: FormHead,
  current: FormVersion | undefined,
  draft: FormVersion | undefined,
) => ({
  path: formPath(form.id),
  title: current?.title ?? draft?.title ?? '',
  slug: form.slug,
  url: form.url,
  isArchived: form.isArchived,
  isPublished: current !== undefined,
  number: current?.number ?? 0,
  hasDraft: draft !== undefined,
  description: (current ?? draft)?.definition.description ?? '',
})

/** What its file is called when it is downloaded. */
export const fileName = ({ slug, number }: Pick<FormVersion, 'slug' | 'number'>): string =>
  `${slug}-version-${number}.json`
