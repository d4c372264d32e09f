import { regex } from '../extensions.ts'
import type { Answer, Item, Questionnaire, QuestionnaireResponse } from '../fhir.ts'
import { fieldName } from '../names.ts'
import { type Engine, type Trouble, wordsOf } from './pass.ts'
import { byLinkId, type Holder, indicesInside } from './pruning.ts'

type Standing = { questionnaire: Questionnaire; resource: QuestionnaireResponse }

/** Names of the answers that don't match the pattern of their question. A pattern that is none fails no answer. */
export function failingPatterns({ questionnaire, resource }: Standing, engine: Engine) {
  const failed = new Set<string>()
  const troubles: Trouble[] = []
  const inside = indicesInside(questionnaire)

  const isMatching = (item: Item, answer: Answer): boolean => {
    const text = textOf(answer)
    if (text === undefined) return true
    try {
      engine.turnTo(item.linkId)
      return engine.matches(regex(item) as string, text)
    } catch (error) {
      troubles.push({ linkId: item.linkId, message: wordsOf(error) })
      return true
    }
  }

  const visit = (items: Item[], holder: Holder | undefined, indices: number[]): void => {
    const nodes = byLinkId(holder)
    for (const item of items)
      for (const [row, node] of (nodes.get(item.linkId) ?? []).entries()) {
        const answers = node.answer ?? []
        if (regex(item) !== undefined && !answers.every((answer) => isMatching(item, answer)))
          failed.add(fieldName('a', indices, item.linkId))
        if (!item.item) continue
        if (item.type === 'group') visit(item.item, node, inside(item, indices, row))
        for (const [index, answer] of answers.entries())
          visit(item.item, answer, inside(item, indices, index))
      }
  }

  visit(questionnaire.item ?? [], resource, [])
  return { failed: [...failed], troubles }
}

const textOf = (answer: Answer): string | undefined => {
  const { valueString, valueUri, valueInteger, valueDecimal, valueDate, valueDateTime, valueTime } = answer
  const value =
    valueString ?? valueUri ?? valueInteger ?? valueDecimal ?? valueDate ?? valueDateTime ?? valueTime
  return value === undefined ? undefined : String(value)
}
