import { FACT_SYSTEM, factsOf } from '../forms/facts.ts'
import type { Item, Questionnaire, QuestionnaireResponse, ResponseItem } from '../forms/fhir.ts'

const isPronouns = ({ code = [] }: Item): boolean =>
  code.some(({ system, code }) => system === FACT_SYSTEM && code === 'pronouns')

function findDeep<T extends { item?: T[] }>(items: T[], is: (item: T) => boolean): T | undefined {
  for (const item of items) {
    const found = is(item) ? item : findDeep(item.item ?? [], is)
    if (found) return found
  }
  return undefined
}

/** The pronouns that somebody gave, in their words; '' when they gave none. */
export function pronounsIn(questionnaire: Questionnaire, response: QuestionnaireResponse): string {
  const question = findDeep(questionnaire.item ?? [], isPronouns)
  if (!question) return ''
  const answered = findDeep<ResponseItem>(response.item ?? [], ({ linkId }) => linkId === question.linkId)
  return (answered?.answer ?? [])
    .flatMap(({ valueCoding, valueString }) => valueCoding?.display ?? valueString ?? [])
    .join(', ')
}

/** Itch at its worst, 0 to 10; undefined when it was not answered. */
export function itchIn(questionnaire: Questionnaire, response: QuestionnaireResponse): number | undefined {
  const [itch] = factsOf(questionnaire, response).get('itch') ?? []
  return typeof itch === 'number' ? itch : undefined
}
