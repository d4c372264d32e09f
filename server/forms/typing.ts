import { type Place, withoutGaps } from './answers.ts'
import type { Value } from './fhir.ts'
import { siblingName } from './names.ts'
import type { Posted } from './posted.ts'
import {
  fieldText,
  type OffsetFor,
  type ReadFields,
  type ReadText,
  readQuantity,
  readText,
  tidy,
  type Unit,
  unitShown,
  unitsOf,
} from './values.ts'
import { brief, hasValue } from './wording.ts'

/**
 * Reads the fields of a question that is typed. A page posts every field it has, so what was not posted was not on it
 * and stays as it is kept.
 */
export function readTyped(place: Place, posted: Posted, offsetFor: OffsetFor): ReadFields {
  const { part } = place
  const all = posted.texts(place.name)
  if (part.isRepeated && all.length > part.most)
    return { because: `You can give at most ${part.most} answers to “${brief(part.label)}”.` }
  const units = unitsPosted(place, posted)
  const answers: Value[] = []
  for (const [index, text] of (part.isRepeated ? all : all.slice(-1)).entries()) {
    const unit = units[index] ?? units.at(-1)
    const read = readRow(place, { index, text: tidy(text), unit, offsetFor })
    if ('because' in read) return read
    answers.push(read.value)
  }
  answers.push(...place.answers.slice(answers.length))
  return { answers: part.isRepeated && !part.hasRows ? withoutGaps(answers) : answers }
}

type Row = { index: number; text: string; unit: Unit | undefined | 'unknown'; offsetFor: OffsetFor }

/** What is typed as it was shown is the kept answer itself, whatever else it holds. */
function readRow(place: Place, { index, text, unit, offsetFor }: Row): ReadText {
  const { part } = place
  if (text === '') return { value: {} }
  const kept = place.answers[index]
  const isAsShown = kept !== undefined && hasValue(kept) && tidy(fieldText(kept)) === text
  if (part.item.type !== 'quantity') return isAsShown ? { value: kept } : readText(part, text, offsetFor)
  if (unit === 'unknown') return { because: `Please choose among the units of “${brief(part.label)}”.` }
  return isAsShown && unit?.key === unitShown(place)?.key ? { value: kept } : readQuantity(part, text, unit)
}

/** The unit of each row, or of all of them: as chosen, or the one there is. */
function unitsPosted(place: Place, posted: Posted): (Unit | undefined | 'unknown')[] {
  const units = unitsOf(place.part)
  const keys = units.length > 1 ? posted.texts(siblingName('unit', place)) : []
  if (keys.length === 0) return [unitShown(place)]
  return keys.map((key) => units.find((one) => one.key === key) ?? 'unknown')
}
