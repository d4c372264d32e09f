import { type Place, readAnswers } from './answers.ts'
import { maxOccurs, minOccurs } from './extensions.ts'
import { type Problem, problemOf } from './filling.ts'
import { wrongWith } from './limits.ts'
import { placesIn, type Section, sectionsOf } from './sections.ts'
import type { Settled } from './settling.ts'
import { brief, hasValue } from './wording.ts'
import { isLeftOut } from './writing.ts'

/** What a section's enabled and visible questions still need, in their order. */
export function checkSection(settled: Settled, section: Section): Problem[] {
  const answers = readAnswers(settled.questionnaire, settled.response)
  return checkPlaces(placesIn(answers, section), { settled, section, isDemanded: true })
}

/** The same for the whole form: nothing to say means that it can be sent. */
export function checkAll(settled: Settled): Problem[] {
  const answers = readAnswers(settled.questionnaire, settled.response)
  return sectionsOf(settled.questionnaire).flatMap((section) =>
    checkPlaces(placesIn(answers, section), { settled, section, isDemanded: true }),
  )
}

/** What could not be read and what is still needed, one a name, in the order of the page; settled after filling. */
export function allProblems(settled: Settled, section: Section, unreadable: Problem[]): Problem[] {
  const known = new Map(checkSection(settled, section).map((problem) => [problem.name, problem]))
  for (const problem of unreadable) if (settled.enabled.has(problem.name)) known.set(problem.name, problem)
  const { byName } = readAnswers(settled.questionnaire, settled.response)
  return [...byName.keys()].flatMap((name) => known.get(name) ?? [])
}

/** `isDemanded`: required questions need an answer here; not so in an optional row that was left empty. */
type Check = { settled: Settled; section: Section; isDemanded: boolean }

const checkPlaces = (places: Place[], check: Check): Problem[] =>
  places.flatMap((place) => {
    if (place.part.isHidden || !check.settled.enabled.has(place.name)) return []
    return place.part.isQuestion ? checkQuestion(place, check) : checkGroup(place, check)
  })

function checkQuestion(place: Place, check: Check): Problem[] {
  const message = place.part.isAsked ? whatIsWrong(place, check) : undefined
  const found = message === undefined ? [] : [problemOf(place, message, check.section)]
  const within = place.rows.flatMap((row, index) => {
    const answer = place.answers[index]
    return checkPlaces(row, { ...check, isDemanded: answer !== undefined && hasValue(answer) })
  })
  return [...found, ...within]
}

function whatIsWrong(place: Place, { settled, isDemanded }: Check): string | undefined {
  const { item, label, isRepeated } = place.part
  const count = place.answers.filter(hasValue).length
  if (count === 0) return item.required && isDemanded ? missing(place) : undefined
  const [least, most] = isRepeated ? [minOccurs(item) ?? 0, maxOccurs(item) ?? count] : [0, 1]
  if (count < least) return `Please give at least ${least} answers to “${brief(label)}”.`
  if (count > most) return `Please give at most ${most} answers to “${brief(label)}”.`
  const wrong = wrongWith(place)
  if (wrong !== undefined) return wrong
  return settled.failedRegex.has(place.name)
    ? `“${brief(label)}” is not written as it is asked for. Please check it.`
    : undefined
}

function missing({ part }: Place): string {
  const label = `“${brief(part.label)}”`
  if (part.control === 'file') return `Please add a file to ${label}.`
  const isChosen = part.options.length > 0 || ['radio', 'scale'].includes(part.control)
  return isChosen ? `Please choose an answer to ${label}.` : `Please answer ${label}.`
}

function checkGroup(place: Place, check: Check): Problem[] {
  const { item, hasRows, label } = place.part
  const enabled = check.settled.enabled
  const isKept = ({ name, part }: Place) => enabled.has(name) && !part.isHidden
  const isEmpty = place.rows.map((row) => isLeftOut(row, { isKept }))
  const count = isEmpty.filter((empty) => !empty).length
  const needed = item.required && check.isDemanded ? Math.max(1, (hasRows && minOccurs(item)) || 1) : 0
  const found = place.rows.flatMap((row, index) => {
    const isDemanded = hasRows ? !isEmpty[index] || index < needed : check.isDemanded
    return checkPlaces(row, { ...check, isDemanded })
  })
  const least = count > 0 && hasRows ? Math.max(needed, minOccurs(item) ?? 0) : needed
  const most = hasRows ? (maxOccurs(item) ?? count) : count
  const name = `“${brief(label)}”`
  if (count < least && found.length === 0 && canBeAnswered(place, isKept))
    found.unshift(problemOf(place, tooFew(name, least), check.section))
  if (count > most)
    found.unshift(problemOf(place, `Please fill in at most ${most} of ${name}.`, check.section))
  return found
}

const tooFew = (name: string, least: number): string =>
  least === 1
    ? `Please answer at least one question of ${name}.`
    : `Please fill in at least ${least} of ${name}.`

const canBeAnswered = (place: Place, isKept: (place: Place) => boolean): boolean =>
  place.rows.some((row) => row.some((one) => isKept(one) && (one.part.isAsked || canBeAnswered(one, isKept))))
