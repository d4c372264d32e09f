import { readAnswers } from './answers.ts'
import type { QuestionnaireResponse } from './fhir.ts'
import type { Settled } from './settling.ts'
import { hasValue } from './wording.ts'
import { writeItems } from './writing.ts'

/** Status, time, subject and author; what is not given stays as the draft has it. */
export type Finishing = Pick<QuestionnaireResponse, 'status'> & Omit<Partial<QuestionnaireResponse>, 'item'>

/** What is sent: nothing of disabled items, nothing empty, texts with the answers, in the order of the definition. */
export function finish(settled: Settled, finishing: Finishing): QuestionnaireResponse {
  const { item: _, ...head } = settled.response
  const { places } = readAnswers(settled.questionnaire, settled.response)
  const item = writeItems(places, { isFinal: true, isKept: ({ name }) => settled.enabled.has(name) })
  return { ...head, ...finishing, ...(item.length > 0 && { item }) }
}

export type Score = { linkId: string; label: string; value: number }

/** The numbers that the definition calculates, of enabled items; one in a repeated group is no score of the form. */
export function scoresOf({ questionnaire, response, enabled }: Settled): Score[] {
  const { byName } = readAnswers(questionnaire, response)
  return [...byName.values()].flatMap(({ part, name, answers }) => {
    if (!part.isCalculated || part.depth > 0 || !enabled.has(name)) return []
    const value = answers.filter(hasValue).map(numberOf)[0]
    return value === undefined ? [] : [{ linkId: part.item.linkId, label: part.short, value }]
  })
}

const numberOf = ({
  valueInteger,
  valueDecimal,
  valueQuantity,
}: NonNullable<Parameters<typeof hasValue>[0]>) => valueInteger ?? valueDecimal ?? valueQuantity?.value
