import type { Particulars } from '../../clients/store.ts'
import type { Instant } from '../../clock.ts'
import { counted, timeOf, zoneWords } from '../../words.ts'
import type { KeyFacts } from '../key.ts'
import { chartPath, dateOf, responsePath } from '../links.ts'
import type { Raised } from './lasting.ts'
import { type HeadSigns, signsWithin } from './signs.ts'

/** A page of the chart. */
export type Tab = 'overview' | 'forms' | 'notes' | 'appointments' | 'files' | 'details' | 'audit'

type At = { zone: string; now: Instant; dietitianId: string; tab: Tab | null }

type Came = { id: string; at: Instant; type: string; with: string }

/** What is known of a client without opening anything; `with`: the id of a dietitian. */
export type Known = Particulars & {
  id: string
  archivedAt: Instant | null
  last: Came | null
  next: Came | null
  kept: number
  late: number
  noShows: number
  cancelledLate: number
}

type Visit = { when: string; type: string; href: string | null }

/** In words, for views/chart/head.ejs. */
export type ChartHead = HeadSigns & {
  id: string
  /** Of the chart; pages are below it. */
  path: string
  name: string
  pronouns: string
  /** YYYY-MM-DD, or as the intake has it; empty when it is not known. */
  born: string
  email: string
  phone: string
  isArchived: boolean
  /** On a phone more than who it is and what warns waits until it is asked for: not where the chart begins. */
  canFold: boolean
  standing: { state: string; words: string }
  timeThere: string
  zoneWords: string
  last: Visit | null
  next: Visit | null
  /** From the latest intake; null when there is none, or it can't be read. */
  allergies: string[] | null
  medicines: string[] | null
  intake: { when: string; href: string } | null
  /** "3 kept, 1 no-show"; empty before the first. */
  attendance: string
  tabs: { href: string; words: string; isHere: boolean }[]
}

type Read = {
  known: Known
  signs: Raised[]
  /** `cautions`: by their names. */
  intake: { id: string; at: Instant; said: (KeyFacts & { cautions: string[] }) | null } | null
}

export function headPage({ known, signs, intake }: Read, at: At): ChartHead {
  const { id, name, email, phone, archivedAt, kept } = known
  const { zone, now } = at
  const told = intake && { at: intake.at, cautions: intake.said?.cautions ?? null }
  return {
    id,
    path: chartPath(id),
    name,
    pronouns: known.pronouns || (intake?.said?.pronouns ?? ''),
    born: known.born ?? intake?.said?.born ?? '',
    email,
    phone,
    isArchived: archivedAt !== null,
    canFold: at.tab !== 'overview',
    standing:
      archivedAt === null
        ? standingOf({ isArchived: false, isActive: kept > 0 })
        : { state: 'archived', words: `Archived since ${dateOf(archivedAt, zone)}` },
    timeThere: timeOf(now, known.zone),
    zoneWords: zoneWords(known.zone, now),
    last: visitPage(known.last, at),
    next: visitPage(known.next, at),
    ...signsWithin(signs, told, zone),
    allergies: intake?.said?.allergies ?? null,
    medicines: intake?.said?.medicines ?? null,
    intake: intake && { when: dateOf(intake.at, zone), href: responsePath(id, intake.id) },
    attendance: attendanceWords(known),
    tabs: tabsOf(id, at.tab),
  }
}

export function standingOf({ isArchived, isActive }: { isArchived: boolean; isActive: boolean }) {
  if (isArchived) return { state: 'archived', words: 'Archived' }
  return isActive ? { state: 'kept', words: 'Active' } : { state: 'new', words: 'Prospective' }
}

function visitPage(visit: Known['last'], { zone, dietitianId }: At): Visit | null {
  if (!visit) return null
  const href = visit.with === dietitianId ? `/practice/appointments/${visit.id}` : null
  return { when: `${dateOf(visit.at, zone)}, ${timeOf(visit.at, zone)}`, type: visit.type, href }
}

export function attendanceWords({
  kept,
  late,
  noShows,
  cancelledLate,
}: Pick<Known, 'kept' | 'late' | 'noShows' | 'cancelledLate'>): string {
  const parts = [
    kept > 0 && `${kept} kept${late > 0 ? ` (${late} late)` : ''}`,
    noShows > 0 && counted(noShows, 'no-show'),
    cancelledLate > 0 && `${cancelledLate} cancelled late`,
  ]
  return parts.filter(Boolean).join(', ')
}

const tabs: [Tab, string, string][] = [
  ['overview', '', 'Overview'],
  ['forms', '/forms', 'Forms'],
  ['notes', '/notes', 'Notes'],
  ['appointments', '/appointments', 'Appointments'],
  ['files', '/files', 'Files'],
  ['details', '/details', 'Details'],
  ['audit', '/audit', 'Audit'],
]

const tabsOf = (id: string, here: Tab | null) =>
  tabs.map(([tab, path, words]) => ({ href: `${chartPath(id)}${path}`, words, isHere: tab === here }))
