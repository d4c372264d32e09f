import { definitionOf, type Part } from './definition.ts'
import { type Path, pathsIn } from './expressions/reads.ts'
import { calculatedExpression, enableWhenExpression, regex, variables } from './extensions.ts'
import type { Answer, Item, Questionnaire, QuestionnaireResponse, ResponseItem } from './fhir.ts'
import { once } from './once.ts'

/** What the expressions of a form can read, where their texts say so for certain. */
export type Feeding = {
  /** What they read, with all in it. */
  parts: ReadonlySet<Part>
  /** What must be there for them: that, what it stands in, and where expressions stand. */
  needed: ReadonlySet<Item>
  /** That, and whatever decides whether it is enabled, by linkId. */
  relevant: ReadonlySet<string>
  /** Nothing that is calculated is read, nor decides what is enabled: all of it is known after once. */
  isDirect: boolean
}

/** undefined: some expression may read anything, or a pattern every answer. */
export const feedingOf = (questionnaire: Questionnaire): Feeding | undefined =>
  found(questionnaire) ?? undefined

const found = once((questionnaire: Questionnaire): Feeding | null => {
  const { all } = definitionOf(questionnaire)
  const expressions = [questionnaire, ...all.map(({ item }) => item)].flatMap(expressionsOf)
  if (all.some(({ item }) => regex(item) !== undefined)) return null
  const paths = expressions.map(pathsIn)
  if (paths.includes(undefined)) return null
  const parts = new Set((paths as Path[][]).flat().flatMap((path) => all.filter((part) => isOn(path, part))))
  const read = all.filter((part) => around(part).some((one) => parts.has(one)))
  const ends = [...read, ...all.filter(({ hasExpression }) => hasExpression)]
  const needed = new Set(ends.flatMap(around))
  return {
    parts,
    needed: new Set([...needed].map(({ item }) => item)),
    relevant: new Set([...withDeciding(needed)].map(({ item }) => item.linkId)),
    isDirect:
      !read.flatMap(around).some(({ isCalculated }) => isCalculated) &&
      !all.some(({ hasWhenExpression, conditions }) => hasWhenExpression || conditions.some(isOnCalculated)),
  }
})

/** With the questions of their conditions, and those of these. */
function withDeciding(parts: Set<Part>): Set<Part> {
  const all = new Set(parts)
  // What is added on the way is visited too.
  for (const { conditions } of all)
    for (const { target } of conditions) if (target) for (const one of around(target)) all.add(one)
  return all
}

/** A response with what the expressions of its form may need and, where that is known, no more. */
export function feedOf(questionnaire: Questionnaire, response: QuestionnaireResponse): QuestionnaireResponse {
  const { relevant } = feedingOf(questionnaire) ?? {}
  return relevant ? { ...response, item: only(response.item ?? [], relevant) } : response
}

const only = (items: ResponseItem[], linkIds: ReadonlySet<string>): ResponseItem[] =>
  items
    .filter(({ linkId }) => linkIds.has(linkId))
    .map((one) => ({
      ...one,
      ...(one.item && { item: only(one.item, linkIds) }),
      ...(one.answer && { answer: one.answer.map((answer) => withOnly(answer, linkIds)) }),
    }))

const withOnly = (answer: Answer, linkIds: ReadonlySet<string>): Answer =>
  answer.item ? { ...answer, item: only(answer.item, linkIds) } : answer

const expressionsOf = (of: Questionnaire | Item): string[] => {
  const own = 'linkId' in of ? [calculatedExpression(of), enableWhenExpression(of)] : []
  return [...variables(of), ...own].flatMap((one) => one?.expression ?? [])
}

const isOnCalculated = ({ target }: Part['conditions'][number]): boolean => target?.isCalculated === true

/** The part and what it stands in, from the inside out. */
function around(part: Part): Part[] {
  const parts: Part[] = []
  for (let one: Part | null = part; one; one = one.up) parts.push(one)
  return parts
}

function isOn({ steps, isDeep }: Path, part: Part): boolean {
  if (isDeep) return steps.every((isMeant) => isMeant(part.item.linkId))
  const way = around(part).reverse()
  return way.length === steps.length && way.every(({ item }, depth) => steps[depth]?.(item.linkId))
}
