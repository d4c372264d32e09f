import type { Coding, EnableWhen, Quantity, Value } from './fhir.ts'
import { isSameCoding } from './options.ts'
import { hasValue } from './wording.ts'

/**
 * Whether answers meet a condition, by https://hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html: one answer
 * that does is enough; `!=` wants that none is equal, so it is met where there is no answer.
 */
export function isMet(when: EnableWhen, answers: Value[]): boolean {
  const given = answers.filter(hasValue)
  if (when.operator === 'exists') return given.length > 0 === (when.answerBoolean ?? true)
  if (when.operator === '!=') return !given.some((answer) => isEqual(answer, when))
  if (when.operator === '=') return given.some((answer) => isEqual(answer, when))
  return given.some((answer) => {
    const order = compare(answer, when)
    if (order === undefined) return false
    if (when.operator === '>') return order > 0
    if (when.operator === '>=') return order >= 0
    return when.operator === '<' ? order < 0 : order <= 0
  })
}

function isEqual(answer: Value, when: EnableWhen): boolean {
  if (when.answerBoolean !== undefined) return answer.valueBoolean === when.answerBoolean
  if (when.answerCoding) return isCoding(answer.valueCoding, when.answerCoding)
  return compare(answer, when) === 0
}

const isCoding = (given: Coding | undefined, wanted: Coding): boolean =>
  given !== undefined && isSameCoding(given, wanted)

/** Below 0, 0 or above 0; undefined where two values can't be compared. */
function compare(answer: Value, when: EnableWhen): number | undefined {
  const number = when.answerInteger ?? when.answerDecimal
  if (number !== undefined) return differ(answer.valueInteger ?? answer.valueDecimal, number)
  if (when.answerQuantity) return compareQuantities(answer.valueQuantity, when.answerQuantity)
  const moment = when.answerDate ?? when.answerDateTime
  if (moment !== undefined) return compareMoments(answer.valueDate ?? answer.valueDateTime, moment)
  if (when.answerTime !== undefined) return inOrder(clock(answer.valueTime), clock(when.answerTime))
  return inOrder(answer.valueString ?? answer.valueUri, when.answerString)
}

const differ = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one - other

const clock = (time?: string): string | undefined => (time?.length === 5 ? `${time}:00` : time)

function inOrder(one: string | undefined, other: string | undefined): number | undefined {
  if (one === undefined || other === undefined) return undefined
  return one === other ? 0 : one < other ? -1 : 1
}

/** In the same unit only: nothing is converted. A unit that one of them does not name is no obstacle. */
function compareQuantities(given: Quantity | undefined, wanted: Quantity): number | undefined {
  const units = [given?.code ?? given?.unit, wanted.code ?? wanted.unit]
  const isSame =
    units[0] === undefined || units[1] === undefined || units[0] === units[1] || given?.unit === wanted.unit
  return isSame ? differ(given?.value, wanted.value) : undefined
}

const INSTANT = /T.*(?:Z|[+-]\d\d:\d\d)$/

/** Two dates, or dates with times: to the instant when both say it, else as far as both are written. */
export function compareMoments(one: string | undefined, other: string | undefined): number | undefined {
  if (one === undefined || other === undefined) return undefined
  if (INSTANT.test(one) && INSTANT.test(other)) return Date.parse(one) - Date.parse(other)
  const precise = one.includes('T') && other.includes('T') ? 'yyyy-mm-ddThh:mm'.length : 'yyyy-mm-dd'.length
  const length = Math.min(one.length, other.length, precise)
  return inOrder(one.slice(0, length), other.slice(0, length))
}
