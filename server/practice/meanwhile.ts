import { createHash } from 'node:crypto'

/** What a form shows, by the names of its fields. */
export type Fields = Record<string, string>

const inOrder = (fields: Fields): [string, string][] =>
  Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))

/** Stands for what somebody had before them when they began to change it. */
export const markOf = (fields: Fields): string =>
  createHash('sha256')
    .update(JSON.stringify(inOrder(fields)))
    .digest('base64url')

export type Standing = { label: string; value: string }

/** Where what is stored by now is not what was typed: in the order of the labels. */
export const standsNow = (
  labels: Record<string, string>,
  stored: Fields,
  typed: (name: string) => string,
): Standing[] =>
  Object.entries(labels)
    .filter(([name]) => plain(stored[name] ?? '') !== plain(typed(name)))
    .map(([name, label]) => ({ label, value: stored[name] ?? '' }))

const plain = (text: string): string => text.replace(/\r\n?/g, '\n').trim()
