import { createHash } from 'node:crypto'
import { checkAll } from '../forms/checking.ts'
import { digestOfSection } from '../forms/digest.ts'
import type { QuestionnaireResponse } from '../forms/fhir.ts'
import type { Problem } from '../forms/filling.ts'
import { finish, scoresOf } from '../forms/finishing.ts'
import { sectionsOf } from '../forms/sections.ts'
import { type Settled, settle } from '../forms/settling.ts'
import type { Sign } from '../signs/table.ts'
import { signsOf } from './advice.ts'
import type { Ground } from './ground.ts'
import { withoutMarks } from './marks.ts'

/** A mark of all answers: what is sent must be what was read before. */
export function digestOfAll({ questionnaire, response }: Settled): string {
  const digests = sectionsOf(questionnaire).map((section) =>
    digestOfSection(questionnaire, section, response),
  )
  return createHash('sha256').update(digests.join()).digest('base64url').slice(0, 22)
}

/** Of the client; `today` is YYYY-MM-DD where they are, `authored` an ISO instant. */
export type About = { number: number; today: string; authored: string }

export type Score = { linkId: string; label: string; value: number }

export type Decision =
  | { because: 'changed' | 'incomplete' | 'busy'; settled: Settled; problems: Problem[] }
  | { because: null; response: QuestionnaireResponse; scores: Score[]; signs: Sign[]; troubles: number }

const LONGEST_LINK = 255
const LONGEST_LABEL = 300

const TRIES = 3

/** Scores that are missing, and answers that a score asks for, would be missing for ever. */
async function settleSurely(...given: Parameters<typeof settle>): Promise<Settled> {
  let settled = await settle(...given)
  for (let turn = 1; turn < TRIES && settled.troubles.some(mayPass); turn += 1)
    settled = await settle(...given)
  return settled
}

const mayPass = ({ linkId, isPassing }: Settled['troubles'][number]): boolean => isPassing || linkId === ''

/** Works the whole draft out once more, checks all of it, and makes of it what is sent. */
export async function decideSending(
  { definition, evaluate }: Ground,
  draft: { response: QuestionnaireResponse; digest: string },
  about: About,
): Promise<Decision> {
  const settled = await settleSurely(definition, withoutMarks(draft.response), evaluate)
  if (settled.troubles.some(({ isPassing }) => isPassing)) return { because: 'busy', settled, problems: [] }
  const problems = checkAll(settled)
  if (problems.length > 0) return { because: 'incomplete', settled, problems }
  if (digestOfAll(settled) !== draft.digest) return { because: 'changed', settled, problems }
  const { number, today, authored } = about
  const status = number === 1 ? 'completed' : 'amended'
  const scores = scoresOf(settled)
    .filter(({ linkId, value }) => linkId.length <= LONGEST_LINK && Number.isFinite(value))
    .map((score) => ({ ...score, label: score.label.slice(0, LONGEST_LABEL) }))
  return {
    because: null,
    response: finish(settled, { status, authored }),
    scores,
    signs: signsOf(settled, today),
    troubles: settled.troubles.length,
  }
}
