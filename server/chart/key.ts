import { type Answers, type Place, placesFor, readAnswers } from '../forms/answers.ts'
import { FACT_SYSTEM, factsOf } from '../forms/facts.ts'
import type { Item, Questionnaire, QuestionnaireResponse } from '../forms/fhir.ts'
import { wordsOf } from '../forms/fields.ts'

const tells = ({ code = [] }: Item, fact: string): boolean =>
  code.some(({ system, code }) => system === FACT_SYSTEM && code === fact)

export type Read = { definition: Questionnaire; answers: Answers }

/** The answered places of a fact, in the order of the form; rows of a repeated group one after the other. */
const placesOf = ({ definition, answers }: Read, fact: string): Place[] =>
  linksOf(definition.item ?? [], fact)
    .flatMap((linkId) => placesFor(answers, linkId))
    .filter((place) => wordsOf(place) !== '')

const linksOf = (items: readonly Item[], fact: string): string[] =>
  items.flatMap((item) => [...(tells(item, fact) ? [item.linkId] : []), ...linksOf(item.item ?? [], fact)])

export const wordsFor = (read: Read, fact: string): string[] => placesOf(read, fact).map(wordsOf)

/** What stands beside it in the same row: the dose of a medicine. */
export function withBeside(read: Read, fact: string, beside: string): string[] {
  const others = placesOf(read, beside)
  return placesOf(read, fact).map((place) => {
    const same = others.find(({ up, indices }) => up === place.up && indices.join() === place.indices.join())
    return same ? `${wordsOf(place)}: ${wordsOf(same)}` : wordsOf(place)
  })
}

/** What the head of a chart takes from the intake; lists are empty when nothing was named. */
export type KeyFacts = { pronouns: string; allergies: string[]; medicines: string[]; born: string }

export function keyFactsIn(definition: Questionnaire, response: QuestionnaireResponse): KeyFacts {
  const read = { definition, answers: readAnswers(definition, response) }
  return {
    pronouns: wordsFor(read, 'pronouns').join(', '),
    allergies: [...wordsFor(read, 'allergies'), ...wordsFor(read, 'other-allergies')],
    medicines: withBeside(read, 'medicines', 'medicine-doses'),
    born: String(factsOf(definition, response).get('date-of-birth')?.[0] ?? ''),
  }
}

/** Itch at its worst, 0 to 10; undefined when it was not answered. */
export function itchIn(questionnaire: Questionnaire, response: QuestionnaireResponse): number | undefined {
  const [itch] = factsOf(questionnaire, response).get('itch') ?? []
  return typeof itch === 'number' ? itch : undefined
}
