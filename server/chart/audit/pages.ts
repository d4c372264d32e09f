import { actionWords } from '../../audit/actions.ts'
import { timeOf } from '../../words.ts'
import { dateOf } from '../links.ts'
import type { AuditLine } from './store.ts'

/**
 * The audit as a person reads it: what one did several times on end, within a day, in one line that holds them all.
 * @param lines the newest first
 */
export function auditPage(lines: AuditLine[], zone: string) {
  const runs: AuditLine[][] = []
  for (const line of lines) {
    const run = runs.at(-1)
    if (run?.[0] && isAlike(run[0], line, zone)) run.push(line)
    else runs.push([line])
  }
  return runs.map((run) => runPage(run, zone))
}

const isAlike = (one: AuditLine, other: AuditLine, zone: string): boolean =>
  one.action === other.action &&
  one.role === other.role &&
  one.accountId === other.accountId &&
  dateOf(one.at, zone) === dateOf(other.at, zone)

function runPage(run: AuditLine[], zone: string) {
  const [newest] = run as [AuditLine]
  const times = run.map(({ at }) => timeOf(at, zone))
  const [last = '', first = last] = [times[0], times.at(-1)]
  return {
    date: dateOf(newest.at, zone),
    time: first === last ? last : `${first} to ${last}`,
    who: whoWords(newest),
    role: roles[newest.role],
    what: actionWords(newest.action),
    /** When, each time, the newest first; empty for what was done once. */
    times: run.length > 1 ? times : [],
  }
}

const roles = { client: 'Client', dietitian: 'Dietitian', operator: 'Operator' }

/** Clients act without an account too: the link in a mail is all they need. */
function whoWords({ role, accountId, name }: Pick<AuditLine, 'role' | 'accountId' | 'name'>): string {
  if (name !== null) return name
  if (role === 'operator') return 'Whoever runs the portal'
  if (accountId !== null) return 'Somebody whose account is gone'
  return role === 'client' ? 'By the link in a mail' : 'Nobody signed in'
}
