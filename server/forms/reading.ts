import { wrongConditions } from './enabling.ts'
import { minOccurs } from './extensions.ts'
import type { Item, Questionnaire } from './fhir.ts'
import { misfits } from './fitting.ts'
import { brokenRules, everyItem } from './invariants.ts'
import { json } from './json.ts'
import { optionsOf } from './options.ts'
import { itemWords, pathWords, type Remark, THE_FORM } from './remarks.ts'
import { questionnaire as structure } from './structure.ts'
import { unsupportedIn } from './support.ts'

export type { Remark } from './remarks.ts'

export type Read =
  | { ok: true; questionnaire: Questionnaire; unsupported: Remark[] }
  | { ok: false; problems: Remark[] }

const MOST_ITEMS = 2000
const MOST_OPTIONS = 500
/** Of all questions together: each that names a value set has options of its own. */
const MOST_OPTIONS_TOGETHER = 20_000
/** With the rows that are there at first: each row of a group has all its items. */
const MOST_PLACES = 5000
const MOST_PROBLEMS = 50

/**
 * Reads a Questionnaire of FHIR R4 that came from elsewhere. Refused is what is none, what R4 forbids, what could never be
 * answered and what must not be ignored; `unsupported` names all else that Flora does not do as the form asks. Expressions
 * are not run here: see checkExpressions of the evaluator.
 */
export function readQuestionnaire(text: string): Read {
  const parsed = json(text)
  if (!parsed.ok) return { ok: false, problems: [{ where: THE_FORM, message: parsed.message }] }
  const root = parsed.value
  if ((root as { resourceType?: unknown } | null)?.resourceType !== 'Questionnaire')
    return refused([{ where: THE_FORM, message: 'This is no Questionnaire of FHIR R4.' }])
  const wrong = [...wrongStructure(root), ...notUnderstood(root, root)]
  if (wrong.length > 0) return refused(wrong)
  const questionnaire = root as Questionnaire
  const problems = problemsOf(questionnaire)
  if (problems.length > 0) return refused(problems)
  const warnings = brokenRules(questionnaire).map(({ where, message }) => ({ where, message }))
  return { ok: true, questionnaire, unsupported: [...warnings, ...unsupportedIn(questionnaire)] }
}

/** The most telling first; nobody reads a thousand. */
function refused(problems: Remark[]): Read {
  const more = problems.length - MOST_PROBLEMS
  if (more <= 0) return { ok: false, problems }
  const last = { where: THE_FORM, message: `And there are ${more} more problems.` }
  return { ok: false, problems: [...problems.slice(0, MOST_PROBLEMS), last] }
}

function wrongStructure(root: unknown): Remark[] {
  const result = structure.safeParse(root)
  if (result.success) return []
  return result.error.issues.map(({ path, message }) => {
    const last = path.at(-1)
    if (typeof last !== 'string') return { where: pathWords(root, path), message: `It ${message}.` }
    const owner = path.slice(0, -1)
    const isThere = valueAt(root, path) !== undefined
    return { where: pathWords(root, owner), message: `Its ${last} ${isThere ? message : 'is missing'}.` }
  })
}

const valueAt = (root: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (of, key) =>
      typeof of === 'object' && of !== null ? (of as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  )

/** FHIR forbids going on where a modifier is not understood; Flora understands none. */
function notUnderstood(root: unknown, of: unknown, path: PropertyKey[] = []): Remark[] {
  if (typeof of !== 'object' || of === null) return []
  return Object.entries(of).flatMap(([key, value]) => {
    if (key === 'modifierExtension' || key === 'implicitRules')
      return [
        {
          where: pathWords(root, path),
          message: `It has a ${key}, which changes what it means: Flora does not understand it.`,
        },
      ]
    return notUnderstood(root, value, [...path, Array.isArray(of) ? Number(key) : key])
  })
}

function problemsOf(questionnaire: Questionnaire): Remark[] {
  const items = everyItem(questionnaire.item)
  if (items.length === 0) return [{ where: THE_FORM, message: 'It has no items.' }]
  if (items.length > MOST_ITEMS)
    return [{ where: THE_FORM, message: `It has ${items.length} items; Flora takes at most ${MOST_ITEMS}.` }]
  const tooMuch = tooMuchIn(questionnaire, items)
  if (tooMuch) return [{ where: THE_FORM, message: tooMuch }]
  const rules = brokenRules(questionnaire).filter(({ isWarning }) => !isWarning)
  return [
    ...rules.map(({ where, message, rule }) => ({ where, message: `${message} (${rule})` })),
    ...misfits(questionnaire),
    ...items.flatMap((item) => {
      const count = optionsOf(item, questionnaire).length
      const message = `It has ${count} options; Flora takes at most ${MOST_OPTIONS}.`
      return count > MOST_OPTIONS ? [{ where: itemWords(item.linkId), message }] : []
    }),
    ...wrongConditions(questionnaire),
  ]
}

/** A small text can ask for more than a computer has: looked at before anything is made of it. */
function tooMuchIn(questionnaire: Questionnaire, items: Item[]): string | undefined {
  let options = 0
  for (const item of items) {
    options += optionsOf(item, questionnaire).length
    if (options > MOST_OPTIONS_TOGETHER)
      return `Its questions have more than ${MOST_OPTIONS_TOGETHER} options together, the most that Flora takes.`
  }
  return placesAtFirst(questionnaire.item) > MOST_PLACES
    ? `With the rows that it asks for (minOccurs) it has more than ${MOST_PLACES} items, the most that Flora takes.`
    : undefined
}

const placesAtFirst = (items: Item[] = []): number =>
  items.reduce((sum, item) => {
    const rows = item.repeats ? Math.max(1, minOccurs(item) ?? 1) : 1
    return sum + 1 + rows * placesAtFirst(item.item)
  }, 0)
