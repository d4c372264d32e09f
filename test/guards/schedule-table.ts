import type { Row } from './table.ts'

const availability = '/practice/availability'

/** A dietitian's own hours. */
export const scheduleTable: Record<string, Row> = {
  [`GET ${availability}`]: { guard: 'dietitian', ok: 200 },
  [`POST ${availability}/hours`]: { guard: 'dietitian', ok: 409, body: {} }, // not the plan that was looked at
  [`POST ${availability}/plans/:date/removal`]: { guard: 'dietitian', ok: 303, of: 'laterHours', body: {} },
  [`POST ${availability}/exceptions`]: {
    guard: 'dietitian',
    ok: 303,
    body: { on: '2026-06-02', kind: 'closed' },
  },
  [`POST ${availability}/exceptions/:id/removal`]: { guard: 'dietitian', ok: 303, of: 'exception', body: {} },
  [`POST ${availability}/time-off`]: { guard: 'dietitian', ok: 303, body: { off_from: '2026-06-02' } },
  [`POST ${availability}/time-off/:id/removal`]: { guard: 'dietitian', ok: 303, of: 'timeOff', body: {} },
}
