import { isoIn } from '../../availability/regions.ts'
import { zoneOffset } from '../../availability/zones.ts'
import type { Instant } from '../../clock.ts'
import type { ExportLine } from './exporting/store.ts'

// A spreadsheet takes a cell that begins so for a formula: OWASP, CSV Injection. The wide forms count in East Asian ones.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/** A cell that a spreadsheet reads as text, quoted where RFC 4180 asks for it. */
export function cellOf(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const rowOf = (cells: string[]): string => `${cells.map(cellOf).join(',')}\r\n`

/** Begins with the mark by which spreadsheets know UTF-8. */
export const csvHead = `\ufeff${rowOf([
  'Name',
  'E-mail',
  'Phone',
  'Time zone',
  'Standing',
  'Since',
  'Last kept appointment',
  'Next appointment',
])}`

/** Times on the practice's clock: 2026-03-01 09:30. */
export const csvRow = (line: ExportLine, zone: string): string =>
  rowOf([
    line.name,
    line.email,
    line.phone,
    line.zone,
    line.isArchived ? 'archived' : line.isActive ? 'active' : 'prospective',
    timeIn(line.since, zone).slice(0, 10),
    timeIn(line.lastAt, zone),
    timeIn(line.nextAt, zone),
  ])

const timeIn = (at: Instant | null, zone: string): string =>
  at === null ? '' : isoIn(at, zoneOffset(at, zone)).slice(0, 16).replace('T', ' ')
