import { definitionOf, type Part } from '../definition.ts'
import { calculatedExpression, enableWhenExpression, variables } from '../extensions.ts'
import type { Item, Questionnaire, QuestionnaireResponse, ResponseItem, Value } from '../fhir.ts'
import { fieldName } from '../names.ts'
import { once } from '../once.ts'
import { optionsOf } from '../options.ts'
import { byLinkId, type Holder, indicesInside } from './pruning.ts'
import { answersFrom } from './values.ts'

/** `isPassing`: no fault of the form; a moment later it may be gone. */
export type Trouble = { linkId: string; message: string; isPassing?: true }

/** Where an expression stands: what it can see. */
export type Scope = {
  resource: QuestionnaireResponse
  questionnaire: Questionnaire
  /** The item of the response that is %context; none for what stands on the form itself. */
  context?: ResponseItem
  qitem?: Item
  /** Values in the engine's own types, by name. */
  variables: Record<string, unknown[]>
}

/** What runs the languages; it may throw, with words for whoever made the form. */
export type Engine = {
  /** Said before the expressions and patterns of an item are run, so that one that never ends can be named. */
  turnTo(linkId: string): void
  /** In the engine's own types, to be put into variables. */
  raw(expression: string, scope: Scope): unknown[]
  /** As plain values. */
  plain(expression: string, scope: Scope): unknown[]
  /** Throws when it can't be read. @param isOfForm it stands on the form itself and not on an item */
  read(expression: string, isOfForm: boolean): void
  /** Whether the whole text matches. */
  matches(pattern: string, text: string): boolean
}

export type Pass = {
  calculated: Record<string, Value[]>
  enabled: Record<string, boolean>
  troubles: Trouble[]
}

/** Names of FHIRPath's and SDC's own; a variable must not take their place. */
const TAKEN = [
  'context',
  'resource',
  'rootResource',
  'questionnaire',
  'qitem',
  'factory',
  'terminologies',
  'ucum',
]
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/

export const isVariableName = (name = ''): boolean =>
  VARIABLE.test(name) && !name.startsWith('__') && !TAKEN.includes(name)

export type Standing = {
  questionnaire: Questionnaire
  /** The answers of enabled items. */
  resource: QuestionnaireResponse
  /** Of enabled items. */
  names: Set<string>
}

/** Where items stand in the response. */
type Place = {
  holder?: Holder
  indices: number[]
  /** Not inside a row or an answer that nobody gave: what is calculated there would have no place. */
  isReal: boolean
  scope: Scope
}

/** The items that have expressions, or something in them has. */
const withExpressions = once((questionnaire: Questionnaire): ReadonlySet<Item> => {
  const found = new Set<Item>()
  for (const part of definitionOf(questionnaire).all)
    for (let one: Part | null = part.hasExpression ? part : null; one; one = one.up) found.add(one.item)
  return found
})

/** Every expression once, on the answers as they stand. */
export function evaluateOnce({ questionnaire, resource, names }: Standing, engine: Engine): Pass {
  const pass: Pass = { calculated: {}, enabled: {}, troubles: [] }
  const { byItem } = definitionOf(questionnaire)
  const hasExpressions = withExpressions(questionnaire)
  const inside = indicesInside(questionnaire)

  const attempt = <T>(linkId: string, act: () => T): T | undefined => {
    try {
      engine.turnTo(linkId)
      return act()
    } catch (error) {
      pass.troubles.push({ linkId, message: wordsOf(error) })
      return undefined
    }
  }

  /** Each may build on those before it. */
  const withVariables = (of: Questionnaire | Item, linkId: string, outer: Scope): Scope => {
    let scope = outer
    for (const { name, expression } of variables(of)) {
      if (expression === undefined || !isVariableName(name)) continue
      const value = attempt(linkId, () => engine.raw(expression, scope)) ?? []
      scope = { ...scope, variables: { ...scope.variables, [name as string]: value } }
    }
    return scope
  }

  const decide = (item: Item, name: string, scope: Scope): void => {
    const expression = enableWhenExpression(item)?.expression
    if (expression === undefined) return
    const values = attempt(item.linkId, () => engine.plain(expression, scope))
    pass.enabled[name] = values === undefined || (values.length === 1 && values[0] === true)
  }

  const calculate = (item: Item, name: string, scope: Scope): void => {
    const expression = calculatedExpression(item)?.expression
    if (expression === undefined || !names.has(name)) return
    const options = optionsOf(item, questionnaire)
    const values = attempt(item.linkId, () => answersFrom({ item, options }, engine.plain(expression, scope)))
    pass.calculated[name] = values ?? []
  }

  const visit = (items: Item[], { holder, indices, isReal, scope }: Place): void => {
    const nodes = byLinkId(holder)
    for (const item of items) {
      if (!hasExpressions.has(item)) continue
      const here = nodes.get(item.linkId) ?? []
      const isGroupOfRows = item.type === 'group' && byItem.get(item)?.hasRows
      const rows = isGroupOfRows && here.length > 0 ? here : [here[0]]
      for (const [row, node] of rows.entries()) {
        const context = node ?? { linkId: item.linkId }
        const own = withVariables(item, item.linkId, { ...scope, context, qitem: item })
        const name = fieldName('a', indices, item.linkId)
        if (row === 0) decide(item, name, own)
        if (isReal) calculate(item, name, own)
        const isRowReal = isReal && (!isGroupOfRows || node !== undefined)
        const inner = item.type === 'group' ? inside(item, indices, row) : indices
        visitInside(item, node, { indices: inner, isReal: isRowReal, scope: own })
      }
    }
  }

  const visitInside = (item: Item, node: ResponseItem | undefined, place: Place): void => {
    const inner = item.item ?? []
    const answers: (Holder | undefined)[] = node?.answer?.length ? node.answer : [undefined]
    if (item.type === 'group') visit(inner, { ...place, holder: node })
    else
      for (const [index, holder] of answers.entries()) {
        const isReal = place.isReal && holder !== undefined
        visit(inner, { ...place, holder, indices: inside(item, place.indices, index), isReal })
      }
  }

  const scope = withVariables(questionnaire, '', { resource, questionnaire, variables: {} })
  visit(questionnaire.item ?? [], { holder: resource, indices: [], isReal: true, scope })
  return pass
}

const MOST_WORDS = 300

export function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const words = message.replace(/ expecting \{[\s\S]*$/, '') // a parser lists all that it knows
  return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words
}
