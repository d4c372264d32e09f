import type { ItemShown, SectionShown } from '../forms/shown.ts'

/** An item and all that stands in it. */
const all = (item: ItemShown): ItemShown[] => [item, ...item.rows.flatMap(({ items }) => items.flatMap(all))]

const itemsIn = ({ items }: SectionShown): ItemShown[] => items.flatMap(all)

/** What stands in something that is off is off too. */
const enabled = (item: ItemShown): ItemShown[] =>
  item.isEnabled ? [item, ...item.rows.flatMap(({ items }) => items.flatMap(enabled))] : []

/** Names of the questions that a person can answer now. */
export const questionsAskedIn = ({ items }: SectionShown): string[] =>
  items
    .flatMap(enabled)
    .filter(({ kind, isShownOnly }) => kind === 'question' && !isShownOnly)
    .map(({ name }) => name)

export function enabledIn({ items }: SectionShown): { shown: string[]; calculated: Record<string, string> } {
  const on = items.flatMap(enabled)
  const calculated = on.filter(({ kind, isShownOnly }) => kind === 'question' && isShownOnly)
  return {
    shown: on.map(({ name }) => name),
    calculated: Object.fromEntries(calculated.map(({ name, answer }) => [name, answer])),
  }
}

export const hasFiles = (section: SectionShown): boolean =>
  itemsIn(section).some(({ control, isShownOnly }) => control === 'file' && !isShownOnly)

/** What the questions of these names are called, in the order of the page, and where they stand. */
export const namedIn = (section: SectionShown, names: string[]): { id: string; label: string }[] =>
  itemsIn(section)
    .filter(({ name }) => names.includes(name))
    .map(({ id, label }) => ({ id, label }))
