import { enabledNames } from '../enablement.ts'
import { calculatedExpression, enableWhenExpression } from '../extensions.ts'
import { feedingOf } from '../feeding.ts'
import type { Item, Questionnaire, QuestionnaireResponse, Value } from '../fhir.ts'
import { type Engine, evaluateOnce, type Pass, type Standing, type Trouble } from './pass.ts'
import { failingPatterns } from './patterns.ts'
import { prunedResponse, withCalculated } from './pruning.ts'

export type { Trouble } from './pass.ts'

/** What is evaluated, all of it values: it crosses into another process as JSON. */
export type Job = {
  questionnaire: Questionnaire
  /** Which definition this is, so that it is compiled once: another definition needs another key. */
  key: string
  /** Our own forms; what was imported or built by hand is evaluated apart from them. */
  isTrusted: boolean
  response: QuestionnaireResponse
  /** What today() and now() are: a FHIR dateTime with seconds and offset, in the practice's zone. */
  at?: string
}

/** Names are field names of kind `a` (see names.ts), of groups and display items too. */
export type Outcome = {
  /** Of every enabled calculated item, by name; empty when it has no value now. */
  calculated: Record<string, Value[]>
  /** What each enableWhenExpression says, by name. One that fails says true: a question too many is seen. */
  enabled: Record<string, boolean>
  /** Names of enabled answers that don't match their regex as a whole. */
  failedRegex: string[]
  troubles: Trouble[]
}

type Answered = Pick<Job, 'questionnaire' | 'response'>

/** An oscillating form is given up then; one that is longer settles in as many passes as it has expressions. */
const MOST_PASSES = 50

const count = (items: Item[] = []): number =>
  items.reduce((sum, item) => {
    const own = [calculatedExpression(item), enableWhenExpression(item)]
    return sum + own.filter((found) => found !== undefined).length + count(item.item)
  }, 0)

/**
 * Works out variables, calculated items and enableWhenExpressions until nothing changes any more: what is calculated may
 * enable an item, whose answer is calculated with.
 */
export function evaluateForm({ questionnaire, response }: Answered, engine: Engine): Outcome {
  const { needed, isDirect } = feedingOf(questionnaire) ?? {}
  const bound = Math.min(count(questionnaire.item) + 2, MOST_PASSES)
  let pass: Pass = { calculated: {}, enabled: {}, troubles: [] }
  let read = ''
  const stand = (): Standing => {
    const current = withCalculated(questionnaire, response, pass.calculated)
    const names = enabledNames(questionnaire, current, new Map(Object.entries(pass.enabled)))
    return { questionnaire, resource: prunedResponse(questionnaire, current, names, needed), names }
  }
  if (isDirect) {
    const { troubles, ...only } = evaluateOnce(stand(), engine)
    return { ...only, failedRegex: [], troubles: distinct(troubles) }
  }
  for (let passes = 0; passes <= bound; passes += 1) {
    const standing = stand()
    const { resource, names } = standing
    const reads = JSON.stringify([resource, [...names]])
    if (reads === read) {
      const patterns = failingPatterns({ questionnaire, resource }, engine)
      const troubles = distinct([...pass.troubles, ...patterns.troubles])
      return { ...pass, failedRegex: patterns.failed, troubles }
    }
    read = reads
    pass = evaluateOnce(standing, engine)
  }
  const message = 'The expressions of this form never settle on their values.'
  return { ...pass, failedRegex: [], troubles: distinct([...pass.troubles, { linkId: '', message }]) }
}

const distinct = (troubles: Trouble[]): Trouble[] => [
  ...new Map(troubles.map((trouble) => [JSON.stringify(trouble), trouble])).values(),
]
