import type { Place } from './answers.ts'
import { compareMoments } from './conditions.ts'
import { scaleOf } from './controls.ts'
import type { Part } from './definition.ts'
import { maxDecimalPlaces, maxSize, maxValue, mimeTypes, minLength, minValue } from './extensions.ts'
import type { Attachment, Value } from './fhir.ts'
import { isChosen } from './options.ts'
import { mostLetters } from './values.ts'
import { brief, dateWords, hasValue, numberWords, sizeWords, timeWords, valueWords } from './wording.ts'

/** What is wrong with the answers a question has, in a sentence; undefined when nothing is. */
export function wrongWith({ part, answers }: Place): string | undefined {
  const given = answers.filter(hasValue)
  const alone = exclusiveAmong(part, given)
  if (alone) return `“${alone}” can’t be chosen together with other answers to “${brief(part.label)}”.`
  for (const value of given) {
    const because = wrongValue(part, value)
    if (because !== undefined) return because
  }
  return undefined
}

function exclusiveAmong({ options }: Part, given: Value[]): string | undefined {
  if (given.length < 2) return undefined
  return options.find((one) => one.isExclusive && given.some((value) => isChosen(one, value)))?.label
}

function wrongValue(part: Part, value: Value): string | undefined {
  const label = `“${brief(part.label)}”`
  if (value.valueCoding) return undefined
  if (value.valueAttachment) return wrongFile(part, value.valueAttachment, label)
  const number = value.valueInteger ?? value.valueDecimal ?? value.valueQuantity?.value
  if (number !== undefined) return wrongNumber(part, number, label)
  const text = value.valueString ?? value.valueUri
  return text === undefined ? wrongMoment(part, value, label) : wrongText(part, text, label)
}

function wrongNumber({ item }: Part, number: number, label: string): string | undefined {
  const [low, high] = scaleOf(item) ?? [minValue(item), maxValue(item)]
  const isLow = typeof low === 'number' && number < low
  const isHigh = typeof high === 'number' && number > high
  if ((isLow || isHigh) && typeof low === 'number' && typeof high === 'number')
    return `The number for ${label} must be from ${numberWords(low)} to ${numberWords(high)}.`
  if (isLow) return `The number for ${label} must be at least ${numberWords(low)}.`
  if (isHigh) return `The number for ${label} can be at most ${numberWords(high)}.`
  const places = maxDecimalPlaces(item)
  const after = numberWords(number).split('.')[1]?.length ?? 0
  if (places === undefined || after <= places) return undefined
  return places === 0
    ? `Please write a whole number for ${label}.`
    : `The number for ${label} can have at most ${places} ${places === 1 ? 'digit' : 'digits'} after the point.`
}

function wrongText(part: Part, text: string, label: string): string | undefined {
  const least = minLength(part.item) ?? 0
  if (text.length < least) return `Please write at least ${least} characters for ${label}.`
  const most = mostLetters(part)
  return text.length > most
    ? `${label} can have at most ${most} characters. This has ${text.length}.`
    : undefined
}

function wrongMoment({ item }: Part, value: Value, label: string): string | undefined {
  const given = value.valueDate ?? value.valueDateTime ?? value.valueTime
  if (given === undefined) return undefined
  const isTime = value.valueTime !== undefined
  const order = (bound: string) =>
    isTime ? given.localeCompare(bound.padEnd('hh:mm:ss'.length, ':00')) : (compareMoments(given, bound) ?? 0)
  const words = (bound: string) => (isTime ? timeWords(bound) : momentWords(bound))
  const [low, high] = [minValue(item), maxValue(item)]
  if (typeof low === 'string' && order(low) < 0) return `${label} can’t be before ${words(low)}.`
  if (typeof high === 'string' && order(high) > 0) return `${label} can’t be after ${words(high)}.`
  return undefined
}

const momentWords = (bound: string): string =>
  bound.includes('T') ? valueWords({ valueDateTime: bound }) : dateWords(bound)

function wrongFile({ item }: Part, { contentType, size }: Attachment, label: string): string | undefined {
  const most = maxSize(item)
  if (most !== undefined && size !== undefined && size > most)
    return `The file for ${label} is too large. It can have at most ${sizeWords(most)}.`
  const types = mimeTypes(item)
  const fits = (type: string) =>
    type === contentType || (type.endsWith('/*') && contentType?.startsWith(type.slice(0, -1)))
  if (types.length === 0 || contentType === undefined || types.some(fits)) return undefined
  return `The file for ${label} is of a kind that is not asked for.`
}
