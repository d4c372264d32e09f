import { extensionUrl } from '../../server/forms/extensions.ts'
import type {
  Extension,
  Item,
  Questionnaire,
  QuestionnaireResponse,
  ResponseItem,
} from '../../server/forms/fhir.ts'
import { type Filled, type Filling, fillSection } from '../../server/forms/filling.ts'
import { beginResponse } from '../../server/forms/initial.ts'
import { type Section, sectionsOf } from '../../server/forms/sections.ts'
import { type Settled, settle } from '../../server/forms/settling.ts'
import { showSection } from '../../server/forms/showing.ts'
import type { ItemShown, SectionShown } from '../../server/forms/shown.ts'
import { namesOn } from './browser.ts'

/** Small forms and drafts: a test writes only what it is about. */

export const form = (...item: Item[]): Questionnaire => ({
  resourceType: 'Questionnaire',
  status: 'active',
  item,
})

export const question = (linkId: string, type: Item['type'], given: Partial<Item> = {}): Item => ({
  linkId,
  type,
  text: `About ${linkId}?`,
  ...given,
})

export const group = (linkId: string, item: Item[], given: Partial<Item> = {}): Item => ({
  linkId,
  type: 'group',
  text: `The ${linkId}`,
  item,
  ...given,
})

export const extension = (
  name: Parameters<typeof extensionUrl>[0],
  value: Omit<Extension, 'url'>,
): Extension => ({
  url: extensionUrl(name),
  ...value,
})

export const control = (code: string): Extension =>
  extension('itemControl', { valueCodeableConcept: { coding: [{ code }] } })

export const hidden = extension('hidden', { valueBoolean: true })

/** Options with these codes. */
export const coded = (...codes: string[]): Item['answerOption'] =>
  codes.map((code) => ({ valueCoding: { system: 'urn:test', code, display: `Answer ${code}` } }))

export const draftOf = (questionnaire: Questionnaire): QuestionnaireResponse =>
  beginResponse(questionnaire, { versionUrl: 'https://example.org/form|1' })

export const response = (...item: ResponseItem[]): QuestionnaireResponse => ({
  resourceType: 'QuestionnaireResponse',
  status: 'in-progress',
  item,
})

export const settled = (questionnaire: Questionnaire, draft = draftOf(questionnaire)): Promise<Settled> =>
  settle(questionnaire, draft)

export const sectionOf = (questionnaire: Questionnaire, number = 1): Section =>
  sectionsOf(questionnaire)[number - 1] as Section

export const shownOf = async (
  questionnaire: Questionnaire,
  draft?: QuestionnaireResponse,
): Promise<SectionShown> => showSection(await settled(questionnaire, draft), sectionOf(questionnaire))

/** The item of that name, wherever it stands on the page. */
export function shownItem({ items }: SectionShown, name: string): ItemShown {
  const look = (all: ItemShown[]): ItemShown | undefined => {
    for (const item of all) {
      const found = item.name === name ? item : look(item.rows.flatMap((row) => row.items))
      if (found) return found
    }
    return undefined
  }
  const found = look(items)
  if (!found) throw new Error(`${name} is not on the page`)
  return found
}

/** Posts fields to the first section; whatever is on the page is on it, unless `on` says otherwise. */
export async function fill(
  questionnaire: Questionnaire,
  fields: Record<string, unknown>,
  { draft = draftOf(questionnaire), ...filling }: Filling & { draft?: QuestionnaireResponse } = {},
): Promise<Filled> {
  const before = await settled(questionnaire, draft)
  const section = sectionOf(questionnaire)
  const on = namesOn(showSection(before, section))
  return fillSection(before, section, { on, ...fields }, filling)
}
