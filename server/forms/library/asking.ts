import type { AskedBy, AskingType } from '../../requests/store.ts'

/** After how many days a form is asked again. */
const LENGTHS: [days: number | null, value: string, words: string][] = [
  [null, 'never', 'Never, once it was sent'],
  [30, '30', 'After 30 days'],
  [90, '90', 'After 90 days'],
  [180, '180', 'After half a year'],
  [365, '365', 'After a year'],
]

export type AgainChoice = { value: string; words: string; isChosen: boolean }

/** What can be chosen for all types together; "keep" when they differ, or have a length of their own. */
export function againChoices(types: AskingType[]): AgainChoice[] {
  const lengths = new Set(
    types.filter(({ isAsking }) => isAsking).map(({ againAfterDays }) => againAfterDays),
  )
  const [only = null] = lengths
  const known = lengths.size <= 1 ? LENGTHS.find(([days]) => days === only) : undefined
  const choices = LENGTHS.map(([, value, words]) => ({ value, words, isChosen: value === known?.[1] }))
  return known ? choices : [{ value: 'keep', words: 'As it is now', isChosen: true }, ...choices]
}

/** @param again a value of againChoices; "keep" leaves each type its own, new ones ask once */
export function askedBy(types: AskingType[], chosen: string[], again: string): AskedBy[] {
  const days = LENGTHS.find(([, value]) => value === again)?.[0] ?? null
  return types
    .filter(({ id }) => chosen.includes(id))
    .map(({ id, againAfterDays }) => ({
      typeId: id,
      againAfterDays: again === 'keep' ? againAfterDays : days,
    }))
}
