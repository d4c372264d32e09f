import { definitionOf } from '../definition.ts'
import { calculatedExpression } from '../extensions.ts'
import type { Answer, Item, Questionnaire, QuestionnaireResponse, ResponseItem, Value } from '../fhir.ts'
import { fieldName } from '../names.ts'
import { once } from '../once.ts'

/** What may hold items: a response, one of its items, or an answer. */
export type Holder = { item?: ResponseItem[] }

export const byLinkId = (holder?: Holder): Map<string, ResponseItem[]> =>
  Map.groupBy(holder?.item ?? [], ({ linkId }) => linkId)

/** The indices of what stands in a row of an item: the same where it has no rows; see names.ts. */
export function indicesInside(questionnaire: Questionnaire) {
  const { byItem } = definitionOf(questionnaire)
  return (item: Item, indices: number[], row: number): number[] =>
    byItem.get(item)?.hasRows ? [...indices, row] : indices
}

/**
 * What expressions may read: a copy without answers of disabled items, which count as not given. Rows stay where they
 * are, also empty ones, so that names keep their meaning. `needed`: what any of them reads, if that is known.
 */
export function prunedResponse(
  questionnaire: Questionnaire,
  response: QuestionnaireResponse,
  enabled: Set<string>,
  needed?: ReadonlySet<Item>,
): QuestionnaireResponse {
  const inside = indicesInside(questionnaire)
  const pruned = (items: Item[], holder: Holder, indices: number[]): ResponseItem[] => {
    const nodes = byLinkId(holder)
    return items.flatMap((item) => {
      const here = nodes.get(item.linkId)
      if (!here || needed?.has(item) === false || !enabled.has(fieldName('a', indices, item.linkId)))
        return []
      return within(item, here, indices)
    })
  }
  const within = (item: Item, nodes: ResponseItem[], indices: number[]): ResponseItem[] => {
    if (!item.item) return nodes.slice(0, 1)
    const rows = item.type === 'group' && item.repeats ? nodes : nodes.slice(0, 1)
    if (item.type === 'group')
      return rows.map((node, row) => ({
        ...node,
        item: pruned(item.item ?? [], node, inside(item, indices, row)),
      }))
    const [node] = rows as [ResponseItem]
    const answers = node.answer?.map((answer, index) => ({
      ...answer,
      item: pruned(item.item ?? [], answer, inside(item, indices, index)),
    }))
    return [{ ...node, ...(answers && { answer: answers }) }]
  }
  return { ...response, item: pruned(questionnaire.item ?? [], response, []) }
}

/**
 * A copy in which calculated items have these values and no others, by name; what has none is not answered. Groups that
 * are not there yet are made, rows of repeating ones are not.
 */
export function withCalculated(
  questionnaire: Questionnaire,
  response: QuestionnaireResponse,
  calculated: Record<string, Value[]>,
): QuestionnaireResponse {
  const inside = indicesInside(questionnaire)
  const isTouched = calculatedWithin(questionnaire)
  const inHolder = (items: Item[], holder: Holder | undefined, indices: number[]): ResponseItem[] => {
    const nodes = byLinkId(holder)
    return items.flatMap((item) => {
      const here = nodes.get(item.linkId) ?? []
      return isTouched.has(item) ? inItem(item, here, indices) : here
    })
  }
  const inItem = (item: Item, nodes: ResponseItem[], indices: number[]): ResponseItem[] => {
    const inner = item.item ?? []
    if (item.type === 'group' && item.repeats)
      return nodes.map((node, row) => ({ ...node, item: inHolder(inner, node, inside(item, indices, row)) }))
    const node = nodes[0] ?? { linkId: item.linkId }
    if (item.type === 'group') {
      const held = inHolder(inner, node, indices)
      return nodes.length > 0 || held.length > 0 ? [{ ...node, item: held }] : []
    }
    const values: Answer[] = calculatedExpression(item)
      ? (calculated[fieldName('a', indices, item.linkId)] ?? [])
      : (node.answer ?? [])
    const answer = values.map((value, index) => {
      const held = inHolder(inner, node.answer?.[index], inside(item, indices, index))
      return held.length > 0 ? { ...value, item: held } : value
    })
    return answer.length > 0 ? [{ ...node, answer }] : []
  }
  return { ...response, item: inHolder(questionnaire.item ?? [], response, []) }
}

/** The items that are calculated or have such items inside. */
const calculatedWithin = once((questionnaire: Questionnaire): Set<Item> => {
  const found = new Set<Item>()
  const visit = (item: Item): boolean => {
    const inside = (item.item ?? []).map(visit).includes(true)
    if (inside || calculatedExpression(item)) found.add(item)
    return found.has(item)
  }
  questionnaire.item?.forEach(visit)
  return found
})
