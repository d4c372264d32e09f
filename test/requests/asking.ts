import type { Knex } from 'knex'
import { type Instant, iso } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { answersPlace } from '../../server/responses/store.ts'
import { NOW, sealer } from '../support/fixed.ts'

/** Forms, what types ask for, and what was sent, with as little as they need. */

let counter = 0

export type Made = { id: string; versionId: string; slug: string; title: string }

const questions: Item[] = [{ linkId: 'one', type: 'string', text: 'planted-word-eczema' }]

/** A published form; five hundred seconds of questions make it one of about eight minutes. */
export async function makeForm(db: Knex, given: { slug?: string; title?: string; item?: Item[] } = {}) {
  counter += 1
  const { slug = `form-${counter}`, title = `Form ${counter}`, item = questions } = given
  const url = `https://maple.example/forms/${slug}-${counter}`
  const [form] = await db('forms')
    .insert({ url, slug, created_at: iso(NOW) })
    .returning('id')
  const definition = { resourceType: 'Questionnaire', url, version: '1', title, status: 'active', item }
  const at = { created_at: iso(NOW), published_at: iso(NOW) }
  const [version] = await db('form_versions')
    .insert({ form_id: form.id, number: 1, version: '1', title, definition, origin: 'built', ...at })
    .returning('id')
  return { id: form.id as string, versionId: version.id as string, slug, title } satisfies Made
}

export const asks = (db: Knex, typeId: string, form: Made, againAfterDays: number | null = null) =>
  db('appointment_type_forms').insert({
    appointment_type_id: typeId,
    form_id: form.id,
    again_after_days: againAfterDays,
  })

/** Answers of a client: sent at an instant, or a draft. */
export async function makeResponse(db: Knex, clientId: string, form: Made, sentAt: Instant | null = null) {
  const id = crypto.randomUUID()
  const answers = JSON.stringify({ resourceType: 'QuestionnaireResponse', status: 'completed' })
  await db('responses').insert({
    id,
    client_id: clientId,
    form_id: form.id,
    form_version_id: form.versionId,
    series_id: id,
    answers_sealed: sealer.seal(answersPlace(id), answers),
    begun_at: iso(sentAt ?? NOW),
    saved_at: iso(sentAt ?? NOW),
    sent_at: sentAt === null ? null : iso(sentAt),
  })
  return id
}
