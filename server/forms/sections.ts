import { type Answers, type Place, readAnswers, somePlace } from './answers.ts'
import { definitionOf, type Part } from './definition.ts'
import { itemControl, itemControlCodes } from './extensions.ts'
import type { Item, Questionnaire } from './fhir.ts'
import { fieldName } from './names.ts'
import type { Settled } from './settling.ts'

/** One page: a top-level group with what goes with it, or loose items that stand together. */
export type Section = { number: number; linkId: string; title: string; items: Item[] }

const known = new WeakMap<Questionnaire, Section[]>()

/**
 * One top-level group a section, or each of its groups that ask for a page of their own; neighboring items that are
 * no groups make one together, or go with the group beside them when there is nothing to answer in them.
 */
export function sectionsOf(questionnaire: Questionnaire): Section[] {
  let sections = known.get(questionnaire)
  if (!sections) {
    const title = questionnaire.title?.trim() || 'Questions'
    sections = gather(
      definitionOf(questionnaire)
        .parts.filter((part) => !isAroundAll(part))
        .flatMap(pagesIn),
    ).map((parts, index) => sectionOf(parts, index, title))
    known.set(questionnaire, sections)
  }
  return sections
}

function sectionOf(parts: Part[], index: number, title: string): Section {
  const group = parts.find(isGroup)
  const { linkId } = ((group ?? parts[0]) as Part).item
  const loose = index === 0 ? title : 'More questions'
  return {
    number: index + 1,
    linkId,
    title: group ? group.label || title : loose,
    items: parts.map((part) => part.item),
  }
}

const isGroup = ({ item }: Part): boolean => item.type === 'group'
const hasQuestion = (part: Part): boolean => part.isAsked || part.parts.some(hasQuestion)

/** Header and footer stand on every page; one that asks something is a group like any other. */
export const isAround = (part: Part, control: 'header' | 'footer'): boolean =>
  part.up === null && itemControl(part.item) === control && !part.isHidden && !hasQuestion(part)

const isAroundAll = (part: Part): boolean => isAround(part, 'header') || isAround(part, 'footer')

function pagesIn(part: Part): Part[] {
  const isPage = (within: Part) => isGroup(within) && itemControlCodes(within.item).includes('page')
  return isGroup(part) && !part.isRepeated && part.parts.some(isPage) ? part.parts : [part]
}

function gather(parts: Part[]): Part[][] {
  const pages: Part[][] = []
  let before: Part[] = []
  for (const part of parts) {
    const page = pages.at(-1)
    if (isGroup(part)) {
      pages.push([...before, part])
      before = []
    } else if (page && !page.some(isGroup)) page.push(part)
    else if (hasQuestion(part)) {
      pages.push([...before, part])
      before = []
    } else if (page) page.push(part)
    else before.push(part)
  }
  return before.length > 0 ? [...pages, before] : pages
}

/** The places of a section's items: never in a row, so there is one of each. */
export const placesIn = ({ byName }: Answers, { items }: Section): Place[] =>
  items.flatMap(({ linkId }) => byName.get(fieldName('a', [], linkId)) ?? [])

/** The sections that are to be seen, in order: something in them is enabled and not hidden. */
export function pathOf({ questionnaire, response, enabled }: Settled): Section[] {
  const answers = readAnswers(questionnaire, response)
  const isSeen = ({ part, name }: Place) =>
    part.item.type !== 'group' && !part.isHidden && !part.isAside && enabled.has(name)
  return sectionsOf(questionnaire).filter((section) => somePlace(placesIn(answers, section), isSeen))
}
