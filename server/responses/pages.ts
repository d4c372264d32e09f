import type { Instant } from '../clock.ts'
import { checkAll } from '../forms/checking.ts'
import { calculatedExpression } from '../forms/extensions.ts'
import type { Item } from '../forms/fhir.ts'
import type { Problem } from '../forms/filling.ts'
import { domId } from '../forms/names.ts'
import { readOut } from '../forms/readout.ts'
import { pathOf, type Section } from '../forms/sections.ts'
import type { Settled } from '../forms/settling.ts'
import type { Reading } from '../forms/shown.ts'
import { aboutWords, dueWords } from '../requests/due.ts'
import { minutesFor } from '../requests/length.ts'
import type { OpenRequest } from '../requests/store.ts'
import { counted, dayYearOf, timeOf, whenShort } from '../words.ts'
import { filesShown } from './attachments.ts'
import { marksOf } from './marks.ts'
import { digestOfAll } from './sending.ts'
import type { DraftLine, Filling, Sent, SentLine, SentVersion } from './store.ts'

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** "Saved 2:02 PM" of today's; with the day when it was another one. */
export const savedWords = (savedAt: Instant, zone: string, now: Instant): string =>
  dayYearOf(savedAt, zone) === dayYearOf(now, zone) ? timeOf(savedAt, zone) : whenShort(savedAt, zone)

const sentWords = (sentAt: Instant, zone: string): string =>
  `${dayYearOf(sentAt, zone)} at ${timeOf(sentAt, zone)}`

/** "Version 2, sent Tuesday, March 3, 2026 at 9:00 AM"; what was never amended has no version. */
const versionWords = ({ number, sentAt }: SentVersion, zone: string): string =>
  `Version ${number}, sent ${sentWords(sentAt, zone)}`

export type Line = { title: string; href: string; words: string; action: string }

export type ListPage = {
  asked: Line[]
  begun: Line[]
  sent: Line[]
  newer: string | null
  older: string | null
}

type Listed = { asked: OpenRequest[]; drafts: DraftLine[]; sent: SentLine[] }

/** @param at.page of what was sent, from 0; one line more than `size` says that there are older ones */
export function listPage(
  { asked, drafts, sent }: Listed,
  at: { page: number; size: number; zone: string },
  now: Instant,
): ListPage {
  const { page, size, zone } = at
  const askedOf = new Set(asked.map(({ slug }) => slug))
  const path = '/my/forms?page='
  return {
    asked: asked.map((request) => askedLine(request, now)),
    begun: drafts.filter(({ slug }) => !askedOf.has(slug)).map((draft) => draftLine(draft, zone, now)),
    sent: sent.slice(0, size).map((line) => sentLine(line, zone)),
    newer: page > 0 ? `${path}${page}` : null,
    older: sent.length > size ? `${path}${page + 2}` : null,
  }
}

const askedLine = (request: OpenRequest, now: Instant): Line => ({
  title: request.title,
  href: `/my/forms/${request.slug}`,
  words: `${dueWords(request, now)} · ${aboutWords(request.minutes)}`,
  action: request.isBegun ? 'Go on' : 'Start',
})

const draftLine = (
  { slug, title, savedAt, isArchived, number }: DraftLine,
  zone: string,
  now: Instant,
): Line => ({
  title,
  href: `/my/forms/${slug}`,
  words: [
    number > 1 ? 'Changes that are not sent yet' : '',
    isArchived ? 'Not asked for any more' : '',
    `Saved ${savedWords(savedAt, zone, now)}`,
  ]
    .filter(Boolean)
    .join(' · '),
  action: 'Go on',
})

const sentLine = ({ id, title, sentAt, number }: SentLine, zone: string): Line => ({
  title,
  href: `/my/forms/sent/${id}`,
  words: `${number > 1 ? `Version ${number}, sent` : 'Sent'} ${sentWords(sentAt, zone)}`,
  action: 'Read',
})

/** What a person does not answer: calculated or read-only. */
const shownOnlyIn = (items: Item[]): string[] =>
  items.flatMap((item) => [
    ...(item.readOnly || calculatedExpression(item) ? [item.linkId] : []),
    ...shownOnlyIn(item.item ?? []),
  ])

type Far = { reading: Reading; problems: Problem[]; shownOnly: ReadonlySet<string> }

/** How far a form is: a line a section that is on the way. */
type Progress = { title: string; href: string; words: string; state: 'open' | 'begun' | 'done' }[]

const progressOf = ({ reading, problems, shownOnly }: Far, path: string): Progress =>
  reading.map(({ number, title, lines }) => {
    const asked = lines.filter(({ kind, linkId }) => kind === 'answer' && !shownOnly.has(linkId))
    const answered = asked.filter(({ answers }) => answers.length > 0).length
    const isDone = answered === asked.length && !problems.some(({ section }) => section === number)
    return {
      title,
      href: `${path}/sections/${number}`,
      words: answered === 0 ? counted(asked.length, 'question') : `${answered} of ${asked.length} answered`,
      state: isDone ? 'done' : answered > 0 ? 'begun' : 'open',
    }
  })

