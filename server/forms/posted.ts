/** What a form posted, as far as it is text; a name that was not posted has no texts. */
export type Posted = { on: Set<string>; texts(name: string): string[] }

const textsOf = (raw: unknown): string[] =>
  (Array.isArray(raw) ? raw : [raw]).filter((one) => typeof one === 'string')

export function postedOf(posted: Record<string, unknown>): Posted {
  const texts = (name: string) => (Object.hasOwn(posted, name) ? textsOf(posted[name]) : [])
  return { on: new Set(texts('on')), texts }
}
