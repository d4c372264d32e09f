type Of = { clientName: string; isShared: boolean }

/** What was just done, said once on the page of a note; nothing that is no longer so. */
const done: Record<string, (note: Of) => string> = {
  shared: ({ clientName, isShared }) =>
    isShared
      ? `${clientName} can read this note now. A mail tells them that there is something new, and no more.`
      : '',
  'shared-again': ({ clientName, isShared }) =>
    isShared ? `${clientName} can read this note. They had a mail about it when it was first shared.` : '',
  unshared: ({ clientName, isShared }) => (isShared ? '' : `${clientName} can’t read this note any more.`),
}

/** @param what the word in the page's address; @returns empty when it is none */
export const doneWords = (what: unknown, note: Of): string =>
  typeof what === 'string' && Object.hasOwn(done, what) ? (done[what]?.(note) ?? '') : ''