/** "Section 3 of 10", over the sections that are on the way. */
export function placeOn(settled: Settled, section: Section) {
  const path = pathOf(settled)
  const at = path.findIndex(({ number }) => number === section.number)
  return {
    number: at + 1,
    total: path.length,
    isOnTheWay: at >= 0,
    before: path.findLast(({ number }) => number < section.number) ?? null,
    next: path.find(({ number }) => number > section.number) ?? null,
  }
}

/** What is wrong, and where on the page it stands. */
export const problemLines = (problems: Problem[]): { id: string; message: string }[] =>
  problems.map(({ name, message }) => ({ id: domId(name), message }))

/** The same on the page of all answers: the field is on another page. */
const problemLinks = (
  problems: Problem[],
  path: string,
): { href: string; label: string; message: string }[] =>
  problems.map(({ name, label, message, section }) => ({
    href: `${path}/sections/${section}?from=review#${domId(name)}`,
    label,
    message,
  }))

/** Where each section is changed, by its number. */
const changeHrefs = (reading: Reading, path: string): Record<number, string> =>
  Object.fromEntries(reading.map(({ number }) => [number, `${path}/sections/${number}?from=review`]))

export const formHref = ({ slug }: { slug: string }): string => `/my/forms/${slug}`

/** @param settled undefined when the draft can't be read */
export function formPage({ standing, version }: Filling, settled: Settled | undefined, now: Instant) {
  const { draft, zone, isArchived } = standing
  const path = formHref(standing)
  const reading = settled
    ? readOut(settled.questionnaire, settled.response, { enabled: settled.enabled })
    : []
  const shownOnly = new Set(shownOnlyIn(version.definition.item ?? []))
  const resumeAt = settled && resumeIn(settled, draft !== null)
  return {
    title: version.title,
    description: version.definition.description ?? '',
    minutes: aboutWords(minutesFor(version.definition)),
    isReadable: settled !== undefined,
    isArchived,
    isAmendment: (draft?.number ?? 1) > 1,
    saved: draft ? savedWords(draft.savedAt, zone, now) : null,
    draft: draft?.id ?? '',
    progress: settled
      ? progressOf({ reading, problems: draft ? checkAll(settled) : [], shownOnly }, path)
      : [],
    goOnHref: resumeAt ? `${path}/sections/${resumeAt}` : `${path}/review`,
    reviewHref: draft ? `${path}/review` : null,
    discardAction: `${path}/discarding`,
  }
}

/** The section to go on with; undefined: look all answers over. */
function resumeIn(settled: Settled, isBegun: boolean): number | undefined {
  const path = pathOf(settled)
  if (!isBegun) return path[0]?.number
  const { resumeAt } = marksOf(settled.response)
  return resumeAt === null ? undefined : path.find(({ number }) => number >= resumeAt)?.number
}

export function reviewPage({ standing, version }: Filling, settled: Settled, now: Instant) {
  const { draft, zone, isArchived } = standing
  const path = formHref(standing)
  const problems = checkAll(settled)
  const files = filesShown(settled.response, '/my/files')
  const reading = readOut(settled.questionnaire, settled.response, {
    enabled: settled.enabled,
    problems,
    files,
  })
  return {
    title: version.title,
    href: path,
    reading,
    hrefs: changeHrefs(reading, path),
    problems: problemLinks(problems, path),
    digest: digestOfAll(settled),
    draft: draft?.id ?? '',
    saved: draft ? savedWords(draft.savedAt, zone, now) : '',
    isAmendment: (draft?.number ?? 1) > 1,
    canSend: !isArchived && problems.length === 0,
    sendAction: `${path}/response`,
  }
}

export const sentPage = (sent: Sent, title: string, isFresh: boolean) => {
  const [newest] = sent.versions
  const isNewest = newest?.id === sent.id
  return {
    title,
    when: sentWords(sent.sentAt, sent.zone),
    version: sent.versions.length > 1 ? versionWords(sent, sent.zone) : null,
    isFresh,
    newestHref: isNewest || !newest ? null : `/my/forms/sent/${newest.id}`,
    others: sent.versions
      .filter(({ id }) => id !== sent.id)
      .map((version) => ({
        words: capital(versionWords(version, sent.zone)),
        href: `/my/forms/sent/${version.id}`,
      })),
    canAmend: isNewest && !sent.isArchived && !sent.hasDraft,
    amendAction: `/my/forms/sent/${sent.id}/amendment`,
    draftHref: sent.hasDraft ? `/my/forms/${sent.slug}` : null,
  }
}
