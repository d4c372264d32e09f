import type { Questionnaire } from '../fhir.ts'
import { readQuestionnaire } from '../reading.ts'
import { brokenCondition } from './condition.ts'
import { findItem, flat, withoutEmpty } from './editing.ts'
import { canCount, scoreOf } from './scoring.ts'

/** Why an edited draft can't be kept, in a sentence; undefined when it can. */
export function whyNot(questionnaire: Questionnaire): string | undefined {
  const broken = brokenCondition(questionnaire)
  if (broken)
    return `“${broken.text ?? broken.linkId}” depends on an answer that would no longer be there. Please change its condition first.`
  const lost = lostScore(questionnaire)
  if (lost)
    return `The score “${lost}” counts this question, and could not any more. Please take it out there first.`
  return problemIn(questionnaire)
}

function lostScore(questionnaire: Questionnaire): string | undefined {
  const scores = flat(questionnaire.item).flatMap((item) => scoreOf(item) ?? [])
  const isLost = (linkId: string) => {
    const item = findItem(questionnaire, linkId)
    return !item || !canCount(item)
  }
  return scores.find(({ counts }) => counts.some(isLost))?.name
}

function problemIn(questionnaire: Questionnaire): string | undefined {
  const filled = withoutEmpty(questionnaire)
  if (filled.item?.length === 0) return undefined
  const read = readQuestionnaire(JSON.stringify(filled))
  if (read.ok) return undefined
  const [problem] = read.problems
  return problem && `${problem.where}: ${problem.message}`
}
