import { type Answers, type Place, readAnswers } from './answers.ts'
import { enabledOf } from './enablement.ts'
import type { Questionnaire, QuestionnaireResponse, Value } from './fhir.ts'
import { filesOf, unitWords } from './fields.ts'
import type { Problem } from './filling.ts'
import { placesIn, type Section, sectionsOf } from './sections.ts'
import { isAdvice, isTitled } from './showing.ts'
import type { FileShown, Line, Reading } from './shown.ts'
import { hasValue, valueWords } from './wording.ts'
import { isLeftOut, writeItems } from './writing.ts'

/** `enabled`: of a draft that is settled; else worked out from the answers. `files`: by the url of the attachment. */
export type ReadingOut = {
  problems?: Problem[]
  files?: ReadonlyMap<string, FileShown>
  enabled?: ReadonlySet<string>
}

type Aloud = {
  enabled: ReadonlySet<string>
  errors: Map<string, string>
  files: ReadonlyMap<string, FileShown>
}

/** Every enabled and visible question with its answers in words, section by section. */
export function readOut(
  questionnaire: Questionnaire,
  response: QuestionnaireResponse,
  { problems = [], files = new Map(), enabled }: ReadingOut = {},
): Reading {
  const answers = readAnswers(questionnaire, response)
  const aloud: Aloud = {
    enabled: enabled ?? enabledAsSent(answers),
    errors: new Map(problems.map(({ name, message }) => [name, message])),
    files,
  }
  return sectionsOf(questionnaire).flatMap((section) => {
    const lines = placesIn(answers, section).flatMap((place) => sectionLines(place, section, aloud))
    return lines.length > 0 ? [{ number: section.number, title: section.title, lines }] : []
  })
}

/** What an expression enabled can be seen from what was answered. */
function enabledAsSent(answers: Answers): Set<string> {
  const decided = [...answers.byName.values()].filter(({ part }) => part.hasWhenExpression)
  return enabledOf(answers, new Map(decided.map((place) => [place.name, writeItems([place]).length > 0])))
}

const isSeen = ({ part, name }: Place, { enabled }: Aloud): boolean =>
  enabled.has(name) && !part.isHidden && !part.isAside

function sectionLines(place: Place, section: Section, aloud: Aloud): Line[] {
  if (!isTitled(place, section)) return linesOf(place, 0, aloud)
  if (!isSeen(place, aloud)) return []
  const error = aloud.errors.get(place.name)
  const itself = error === undefined ? [] : [headingOf(place, place.part.label, 0, error)]
  return [...itself, ...(place.rows[0] ?? []).flatMap((within) => linesOf(within, 0, aloud))]
}

function linesOf(place: Place, depth: number, aloud: Aloud): Line[] {
  if (!isSeen(place, aloud)) return []
  if (place.part.isQuestion) return questionLines(place, depth, aloud)
  if (place.part.item.type === 'group') return groupLines(place, depth, aloud)
  return isAdvice(place.part) ? [{ ...headingOf(place, place.part.label, depth), kind: 'note' }] : []
}

const headingOf = ({ part }: Place, label: string, depth: number, error = ''): Line => ({
  kind: 'heading',
  depth,
  linkId: part.item.linkId,
  label,
  answers: [],
  error,
})

function questionLines(place: Place, depth: number, aloud: Aloud): Line[] {
  const { part, rows, answers } = place
  const line: Line = {
    ...headingOf(place, part.label, depth, aloud.errors.get(place.name)),
    kind: 'answer',
    answers: answers.filter(hasValue).map((value) => answerOf(place, value, aloud)),
  }
  if (!part.hasRows) return [line, ...(rows[0] ?? []).flatMap((within) => linesOf(within, depth + 1, aloud))]
  const within = rows.flatMap((row, index) => {
    const lines = row.flatMap((one) => linesOf(one, depth + 2, aloud))
    const words = valueWords(answers[index] ?? {}, unitWords(part))
    return words === '' || lines.length === 0 ? [] : [headingOf(place, words, depth + 1), ...lines]
  })
  return [line, ...within]
}

function answerOf(place: Place, value: Value, { files }: Aloud): Line['answers'][number] {
  const file = value.valueAttachment ? (filesOf({ ...place, answers: [value] }, files)[0] ?? null) : null
  return { words: file?.name ?? valueWords(value, unitWords(place.part)), file }
}

function groupLines(place: Place, depth: number, aloud: Aloud): Line[] {
  const { part, rows } = place
  const error = aloud.errors.get(place.name) ?? ''
  const under = (row: Place[], by: number) => row.flatMap((within) => linesOf(within, depth + by, aloud))
  if (!part.hasRows) {
    const lines = under(rows[0] ?? [], part.label === '' ? 0 : 1)
    return part.label === '' && error === '' ? lines : [headingOf(place, part.label, depth, error), ...lines]
  }
  const isKept = ({ name }: Place) => aloud.enabled.has(name)
  const filled = rows.filter((row) => !isLeftOut(row, { isKept }))
  const heading: Line = {
    ...headingOf(place, part.label, depth, error),
    kind: filled.length > 0 ? 'heading' : 'answer',
  }
  const lines = filled.flatMap((row, index) => [
    ...(filled.length > 1 ? [headingOf(place, `${part.short} ${index + 1}`, depth + 1)] : []),
    ...under(row, filled.length > 1 ? 2 : 1),
  ])
  return [heading, ...lines]
}
