import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { localDate } from '../../availability/zones.ts'
import { DAY, HOUR, type Instant, iso } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { factsOf } from '../../forms/facts.ts'
import { finish, scoresOf } from '../../forms/finishing.ts'
import { settle } from '../../forms/settling.ts'
import { type FormVersion, findCurrentForm } from '../../forms/store.ts'
import { answersPlace } from '../../responses/store.ts'
import { acknowledge, raiseSigns } from '../../signs/store.ts'
import { signsIn } from '../../signs/table.ts'
import { answered } from '../answering.ts'
import { responses, type StoryResponse } from '../answers.ts'
import { eveningOf } from '../days.ts'
import { practice } from '../story.ts'

type Needs = Pick<Deps, 'sealer' | 'evaluator'>

/** Of the story: who the clients are, in its order, and who read what they sent. */
type Told = { clientIds: string[]; accountId: string; now: Instant }

/** What the sample's clients have sent, worked out as if they had just done so on those days. */
export async function insertResponses(trx: Knex, needs: Needs, told: Told): Promise<void> {
  for (const response of responses) {
    const version = await findCurrentForm(trx, response.form)
    if (version) await insertResponse(trx, needs, { told, response, version })
  }
  await acknowledgeOld(trx, needs, told)
}

type One = { told: Told; response: StoryResponse; version: FormVersion }

async function insertResponse(trx: Knex, { sealer, evaluator }: Needs, { told, response, version }: One) {
  const sentAt = eveningOf(response.daysAgo, told.now)
  const clientId = told.clientIds[response.client] as string
  const { definition: questionnaire, id: key } = version
  const settled = await settle(questionnaire, answered(questionnaire, response.answers), (draft) =>
    evaluator.evaluate({ questionnaire, key, isTrusted: true, response: draft, at: iso(sentAt) }),
  )
  const finished = finish(settled, { status: 'completed', authored: iso(sentAt) })
  const id = randomUUID()
  await trx('responses').insert({
    id,
    client_id: clientId,
    form_id: version.formId,
    form_version_id: version.id,
    series_id: id,
    answers_sealed: sealer.seal(answersPlace(id), JSON.stringify(finished)),
    begun_at: iso(sentAt),
    saved_at: iso(sentAt),
    sent_at: iso(sentAt),
  })
  const about = { response_id: id, client_id: clientId, at: iso(sentAt) }
  const scores = scoresOf(settled).map(({ linkId, label, value }) => ({
    ...about,
    link_id: linkId,
    label,
    value,
  }))
  if (scores.length > 0) await trx('scores').insert(scores)
  const today = localDate(sentAt, practice.zone)
  const signs = signsIn(factsOf(questionnaire, finished), { today })
  await raiseSigns(trx, sealer, { clientId, responseId: id, seriesId: id, signs }, sentAt)
}

const WORD = 'Talked about it on the phone; she has an appointment with her physician.'
const LONG_AGO = 14 * DAY
const NEXT_MORNING = 14 * HOUR

/** What came in weeks ago has been seen by somebody since. */
async function acknowledgeOld(trx: Knex, { sealer }: Needs, { accountId, now }: Told): Promise<void> {
  const old = await trx('raised_signs')
    .where('raised_at', '<', iso(now - LONG_AGO))
    .select<{ id: string; clientId: string; raisedAt: Instant }[]>({
      id: 'id',
      clientId: 'client_id',
      raisedAt: 'raised_at',
    })
  for (const { id, clientId, raisedAt } of old)
    await acknowledge(trx, sealer, { id, clientId, accountId, word: WORD }, raisedAt + NEXT_MORNING)
}
