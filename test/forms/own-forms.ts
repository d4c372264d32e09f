import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Item, Questionnaire, QuestionnaireResponse } from '../../server/forms/fhir.ts'

/** The forms that come with Flora, and responses to them, as they stand in their files. */

const root = path.join(import.meta.dirname, '../..')
const own = path.join(root, 'server/forms/own')
const responses = path.join(import.meta.dirname, 'responses')

const named = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => path.basename(file, '.json'))
const read = <T>(folder: string, name: string): T =>
  JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'))

export const ownSlugs = named(own)
export const ownForm = (slug: string): Questionnaire => read(own, slug)

export type SampleResponse = { name: string; questionnaire: Questionnaire; response: QuestionnaireResponse }

/** Completed responses of invented people, with the form that each answers. */
export const sampleResponses = (): SampleResponse[] =>
  named(responses).map((name) => {
    const response = read<QuestionnaireResponse>(responses, name)
    const slug = response.questionnaire?.match(/^urn:flora:form:([a-z-]+)\|/)?.[1] ?? ''
    return { name, questionnaire: ownForm(slug), response }
  })

/** All items of a form, in its order. */
export const allItems = (items: Item[] = []): Item[] =>
  items.flatMap((item) => [item, ...allItems(item.item)])
