import { markOf } from '../../server/consents/text.ts'
import type { Fields } from '../support/page.ts'
import { accountTable } from './accounts.ts'
import { chartTable } from './chart-table.ts'
import { libraryTable } from './library-table.ts'
import { noteTable } from './note-table.ts'
import { scheduleTable } from './schedule-table.ts'
import { settingsTable } from './settings-table.ts'
import { typeTable } from './type-table.ts'

export type GuardName =
  | 'anyone'
  | 'linkHolder'
  | 'signedIn'
  | 'halfSignedIn'
  | 'client'
  | 'dietitian'
  | 'owner'
  | 'loopback'

export type Row = {
  guard: GuardName
  /** What whoever may gets, with ids that exist. */
  ok: number
  /** The record that the path names, and whose it is. */
  of?:
    | 'appointment'
    | 'ownAppointment'
    | 'link'
    | 'hold'
    | 'inquiry'
    | 'mail'
    | 'article'
    | 'type'
    | 'typeId'
    | 'consent'
    | 'version'
    | 'document'
    | 'signature'
    | 'signInLink'
    | 'emailChange'
    | 'session'
    | 'passkey'
    | 'deskSession'
    | 'deskPasskey'
    | 'file'
    | 'client'
    | 'otherClient'
    | 'response'
    | 'sign'
    | 'request'
    | 'plan'
    | 'form'
    | 'section'
    | 'builtForm'
    | 'one'
    | 'draftSection'
    | 'draftQuestion'
    | 'draftScore'
    | 'note'
    | 'draftNote'
    | 'template'
    | 'snippet'
    | 'laterHours'
    | 'exception'
    | 'timeOff'
    | 'logo'
    | 'mailKind'
    | 'person'
    | 'invitation'
    | 'invitationLink'
  /** The record that the path names after it, of the first. */
  and?: Row['of']
  body?: Fields
  /** Of what several offer: only who owns the practice changes it. */
  isEditors?: boolean
}

