/**
 * When a change is more than the ups and downs of a week. The scales are our own; the measures are borrowed from those
 * that they resemble, and mark a change on the chart. They prove nothing.
 */

/**
 * A gut score (0 to 100) that fell by 30 % or more from the baseline: what counts as a response in trials of IBS (FDA,
 * Guidance for Industry: Irritable Bowel Syndrome, 2012).
 */
export const clearChange = (baseline: number, now: number): boolean =>
  baseline > 0 && Math.round((baseline - now) * 1000) >= Math.round(baseline * 300)

/**
 * Itch at its worst (0 to 10), 4 points less or more: what people with eczema notice (Yosipovitch and others, British
 * Journal of Dermatology 2019, on the Peak Pruritus Numerical Rating Scale).
 */
export function itchChange(before: number, now: number): 'better' | 'worse' | null {
  if (Math.abs(now - before) < 4) return null
  return now < before ? 'better' : 'worse'
}
