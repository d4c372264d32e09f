import { isAnswered, type Place } from './answers.ts'
import type { Answer, ResponseItem } from './fhir.ts'
import { hasValue } from './wording.ts'

/** `isKept`: which places are written, with what is in them. `isFinal`: no empty rows, and texts with the answers. */
export type Writing = { isKept?: (place: Place) => boolean; isFinal?: boolean }

/** Places as the items of a response: only what holds an answer, and the rows that were asked for. */
export function writeItems(places: Place[], writing: Writing = {}): ResponseItem[] {
  return places.flatMap((place) => {
    if (writing.isKept && !writing.isKept(place)) return []
    return place.part.isQuestion ? questionItems(place, writing) : groupItems(place, writing)
  })
}

const headOf = ({ part: { item } }: Place, { isFinal }: Writing) =>
  isFinal && item.text ? { linkId: item.linkId, text: item.text } : { linkId: item.linkId }

function groupItems(place: Place, writing: Writing): ResponseItem[] {
  const rows = place.rows.map((row) => ({ row, item: writeItems(row, writing) }))
  const isEmpty = ({ row, item }: (typeof rows)[number]) =>
    item.length === 0 || (writing.isFinal === true && place.part.hasRows && isLeftOut(row, writing))
  const kept = withoutEmpty(rows, isEmpty, place, writing)
  return kept.map(({ item }) => ({ ...headOf(place, writing), ...(item.length > 0 && { item }) }))
}

/** A row that asks something and got no answer; what is calculated in it, or began in it hidden, is not one. */
export function isLeftOut(row: Place[], { isKept = () => true }: Writing): boolean {
  const asked: Place[] = []
  const gather = (places: Place[]) => {
    for (const place of places.filter(isKept)) {
      if (place.part.isAsked) asked.push(place)
      for (const within of place.rows) gather(within)
    }
  }
  gather(row)
  return asked.length > 0 && !asked.some(isAnswered)
}

function questionItems(place: Place, writing: Writing): ResponseItem[] {
  const written = place.part.parts.length === 0 ? [...place.answers] : answersWithin(place, writing)
  const isEmpty = (answer: Answer) => answer.item === undefined && !hasValue(answer)
  const answer = withoutEmpty(written, isEmpty, place, writing)
  return answer.length > 0 ? [{ ...headOf(place, writing), answer }] : []
}

/** With what is in the rows of each. */
function answersWithin({ rows, answers, part }: Place, writing: Writing): Answer[] {
  const count = Math.max(answers.length, part.options.length > 0 && part.hasRows ? 0 : rows.length)
  return Array.from({ length: count }, (_, index): Answer => {
    const value = answers[index] ?? {}
    const item = writeItems(rows[index] ?? [], writing)
    return item.length > 0 ? { ...value, item } : value
  })
}

/**
 * Empty rows are kept only when somebody asked for more rows than the page shows anyway; so what is written and read
 * back is the same.
 */
function withoutEmpty<T>(
  rows: T[],
  isEmpty: (row: T) => boolean,
  { part }: Place,
  { isFinal }: Writing,
): T[] {
  if (isFinal || !part.isRepeated) return rows.filter((row) => !isEmpty(row))
  if (rows.length > part.least) return rows
  return rows.slice(0, rows.findLastIndex((row) => !isEmpty(row)) + 1)
}
