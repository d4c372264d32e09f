import { calculatedExpression, enableWhenExpression, variables } from '../extensions.ts'
import type { Item, Questionnaire } from '../fhir.ts'
import { linkIdFor } from './naming.ts'

/** A Questionnaire in, a Questionnaire out: what the builder does to a draft. Nothing is changed in place. */

export const MOST_ITEMS = 200
export const MOST_SECTIONS = 50

export const flat = (items: Item[] = []): Item[] => items.flatMap((item) => [item, ...flat(item.item)])

export const linkIdsOf = (questionnaire: Questionnaire): Set<string> =>
  new Set(flat(questionnaire.item).map(({ linkId }) => linkId))

export const findItem = (questionnaire: Questionnaire, linkId: string): Item | undefined =>
  flat(questionnaire.item).find((item) => item.linkId === linkId)

/** The top-level group in which an item stands, or which it is. */
export const sectionOf = (questionnaire: Questionnaire, linkId: string): Item | undefined =>
  questionnaire.item?.find((section) => flat([section]).some((item) => item.linkId === linkId))

/** Its sections are groups, one a page: what the builder can show. Anything else changes by import. */
export const isBuildable = ({ item = [] }: Questionnaire): boolean =>
  item.every(({ type }) => type === 'group') && !flat(item).some(({ linkId }) => /^\.+$/.test(linkId))

export type About = { title: string; description: string }

/** Its title, and what it is for. */
export function writeAbout(questionnaire: Questionnaire, { title, description }: About): Questionnaire {
  const { description: _, ...rest } = questionnaire
  return { ...rest, title, ...(description === '' ? {} : { description }) }
}

export const newQuestionnaire = (about: About, url: string): Questionnaire => {
  const section: Item = {
    linkId: linkIdFor(about.title, new Set(), 'section'),
    type: 'group',
    text: about.title,
  }
  return writeAbout({ resourceType: 'Questionnaire', url, status: 'draft', item: [section] }, about)
}

type Change = (item: Item) => Item | undefined

const changed = (items: Item[], linkId: string, change: Change): Item[] =>
  items.flatMap((item) => {
    if (item.linkId === linkId) return change(item) ?? []
    return item.item ? { ...item, item: changed(item.item, linkId, change) } : item
  })

const withItems = (questionnaire: Questionnaire, item: Item[]): Questionnaire => ({ ...questionnaire, item })

export const changeItem = (questionnaire: Questionnaire, linkId: string, change: Change): Questionnaire =>
  withItems(questionnaire, changed(questionnaire.item ?? [], linkId, change))

export const removeItem = (questionnaire: Questionnaire, linkId: string): Questionnaire =>
  changeItem(questionnaire, linkId, () => undefined)

/** @param parent the group at whose end it will stand */
export const addItem = (questionnaire: Questionnaire, parent: string, item: Item): Questionnaire =>
  changeItem(questionnaire, parent, (group) => ({ ...group, item: [...(group.item ?? []), item] }))

const introOf = (section: Item): Item | undefined =>
  section.item?.find(({ linkId, type }) => linkId === `${section.linkId}.intro` && type === 'display')

export const introText = (section: Item): string => introOf(section)?.text ?? ''

export const isIntro = (section: Item, item: Item): boolean => introOf(section) === item

/** Its title, and words to read before its questions. */
export function writeSection(section: Item, { title, intro }: { title: string; intro: string }): Item {
  const there = introOf(section)
  const rest = (section.item ?? []).filter((item) => item !== there)
  const first: Item[] =
    intro === ''
      ? []
      : [{ ...(there ?? { linkId: `${section.linkId}.intro`, type: 'display' }), text: intro }]
  const item = [...first, ...rest]
  const { item: _, _text, ...about } = section
  return {
    ...about,
    text: title,
    ...(_text && title === section.text ? { _text } : {}),
    ...(item.length > 0 ? { item } : {}),
  }
}

