import type { Extension, QuestionnaireResponse } from '../forms/fhir.ts'

/**
 * What a draft remembers beside the answers, inside of what is sealed: where to go on, and which open page saved a
 * section last. An answer to a save may get lost on its way; the same page then saves again without being taken for
 * another device, and a save of its that comes late changes nothing.
 */
export type Marks = {
  resumeAt: number | null
  pages: ReadonlyMap<number, PageMark>
  /** Its calculations could not be worked out when it was saved, for no fault of the form. */
  isUnsettled: boolean
}

/** `page`: of one showing of a section, at random; `turn`: counts its saves. */
export type PageMark = { page: string; turn: number }

const RESUME = 'urn:flora:resume-at'
const PAGE = 'urn:flora:saved-by'
const UNSETTLED = 'urn:flora:unsettled'

export function marksOf({ extension = [] }: QuestionnaireResponse): Marks {
  const resumeAt = extension.find(({ url }) => url === RESUME)?.valueInteger ?? null
  const pages = extension.filter(({ url }) => url === PAGE).flatMap(readPage)
  const isUnsettled = extension.some(({ url }) => url === UNSETTLED)
  return { resumeAt, pages: new Map(pages), isUnsettled }
}

function readPage({ valueString = '' }: Extension): [number, PageMark][] {
  const [section, page = '', turn] = valueString.split(' ')
  return [[Number(section), { page, turn: Number(turn) }]]
}

export function withMarks(
  { extension: _, ...response }: QuestionnaireResponse,
  { resumeAt, pages, isUnsettled }: Marks,
): QuestionnaireResponse {
  const places = [...pages].map(([section, { page, turn }]) => ({
    url: PAGE,
    valueString: `${section} ${page} ${turn}`,
  }))
  const resume = resumeAt === null ? [] : [{ url: RESUME, valueInteger: resumeAt }]
  const unsettled = isUnsettled ? [{ url: UNSETTLED, valueBoolean: true }] : []
  return { ...response, extension: [...resume, ...places, ...unsettled] }
}

export function withoutMarks({ extension: _, ...response }: QuestionnaireResponse): QuestionnaireResponse {
  return response
}

/** Whether this save comes from the page that saved last, and is newer than that save. */
export const isNextTurn = (last: PageMark | undefined, { page, turn }: PageMark): boolean =>
  last !== undefined && page !== '' && last.page === page && turn > last.turn

/** Whether this save was overtaken by a later one of the same page. */
export const isOvertaken = (last: PageMark | undefined, { page, turn }: PageMark): boolean =>
  last !== undefined && page !== '' && last.page === page && turn < last.turn
