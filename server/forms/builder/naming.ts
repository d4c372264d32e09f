const MOST_CHARACTERS = 40

/** A name made of words, for a question or an answer: "Itch at its worst" → "itch-at-its-worst". Never one of `taken`. */
export function linkIdFor(words: string, taken: ReadonlySet<string>, fallback: string): string {
  const plain = words
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MOST_CHARACTERS)
    .replace(/^-+|-+$/g, '')
  const name = plain || fallback
  let free = name
  for (let n = 2; taken.has(free); n += 1) free = `${name}-${n}`
  return free
}
