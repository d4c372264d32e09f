/** What is known of the last save of a draft. */
export type Kept = { revision: number; page: string | null; turn: number }

/** `base`: the revision that the page was shown with, or has saved since. `isQuiet`: saved while typing. */
export type Posted = { base: number; page: string | null; turn: number; isQuiet: boolean }

/**
 * What becomes of a save. changed: somebody else, or another tab, has saved since the page was shown. same: nothing is
 * different. overtaken: a later save of the same page is kept already.
 */
export function decideSave(
  kept: Kept,
  posted: Posted,
  isSame: boolean,
): 'save' | 'same' | 'changed' | 'overtaken' {
  if (isSame) return 'same'
  const isOwn = posted.page !== null && posted.page === kept.page
  if (posted.base === kept.revision) return 'save'
  // Its own save, whose answer never reached the page.
  if (isOwn && posted.turn > kept.turn) return 'save'
  return isOwn && posted.isQuiet ? 'overtaken' : 'changed'
}
