import type { Row } from './table.ts'

const page: Row = { guard: 'dietitian', ok: 200, of: 'client' }

/** Clients, and the pages of their charts. */
export const chartTable: Record<string, Row> = {
  'GET /practice/clients/list.csv': { guard: 'dietitian', ok: 200 },
  'GET /practice/clients/new': { guard: 'dietitian', ok: 200 },
  'POST /practice/clients': { guard: 'dietitian', ok: 422, body: {} },
  'GET /practice/clients/:id/forms': page,
  'GET /practice/clients/:id/appointments': page,
  'GET /practice/clients/:id/files': page,
  'GET /practice/clients/:id/summary': page,
  'GET /practice/clients/:id/details': page,
  'POST /practice/clients/:id/details': { ...page, ok: 422, body: {} },
  // There is an appointment to come.
  'POST /practice/clients/:id/archiving': { ...page, ok: 409, body: {} },
  'POST /practice/clients/:id/unarchiving': { ...page, ok: 303, body: {} },
}
