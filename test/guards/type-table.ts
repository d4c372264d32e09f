import type { Row } from './table.ts'

const types = '/practice/appointment-types'
const page: Row = { guard: 'dietitian', ok: 200 }
/** Owners change every type; others what they alone offer. */
const edited: Row = { guard: 'dietitian', ok: 303, of: 'typeId', isEditors: true, body: {} }

/** What can be booked. */
export const typeTable: Record<string, Row> = {
  [`GET ${types}`]: page,
  [`GET ${types}/new`]: page,
  [`POST ${types}`]: { ...page, ok: 422, body: {} },
  [`GET ${types}/:id`]: { ...page, of: 'typeId' },
  [`POST ${types}/:id`]: { ...edited, ok: 422 },
  [`POST ${types}/:id/position`]: { guard: 'owner', ok: 303, of: 'typeId', body: { go: 'down' } },
  [`POST ${types}/:id/archiving`]: edited,
  [`POST ${types}/:id/restoring`]: edited,
  [`POST ${types}/:id/removal`]: { ...edited, ok: 409 }, // it was booked
}
