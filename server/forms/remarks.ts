/** What is to be said about a form that was brought here. */
export type Remark = {
  /** In plain words, as `item skin, answer option 3`. */
  where: string
  message: string
}

export const THE_FORM = 'the form'

export const itemWords = (linkId: string): string => `item ${linkId}`

/** Lists that have words of their own; an item has its linkId. */
const LISTS: Record<string, string> = {
  answerOption: 'answer option',
  enableWhen: 'condition',
  initial: 'initial value',
  extension: 'extension',
  contained: 'contained resource',
  code: 'code',
}

/** Where a path leads in a Questionnaire: the innermost item, and what of it. */
export function pathWords(root: unknown, path: PropertyKey[]): string {
  let words: string[] = []
  let here: unknown = root
  for (const [index, key] of path.entries()) {
    here = at(here, key)
    if (typeof key === 'number') {
      const list = String(path[index - 1] ?? '')
      const linkId = at(here, 'linkId')
      if (list !== 'item') words.push(`${LISTS[list] ?? list} ${key + 1}`)
      else if (typeof linkId === 'string' && linkId !== '') words = [itemWords(shortened(linkId))]
      else words = [...words, `item number ${key + 1}`]
    } else if (typeof path[index + 1] !== 'number') words.push(String(key))
  }
  return words.length === 0 ? THE_FORM : words.join(', ')
}

const at = (of: unknown, key: PropertyKey): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, key)
    ? (of as Record<PropertyKey, unknown>)[key]
    : undefined

/** Of what came from elsewhere, no more than can be read at a glance. */
export const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text)
