/** What is looked for among the clients. */
export type Show =
  | 'all'
  | 'prospective'
  | 'active'
  | 'archived'
  | 'forms'
  | 'unplanned'
  | 'signs'
  | 'cautions'

export type Wanted = {
  /** As it was typed, trimmed; empty: everybody. */
  text: string
  show: Show
}

const MOST_WORDS = 8
const PHONE = /^[\d\s()+./-]+$/

/** The words of a search; a phone number is one word, however it is written. Wide letters are read as plain ones. */
export function wordsIn(typed: string): string[] {
  const text = typed.normalize('NFKC')
  const digits = text.replace(/\D/g, '')
  if (PHONE.test(text) && digits !== '') return [digits]
  return [...new Set(text.split(/\s+/).filter(Boolean))].slice(0, MOST_WORDS)
}

/** A slip is looked for in what is somebody's own: an address up to its @, or the whole where nothing stands before it. */
export const withoutProvider = (word: string): string => word.replace(/(?<=[^@])@.*/s, '')

/** With nothing in it that LIKE would read as a sign of its own. */
export const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/** A whole phone number, or an address with the part before its @: nobody but one or two has it. */
export const isOfFew = (word: string): boolean => /^\d{7,}$/.test(word) || /^[^@]{3,}@/.test(word)

/**
 * What the index is asked for such a word, to be folded: half of a practice has the same mail provider and area code,
 * and to look these up takes ten times as long as to look at the few who are left.
 */
export const rarePatternOf = (word: string): string =>
  `%${literally(/^\d+$/.test(word) ? word.slice(-6) : word.replace(/(?<=@).*/s, ''))}%`

/**
 * The pattern of a word, to be folded. Fewer than three letters are looked for where a word begins: of those the index
 * knows something, and "an" in the middle of every second name is not what anybody means.
 */
export const patternOf = (word: string): string => `${[...word].length < 3 ? '% ' : '%'}${literally(word)}%`
