import { type Instant, iso } from '../clock.ts'
import type { QuestionnaireResponse } from '../forms/fhir.ts'

type Known = {
  id: string
  clientId: string
  /** Address of the form and its version: canonical|version. */
  canonical: string
  sentAt: Instant
}

/** The answers as they are kept, with whose they are, of which form, and when they were sent: FHIR R4. */
export const exportedResponse = (
  { resourceType, status, ...kept }: QuestionnaireResponse,
  { id, clientId, canonical, sentAt }: Known,
): QuestionnaireResponse => ({
  resourceType,
  authored: iso(sentAt),
  ...kept,
  id,
  status,
  questionnaire: canonical,
  subject: { reference: `Patient/${clientId}` },
})
