import { type Answers, answersOf, type Place, placesFor } from './answers.ts'
import { definitionOf, rowsAround } from './definition.ts'
import type { Questionnaire, QuestionnaireResponse } from './fhir.ts'
import { wordsOf } from './fields.ts'

export type Change = { linkId: string; label: string; before: string; after: string }

/** Answers in words that differ, in the order of the definition; empty words: not answered. */
export function changesBetween(
  questionnaire: Questionnaire,
  older: QuestionnaireResponse,
  newer: QuestionnaireResponse,
): Change[] {
  const [before, after] = [answersOf(questionnaire, older), answersOf(questionnaire, newer)]
  return definitionOf(questionnaire).all.flatMap(({ item, isQuestion, isHidden }) => {
    if (!isQuestion || isHidden) return []
    return placesOf(item.linkId, before, after).flatMap((place) => {
      const words = [before, after].map(({ byName }) => {
        const there = byName.get(place.name)
        return there ? wordsOf(there) : ''
      })
      const [was = '', is = ''] = words
      return was === is ? [] : [{ linkId: item.linkId, label: labelOf(place), before: was, after: is }]
    })
  })
}

/** The places of a question in both, each once. */
function placesOf(linkId: string, before: Answers, after: Answers): Place[] {
  const now = placesFor(after, linkId)
  return [...now, ...placesFor(before, linkId).filter(({ name }) => !after.byName.has(name))]
}

/** "Medicines 2: How much?" */
const labelOf = ({ part, indices }: Place): string =>
  [...rowsAround(part).map(({ short }, depth) => `${short} ${(indices[depth] ?? 0) + 1}`), part.label].join(
    ': ',
  )
