import { signsWords } from '../../clients/pages.ts'
import type { Instant } from '../../clock.ts'
import { reviewBeforeElimination, signNamed } from '../../signs/table.ts'
import { counted } from '../../words.ts'
import { dateOf } from '../links.ts'
import { lasting, type Raised, type Told } from './lasting.ts'

type Named = { words: string; isUrgent: boolean; names: string[] }

/** What the head says of signs, by their names alone. */
export type HeadSigns = {
  /** Warning signs that wait, and those that were acknowledged. */
  signs: Named | null
  acknowledged: Named | null
  /** What asks for care in planning, acknowledged or not. */
  cautions: Named | null
  /** One of the cautions asks to be looked at before any elimination plan. */
  asksReview: boolean
}

const isOpen = ({ acknowledgedAt }: Raised): boolean => acknowledgedAt === null
const isCaution = ({ kind }: Raised): boolean => kind === 'caution'

/** @param told the latest intake; null: none was sent. `zone`: the practice's */
export function signsWithin(signs: Raised[], told: Told | null, zone: string): HeadSigns {
  const warnings = signs.filter((one) => !isCaution(one))
  const held = lasting(signs, told)
  const cautions = held.filter(isCaution)
  const waiting = signs.filter((one) => isCaution(one) && isOpen(one)).length
  const open = warnings.filter(isOpen)
  const urgent = open.filter(({ kind }) => kind === 'urgent').length
  const done = held.filter((one) => !isCaution(one) && !isOpen(one))
  return {
    signs: named(open, signsWords(open.length, urgent)),
    acknowledged: named(done, acknowledgedWords(done, 'warning sign', zone)),
    cautions: named(
      cautions,
      waiting > 0 ? counted(waiting, 'open caution') : acknowledgedWords(cautions, 'caution', zone),
    ),
    asksReview: reviewBeforeElimination(cautions.flatMap(({ sign }) => (sign === null ? [] : { sign }))),
  }
}

/** "2 warning signs, acknowledged Nov 20, 2026": the day of the last. */
function acknowledgedWords(signs: Raised[], what: string, zone: string): string {
  const last: Instant = Math.max(0, ...signs.map(({ acknowledgedAt }) => acknowledgedAt ?? 0))
  return `${counted(signs.length, what)}, acknowledged ${dateOf(last, zone)}`
}

function named(signs: Raised[], words: string): Named | null {
  if (signs.length === 0) return null
  const names = signs.map(({ sign }) =>
    sign === null ? 'One that can’t be read' : (signNamed(sign)?.name ?? sign),
  )
  return { words, isUrgent: signs.some(({ kind }) => kind === 'urgent'), names: [...new Set(names)] }
}
