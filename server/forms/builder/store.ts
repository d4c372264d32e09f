import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Instant } from '../../clock.ts'
import { NotFound } from '../../web/errors.ts'
import { isUuid } from '../../web/form.ts'
import type { Item, Questionnaire } from '../fhir.ts'
import { type FormVersion, findDraft, insertForm, insertVersion, saveDraftDefinition } from '../store.ts'
import { whyNot } from './checks.ts'
import { newQuestionnaire } from './editing.ts'
import { settleScores } from './scoring.ts'

const textOf = (questionnaire: Questionnaire): string => JSON.stringify(questionnaire)

/**
 * A form with its first draft.
 * @returns its id, or undefined when another form has the short name
 */
export const insertBuilt = (
  db: Knex,
  about: { slug: string; title: string; description: string },
  now: Instant,
): Promise<string | undefined> =>
  db.transaction(async (trx) => {
    const { slug, title, description } = about
    const url = `urn:uuid:${randomUUID()}`
    const formId = await insertForm(trx, { slug, url }, now)
    if (!formId) return undefined
    const text = textOf(newQuestionnaire({ title, description }, url))
    await insertVersion(trx, { formId, version: null, title, text, origin: 'built', isDraft: true }, now)
    return formId
  })

/** A draft that begins as a copy of what is in use. One that is there already is left alone. */
export const beginNext = (db: Knex, { formId, title, definition, rights }: FormVersion, now: Instant) =>
  db.transaction(async (trx) => {
    if (await findDraft(trx, formId)) return
    const { version: _, ...rest } = definition
    const text = textOf({ ...rest, status: 'draft' })
    const given = { formId, version: null, title, text, origin: 'built' as const, rights, isDraft: true }
    await insertVersion(trx, given, now)
  })

/** The draft of the form that a path names. @throws {NotFound} */
export async function draftOf(db: Knex, formId: unknown): Promise<FormVersion> {
  const draft = isUuid(formId) ? await findDraft(db, formId) : undefined
  if (!draft) throw new NotFound()
  return draft
}

/** The section of a draft that a path names. @throws {NotFound} */
export function sectionOf({ definition }: FormVersion, linkId: unknown): Item {
  const section = definition.item?.find((one) => one.linkId === linkId)
  if (!section) throw new NotFound()
  return section
}

export type Edit = {
  draft: FormVersion
  /** Of the page on which it was edited. */
  revision: number
  questionnaire: Questionnaire
}

/**
 * Keeps a draft as it was edited, if it makes a form that can be asked.
 * @returns 'changed' when somebody else has saved it since the page was shown, or a sentence on what is wrong with it
 */
export async function keepDraft(
  db: Knex,
  { draft, revision, questionnaire }: Edit,
): Promise<'kept' | 'changed' | { because: string }> {
  if (revision !== draft.revision) return 'changed'
  const settled = settleScores(questionnaire)
  const because = whyNot(settled)
  if (because) return { because }
  const title = settled.title ?? draft.title
  const saved = await saveDraftDefinition(db, { id: draft.id, revision, title, text: textOf(settled) })
  return saved ? 'kept' : 'changed'
}
