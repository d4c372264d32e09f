import type { Answer, Item, Questionnaire, QuestionnaireResponse, ResponseItem } from './fhir.ts'
import { once } from './once.ts'

/** Items that a rule or the chart reads carry a code of this system, whatever their linkId is. */
export const FACT_SYSTEM = 'urn:flora:fact'

/** A code of an option, a number, a yes or no, or words; dates as YYYY-MM-DD. */
export type Plain = string | number | boolean

/** What was answered, by fact: several of a repeated question or group, in the order of the answers. */
export type Facts = ReadonlyMap<string, readonly Plain[]>

/**
 * The answers that have a meaning to rules and charts. All that stands in the response counts, so it must be one as it
 * is sent: without answers to what was not asked.
 */
export function factsOf(questionnaire: Questionnaire, response: QuestionnaireResponse): Facts {
  const names = factNames(questionnaire)
  const facts = new Map<string, Plain[]>()
  const tell = (name: string, values: Plain[]): void => {
    const before = facts.get(name)
    if (before) before.push(...values)
    else facts.set(name, [...values])
  }
  const walk = (items: readonly ResponseItem[]): void => {
    for (const { linkId, answer, item } of items) {
      const values = answer?.flatMap(plain) ?? []
      if (values.length > 0) for (const name of names.get(linkId) ?? []) tell(name, values)
      for (const { item: nested } of answer ?? []) if (nested) walk(nested)
      if (item) walk(item)
    }
  }
  walk(response.item ?? [])
  return facts
}

/** Of each item, by linkId, which facts it tells. */
const factNames = once(({ item: items = [] }: Questionnaire): Map<string, string[]> => {
  const names = new Map<string, string[]>()
  const walk = (item: Item) => {
    const codes = (item.code ?? []).filter(({ system }) => system === FACT_SYSTEM)
    names.set(
      item.linkId,
      codes.flatMap(({ code }) => code ?? []),
    )
    item.item?.forEach(walk)
  }
  items.forEach(walk)
  return names
})

/** Files and what has no value of its own tell nothing. */
function plain(answer: Answer): Plain[] {
  const value =
    answer.valueCoding?.code ??
    answer.valueCoding?.display ??
    answer.valueQuantity?.value ??
    answer.valueBoolean ??
    answer.valueInteger ??
    answer.valueDecimal ??
    answer.valueString ??
    answer.valueDate ??
    answer.valueDateTime ??
    answer.valueTime ??
    answer.valueUri
  return value === undefined ? [] : [value]
}
