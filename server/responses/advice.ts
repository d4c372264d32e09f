import { factsOf } from '../forms/facts.ts'
import type { QuestionnaireResponse, ResponseItem } from '../forms/fhir.ts'
import { finish } from '../forms/finishing.ts'
import type { Section } from '../forms/sections.ts'
import type { Settled } from '../forms/settling.ts'
import { type Sign, signsIn } from '../signs/table.ts'

/** What the client is told at once. */
export type Advice = { heading: string; text: string; isUrgent: boolean }

/** As it would be sent now: nothing of what is not asked counts. */
const asSent = (settled: Settled): QuestionnaireResponse => finish(settled, { status: 'in-progress' })

/** @param today YYYY-MM-DD where the client is */
export const signsOf = (settled: Settled, today: string): Sign[] =>
  signsIn(factsOf(settled.questionnaire, asSent(settled)), { today })

/** Signs that would not be there without the answers of this section, whatever others they rest on too. */
export function signsOfSection(settled: Settled, section: Section, today: string): Sign[] {
  const { questionnaire } = settled
  const response = asSent(settled)
  const all = signsIn(factsOf(questionnaire, response), { today })
  if (all.length === 0) return []
  const own = new Set(section.items.map(({ linkId }) => linkId))
  const others = { ...response, item: without(response.item ?? [], own) }
  const remaining = new Set(signsIn(factsOf(questionnaire, others), { today }).map(({ sign }) => sign))
  return all.filter(({ sign }) => !remaining.has(sign))
}

/** A section may be a page inside of a group. */
const without = (items: ResponseItem[], linkIds: Set<string>): ResponseItem[] =>
  items
    .filter(({ linkId }) => !linkIds.has(linkId))
    .map((one) => (one.item ? { ...one, item: without(one.item, linkIds) } : one))

/** In words for the client, each once; what is better talked about than read is left out. */
export function adviceFor(signs: readonly Sign[]): Advice[] {
  const told = signs.flatMap(({ client, kind }) =>
    client ? [{ ...client, isUrgent: kind === 'urgent' }] : [],
  )
  return [...new Map(told.map((advice) => [advice.text, advice])).values()]
}
