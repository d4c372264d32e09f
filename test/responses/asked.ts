import type { QuestionnaireResponse } from '../../server/forms/fhir.ts'
import { answersPlace } from '../../server/responses/store.ts'
import type { TestApp } from '../support/app.ts'
import { sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { signedInAsClient } from '../support/people.ts'

/** A client who is asked for a form, signed in. */
export async function asked(app: TestApp, form: { id: string }, given: Record<string, unknown> = {}) {
  const client = await make.client(app.db, { name: 'Ana Ruiz', zone: 'America/Chicago', ...given })
  const request = await make.request(app.db, { clientId: client.id, formId: form.id })
  return { client, request, ana: await signedInAsClient(app, client) }
}

/** What is kept of a response, opened. */
export const opened = (row: { id: string; answers_sealed: Buffer }): QuestionnaireResponse =>
  JSON.parse(sealer.open(answersPlace(row.id), row.answers_sealed))

export const drafts = ({ db }: TestApp) => db('responses').whereNull('sent_at')
export const sent = ({ db }: TestApp) => db('responses').whereNotNull('sent_at').orderBy('number')
