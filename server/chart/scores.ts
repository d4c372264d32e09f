import { clearChange, itchChange } from '../signs/changes.ts'
import { dateOf, responsePath } from './links.ts'
import type { ScoreRow } from './store.ts'

/** What a change of a score means: a word beside the number, never the color alone. */
export type Mark = { words: string; isBetter: boolean }

const MOST_ROWS = 8
const MOST_COLUMNS = 6

type Told = {
  clientId: string
  zone: string
  /** At its worst, 0 to 10: in the latest skin check-in and the one before. */
  itch: { before: number; now: number } | null
}

/** At most one decimal. */
export const figureOf = (value: number): string => String(Math.round(value * 10) / 10)

/**
 * Scores over the dates: a row for each response, a column for each score; the seven latest rows and the very first.
 * The latest gut score is marked where it is clearly better than the first, the latest skin score where the itch
 * changed since the one before.
 * @param rows the newest first
 */
export function scoreTable(rows: ScoreRow[], { clientId, zone, itch }: Told) {
  const byName = new Map(rows.map((row) => [row.linkId, row]))
  const columns = inOrder([...byName.values()]).slice(0, MOST_COLUMNS)
  const marked = new Map<ScoreRow | undefined, Mark | null>([
    [rows.find(isOf(GUT)), gutMark(rows.filter(isOf(GUT)))],
    [rows.find(isOf(SKIN)), itch && itchMark(itch)],
  ])
  return {
    columns: columns.map(({ label }) => label),
    rows: firstAndLatest([...Map.groupBy(rows, ({ responseId }) => responseId).values()]).map((scores) => {
      const [{ at, title, responseId }] = scores as [ScoreRow]
      return {
        when: dateOf(at, zone),
        title,
        href: responsePath(clientId, responseId),
        cells: columns.map(({ linkId }) => {
          const score = scores.find(isOf(linkId))
          return score ? { figure: figureOf(score.value), mark: marked.get(score) ?? null } : null
        }),
      }
    }),
  }
}

const GUT = 'gut-score'
const SKIN = 'skin-score'
const FIRST = [GUT, SKIN, 'habits-score']

/** Gut, skin and habits come first; scores of other forms follow as they come. */
export const inOrder = <T extends { linkId: string }>(scores: T[]): T[] =>
  [...scores].sort((a, b) => orderOf(a.linkId) - orderOf(b.linkId))

function orderOf(linkId: string): number {
  const at = FIRST.indexOf(linkId)
  return at < 0 ? FIRST.length : at
}

const isOf =
  (linkId: string) =>
  (row: ScoreRow): boolean =>
    row.linkId === linkId

function firstAndLatest<T>(rows: T[]): T[] {
  const last = rows.at(-1)
  return rows.length <= MOST_ROWS || !last ? rows : [...rows.slice(0, MOST_ROWS - 1), last]
}

function gutMark(rows: ScoreRow[]): Mark | null {
  const [latest, first] = [rows[0], rows.at(-1)]
  if (!latest || !first || latest === first || !clearChange(first.value, latest.value)) return null
  return { words: 'clearly better than at first', isBetter: true }
}

function itchMark({ before, now }: { before: number; now: number }): Mark | null {
  const change = itchChange(before, now)
  if (change === null) return null
  return { words: `itch clearly ${change}, from ${before} to ${now}`, isBetter: change === 'better' }
}
