import type { Place } from './answers.ts'
import type { Value } from './fhir.ts'
import { siblingName } from './names.ts'
import { isChosen, type Option } from './options.ts'
import type { Posted } from './posted.ts'
import { type ReadFields, readText, utc } from './values.ts'
import { brief, hasValue, valueWords } from './wording.ts'

/** The key of "another answer" beside the options; no code can be it. */
export const OTHER = '+other'
/** The key that takes an answer back. */
export const NONE = ''

/** Answers in the person's own words, beside the options. */
export const ownWords = ({ part, answers }: Place): Value[] =>
  answers.filter((one) => hasValue(one) && !part.options.some((option) => isChosen(option, one)))

/** Own words after the first are shown as chosen options of their own. */
export const ownKey = (index: number): string => `+${index}`

const postedKeys = (place: Place, posted: Posted): Set<string> =>
  new Set(posted.texts(place.name).filter((key) => key !== NONE))

export function readYesNo(place: Place, posted: Posted): ReadFields {
  const [wanted, ...others] = postedKeys(place, posted)
  if (wanted === undefined) return { answers: [] }
  if (others.length > 0 || (wanted !== 'true' && wanted !== 'false'))
    return { because: `Please choose Yes or No for “${brief(place.part.label)}”.` }
  const valueBoolean = wanted === 'true'
  const isKept = place.answers[0]?.valueBoolean === valueBoolean
  return { answers: isKept ? place.answers : [{ valueBoolean }] }
}

/** Options by their keys, and own words where the question takes them. What was chosen before stays the same answer. */
export function readChoice(place: Place, posted: Posted): ReadFields {
  const { part, answers: kept } = place
  const label = `“${brief(part.label)}”`
  const keys = postedKeys(place, posted)
  const own = part.item.type === 'open-choice' ? readOwn(place, posted, keys) : { answers: [] }
  if ('because' in own) return own
  // Own words that are one of the options are that option.
  const isOwn = (option: Option) => own.answers.some((one) => isChosen(option, one))
  const options = part.options.filter((option) => keys.delete(option.key) || isOwn(option))
  if (keys.size > 0) return { because: `Please choose among the answers that are offered for ${label}.` }
  const chosen = options.map((option) => kept.find((one) => isChosen(option, one)) ?? option.answer)
  const others = own.answers.filter((one) => !part.options.some((option) => isChosen(option, one)))
  const answers = [...chosen, ...others]
  if (part.isRepeated || answers.length <= 1) return { answers, rows: rowsFor(place, answers) }
  return others.length > 0
    ? { because: `Please choose one answer to ${label} or write your own, not both.` }
    : { because: `Please choose only one answer to ${label}.` }
}

/** Takes the keys that belong to own words out of `keys`. */
function readOwn(place: Place, posted: Posted, keys: Set<string>): ReadFields {
  const { part } = place
  const label = `“${brief(part.label)}”`
  const before = ownWords(place)
  const still = before.filter((_, index) => index > 0 && keys.delete(ownKey(index)))
  const saysOther = keys.delete(OTHER)
  const answers = new Map<string, Value>()
  for (const text of posted.texts(siblingName('other', place))) {
    const words = text.normalize('NFC').trim()
    const same = before.find((one) => valueWords(one) === words)
    if (words === '' || same) {
      if (same) answers.set(words, same)
      continue
    }
    const read = readText(part, words, utc)
    if ('because' in read) return read
    answers.set(words, read.value)
  }
  for (const one of still) answers.set(valueWords(one), one)
  if (answers.size > part.most && part.isRepeated)
    return { because: `You can write at most ${part.most} answers of your own to ${label}.` }
  if (saysOther && answers.size === 0) return { because: `Please write your answer to ${label}.` }
  return { answers: [...answers.values()] }
}

/** What is asked about an answer stays with it. */
const rowsFor = ({ answers: kept, rows, part }: Place, answers: Value[]): Place[][] =>
  part.hasRows ? answers.map((one) => rows[kept.indexOf(one)] ?? []) : rows
