import { createHash } from 'node:crypto'
import { readAnswers } from './answers.ts'
import type { Questionnaire, QuestionnaireResponse } from './fhir.ts'
import { placesIn, type Section } from './sections.ts'
import { writeItems } from './writing.ts'

/**
 * A mark of the section's answers (22 characters): another one means that somebody changed them meanwhile. What is
 * calculated does not count, for it changes with other sections.
 */
export function digestOfSection(
  questionnaire: Questionnaire,
  section: Section,
  response: QuestionnaireResponse,
): string {
  const places = placesIn(readAnswers(questionnaire, response), section)
  const items = writeItems(places, { isKept: ({ part }) => !part.isCalculated })
  return createHash('sha256').update(JSON.stringify(items, inOrder)).digest('base64url').slice(0, 22)
}

/** The same whatever order the properties came in. */
const inOrder = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value
