import { localDate, startOfDay } from '../availability/zones.ts'
import { signsWords } from '../clients/pages.ts'
import { DAY, type Instant } from '../clock.ts'
import type { OpenRequest, Plan } from '../requests/store.ts'
import type { Sent } from '../responses/store.ts'
import { counted, dayYearOf, timeOf, whenShort } from '../words.ts'
import { chartPath, dateOf, responsePath } from './links.ts'
import type { Answered } from './store.ts'

/** `zone`: of the practice; all dates of a chart are its. */
type At = { zone: string; now: Instant }

type Stand = { state: 'asked' | 'begun' | 'late'; words: string }

/** Where a form stands that was asked for and not yet sent. */
function standOf({ dueAt, isBegun }: { dueAt: Instant; isBegun: boolean }, now: Instant): Stand {
  if (dueAt < now) return { state: 'late', words: isBegun ? 'Begun, overdue' : 'Overdue' }
  if (isBegun) return { state: 'begun', words: 'Begun' }
  return { state: 'asked', words: 'Asked' }
}

const savedWords = (draft: Answered | undefined, { zone }: At): string | null =>
  draft ? `Saved ${whenShort(draft.savedAt, zone)}` : null

/** What is asked of a client and not sent, and what they began of themselves. */
export function askedPage(
  requests: OpenRequest[],
  begun: Answered[],
  { path, ...at }: At & { path: string },
) {
  const begunOf = new Map(begun.map((draft) => [draft.formId, draft]))
  const asked = requests.map(({ id, formId, title, dueAt }) => ({
    title,
    due: `Due ${whenShort(dueAt, at.zone)}`,
    saved: savedWords(begunOf.get(formId), at),
    stand: standOf({ dueAt, isBegun: begunOf.has(formId) }, at.now),
    withdrawal: `${path}/requests/${id}/withdrawal`,
  }))
  const isAsked = new Set(requests.map(({ formId }) => formId))
  const alone = begun
    .filter(({ formId }) => !isAsked.has(formId))
    .map((draft) => ({
      title: draft.title,
      saved: savedWords(draft, at),
      words: draft.number > 1 ? 'Changes begun' : 'Begun',
    }))
  return { asked, alone }
}

/** @param found one more than fits when another page follows; `page` counts from 0 */
export function answeredPage(
  found: Answered[],
  { page, size }: { page: number; size: number },
  { clientId, zone }: { clientId: string; zone: string },
) {
  const path = `${chartPath(clientId)}/forms?page=`
  return {
    lines: found.slice(0, size).map(({ id, title, sentAt, savedAt, number, openSigns, openCautions }) => ({
      title,
      href: responsePath(clientId, id),
      when: `${dayYearOf(sentAt ?? savedAt, zone)}${number > 1 ? `, version ${number}` : ''}`,
      signs: openSigns === 0 ? null : signsWords(openSigns, 0),
      cautions: openCautions === 0 ? null : counted(openCautions, 'open caution'),
    })),
    newer: page > 0 ? `${path}${page}` : null,
    older: found.length > size ? `${path}${page + 2}` : null,
  }
}

/** "every week", "every 2 weeks": what follows "every". */
export const weeksWords = (weeks: number): string => (weeks === 1 ? 'week' : `${weeks} weeks`)

export const plansPage = (plans: Plan[], clientId: string) =>
  plans.map(({ id, title, everyWeeks, nextDueOn }) => ({
    title,
    words: `Every ${weeksWords(everyWeeks)}, next on ${dateOf(startOfDay(nextDueOn, 'UTC'), 'UTC')}`,
    stop: `${chartPath(clientId)}/plans/${id}/stop`,
  }))

/** The head of what a client sent, and its versions, the newest first. */
export function responsePage(
  sent: Sent,
  title: string,
  { clientId, zone }: { clientId: string; zone: string },
) {
  const { id, number, sentAt, versions } = sent
  const [newest] = versions
  return {
    title,
    when: `${dayYearOf(sentAt, zone)} at ${timeOf(sentAt, zone)}`,
    version: versions.length > 1 ? `version ${number} of ${versions.length}` : null,
    newest: newest && newest.id !== id ? responsePath(clientId, newest.id) : null,
    download: `${responsePath(clientId, id)}/questionnaire-response.json`,
    versions: versions.map((version) => ({
      words: `Version ${version.number}, sent ${whenShort(version.sentAt, zone)}`,
      href: version.id === id ? null : responsePath(clientId, version.id),
    })),
  }
}

/** The day for which a form is asked for unless said otherwise: a week from now. */
export const suggestedDay = (now: Instant, zone: string): string => localDate(now + 7 * DAY, zone)
