import { digestOfSection } from '../../forms/digest.ts'
import type { Questionnaire } from '../../forms/fhir.ts'
import type { Problem, Typed } from '../../forms/filling.ts'
import { readOut } from '../../forms/readout.ts'
import { type Section, sectionsOf } from '../../forms/sections.ts'
import type { Settled } from '../../forms/settling.ts'
import { showSection } from '../../forms/showing.ts'
import type { Reading, SectionShown } from '../../forms/shown.ts'
import { type Advice, adviceFor, signsOfSection } from '../advice.ts'
import { filesShown } from '../attachments.ts'
import { placeOn, problemLines } from '../pages.ts'
import { hasFiles, namedIn } from '../shown.ts'

export type SectionPage = {
  form: { title: string; href: string }
  action: string
  place: { number: number; total: number; next: Section | null }
  section: SectionShown
  hasFiles: boolean
  /** Hidden fields. */
  base: string
  draft: string
  page: string
  fromReview: boolean
  /** When it was last saved, in words; '' before. */
  saved: string
  problems: { id: string; message: string }[]
  /** Questions that the answers ask for and that were not on the page. */
  more: { id: string; label: string }[]
  advice: Advice[]
  /** What is to be told of the section that was just saved. */
  before: Advice[]
  /** What another device has saved; what was typed here stands in the form. */
  conflict: { saved: string; reading: Reading } | null
  /** It can't be saved any more. */
  closed: { words: string; href: string | null } | null
}

export type SectionToShow = {
  form: { title: string; href: string }
  section: Section
  /** With the answers that stand in the form. */
  settled: Settled
  /** With those that are kept, where they are others. */
  kept?: Settled
  draft: string
  page: string
  today: string
  saved: string
  fromReview: boolean
  problems?: Problem[]
  typed?: Typed
  more?: string[]
  /** The section that was just saved. */
  before?: Section
  closed?: SectionPage['closed']
}

const FILES = '/my/files'

export function sectionPage(given: SectionToShow): SectionPage {
  const { form, section, settled, kept = settled, problems = [], typed, before, today } = given
  const files = filesShown(settled.response, FILES)
  const shown = showSection(settled, section, { problems, typed, files })
  const place = placeOn(settled, section)
  return {
    form,
    action: `${form.href}/sections/${section.number}`,
    place,
    section: shown,
    hasFiles: hasFiles(shown),
    base: digestOfSection(kept.questionnaire, section, kept.response),
    draft: given.draft,
    page: given.page,
    fromReview: given.fromReview,
    saved: given.saved,
    problems: problemLines(problems),
    more: namedIn(shown, given.more ?? []),
    advice: adviceFor(signsOfSection(kept, section, today)),
    before: before ? adviceFor(signsOfSection(kept, before, today)) : [],
    conflict:
      kept === settled || given.closed ? null : { saved: given.saved, reading: readingOf(kept, section) },
    closed: given.closed ?? null,
  }
}

const readingOf = ({ questionnaire, response, enabled }: Settled, section: Section): Reading =>
  readOut(questionnaire, response, { enabled, files: filesShown(response, FILES) }).filter(
    ({ number }) => number === section.number,
  )

/** @param text of the path or the query */
export const sectionNumbered = (definition: Questionnaire, text: unknown): Section | undefined =>
  typeof text === 'string' && /^[1-9]\d{0,3}$/.test(text)
    ? sectionsOf(definition).find(({ number }) => number === Number(text))
    : undefined
