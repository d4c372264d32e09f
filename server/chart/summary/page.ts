import { dateOf, responsePath } from '../links.ts'
import type { IntakeSummary } from './store.ts'

type At = { clientId: string; zone: string }

/** The summary in words, for views/chart/summary-answers.ejs. */
export function summaryPage(summary: IntakeSummary, { clientId, zone }: At) {
  const { id, sentAt, groups, changes, beforeAt, unreadable } = summary
  return {
    when: dateOf(sentAt, zone),
    href: responsePath(clientId, id),
    groups,
    changes,
    since: beforeAt === null ? null : dateOf(beforeAt, zone),
    unreadable,
  }
}

/** "May 17, 1991 (34)" @param born,today YYYY-MM-DD, or less of it; empty when it is not known */
export function bornWords(born: string, today: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(born) || born > today) return ''
  const years =
    Number(today.slice(0, 4)) - Number(born.slice(0, 4)) - (today.slice(5) < born.slice(5) ? 1 : 0)
  return `${dateOf(Date.parse(`${born}T00:00:00Z`), 'UTC')} (${years})`
}
