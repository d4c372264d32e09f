import { type Answers, answersOf, type Place, readAnswers } from './answers.ts'
import { definitionOf } from './definition.ts'
import { enabledOf } from './enablement.ts'
import type { Outcome, Trouble } from './expressions/evaluation.ts'
import { feedingOf } from './feeding.ts'
import type { Questionnaire, QuestionnaireResponse } from './fhir.ts'
import { writeItems } from './writing.ts'

export type Settled = {
  questionnaire: Questionnaire
  /** With what is calculated. */
  response: QuestionnaireResponse
  /** Names of all enabled items. */
  enabled: Set<string>
  /** Names of answers that don't match the pattern their question asks for. */
  failedRegex: Set<string>
  troubles: Trouble[]
}

/** Works out the expressions of the definition for these answers: the evaluator with its key, trust and time. */
export type Evaluate = (response: QuestionnaireResponse) => Promise<Outcome>

/** What is calculated may enable what is calculated with: so often it is tried until nothing changes. */
const MOST_ROUNDS = 6

/**
 * Which items are enabled and what is calculated. `evaluate` is called only when the definition has expressions or
 * patterns, with the answers of enabled items alone; without it calculated values stay as they are kept. `before`: the same
 * answers as they were settled; what feeds no expression may have changed without anything to evaluate.
 */
export async function settle(
  questionnaire: Questionnaire,
  response: QuestionnaireResponse,
  evaluate?: Evaluate,
  before?: Settled,
): Promise<Settled> {
  if (!evaluate || !definitionOf(questionnaire).needsEvaluation) {
    const enabled = enabledOf(readAnswers(questionnaire, response))
    return { questionnaire, response, enabled, failedRegex: new Set(), troubles: [] }
  }
  const answers = answersOf(questionnaire, response)
  let enabled = enabledOf(answers)
  if (before && isFedAlike(before, { questionnaire, answers, enabled })) {
    const settled = { questionnaire, response: withItems(response, answers), enabled }
    return { ...settled, failedRegex: new Set(), troubles: [] }
  }
  let outcome: Outcome | undefined
  let isSettled = false
  for (let round = 0; round < MOST_ROUNDS && !isSettled; round += 1) {
    outcome = await evaluate(withItems(response, answers, enabled))
    takeCalculated(answers, outcome)
    const before = enabled
    enabled = enabledOf(answers, new Map(Object.entries(outcome.enabled)))
    isSettled = enabled.size === before.size && [...enabled].every((name) => before.has(name))
  }
  const troubles = outcome?.troubles ?? []
  return {
    questionnaire,
    response: withItems(response, answers),
    enabled,
    failedRegex: new Set(outcome?.failedRegex),
    troubles: isSettled ? troubles : [...troubles, UNSETTLED],
  }
}

type Standing = { questionnaire: Questionnaire; answers: Answers; enabled: ReadonlySet<string> }

/** Whether all that calculations can tell is the same: what they gave is, too. */
function isFedAlike(before: Settled, { questionnaire, answers, enabled }: Standing): boolean {
  const { relevant, isDirect } = feedingOf(questionnaire) ?? {}
  if (!relevant || !isDirect) return false
  const fed = ({ places }: Answers, names: ReadonlySet<string>) => {
    const isKept = ({ name, part }: Place) => relevant.has(part.item.linkId) && names.has(name)
    return JSON.stringify(writeItems(places, { isKept }))
  }
  return fed(readAnswers(questionnaire, before.response), before.enabled) === fed(answers, enabled)
}

const UNSETTLED: Trouble = {
  linkId: '',
  message: 'The conditions and calculations of this form contradict each other.',
}

/** A response with these answers; rows stay where they are, so that names mean the same. */
export function withItems(
  response: QuestionnaireResponse,
  { places }: Answers,
  enabled?: ReadonlySet<string>,
): QuestionnaireResponse {
  const { item: _, ...head } = response
  const item = writeItems(places, enabled && { isKept: ({ name }) => enabled.has(name) })
  return item.length > 0 ? { ...head, item } : head
}

/** Whatever was kept of a calculated item is not believed. */
function takeCalculated({ byName }: Answers, { calculated }: Outcome): void {
  for (const [name, place] of byName) {
    if (!place.part.isCalculated || !place.part.isQuestion) continue
    const values = Object.hasOwn(calculated, name) ? (calculated[name] ?? []) : []
    place.answers = place.part.isRepeated ? values : values.slice(0, 1)
  }
}
