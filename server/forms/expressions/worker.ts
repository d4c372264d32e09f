import { Script } from 'node:vm'
import type { Questionnaire } from '../fhir.ts'
import { createEngine, type Turning } from './engine.ts'
import { evaluateForm, type Outcome } from './evaluation.ts'
import type { Engine } from './pass.ts'
import { type Answered, type Asked, type Given, LIMIT, READING_LIMIT } from './protocol.ts'
import { expressionsOf, tryExpressions } from './trial.ts'

/** The process that evaluates: it has no secrets, no database and little memory, and ends itself when it took too long. */

const MOST_FORMS = 50
const MOST_CHARACTERS = 1_000_000

type Form = { questionnaire: Questionnaire; engine: Engine; turning: Turning }

/** The forms it knows, the one longest not asked for first. */
const forms = new Map<string, Form>()

const answer = (answered: Answered, then?: () => void): void => {
  process.send?.(answered, undefined, undefined, then)
}

function made(questionnaire: Questionnaire): Form {
  const turning = { linkId: '' }
  return { questionnaire, engine: createEngine(turning), turning }
}

function formOf({ task, key, questionnaire }: Asked): { form: Form; isFirst: boolean } | undefined {
  const known = task === 'evaluate' ? forms.get(key) : undefined
  const form = known ?? (questionnaire && made(questionnaire))
  if (!form || task === 'try') return form && { form, isFirst: true }
  forms.delete(key)
  forms.set(key, form)
  const [oldest] = forms.keys()
  if (forms.size > MOST_FORMS) forms.delete(oldest as string)
  return { form, isFirst: !known }
}

/** Only a script of its own can be stopped in the middle, also while it matches a pattern. */
const script = new Script('floraWork()')
function within<T>(limit: number, work: () => T): T | undefined {
  let result: T | undefined
  const floraWork = (): void => {
    result = work()
  }
  Object.assign(globalThis, { floraWork })
  try {
    script.runInThisContext({ timeout: limit })
    return result
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  }
}

function bounded(outcome: Outcome): Outcome {
  if (JSON.stringify(outcome.calculated).length <= MOST_CHARACTERS) return outcome
  const trouble = { linkId: '', message: 'The expressions of this form give too much.' }
  return { ...outcome, calculated: {}, troubles: [...outcome.troubles, trouble] }
}

function work(asked: Asked): void {
  const found = formOf(asked)
  if (!found) return void answer({ kind: 'unknown', id: asked.id })
  const { form, isFirst } = found
  const isRead = !isFirst || within(READING_LIMIT, () => readAll(form)) !== undefined
  const done = isRead ? within(LIMIT, () => evaluated(asked, form)) : undefined
  if (done) return void answer(done)
  answer({ kind: 'tooLong', id: asked.id, linkId: form.turning.linkId }, () => process.exit(1))
}

/** What can't be read is named later, where it is needed. */
function readAll({ questionnaire, engine }: Form): true {
  for (const { linkId, text } of expressionsOf(questionnaire))
    try {
      engine.turnTo(linkId)
      engine.read(text, linkId === '')
    } catch {}
  return true
}

function evaluated({ id, task, text }: Asked, { questionnaire, engine, turning }: Form): Answered {
  if (task === 'try') return { kind: 'remarks', id, remarks: tryExpressions(questionnaire, engine) }
  const { response, at } = JSON.parse(text) as Given
  turning.at = at
  return { kind: 'outcome', id, outcome: bounded(evaluateForm({ questionnaire, response }, engine)) }
}

process.on('message', work)
process.on('disconnect', () => process.exit())
answer({ kind: 'ready' })
