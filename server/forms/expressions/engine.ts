import fhirpath, { type OptionVariants, type ResourceNode } from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import { type Extended, itemWeight, ordinalValue } from '../extensions.ts'
import type { Item } from '../fhir.ts'
import type { Engine, Scope } from './pass.ts'

/** FHIRPath on the R4 model, for the process that evaluates and no other: what it runs may be hostile. */

type Run = (context: unknown, variables: object) => unknown[]

/** An expression that names its root begins there, wherever it stands. */
const FROM_ROOT = /(?<![\w.%'"`])QuestionnaireResponse\s*\./
const MOST_CHARACTERS = 20_000

export type Turning = { at?: string; linkId: string }

/** What has been compiled is kept with the engine: one for each form. `turning` is what it is at just now. */
export function createEngine(turning: Turning): Engine {
  const options = {
    resolveInternalTypes: false,
    traceFn: () => {}, // it would print answers
    userInvocationTable: ownFunctions(turning),
  } satisfies OptionVariants
  const compiled = new Map<string, Run>()
  const patterns = new Map<string, RegExp>()
  const typed = new WeakMap<Item, unknown>()

  const compile = (expression: string, base: string): Run => {
    const key = `${base} ${expression}`
    if (expression.length > MOST_CHARACTERS) throw new Error(`it has more than ${MOST_CHARACTERS} characters`)
    const run = compiled.get(key) ?? fhirpath.compile(base ? { base, expression } : expression, r4, options)
    compiled.set(key, run)
    return run
  }

  /** Items of the definition know their path only through FHIRPath itself. */
  const qitemOf = (item: Item): unknown => {
    if (!typed.has(item)) typed.set(item, compile('$this', 'Questionnaire.item')(item, {})[0])
    return typed.get(item)
  }

  const raw = (expression: string, { resource, questionnaire, context, qitem, variables }: Scope) => {
    const own = { resource, rootResource: resource, questionnaire, ...(qitem && { qitem: qitemOf(qitem) }) }
    const all = Object.assign(Object.create(null), variables, own)
    const base = baseOf(expression, !context)
    return compile(expression, base)(base ? context : resource, all)
  }

  return {
    turnTo: (linkId) => {
      turning.linkId = linkId
    },
    read: (expression, isOfForm) => void compile(expression, baseOf(expression, isOfForm)),
    raw,
    plain: (expression, scope) => fhirpath.resolveInternalTypes(raw(expression, scope)),
    matches: (pattern, text) => {
      const known = patterns.get(pattern) ?? wholePattern(pattern)
      patterns.set(pattern, known)
      return known.test(text)
    },
  }
}

/** What an expression begins with: the item that it stands on, or the response. */
const baseOf = (expression: string, isOfForm: boolean): string =>
  isOfForm || FROM_ROOT.test(expression) ? '' : 'QuestionnaireResponse.item'

/** FHIR's patterns are not quite JavaScript's: what the strict reading refuses, the lenient one may know. */
function wholePattern(pattern: string): RegExp {
  const whole = `^(?:${pattern.replace(/^\^|(?<!\\)\$$/g, '')})$`
  try {
    return new RegExp(whole, 'u')
  } catch {
    return new RegExp(whole)
  }
}

/** Functions of FHIRPath that Flora answers itself: the time of the practice, and weights without a server. */
function ownFunctions(turning: Turning) {
  const literal = (text: string) => fhirpath.evaluate({}, text, {}, r4, { resolveInternalTypes: false })
  const timely = (name: string, read: (at: string) => string) => ({
    arity: { 0: [] },
    internalStructures: true,
    fn: () => literal(turning.at ? read(turning.at) : `${name}()`),
  })
  const weighed = {
    arity: { 0: [] },
    internalStructures: true,
    fn: (nodes: ResourceNode[]) => nodes.flatMap((node) => weightOf(node) ?? []),
  }
  return {
    today: timely('today', (at) => `@${at.slice(0, 10)}`),
    now: timely('now', (at) => `@${at}`),
    timeOfDay: timely('timeOfDay', (at) => `@T${at.slice(11, 19)}`),
    ordinal: weighed,
    weight: weighed,
  }
}

/** Of a value, of the extension beside a plain value, or of the coding of an answer. */
function weightOf(node: ResourceNode): number | undefined {
  const candidates: Extended[] = [node?.data, node?._data, node?.data?.valueCoding]
  for (const candidate of candidates) {
    if (typeof candidate !== 'object' || candidate === null || !Array.isArray(candidate.extension)) continue
    const weight = ordinalValue(candidate) ?? itemWeight(candidate)
    if (weight !== undefined) return weight
  }
  return undefined
}
