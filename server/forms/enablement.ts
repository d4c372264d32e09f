import { type Answers, answersOf, everyPlace, type Place, placesFor } from './answers.ts'
import { isMet } from './conditions.ts'
import type { Condition } from './definition.ts'
import type { Questionnaire, QuestionnaireResponse, Value } from './fhir.ts'
import { fieldName } from './names.ts'

/**
 * The names of all enabled items, groups and display items too. `given`: what enableWhenExpressions say, by name;
 * what is not in it is enabled. A question that is not enabled counts as unanswered, whatever is kept of it.
 */
export function enabledNames(
  questionnaire: Questionnaire,
  response: QuestionnaireResponse,
  given: ReadonlyMap<string, boolean> = new Map(),
): Set<string> {
  return enabledOf(answersOf(questionnaire, response), given)
}

/** Conditions that lead on and on, or in a circle: there it ends, and the item at the end counts as enabled. */
const LONGEST_CHAIN = 500

export function enabledOf(answers: Answers, given: ReadonlyMap<string, boolean> = new Map()): Set<string> {
  const decided = new Map<Place, boolean>()
  let chain = 0

  function isEnabled(place: Place): boolean {
    const known = decided.get(place)
    if (known !== undefined) return known
    if (chain >= LONGEST_CHAIN) return true
    decided.set(place, true)
    chain += 1
    const enabled = (place.up === null || isEnabled(place.up)) && isWanted(place)
    chain -= 1
    decided.set(place, enabled)
    return enabled
  }

  function isWanted(place: Place): boolean {
    const { conditions, item, hasWhenExpression } = place.part
    if (hasWhenExpression && given.get(place.name) === false) return false
    if (conditions.length === 0) return true
    const holds = (condition: Condition) => isMet(condition.when, answersFor(place, condition))
    return item.enableBehavior === 'any' ? conditions.some(holds) : conditions.every(holds)
  }

  function answersFor(place: Place, condition: Condition): Value[] {
    const asked = questionsFor(answers, place, condition).filter(isEnabled)
    if (!condition.isAbove || !condition.target) return asked.flatMap((one) => one.answers)
    const row = place.indices[condition.target.depth] ?? 0
    return asked.flatMap((one) => one.answers[row] ?? [])
  }

  const names = new Set<string>()
  // In a circle a group may turn out disabled after something in it was found enabled.
  for (const place of everyPlace(answers.places))
    if ((place.up === null || names.has(place.up.name)) && isEnabled(place)) names.add(place.name)
  return names
}

/** The question of a condition in the same rows as the item; all of them when it stands in rows the item is not in. */
function questionsFor(answers: Answers, { indices }: Place, { target, shared }: Condition): Place[] {
  if (!target) return []
  const { linkId } = target.item
  if (target.depth === shared) {
    const place = answers.byName.get(fieldName('a', indices.slice(0, shared), linkId))
    return place ? [place] : []
  }
  const isNear = (place: Place) =>
    indices.slice(0, shared).every((index, depth) => place.indices[depth] === index)
  return placesFor(answers, linkId).filter(isNear)
}
