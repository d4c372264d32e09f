import { type Answers, addPlaces, type Place } from './answers.ts'
import { definitionOf, MOST_PLACES, type Part, rowsAround } from './definition.ts'
import type { Questionnaire } from './fhir.ts'
import { fieldName, parseFieldName } from './names.ts'
import type { Section } from './sections.ts'

/**
 * Makes the rows that the page has and the draft has not yet (somebody added them in the browser), as far as there may
 * be so many. @returns the places that got no more rows
 */
export function growRows(
  questionnaire: Questionnaire,
  answers: Answers,
  on: Iterable<string>,
  { items }: Section,
): Place[] {
  const { byLink } = definitionOf(questionnaire)
  const refused = new Set<Place>()
  for (const name of on) {
    const parsed = parseFieldName(name)
    const part = parsed && byLink.get(parsed.linkId)
    if (!part || parsed.indices.length !== part.depth || !isWithin(part, items)) continue
    for (const [depth, container] of rowsAround(part).entries()) {
      const place = answers.byName.get(fieldName('a', parsed.indices.slice(0, depth), container.item.linkId))
      const row = parsed.indices[depth] ?? 0
      if (!place || row < place.rows.length) continue
      if (row < container.most && canGrow(container))
        while (place.rows.length <= row && hasRoom(answers)) addPlaces(place, answers)
      if (row >= place.rows.length) refused.add(place)
    }
  }
  return [...refused]
}

/** Rows in rows in rows are more than one can see of the form. */
export const hasRoom = ({ byName }: Answers): boolean => byName.size < MOST_PLACES

/** Answers that are chosen have their rows by being chosen. */
const canGrow = (container: Part): boolean =>
  !container.isHidden && container.options.length === 0 && (container.isAsked || !container.isQuestion)

const isWithin = (part: Part, items: Section['items']): boolean =>
  items.includes(part.item) || (part.up !== null && isWithin(part.up, items))
