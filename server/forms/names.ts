/** What a field is for: the answer, the words of another answer, the unit, a file, or that the field is on the page. */
export type FieldKind = 'a' | 'other' | 'unit' | 'file' | 'on'

export type FieldName = { kind: FieldKind; indices: number[]; linkId: string }

const NAME = /^(a|other|unit|file|on)((?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5}))*)?:([\s\S]+)$/

/**
 * `a0.2:dose`: indices are the rows of the repeating groups, and repeating questions with items of their own, that the
 * item stands in, from the outside in.
 */
export const fieldName = (kind: FieldKind, indices: number[], linkId: string): string =>
  `${kind}${indices.join('.')}:${linkId}`

/** Another field of the same question. */
export const siblingName = (
  kind: FieldKind,
  of: { indices: number[]; part: { item: { linkId: string } } },
): string => fieldName(kind, of.indices, of.part.item.linkId)

/** @returns undefined for what is no name of ours */
export function parseFieldName(text: unknown): FieldName | undefined {
  const parts = typeof text === 'string' ? NAME.exec(text) : null
  if (!parts) return undefined
  const indices = parts[2] === undefined ? [] : parts[2].split('.').map(Number)
  return { kind: parts[1] as FieldKind, indices, linkId: parts[3] as string }
}

/** A name as it is safe in an id attribute and in a selector; different names stay different. */
export function domId(name: string): string {
  const end = name.indexOf(':')
  const link = name
    .slice(end + 1)
    .replace(/[^A-Za-z0-9-]/gu, (sign) => `_${sign.codePointAt(0)?.toString(16)}_`)
  return `${name.slice(0, Math.max(end, 0)).replaceAll('.', '_')}-${link}`
}
