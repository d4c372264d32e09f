import { calculatedExpression, enableWhenExpression, regex, variables } from '../extensions.ts'
import type { Expression, Item, Questionnaire, QuestionnaireResponse } from '../fhir.ts'
import { type Remark, THE_FORM } from '../remarks.ts'
import { evaluateForm } from './evaluation.ts'
import { type Engine, wordsOf } from './pass.ts'

const EMPTY: QuestionnaireResponse = { resourceType: 'QuestionnaireResponse', status: 'in-progress' }

/** Functions that would ask another server. */
const ASKING = /\b(resolve|memberOf)\s*\(|%`?terminologies\b/

type Found = { linkId: string; name: string; text: string }

/** Every expression that we can evaluate; those of the form itself have no linkId. */
export function expressionsOf(questionnaire: Questionnaire): Found[] {
  const found = (linkId: string, name: string, expression?: Expression): Found[] => {
    const text = expression?.expression
    return text === undefined ? [] : [{ linkId, name, text }]
  }
  const ofItem = (item: Item): Found[] => [
    ...variables(item).flatMap((variable) => found(item.linkId, `Its variable ${variable.name}`, variable)),
    ...found(item.linkId, 'Its calculatedExpression', calculatedExpression(item)),
    ...found(item.linkId, 'Its enableWhenExpression', enableWhenExpression(item)),
    ...(item.item ?? []).flatMap(ofItem),
  ]
  return [
    ...variables(questionnaire).flatMap((variable) => found('', `The variable ${variable.name}`, variable)),
    ...(questionnaire.item ?? []).flatMap(ofItem),
  ]
}

const patternsOf = (items: Item[] = []): Found[] =>
  items.flatMap((item) => {
    const text = regex(item)
    const own = text === undefined ? [] : [{ linkId: item.linkId, name: 'Its regex', text }]
    return [...own, ...patternsOf(item.item)]
  })

/** What of the expressions and patterns does not work: each is read, and all are run once on an empty form. */
export function tryExpressions(questionnaire: Questionnaire, engine: Engine): Remark[] {
  const remarks: Remark[] = []
  const unreadable = new Set<string>()

  const attempt = ({ linkId, name }: Found, act: () => void): void => {
    try {
      engine.turnTo(linkId)
      act()
    } catch (error) {
      unreadable.add(linkId)
      remarks.push({ where: whereOf(linkId), message: `${name} can’t be read: ${wordsOf(error)}` })
    }
  }

  for (const found of expressionsOf(questionnaire)) {
    const { linkId, name, text } = found
    attempt(found, () => engine.read(text, linkId === ''))
    if (ASKING.test(text))
      remarks.push({
        where: whereOf(linkId),
        message: `${name} asks another server, which Flora never does.`,
      })
  }
  for (const found of patternsOf(questionnaire.item)) attempt(found, () => engine.matches(found.text, ''))
  const { troubles } = evaluateForm({ questionnaire, response: EMPTY }, engine)
  const tried = troubles
    .filter(({ linkId }) => !unreadable.has(linkId))
    .map(({ linkId, message }) => ({ where: whereOf(linkId), message: `On an empty form: ${message}` }))
  return [...remarks, ...tried]
}

export const whereOf = (linkId: string): string => (linkId === '' ? THE_FORM : `item ${linkId}`)
