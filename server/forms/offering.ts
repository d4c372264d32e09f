import type { Place } from './answers.ts'
import { NONE, OTHER, ownKey, ownWords } from './choosing.ts'
import { scaleOf } from './controls.ts'
import { openLabel } from './extensions.ts'
import type { Typed } from './filling.ts'
import { siblingName } from './names.ts'
import { isChosen } from './options.ts'
import type { ItemShown, OptionShown } from './shown.ts'
import { hasValue, NO, valueWords, YES } from './wording.ts'

/** The keys of what is kept; own words have keys too. */
export function chosenKeys(place: Place): string[] {
  const { part, answers } = place
  const keys = part.options
    .filter((option) => answers.some((one) => isChosen(option, one)))
    .map(({ key }) => key)
  const own = part.item.type === 'open-choice' ? ownWords(place) : []
  if (!part.isRepeated && own.length > 0) keys.push(OTHER)
  keys.push(...own.slice(1).map((_, index) => ownKey(index + 1)))
  return keys.length > 0 ? keys : [NONE]
}

/** What can be chosen: options, steps of a scale, yes and no, own words, and no answer. */
export function optionsShown(place: Place, values: string[]): OptionShown[] {
  const { part } = place
  const plain = (key: string, label: string): OptionShown => ({
    key,
    label,
    prefix: '',
    isChosen: values.includes(key),
    isExclusive: false,
  })
  if (part.item.type === 'boolean') return [plain('true', YES), plain('false', NO), ...noAnswer(place, plain)]
  if (part.control === 'scale') {
    const [low, high] = scaleOf(part.item) as [number, number]
    const numbers = Array.from({ length: high - low + 1 }, (_, index) => String(low + index))
    return [...numbers.map((number) => plain(number, number)), ...noAnswer(place, plain)]
  }
  if (part.options.length === 0) return []
  const offered = part.options.map(({ key, label, prefix, isExclusive }) => ({
    ...plain(key, label),
    prefix,
    isExclusive,
  }))
  const own = part.item.type === 'open-choice' ? ownWords(place).slice(1) : []
  offered.push(...own.map((one, index) => plain(ownKey(index + 1), valueWords(one))))
  if (part.item.type === 'open-choice' && !part.isRepeated)
    offered.push(plain(OTHER, openLabel(part.item) ?? 'Something else'))
  const none = noAnswer(place, plain)
  return part.control === 'select' ? [...none, ...offered] : [...offered, ...none]
}

/** A radio can't be taken back otherwise; a list opens with it, so that nothing is chosen by chance. */
function noAnswer(
  { part, answers }: Place,
  plain: (key: string, label: string) => OptionShown,
): OptionShown[] {
  const isList = part.control === 'select'
  if (part.isRepeated || (!isList && (part.item.required === true || !answers.some(hasValue)))) return []
  return [plain(NONE, isList && part.item.required ? 'Please choose' : 'No answer')]
}

/** The field for own words beside the options. */
export function otherShown(place: Place, { typed }: { typed: Typed }): ItemShown['other'] {
  const { part } = place
  if (part.item.type !== 'open-choice' || part.options.length === 0) return null
  const name = siblingName('other', place)
  const [first] = ownWords(place)
  const value = typed.get(name)?.at(-1) ?? (first ? valueWords(first) : '')
  return { name, label: openLabel(part.item) ?? 'Another answer, in your words', value }
}
