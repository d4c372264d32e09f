import type { Instant } from '../../clock.ts'

/** Where a page of the timeline ends: the next one begins with what came before. */
export type Cursor = { at: Instant; key: string }

const CURSOR = /^(-?\d{1,15})\.([a-z]-[0-9a-f-]{1,36})$/

export const cursorText = ({ at, key }: Cursor): string => `${at}.${key}`

/** @returns undefined for what is none */
export function readCursor(text: string): Cursor | undefined {
  const [, at = '', key = ''] = text.match(CURSOR) ?? []
  // The furthest that a date goes: https://tc39.es/ecma262/#sec-time-values-and-time-range
  return key === '' || Math.abs(Number(at)) > 8.64e15 / 1000 ? undefined : { at: Number(at), key }
}
