import { iso } from '../../clock.ts'
import type { Known, PlanRow, RequestRow } from '../gather/rows.ts'
import type { People } from './people.ts'
import { coded, extensions, type Resource, refer, text, whole } from './resource.ts'

const form = (title: string, url: string) => ({
  code: coded('Fill in a form'),
  description: title,
  input: [{ type: { text: 'Form' }, valueUri: url }],
})

function statusOf({ responseId, withdrawnAt }: RequestRow): string {
  if (responseId !== null) return 'completed'
  return withdrawnAt === null ? 'requested' : 'cancelled'
}

/** @param sent the responses that are in the bundle */
function request(row: RequestRow, people: People, sent: ReadonlySet<string>): Resource {
  const { id, appointmentId, planId, responseId, answeredAt, withdrawnAt } = row
  const changed = answeredAt ?? withdrawnAt
  return {
    resourceType: 'Task',
    id,
    ...(planId === null ? {} : { basedOn: [refer('Task', planId)] }),
    status: statusOf(row),
    intent: 'order',
    ...form(row.title, row.formUrl),
    ...(appointmentId === null ? {} : { focus: refer('Appointment', appointmentId) }),
    for: people.patient,
    authoredOn: iso(row.askedAt),
    ...(changed === null ? {} : { lastModified: iso(changed) }),
    requester: people.byAccount(row.askedBy),
    owner: people.patient,
    restriction: { period: { end: iso(row.dueAt) } },
    ...(responseId !== null && sent.has(responseId)
      ? {
          output: [{ type: { text: 'Answers' }, valueReference: refer('QuestionnaireResponse', responseId) }],
        }
      : {}),
  }
}

const plan = (row: PlanRow, people: People): Resource => ({
  resourceType: 'Task',
  id: row.id,
  ...extensions(whole('every-weeks', row.everyWeeks), text('next-due', row.nextDueOn)),
  status: row.stoppedAt === null ? 'in-progress' : 'completed',
  intent: 'plan',
  ...form(row.title, row.formUrl),
  for: people.patient,
  authoredOn: iso(row.askedAt),
  ...(row.stoppedAt === null ? {} : { lastModified: iso(row.stoppedAt) }),
  requester: people.byAccount(row.askedBy),
  owner: people.patient,
})

/** What was asked of the client: forms once, and again and again. */
export function askedResources({ requests, plans, responses }: Known, people: People): Resource[] {
  const sent = new Set(responses.map(({ id }) => id))
  return [...plans.map((row) => plan(row, people)), ...requests.map((row) => request(row, people, sent))]
}
