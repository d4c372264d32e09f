import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { type Instant, iso } from '../../server/clock.ts'
import type { QuestionnaireResponse, ResponseItem } from '../../server/forms/fhir.ts'
import { answersPlace } from '../../server/responses/store.ts'
import { type NewSigns, raiseSigns } from '../../server/signs/store.ts'
import { NOW, sealer } from '../support/fixed.ts'

export type Given = {
  clientId: string
  /** Short name of the form; its newest version is answered. */
  slug?: string
  item?: ResponseItem[]
  at?: Instant
  isDraft?: boolean
  /** The response that this one amends. */
  amends?: Made
  scores?: Record<string, number>
  signs?: NewSigns['signs']
}

export type Made = { id: string; seriesId: string; number: number; response: QuestionnaireResponse }

const labels: Record<string, string> = {
  'gut-score': 'Gut score',
  'skin-score': 'Skin score',
  'habits-score': 'Habits score',
}

/** Answers straight in the tables, sent unless said otherwise. The forms that come with Flora must be there. */
export async function answered(db: Knex, given: Given): Promise<Made> {
  const { clientId, slug = 'intake', item = [], at = NOW, isDraft = false, amends } = given
  const version = await db('current_form_versions as v')
    .join('forms as f', 'f.id', 'v.form_id')
    .where('f.slug', slug)
    .first('v.id', 'v.form_id', 'v.version', 'f.url')
  const id = randomUUID()
  const seriesId = amends?.seriesId ?? id
  const number = (amends?.number ?? 0) + 1
  const response: QuestionnaireResponse = {
    resourceType: 'QuestionnaireResponse',
    questionnaire: `${version.url}|${version.version}`,
    status: isDraft ? 'in-progress' : amends ? 'amended' : 'completed',
    ...(isDraft ? {} : { authored: iso(at) }),
    item,
  }
  await db('responses').insert({
    id,
    client_id: clientId,
    form_id: version.form_id,
    form_version_id: version.id,
    series_id: seriesId,
    number,
    amends_id: amends?.id ?? null,
    answers_sealed: sealer.seal(answersPlace(id), JSON.stringify(response)),
    begun_at: iso(at),
    saved_at: iso(at),
    sent_at: isDraft ? null : iso(at),
  })
  const scores = Object.entries(given.scores ?? {}).map(([link_id, value]) => ({
    response_id: id,
    link_id,
    client_id: clientId,
    label: labels[link_id] ?? link_id,
    value,
    at: iso(at),
  }))
  if (scores.length > 0) await db('scores').insert(scores)
  await raiseSigns(db, sealer, { clientId, responseId: id, seriesId, signs: given.signs ?? [] }, at)
  return { id, seriesId, number, response }
}

/** Some answers to the intake, with words that need escaping. */
export const someAnswers: ResponseItem[] = [
  {
    linkId: 'about',
    item: [
      { linkId: 'name', answer: [{ valueString: 'Maya <b>"M"</b>' }] },
      { linkId: 'pronouns', answer: [{ valueCoding: { code: 'they', display: 'they/them' } }] },
      { linkId: 'date-of-birth', answer: [{ valueDate: '1990-05-01' }] },
    ],
  },
  {
    linkId: 'goals',
    item: [{ linkId: 'hope', answer: [{ valueString: 'Planted-hope & <script>alert(1)</script>' }] }],
  },
]
