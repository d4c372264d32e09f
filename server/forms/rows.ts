import { type Answers, addPlaces, answersOf, isAnswered, type Place, somePlace } from './answers.ts'
import type { Attachment, Questionnaire, QuestionnaireResponse } from './fhir.ts'
import { hasRoom } from './growing.ts'
import { beginPlaces } from './initial.ts'
import { fieldName, parseFieldName } from './names.ts'
import { withItems } from './settling.ts'
import { hasValue } from './wording.ts'

/**
 * One more row of the repeated group or question of that name; what may not have one more stays as it is,
 * and files have their own way in.
 */
export function addRow(
  response: QuestionnaireResponse,
  questionnaire: Questionnaire,
  name: string,
): QuestionnaireResponse {
  const answers = answersOf(questionnaire, response)
  const place = answers.byName.get(name)
  if (!place || place.part.item.type === 'attachment' || !canHaveMore(place) || !hasRoom(answers))
    return response
  if (place.part.hasRows) beginPlaces(addPlaces(place, answers), answers)
  if (place.part.isQuestion) {
    const count = place.part.hasRows ? place.rows.length : rowCount(place) + 1
    while (place.answers.length < count) place.answers.push({})
  }
  return withItems(response, answers)
}

/** How many rows of a repeated group or field the page shows. */
export const rowCount = ({ part, rows, answers }: Place): number =>
  part.hasRows ? rows.length : Math.max(answers.length, part.least)

/** Whether one more may be asked for: choices are all on the page. */
export function canHaveMore(place: Place): boolean {
  const { part } = place
  return part.isRepeated && part.options.length === 0 && canBeFilled(place) && rowCount(place) < part.most
}

/** Whether a row may be removed: an empty one only where others are left. What is chosen is taken back by its option. */
export function canLose(place: Place, row: number): boolean {
  const { part, rows, answers } = place
  if (!part.hasRows || part.options.length > 0 || !canBeFilled(place)) return false
  return rows.length > 1 || hasValue(answers[row] ?? {}) || somePlace(rows[row] ?? [], isAnswered)
}

const canBeFilled = ({ part }: Place): boolean =>
  part.isQuestion ? part.isAsked : part.parts.some((within) => within.isAsked || within.parts.length > 0)

/** `name`: of the row, as the remove button posts it. */
export function removeRow(
  response: QuestionnaireResponse,
  questionnaire: Questionnaire,
  name: string,
): QuestionnaireResponse {
  const answers = answersOf(questionnaire, response)
  const found = rowOf(answers, name)
  if (!found) return response
  found.place.rows.splice(found.row, 1)
  found.place.answers.splice(found.row, 1)
  return withItems(response, answers)
}

/** A row has the name of its group or question with one index more. */
export const rowName = ({ indices, part }: Place, row: number): string =>
  fieldName('a', [...indices, row], part.item.linkId)

function rowOf(answers: Answers, name: string): { place: Place; row: number } | undefined {
  const parsed = parseFieldName(name)
  const row = parsed?.indices.at(-1)
  if (!parsed || row === undefined) return undefined
  const place = answers.byName.get(fieldName('a', parsed.indices.slice(0, -1), parsed.linkId))
  if (!place?.part.hasRows || !canBeFilled(place) || row >= place.rows.length) return undefined
  return { place, row }
}

/** Puts a stored file (its `url` says which) to the attachment question of that name (`a…:linkId`). */
export function addFile(
  response: QuestionnaireResponse,
  questionnaire: Questionnaire,
  { name, attachment }: { name: string; attachment: Attachment },
): QuestionnaireResponse {
  const answers = answersOf(questionnaire, response)
  const place = answers.byName.get(name)
  if (place?.part.item.type !== 'attachment' || !place.part.isAsked) return response
  const kept = place.part.isRepeated ? place.answers.filter(hasValue) : []
  if (kept.length >= place.part.most) return response
  place.answers = [...kept, { valueAttachment: attachment }]
  return withItems(response, answers)
}

/** Takes out every answer that is the file of that url. */
export function removeFile(
  response: QuestionnaireResponse,
  questionnaire: Questionnaire,
  url: string,
): QuestionnaireResponse {
  const answers = answersOf(questionnaire, response)
  for (const place of answers.byName.values())
    if (place.part.item.type === 'attachment' && place.part.isAsked)
      place.answers = place.answers.filter(({ valueAttachment }) => valueAttachment?.url !== url)
  return withItems(response, answers)
}
