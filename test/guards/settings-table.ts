import type { Row } from './table.ts'

const settings = '/practice/settings'
const people = `${settings}/people`

// Without the mark of what was shown, nothing is saved: 409.
export const settingsTable: Record<string, Row> = {
  'GET /policies': { guard: 'anyone', ok: 200 },
  'GET /logo/:file': { guard: 'anyone', ok: 200, of: 'logo' },
  'GET /sign-in/invitations/:token': { guard: 'linkHolder', ok: 200, of: 'invitationLink' },
  'POST /sign-in/invitations/:token': {
    guard: 'linkHolder',
    ok: 303,
    of: 'invitationLink',
    body: { name: 'Sam', password: 'four grey herons' },
  },

  [`GET ${settings}`]: { guard: 'owner', ok: 200 },
  [`POST ${settings}`]: {
    guard: 'owner',
    ok: 409,
    body: { name: 'Maple', email: 'hello@maple.example', zone: 'UTC' },
  },
  [`POST ${settings}/logo`]: { guard: 'owner', ok: 422, body: {} },
  [`POST ${settings}/logo/removal`]: { guard: 'owner', ok: 303, body: {} },
  [`GET ${settings}/home`]: { guard: 'owner', ok: 200 },
  [`POST ${settings}/home`]: { guard: 'owner', ok: 422, body: {} },
  [`GET ${settings}/policies`]: { guard: 'owner', ok: 200 },
  [`POST ${settings}/policies`]: {
    guard: 'owner',
    ok: 409,
    body: { privacy_policy: 'One.', keeps_records_years: '7' },
  },
  [`GET ${settings}/security`]: { guard: 'owner', ok: 200 },
  [`POST ${settings}/security`]: { guard: 'owner', ok: 422, body: {} },
  [`GET ${settings}/mails`]: { guard: 'owner', ok: 200 },
  [`GET ${settings}/mails/:kind`]: { guard: 'owner', ok: 200, of: 'mailKind' },
  [`POST ${settings}/mails/:kind`]: { guard: 'owner', ok: 409, of: 'mailKind', body: { greeting: 'Dear,' } },
  [`GET ${settings}/mails/:kind/preview`]: { guard: 'owner', ok: 200, of: 'mailKind' },

  [`GET ${people}`]: { guard: 'owner', ok: 200 },
  [`GET ${people}/new`]: { guard: 'owner', ok: 200 },
  [`POST ${people}`]: {
    guard: 'owner',
    ok: 303,
    body: { name: 'Kim', email: 'kim@new.example', charts: 'own' },
  },
  [`POST ${people}/invitations/:id/sending`]: { guard: 'owner', ok: 303, of: 'invitation', body: {} },
  [`POST ${people}/invitations/:id/withdrawal`]: { guard: 'owner', ok: 303, of: 'invitation', body: {} },
  [`GET ${people}/:id`]: { guard: 'owner', ok: 200, of: 'person' },
  [`POST ${people}/:id/rights`]: { guard: 'owner', ok: 409, of: 'person', body: { charts: 'own' } },
  [`POST ${people}/:id/disabling`]: { guard: 'owner', ok: 303, of: 'person', body: { disabled: 'yes' } },

  [`GET ${settings}/profile`]: { guard: 'dietitian', ok: 200 },
  [`POST ${settings}/profile`]: { guard: 'dietitian', ok: 409, body: { name: 'Robin', zone: 'UTC' } },
}
