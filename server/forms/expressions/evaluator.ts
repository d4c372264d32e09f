import { feedOf } from '../feeding.ts'
import type { Questionnaire } from '../fhir.ts'
import type { Remark } from '../remarks.ts'
import type { Job, Outcome } from './evaluation.ts'
import { createLane, type Lane } from './lane.ts'
import type { Given } from './protocol.ts'
import { whereOf } from './trial.ts'

export type Evaluator = {
  /** Never rejects: what went wrong is among the troubles. */
  evaluate(job: Job): Promise<Outcome>
  /** What of a form's expressions and patterns does not work, for whoever brings it here. */
  checkExpressions(questionnaire: Questionnaire): Promise<Remark[]>
  end(): Promise<void>
}

const MOST_CHARACTERS = 2_000_000
/**
 * Evaluates expressions in processes of their own, one for our forms and one for all others, each started when it is
 * first needed. A process and not a thread: a thread that runs out of memory takes the whole program with it.
 */
export function createEvaluator(): Evaluator {
  const own = createLane({ isPatient: true })
  const others = createLane({ isPatient: false })
  return {
    evaluate: (job) => evaluateIn(job.isTrusted ? own : others, job),
    checkExpressions: (questionnaire) => tryIn(others, questionnaire),
    end: async () => void (await Promise.all([own.end(), others.end()])),
  }
}

const TOO_LONG = 'The expressions of this form took too long.'
const TOO_MUCH = 'The expressions of this form took too much memory or time.'
const BUSY = 'Too many forms are being worked out at this moment.'

async function evaluateIn(lane: Lane, job: Job): Promise<Outcome> {
  const { questionnaire, key, response, at, isTrusted } = job
  const text = JSON.stringify({ response: feedOf(questionnaire, response), at } satisfies Given)
  if (text.length > MOST_CHARACTERS) return failed('The answers are too long to be worked out.')
  const answer = await lane.ask({ task: 'evaluate', key, questionnaire, text })
  if (answer.kind === 'outcome') return answer.outcome
  // A form of ours ends: if it did not, this machine had too much to do.
  const isPassing = isTrusted || answer.kind === 'busy'
  if (answer.kind === 'tooLong') return failed(TOO_LONG, { linkId: answer.linkId, isPassing })
  return failed(answer.kind === 'busy' ? BUSY : TOO_MUCH, { isPassing })
}

const failed = (message: string, { linkId = '', isPassing = false } = {}): Outcome => ({
  calculated: {},
  enabled: {},
  failedRegex: [],
  troubles: [{ linkId, message, ...(isPassing && { isPassing }) }],
})

async function tryIn(lane: Lane, questionnaire: Questionnaire): Promise<Remark[]> {
  const answer = await lane.ask({ task: 'try', key: '', questionnaire, text: '' })
  if (answer.kind === 'remarks') return answer.remarks
  if (answer.kind === 'tooLong') return [{ where: whereOf(answer.linkId), message: TOO_LONG }]
  return [{ where: whereOf(''), message: answer.kind === 'busy' ? BUSY : TOO_MUCH }]
}
