import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'

export type Action =
  | 'appointment.read'
  | 'inquiry.read'
  | 'signature.read'
  | 'chart.read'
  | 'response.read'
  | 'response.exported'
  | 'file.read'
  | 'sign.acknowledged'
  | 'form.asked'
  | 'form.withdrawn'
  | 'plan.started'
  | 'plan.stopped'

/** Who looked at whose record, and when: written before the record is shown. */
export async function recordReading(
  db: Knex,
  entry: { accountId: string; action: Action; subjectId: string },
  now: Instant,
): Promise<void> {
  const { accountId, action, subjectId } = entry
  await db('audit_entries').insert({ at: iso(now), account_id: accountId, action, subject_id: subjectId })
}

/** Who did what to whose record: written in the transaction of the change. */
export const recordAct = recordReading
