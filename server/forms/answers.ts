import { definitionOf, MOST_ROWS, type Part } from './definition.ts'
import type { Answer, Questionnaire, QuestionnaireResponse, ResponseItem, Value } from './fhir.ts'
import { fieldName } from './names.ts'
import { hasValue } from './wording.ts'

/** An item as it stands in a response: once, or once a row of the repeating containers around it. */
export type Place = {
  part: Part
  up: Place | null
  indices: number[]
  /** Of its field; see names.ts. */
  name: string
  /** Values alone; `{}` is a row that is still empty. */
  answers: Value[]
  /** What is in it: a row each of a repeating container, otherwise one row (none without items). */
  rows: Place[][]
}

export type Answers = {
  places: Place[]
  byName: Map<string, Place>
  /** Made when somebody asks for it; see placesFor. */
  byLink?: Map<string, Place[]>
}

/** The response laid over the definition: every item has its place, answered or not. Each call makes new places. */
export function answersOf(questionnaire: Questionnaire, response: QuestionnaireResponse): Answers {
  const answers: Answers = { places: [], byName: new Map() }
  answers.places = placesOf(definitionOf(questionnaire).parts, response.item, {
    up: null,
    indices: [],
    answers,
  })
  return answers
}

const laid = new WeakMap<QuestionnaireResponse, { of: Questionnaire; answers: Answers }>()

/** The same for whoever only reads: laid out once, as long as the same objects are handed in. */
export function readAnswers(questionnaire: Questionnaire, response: QuestionnaireResponse): Answers {
  const known = laid.get(response)
  if (known?.of === questionnaire) return known.answers
  const answers = answersOf(questionnaire, response)
  laid.set(response, { of: questionnaire, answers })
  return answers
}

type Where = { up: Place | null; indices: number[]; answers: Answers }

const NONE: ResponseItem[] = []
const linkIdOf = ({ linkId }: ResponseItem): string => linkId

function placesOf(parts: Part[], items: ResponseItem[] | undefined, where: Where): Place[] {
  const byLink = Map.groupBy(items ?? NONE, linkIdOf)
  return parts.map((part) => placeOf(part, byLink.get(part.item.linkId) ?? NONE, where))
}

function placeOf(part: Part, items: ResponseItem[], { up, indices, answers }: Where): Place {
  const name = indices.length === 0 ? part.name : fieldName('a', indices, part.item.linkId)
  const place: Place = { part, up, indices, name, answers: [], rows: [] }
  answers.byName.set(name, place)
  const within = part.isQuestion ? answersIn(part, items) : items.slice(0, part.hasRows ? MOST_ROWS : 1)
  if (part.isQuestion) place.answers = (within as Answer[]).map(withoutItems)
  if (part.parts.length === 0) return place
  const count = part.hasRows ? Math.max(within.length, rowsAtLeast(part)) : 1
  for (let row = 0; row < count; row += 1) addPlaces(place, answers, within[row]?.item)
  return place
}

const withoutItems = (answer: Answer): Value => {
  if (answer.item === undefined) return answer
  const { item: _, ...value } = answer
  return value
}

/** A choice has a row for each answer; of anything else there is always one to fill in. */
const rowsAtLeast = (part: Part): number => (part.options.length > 0 ? 0 : part.least)

/** One row more. @returns its places */
export function addPlaces(place: Place, answers: Answers, items?: ResponseItem[]): Place[] {
  const { part } = place
  answers.byLink = undefined
  const indices = part.hasRows ? [...place.indices, place.rows.length] : place.indices
  const row = placesOf(part.parts, items, { up: place, indices, answers })
  place.rows.push(row)
  return row
}

/** Kept answers of a question: one, or all of them without gaps, which only typing leaves. */
function answersIn(part: Part, items: ResponseItem[]): Answer[] {
  const given = items.flatMap(({ answer }) => answer ?? [])
  if (!part.isRepeated) return given.slice(0, 1)
  if (part.options.length > 0) return given.filter(hasValue)
  return (part.hasRows ? given : withoutGaps(given)).slice(0, MOST_ROWS)
}

/** Empty rows only at the end. */
export function withoutGaps<T extends Value>(rows: T[]): T[] {
  const last = rows.findLastIndex(hasValue)
  return [...rows.slice(0, last + 1).filter(hasValue), ...rows.slice(last + 1)]
}

export const isAnswered = (place: Place): boolean => place.answers.some(hasValue)

/** Places and what is in them, in the order of the page. */
export function everyPlace(places: Place[], found: Place[] = []): Place[] {
  for (const place of places) {
    found.push(place)
    for (const row of place.rows) everyPlace(row, found)
  }
  return found
}

export const somePlace = (places: Place[], isMeant: (place: Place) => boolean): boolean =>
  places.some((place) => isMeant(place) || place.rows.some((row) => somePlace(row, isMeant)))

/** All places of an item, in all rows. */
export function placesFor(answers: Answers, linkId: string): Place[] {
  answers.byLink ??= Map.groupBy(answers.byName.values(), ({ part }) => part.item.linkId)
  return answers.byLink.get(linkId) ?? []
}
