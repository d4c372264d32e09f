import { definitionOf } from './definition.ts'
import { calculatedExpression, enableWhenExpression, regex, variables } from './extensions.ts'
import type { Questionnaire } from './fhir.ts'

/** What FHIRPath calls the time: what is worked out with it is old the next day. */
const CLOCK = /\b(?:today|now|timeOfDay)\b/

const known = new WeakMap<Questionnaire, boolean>()

/**
 * Whether answers that were worked out when they were saved still are: all that expressions gave is kept with them, and
 * none of it depends on the day.
 */
export function isLasting(questionnaire: Questionnaire): boolean {
  let lasts = known.get(questionnaire)
  if (lasts === undefined) {
    lasts = decide(questionnaire)
    known.set(questionnaire, lasts)
  }
  return lasts
}

function decide(questionnaire: Questionnaire): boolean {
  const items = definitionOf(questionnaire).all.map(({ item }) => item)
  const isKept = items.every((item) => enableWhenExpression(item) === undefined && regex(item) === undefined)
  const calculations = items.flatMap((item) => [...variables(item), calculatedExpression(item) ?? []].flat())
  const all = [...variables(questionnaire), ...calculations]
  return isKept && !all.some(({ expression = '' }) => CLOCK.test(expression))
}