/** Every route of Flora and who may use it. A route that is not here fails a test: decide who it is for, and write it down. */
export const table: Record<string, Row> = {
  'GET /healthz': { guard: 'anyone', ok: 200 },
  'GET /readyz': { guard: 'anyone', ok: 200 },
  'GET /api/slots': { guard: 'anyone', ok: 400 },

  'GET /outbox': { guard: 'loopback', ok: 200 },
  'GET /outbox/:id': { guard: 'loopback', ok: 200, of: 'mail' },
  'GET /outbox/:id/html': { guard: 'loopback', ok: 200, of: 'mail' },

  'GET /': { guard: 'anyone', ok: 200 },
  'GET /robots.txt': { guard: 'anyone', ok: 200 },
  'GET /articles': { guard: 'anyone', ok: 200 },
  'GET /articles.atom': { guard: 'anyone', ok: 200 },
  'GET /articles/:slug': { guard: 'anyone', ok: 200, of: 'article' },
  'GET /zone': { guard: 'anyone', ok: 200 },
  'POST /zone': { guard: 'anyone', ok: 303, body: { zone: 'America/Chicago' } },
  'GET /get-in-touch': { guard: 'anyone', ok: 200 },
  'POST /get-in-touch': {
    guard: 'anyone',
    ok: 303,
    body: { name: 'Ana', email: 'ana@example.com', message: 'Hello' },
  },
  'GET /get-in-touch/thanks': { guard: 'anyone', ok: 200 },

  'GET /book': { guard: 'anyone', ok: 200 },
  'GET /book/:type': { guard: 'anyone', ok: 200, of: 'type' },
  'POST /book/:type/hold': {
    guard: 'anyone',
    ok: 303,
    of: 'type',
    body: { slot: '2026-03-06T20:00:00Z' },
  },
  'GET /book/holds/:hold': { guard: 'linkHolder', ok: 200, of: 'hold' },
  'POST /book/holds/:hold/extension': { guard: 'linkHolder', ok: 200, of: 'hold', body: {} },
  'POST /book/holds/:hold/release': { guard: 'linkHolder', ok: 303, of: 'hold', body: {} },
  'POST /book/holds/:hold/appointment': {
    guard: 'linkHolder',
    ok: 303,
    of: 'hold',
    body: { name: 'Ana', email: 'ana@example.com', place: 'video' },
  },

  'GET /appointments/:token': { guard: 'linkHolder', ok: 200, of: 'link' },
  'GET /appointments/:token/invite.ics': { guard: 'linkHolder', ok: 200, of: 'link' },
  'GET /appointments/:token/cancellation': { guard: 'linkHolder', ok: 200, of: 'link' },
  'POST /appointments/:token/cancellation': { guard: 'linkHolder', ok: 303, of: 'link', body: {} },
  'GET /appointments/:token/reschedule': { guard: 'linkHolder', ok: 200, of: 'link' },
  'POST /appointments/:token/reschedule': {
    guard: 'linkHolder',
    ok: 303,
    of: 'link',
    body: { slot: '2026-03-06T20:00:00Z' },
  },

  ...accountTable,

  'GET /my': { guard: 'client', ok: 200 },
  'GET /my/appointments': { guard: 'client', ok: 200 },
  'POST /my/appointments/:id/confirmation': { guard: 'client', ok: 303, of: 'ownAppointment', body: {} },
  'GET /my/documents': { guard: 'client', ok: 200 },
  'GET /my/forms': { guard: 'client', ok: 200 },
  'GET /my/forms/:slug': { guard: 'client', ok: 200, of: 'form' },
  'GET /my/forms/:slug/sections/:number': { guard: 'client', ok: 200, of: 'form', and: 'section' },
  'POST /my/forms/:slug/sections/:number': {
    guard: 'client',
    ok: 200, // with the question that was not on the page
    of: 'form',
    and: 'section',
    body: {},
  },
  'GET /my/forms/:slug/review': { guard: 'client', ok: 200, of: 'form' },
  'POST /my/forms/:slug/response': {
    guard: 'client',
    ok: 409, // what was read before is not named
    of: 'form',
    body: {},
  },
  'POST /my/forms/:slug/discarding': { guard: 'client', ok: 303, of: 'form', body: {} },
  'GET /my/forms/sent/:id': { guard: 'client', ok: 200, of: 'response' },
  'POST /my/forms/sent/:id/amendment': { guard: 'client', ok: 303, of: 'response', body: {} },
  'GET /my/files/:id': { guard: 'client', ok: 200, of: 'file' },
  'GET /my/consents/signatures/:id': { guard: 'client', ok: 200, of: 'signature' },
  'GET /my/consents/:versionId': { guard: 'client', ok: 200, of: 'document' },
  'POST /my/consents/:versionId/signature': {
    guard: 'client',
    ok: 409, // the text that was shown is not named
    of: 'document',
    body: { name: 'Ana Ruiz' },
  },

  'GET /practice': { guard: 'dietitian', ok: 200 },
  'GET /practice/calendar': { guard: 'dietitian', ok: 200 },
  'GET /practice/appointments/:id': { guard: 'dietitian', ok: 200, of: 'appointment' },
  'POST /practice/appointments/:id/cancellation': {
    guard: 'dietitian',
    ok: 303,
    of: 'appointment',
    body: {},
  },
  'POST /practice/appointments/:id/restoration': {
    guard: 'dietitian',
    ok: 303, // it is booked already
    of: 'appointment',
    body: {},
  },
  'GET /practice/appointments/:id/reschedule': { guard: 'dietitian', ok: 200, of: 'appointment' },
  'POST /practice/appointments/:id/reschedule': {
    guard: 'dietitian',
    ok: 422, // without a time
    of: 'appointment',
    body: {},
  },
  'GET /practice/calendar/booking': { guard: 'dietitian', ok: 200 },
  'GET /practice/clients/:id/booking': { guard: 'dietitian', ok: 200, of: 'client' },
  'POST /practice/clients/:id/booking': { guard: 'dietitian', ok: 422, of: 'client', body: {} },
  'POST /practice/appointments/:id/attendance': {
    guard: 'dietitian',
    ok: 303,
    of: 'appointment',
    body: { outcome: 'kept' },
  },
  'GET /practice/clients': { guard: 'dietitian', ok: 200 },
  'GET /practice/clients/:id': { guard: 'dietitian', ok: 200, of: 'client' },
  'GET /practice/clients/:id/audit': { guard: 'dietitian', ok: 200, of: 'client' },
  'POST /practice/clients/:id/signs/:sign/acknowledgement': {
    guard: 'dietitian',
    ok: 422, // without a word
    of: 'client',
    and: 'sign',
    body: {},
  },
  'POST /practice/clients/:id/requests': { guard: 'dietitian', ok: 422, of: 'client', body: {} },
  'POST /practice/clients/:id/requests/:request/withdrawal': {
    guard: 'dietitian',
    ok: 303,
    of: 'client',
    and: 'request',
    body: {},
  },
  'POST /practice/clients/:id/plans/:plan/stop': {
    guard: 'dietitian',
    ok: 303,
    of: 'client',
    and: 'plan',
    body: {},
  },
  'GET /practice/clients/:id/responses/:response': {
    guard: 'dietitian',
    ok: 200,
    of: 'client',
    and: 'response',
  },
  'GET /practice/clients/:id/responses/:response/questionnaire-response.json': {
    guard: 'dietitian',
    ok: 200,
    of: 'client',
    and: 'response',
  },
  ...chartTable,
  'POST /practice/clients/:id/record': { guard: 'dietitian', ok: 200, of: 'client', body: {} },
  'GET /practice/clients/:id/erasure': { guard: 'owner', ok: 200, of: 'client' },
  'POST /practice/clients/:id/erasure': { guard: 'owner', ok: 422, of: 'client', body: {} },
  'POST /my/record': { guard: 'client', ok: 200, body: {} },
  ...libraryTable,
  ...noteTable,
  ...scheduleTable,
  ...settingsTable,
  ...typeTable,
  'GET /practice/files/:id': { guard: 'dietitian', ok: 200, of: 'file' },
  'GET /practice/inquiries': { guard: 'dietitian', ok: 200 },
  'GET /practice/inquiries/:id': { guard: 'dietitian', ok: 200, of: 'inquiry' },
  'POST /practice/inquiries/:id/answer': { guard: 'dietitian', ok: 303, of: 'inquiry', body: {} },

  'GET /practice/consents': { guard: 'dietitian', ok: 200 },
  'GET /practice/consents/new': { guard: 'dietitian', ok: 200 },
  'POST /practice/consents': { guard: 'dietitian', ok: 303, body: { title: 'Terms', body: 'One.' } },
  'GET /practice/consents/:id': { guard: 'dietitian', ok: 200, of: 'consent' },
  'POST /practice/consents/:id/draft': {
    guard: 'dietitian',
    ok: 303,
    of: 'consent',
    body: { title: 'Terms', body: 'One.' },
  },
  'GET /practice/consents/:id/preview': { guard: 'dietitian', ok: 200, of: 'consent' },
  'POST /practice/consents/:id/versions': {
    guard: 'dietitian',
    ok: 303,
    of: 'consent',
    body: { mark: markOf({ title: 'Terms', body: 'One.' }) },
  },
  'GET /practice/consents/versions/:id': { guard: 'dietitian', ok: 200, of: 'version' },
  'POST /practice/consents/:id/asked': {
    guard: 'dietitian',
    ok: 303,
    of: 'consent',
    body: { everybody: 'yes' },
  },
  'POST /practice/consents/:id/retirement': {
    guard: 'dietitian',
    ok: 303,
    of: 'consent',
    body: { retired: 'yes' },
  },
  'GET /practice/consents/:id/signatures': { guard: 'dietitian', ok: 200, of: 'consent' },
  'GET /practice/consents/signatures/:id': { guard: 'dietitian', ok: 200, of: 'signature' },
}