export function addSection(
  questionnaire: Questionnaire,
  about: { title: string; intro: string },
): { questionnaire: Questionnaire; linkId: string } {
  const linkId = linkIdFor(about.title, linkIdsOf(questionnaire), 'section')
  const section = writeSection({ linkId, type: 'group' }, about)
  return { questionnaire: withItems(questionnaire, [...(questionnaire.item ?? []), section]), linkId }
}

export type Way = 'up' | 'down'

/** One place up or down among its neighbors; a question at the edge of its section goes into the next one. */
export function moveItem(questionnaire: Questionnaire, linkId: string, way: Way): Questionnaire {
  const items = questionnaire.item ?? []
  const swapped = swapIn(items, linkId, way)
  if (swapped) return withItems(questionnaire, swapped)
  const at = items.findIndex(({ item = [] }) => item.some((one) => one.linkId === linkId))
  const [from, to] = [items[at], items[at + (way === 'up' ? -1 : 1)]]
  const moving = from?.item?.find((one) => one.linkId === linkId)
  if (!from || !to || !moving || isIntro(from, moving)) return questionnaire
  const taken = changeItem(questionnaire, linkId, () => undefined)
  return changeItem(taken, to.linkId, (section) => putAtEdge(section, moving, way))
}

function putAtEdge(section: Item, moving: Item, way: Way): Item {
  const items = section.item ?? []
  if (way === 'up') return { ...section, item: [...items, moving] }
  const intro = items.filter((item) => isIntro(section, item))
  return { ...section, item: [...intro, moving, ...items.filter((item) => !isIntro(section, item))] }
}

/** @returns undefined when it is at the edge, or not among these */
function swapIn(items: Item[], linkId: string, way: Way, parent?: Item): Item[] | undefined {
  const at = items.findIndex((item) => item.linkId === linkId)
  if (at === -1) {
    for (const [index, item] of items.entries()) {
      const inside = item.item && swapIn(item.item, linkId, way, item)
      if (inside) return items.with(index, { ...item, item: inside })
    }
    return undefined
  }
  const [moving, other] = [items[at], items[at + (way === 'up' ? -1 : 1)]]
  if (!moving || !other || (parent && (isIntro(parent, other) || isIntro(parent, moving)))) return undefined
  return items.with(at, other).with(at + (way === 'up' ? -1 : 1), moving)
}

const expressionsIn = (of: Item | Questionnaire): string[] => [
  ...variables(of).map(({ expression }) => expression ?? ''),
  ...('linkId' in of
    ? [calculatedExpression(of)?.expression ?? '', enableWhenExpression(of)?.expression ?? '']
    : []),
]

/** The words of what speaks of these items from outside: conditions, scores, expressions. */
export function usesOf(questionnaire: Questionnaire, linkId: string): string[] {
  const gone = new Set(flat([findItem(questionnaire, linkId) ?? []].flat()).map((item) => item.linkId))
  const escaped = [...gone].map((id) => id.replace(/['\\]/g, '\\$&'))
  const names = (text: string) => escaped.some((id) => text.includes(`'${id}'`) || text.includes(`|${id}|`))
  const users = flat(questionnaire.item).filter(
    (item) =>
      !gone.has(item.linkId) &&
      (item.enableWhen?.some(({ question }) => gone.has(question)) || expressionsIn(item).some(names)),
  )
  const words = users.map(({ text, linkId: id }) => text ?? id)
  return expressionsIn(questionnaire).some(names) ? [...words, 'a score of this form'] : words
}

/** As it is checked and shown: sections that have no question yet are left out. */
export const withoutEmpty = (questionnaire: Questionnaire): Questionnaire =>
  withItems(
    questionnaire,
    (questionnaire.item ?? []).filter(({ item = [] }) => item.length > 0),
  )

/** What is kept when it is published under this version. */
export const asPublished = (questionnaire: Questionnaire, version: string): Questionnaire => ({
  ...questionnaire,
  version,
  status: 'active',
})
