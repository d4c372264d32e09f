import { startOfDay } from '../availability/zones.ts'
import type { OpenRequest, Plan } from '../requests/store.ts'
import { dayShortOf } from '../words.ts'
import { dateOf } from './links.ts'
import { weeksWords } from './pages.ts'

type Who = { name: string; isArchived: boolean }

/** What was just done, said once on the page that follows; nothing that is no longer so. */
const done: Record<string, (client: Who) => string> = {
  acknowledged: () => 'Acknowledged. The sign stays in the head of the chart, and here with your words.',
  withdrawn: () => 'Withdrawn. The form is no longer asked of them.',
  stopped: () => 'Stopped. They are not asked for this form regularly any more.',
  saved: () => 'The details are saved.',
  archived: ({ name, isArchived }) =>
    isArchived ? `${name} is in the archive. What was asked of them and not sent is taken back.` : '',
  restored: ({ name, isArchived }) =>
    isArchived ? '' : `${name} is out of the archive, and in the lists again.`,
}

/** @param what the word in the page's address; @returns empty when it is none */
export const doneWords = (what: unknown, client: Who): string =>
  typeof what === 'string' && Object.hasOwn(done, what) ? (done[what]?.(client) ?? '') : ''

type Asked = { requests: OpenRequest[]; plans: Plan[] }

/**
 * Of a form that was just asked for: which one, when first, and how often. Its name may tell of health: the address has
 * no more than the id. @returns empty when it is open no longer
 */
export function askedWords(
  id: unknown,
  { requests, plans }: Asked,
  { name, zone }: { name: string; zone: string },
) {
  const request = requests.find((one) => one.id === id)
  if (request)
    return `Asked for “${request.title}”, due ${dayShortOf(request.dueAt, zone)}. ${name} gets a mail about it now.`
  const plan = plans.find((one) => one.id === id)
  if (!plan) return ''
  const { title, everyWeeks, firstDueAt, nextDueOn } = plan
  const first = firstDueAt === null ? dateOf(startOfDay(nextDueOn, 'UTC'), 'UTC') : dateOf(firstDueAt, zone)
  return `“${title}” is asked for every ${weeksWords(everyWeeks)}, first on ${first}, until you stop it. ${name} gets a mail each time.`
}
